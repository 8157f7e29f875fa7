"""The one error that carries a reason: a refusal with a stable code."""


class Refusal(ValueError):
    """Bad input or a forbidden act, refused before anything was changed.

    Parameters
    ----------
    code : str
        Stable snake_case code; the same in Python, SQL, HTTP and the documentation.
    message : str
        One sentence: what is wrong, where, and what to do about it.
    **details
        Plain values (names, counts, codes) that a program may want.

    Examples
    --------
    >>> error = Refusal("empty_layer", "The layer holds no feature; choose another one.", path="a.gpkg")
    >>> error.code, str(error), error.details
    ('empty_layer', 'The layer holds no feature; choose another one.', {'path': 'a.gpkg'})
    """

    def __init__(self, code: str, message: str, **details):
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
