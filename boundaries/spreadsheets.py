"""What is written into workbooks: no cell holds a formula, whatever people have called things."""

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = ("=", "+", "-", "@")  # whoever opens the table would have what follows carried out


def harmless(text):
    """A text that no spreadsheet takes for a formula, nor an XML reader for an error.

    Examples
    --------
    >>> harmless("=1+1"), harmless("大山坪社区")
    ("'=1+1", '大山坪社区')
    """
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.lstrip().startswith(FORMULA_SIGNS) else text
