"""The QR code of a grid: where its public page is."""

import segno

QUIET = 4  # modules of white around the code, as ISO/IEC 18004 wants them


def page_of(base, code):
    """Address of the public page of a grid.

    Parameters
    ----------
    base : str
        Of the server, such as ``https://wangge.example.gov.cn``; whatever stands at its end.
    code : str

    Returns
    -------
    str

    Examples
    --------
    >>> page_of("https://wangge.example/", "510502001001001")
    'https://wangge.example/grid.html#510502001001001'
    """
    return f"{base.rstrip('/')}/grid.html#{code}"


def matrix_of(text):
    """Dark and light modules of the code, without the quiet zone.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of list of int
        1 is dark; level M, so that a scratch does no harm.
    """
    return [list(map(int, row)) for row in segno.make(text, error="m", micro=False, boost_error=True).matrix]


def code_svg(text, *, css_class="qr"):
    """The code as an ``<svg>`` element of one path, sharp at any size.

    Parameters
    ----------
    text : str
    css_class : str

    Returns
    -------
    str
    """
    rows = matrix_of(text)
    side = len(rows) + 2 * QUIET
    runs = "".join(f"M{QUIET + x} {QUIET + y}h{wide}v1h-{wide}z" for y, row in enumerate(rows) for x, wide in _runs(row))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{css_class}" viewBox="0 0 {side} {side}" role="img" aria-label="QR">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{runs}" fill="#000"/></svg>'
    )


def _runs(row):
    """Begin and length of each run of dark modules."""
    begin = None
    for x, dark in enumerate([*row, 0]):
        if dark and begin is None:
            begin = x
        elif not dark and begin is not None:
            yield begin, x - begin
            begin = None
