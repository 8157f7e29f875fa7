"""Where the public page is, as QR codes say it."""

from gis.errors import Refusal

LONGEST = 300  # of an address that a code in print holds legibly


def public_base(request, settings):
    """Beginning of the address of the public page.

    Parameters
    ----------
    request : Request
    settings : api.settings.Settings

    Returns
    -------
    address : str
        The setting; without one that of the request's own host.
    is_set : bool

    Raises
    ------
    Refusal
        ``bad_request`` where the host of the request is no name that a code could hold.
    """
    address = settings.public_url or str(request.base_url).rstrip("/")
    if len(address) > LONGEST:
        raise Refusal("bad_request", f"The address of this server has {len(address)} characters, and a QR code holds {LONGEST}.")
    return address, settings.public_url is not None
