"""Version of the product."""

from importlib.metadata import PackageNotFoundError, version


def product_version():
    """Version of the installed product; "0" in a tree that is not installed.

    Examples
    --------
    >>> product_version()[:1].isdigit()
    True
    """
    try:
        return version("wangge")
    except PackageNotFoundError:
        return "0"
