"""What a Shapefile's table has no room for: texts of more than 254 bytes go on in further columns, and come back."""

import pandas as pd

FIELD_BYTES = 254  # of a dBASE text field
LONG_BYTES = 200  # a text this long may have been cut: blanks and halves of characters never stand at the cut


def cut_to_fit(frame):
    """Let long texts go on in columns ``name_2``, ``name_3`` … beside their own.

    Parameters
    ----------
    frame : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        The same where every text fits.

    Examples
    --------
    >>> cut_to_fit(pd.DataFrame({"name": ["网" * 100]})).map(len).to_dict("list")
    {'name': [84], 'name_2': [16]}
    """
    frame = frame.copy(deep=False)
    for name in [name for name in frame.columns if any(isinstance(value, str) for value in frame[name])]:
        pieces = [_pieces(value) for value in frame[name]]
        for place in range(max(map(len, pieces), default=1)):
            column = [piece[place] if place < len(piece) else None for piece in pieces]
            frame[name if place == 0 else f"{name}_{place + 1}"] = pd.Series(column, index=frame.index, dtype=object)
    return frame


def join_again(frame):
    """The inverse of :func:`cut_to_fit`: a column goes on where the one before is full in every row that it speaks of.

    Examples
    --------
    >>> cut = cut_to_fit(pd.DataFrame({"name": ["网" * 100, "城"]}))
    >>> join_again(cut)["name"].map(len).tolist()
    [100, 1]
    >>> join_again(pd.DataFrame({"name": ["a"], "name_2": ["b"]})).columns.tolist()
    ['name', 'name_2']
    """
    for name in list(frame.columns):
        place, last = 2, name
        while f"{name}_{place}" in frame.columns and _goes_on(frame[last], frame[f"{name}_{place}"]):
            last, place = f"{name}_{place}", place + 1
        if place > 2:
            parts = frame[[name, *(f"{name}_{k}" for k in range(2, place))]]
            joined = parts.apply(lambda row: "".join(part for part in row if isinstance(part, str)) or None, axis=1)
            frame = frame.assign(**{name: joined}).drop(columns=parts.columns[1:])
    return frame


def _pieces(value):
    if not isinstance(value, str):
        return [value]
    pieces, rest = [], value
    while len(rest.encode()) > FIELD_BYTES:
        piece = rest.encode()[:FIELD_BYTES].decode(errors="ignore").rstrip()
        pieces.append(piece)
        rest = rest[len(piece) :]
    return [*pieces, rest]


def _goes_on(before, after):
    speaks = [(first, more) for first, more in zip(before, after, strict=True) if isinstance(more, str) and more]
    return bool(speaks) and all(isinstance(first, str) and len(first.encode()) >= LONG_BYTES for first, _ in speaks)
