"""The built front end, served as it is."""

from fastapi.staticfiles import StaticFiles

from gis.errors import Refusal

# The build puts a digest of the content into the names of these files.
FINGERPRINTED = "assets/"
FOREVER = "public, max-age=31536000, immutable"


class FrontEnd(StaticFiles):
    """Files of one directory, which may be built while the server runs.

    Parameters
    ----------
    directory : Path
    """

    def __init__(self, directory):
        super().__init__(directory=directory, html=True, check_dir=False)
        self._index = directory / "index.html"

    async def check_config(self):
        """Refuse until there is a page; asked before each answer until it has passed once."""
        if not self._index.is_file():
            raise Refusal("front_end_missing", "The page has not been built; run: make setup. The interface is under /api/v1.")

    async def get_response(self, path, scope):
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER if path.startswith(FINGERPRINTED) else "no-cache"
        return response
