"""The filing form as a PDF, fit to be stamped: A4, fonts embedded, nothing fetched from anywhere."""

from functools import lru_cache

IDENTIFIER_DIGITS = 32
REMEMBERED = 16


@lru_cache(maxsize=REMEMBERED)
def pdf_of(page, digest):
    """The PDF of a form. Setting it takes seconds, and a form is often asked for again as it is.

    Parameters
    ----------
    page : str
        HTML of :func:`boundaries.filings.form.form`.
    digest : str
        Of the filing's last step, in hexadecimal; the file is identified by it.

    Returns
    -------
    bytes
        The same for the same page, with the same fonts installed.
    """
    # Loading it takes over a second, which no other command should wait for.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    nowhere = URLFetcher(allowed_protocols=())
    return HTML(string=page, url_fetcher=nowhere).write_pdf(pdf_identifier=digest[:IDENTIFIER_DIGITS].encode("ascii"))
