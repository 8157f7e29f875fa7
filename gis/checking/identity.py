"""A name for every finding that stays the same from run to run, so that a person accepts or explains a fault once.

A fault is known by its rule, its faces and its place: the cells of 1e-6° (11 cm) in which the south-west and north-east
corners of its box lie. So it has nothing to do with the order of the faces, with what else is wrong, or with the last
digits; a fault that grows or moves by a cell is another one, which nobody has accepted yet. A gap is known by its place
and parent alone: when a neighbour of it is divided, it is still the same gap.
"""

import base64
import hashlib
from collections import defaultdict
from dataclasses import replace

import numpy as np
import shapely

CELLS_PER_DEGREE = 1e6
UNITS_PER_DEGREE = 1e7
# Borders of cells lie beside the decimals that coordinates are rounded to, so that noise in the last digit crosses none.
OFFSET = 1 / np.pi / 10
LETTERS = 10  # of five bits: in a report of 100,000 findings two meet by chance once in 200,000 times, and are told apart
KNOWN_BY_PLACE = ("gap",)
KNOWN_BY_PARENT = ("gap", "invalid_parent", "datum_suspect")
WITHOUT_PLACE = ("datum_suspect",)  # it is about the whole layer; its point is the middle of a sample


def identified(findings):
    """Findings with their ids.

    Parameters
    ----------
    findings : sequence of Finding
        All of a report, in its order.

    Returns
    -------
    tuple of Finding
        In the same order; no id stands twice. Where two would have the same, both are named by their exact place instead,
        and what even that does not tell apart (two features without a code and a geometry) is numbered.

    Examples
    --------
    >>> from gis.checking.findings import Finding
    >>> strip = Finding("overlap", ("A", "B"), geometry=shapely.box(105, 28, 105.000003, 28.1))
    >>> [finding.id for finding in identified([strip, replace(strip, faces=("A", "C"))])]
    ['st7xzykbyn', 'tkg7astq4u']
    """
    findings = list(findings)
    boxes = _boxes(findings)
    names = _hashes(findings, _cells(boxes, CELLS_PER_DEGREE))
    shared = [row for rows in _repeated(names) for row in rows]
    if shared:
        alike = [findings[row] for row in shared]
        places = np.hstack([_cells(boxes[shared], UNITS_PER_DEGREE), _cells(_centres(alike), UNITS_PER_DEGREE)])
        for row, name in zip(shared, _hashes(alike, places), strict=True):
            names[row] = name
    for rows in _repeated(names):
        for number, row in enumerate(rows[1:], start=2):
            names[row] = f"{names[row]}-{number}"
    return tuple(replace(finding, id=name) for finding, name in zip(findings, names, strict=True))


def _boxes(findings):
    placed = [None if finding.code in WITHOUT_PLACE else finding.geometry for finding in findings]
    return shapely.bounds(np.array(placed, dtype=object)).reshape(-1, 4)


def _centres(findings):
    centres = shapely.centroid(np.array([finding.geometry for finding in findings], dtype=object))
    return np.column_stack([shapely.get_x(centres), shapely.get_y(centres)])


def _cells(degrees, cells_per_degree):
    """Numbers of cells; 0 where there is no place."""
    return np.nan_to_num(np.floor(degrees * cells_per_degree + 0.5 + OFFSET)).astype(np.int64)


def _hashes(findings, places):
    return [_hash(finding, place) for finding, place in zip(findings, places.tolist(), strict=True)]


def _hash(finding, place):
    faces = () if finding.code in KNOWN_BY_PLACE else finding.faces
    within = finding.within if finding.code in KNOWN_BY_PARENT else ""
    digest = hashlib.blake2b(repr((finding.code, faces, within, place)).encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode()[:LETTERS].lower()


def _repeated(names):
    rows = defaultdict(list)
    for row, name in enumerate(names):
        rows[name].append(row)
    return [rows[name] for name in rows if len(rows[name]) > 1]
