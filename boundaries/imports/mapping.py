"""Which column of a foreign layer says what; remembered by the layer's columns, so that nobody has to say it twice."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace

from boundaries.codes import PATTERN
from boundaries.imports.output import write_whole
from boundaries.units import COUNTS
from gis.errors import Refusal


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names of columns; None where the layer has no such column.

    Attributes
    ----------
    code, name, kind, households, population : str or None
    parent : str or None
        Column of the code of the unit above, for units that have no code yet; or that code, where it is the same for all.
    """

    code: str | None = None
    name: str | None = None
    kind: str | None = None
    households: str | None = None
    population: str | None = None
    parent: str | None = None

    def __str__(self):
        return ", ".join(f"{said}: {column}" for said, column in asdict(self).items() if column is not None)


DEFAULTS = ("code", "name", "kind", *COUNTS)


def chosen_mapping(given, columns, *, remembered=None, file):
    """The mapping for a layer: what is given, then what is remembered, then columns of the very names.

    Parameters
    ----------
    given : Mapping
        By the user.
    columns : sequence of str
        Of the layer.
    remembered : Mapping, optional
        Of an earlier layer with the same columns; of no account as soon as anything is given.
    file : str
        For sentences.

    Returns
    -------
    Mapping
        With a code, or with a parent.

    Raises
    ------
    Refusal
        ``unknown_column``.

    Examples
    --------
    >>> str(chosen_mapping(Mapping(code="BM"), ["BM", "Name", "X"], file="a.shp"))
    'code: BM, name: Name'
    >>> str(chosen_mapping(Mapping(parent="510502001001"), ["X"], file="a.shp"))
    'parent: 510502001001'
    """
    columns = list(map(str, columns))
    for said, column in asdict(given).items():
        if column is not None and column not in columns and not (said == "parent" and PATTERN.fullmatch(column)):
            _refuse(file, column, columns)
    if given == Mapping() and remembered is not None:
        return remembered
    alike = {said: _alike(said, columns) for said in DEFAULTS}
    found = replace(Mapping(**alike), **{said: column for said, column in asdict(given).items() if column is not None})
    if found.parent is not None and given.code is None:
        found = replace(found, code=None)
    if found.code is None and found.parent is None:
        _refuse(file, "code", columns)
    return found


def fingerprint(level, columns):
    """What a mapping is remembered by: the level and the names of the columns, in whatever order.

    Examples
    --------
    >>> fingerprint("grid", ["a", "b"]) == fingerprint("grid", ["b", "a"]) != fingerprint("village", ["a", "b"])
    True
    """
    return hashlib.sha256(json.dumps([level, *sorted(map(str, columns))]).encode()).hexdigest()


def recall(path, key):
    """The mapping remembered in a file; None where there is none that can be used.

    Parameters
    ----------
    path : pathlib.Path
    key : str
        A :func:`fingerprint`.

    Returns
    -------
    Mapping or None
    """
    with suppress(TypeError):
        return Mapping(**_read(path)[key]) if key in _read(path) else None
    return None


def remember(path, key, mapping):
    """Keep a mapping in a file, beside those kept before.

    Parameters
    ----------
    path : pathlib.Path
    key : str
    mapping : Mapping

    Raises
    ------
    Refusal
        ``not_written``, ``disk_full``.
    """
    said = {field.name: getattr(mapping, field.name) for field in fields(mapping)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal("not_written", f"{path} could not be written: {error.strerror}.") from error
    write_whole(json.dumps(_read(path) | {key: said}, ensure_ascii=False, indent=1, sort_keys=True) + "\n", path)


def _read(path):
    """All that is remembered; a file that is damaged is as good as none."""
    with suppress(OSError, ValueError):
        held = json.loads(path.read_text(encoding="utf-8"))
        return held if isinstance(held, dict) else {}
    return {}


def _alike(said, columns):
    """The column of that very name, else of that name in capitals or the like."""
    alike = sorted((column for column in columns if column.lower() == said), key=lambda column: column != said)
    return alike[0] if alike else None


def _refuse(file, column, columns):
    known = ", ".join(columns[:40]) + (" …" if len(columns) > 40 else "")
    raise Refusal("unknown_column", f"{file} has no column {column!r}; it has {known or 'none'}.", columns=columns)
