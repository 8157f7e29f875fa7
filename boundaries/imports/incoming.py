"""A foreign layer as units of the register: what its columns say, and codes for units that have none."""

import numpy as np

from boundaries.codes import LEVELS, level_of, parent_of
from boundaries.imports.layers import ids_from
from boundaries.numbering import issue_codes
from boundaries.units import COUNTS, units_from
from gis.errors import Refusal

NAMED = 5


def codes_in(layer, mapping, level):
    """The codes that a layer gives its units, or None where it gives them a parent only.

    Parameters
    ----------
    layer : boundaries.imports.layers.Layer
    mapping : boundaries.imports.mapping.Mapping
    level : str

    Returns
    -------
    codes : list of str or None
    parents : list of str or None
        Of each unit; None for a city.

    Raises
    ------
    Refusal
        ``unknown_column``, ``missing_code``, ``bad_code``, ``wrong_level``.
    """
    column = mapping.code or mapping.parent
    if column in layer.attributes.columns:
        said = ids_from(layer.attributes, column, name=layer.path.name)
    else:  # one parent for all
        said = [column] * len(layer.geometries)
    nameless = [str(row) for row, code in enumerate(said, start=1) if code is None]
    if nameless:
        few = ", ".join(nameless[:NAMED])
        raise Refusal("missing_code", f"{len(nameless)} features of {layer.path.name} have no {column}; name them: row {few}.")
    wanted = level if mapping.code else _level_above(level)
    for code in said:
        if level_of(code) != wanted:
            raise Refusal("wrong_level", f"{code} is the code of a {level_of(code)}, not of a {wanted}.")
    return (said, [parent_of(code) for code in said]) if mapping.code else (None, said)


def issued(layer, mapping, geometries, parents, *, used):
    """Codes for units that come without, village by village, exclusive grids in their own range.

    Parameters
    ----------
    layer : boundaries.imports.layers.Layer
    mapping : boundaries.imports.mapping.Mapping
    geometries : ndarray of Polygon or MultiPolygon, shape (n,)
    parents : list of str
    used : collection of str
        Every code ever issued under them.

    Returns
    -------
    list of str

    Raises
    ------
    Refusal
        ``codes_used_up``.
    """
    codes, above = np.full(len(parents), None, dtype=object), np.array(parents, dtype=object)
    exclusive = np.array([kind == "exclusive" for kind in _kinds(layer, mapping) or [None] * len(parents)])
    for parent in sorted(set(parents)):
        for own_range in (False, True):
            rows = np.flatnonzero((above == parent) & (exclusive == own_range))
            codes[rows] = issue_codes(parent, geometries[rows], used=used, exclusive=own_range)
    return codes.tolist()


def units_of(layer, mapping, geometries, codes):
    """The layer's units.

    Parameters
    ----------
    layer : boundaries.imports.layers.Layer
    mapping : boundaries.imports.mapping.Mapping
    geometries : ndarray of Polygon or MultiPolygon, shape (n,)
    codes : list of str

    Returns
    -------
    boundaries.units.Units
        What the layer does not say is None.

    Raises
    ------
    Refusal
        ``unknown_column``, ``bad_households``, ``bad_population``.
    """
    return units_from(
        code=codes,
        name=_texts(layer, mapping.name) or [None] * len(codes),
        kind=_kinds(layer, mapping),
        geometry=geometries,
        **{count: _counts(layer, getattr(mapping, count), count, codes) for count in COUNTS},
    )


def _counts(layer, column, count, codes):
    values = _values(layer, column)
    return values and [whole_number(value, count, code) for value, code in zip(values, codes, strict=True)]


def _level_above(level):
    if level not in ("grid", "micro_grid"):
        raise Refusal("wrong_level", f"Codes are issued to grids and micro-grids only; a {level} has one already.")
    return LEVELS[LEVELS.index(level) - 1]


def _kinds(layer, mapping):
    return _texts(layer, mapping.kind)


def _texts(layer, column):
    values = _values(layer, column)
    return values and [None if value is None else str(value) for value in values]


def _values(layer, column):
    if column is None:
        return None
    if column not in layer.attributes.columns:
        ids_from(layer.attributes, column, name=layer.path.name)
    values = layer.attributes[column]
    return [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]


def whole_number(value, count, code):
    """A count out of a column.

    Parameters
    ----------
    value : object
        None where there is none.
    count : {"households", "population"}
    code : str
        Of the unit, for sentences.

    Returns
    -------
    int or None

    Raises
    ------
    Refusal
        ``bad_households``, ``bad_population``.

    Examples
    --------
    >>> whole_number("312", "households", "510502001001001"), whole_number(312.0, "households", "510502001001001")
    (312, 312)
    """
    if value is None:
        return None
    try:
        number = int(value)
        if number == float(value) and 0 <= number < 2**31:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise Refusal(f"bad_{count}", f"The {count} of {code}, {str(value)[:40]!r}, is no whole number from 0 up.")
