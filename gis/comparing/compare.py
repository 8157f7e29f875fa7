"""Compare two coverages: what became of every face, which gained what from whom, and the lineage out of it."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.comparing.comparison import Change, Comparison, Lineage
from gis.comparing.households import counted, shared_by_area
from gis.comparing.lineage import families
from gis.comparing.noise import is_noise
from gis.comparing.overlay import NOTHING, area_in_units, overlay, valid_on_lattice
from gis.comparing.sides import side, twins
from gis.errors import Refusal
from gis.measures import geodesic_area_m2
from gis.measuring.require import NAMED, require_polygons, require_tolerance

MATCHES = ("id", "overlap")
TOLERANCE_M = 1.0


@dataclass(frozen=True, slots=True)
class _Rows:
    """Lineage by positions on both sides, in the order of the ids once it is reported."""

    old: np.ndarray
    new: np.ndarray
    shape: np.ndarray
    share: np.ndarray  # of the area of the old face
    moved: np.ndarray
    noise: np.ndarray
    households: np.ndarray | None = None


def compare(
    old,
    old_ids,
    new,
    new_ids,
    *,
    tolerance_m=TOLERANCE_M,
    match="id",
    households=None,
    household_points=None,
    signatures=(None, None),
):
    """Say what became of every face between two coverages.

    Parameters
    ----------
    old, new : array_like of Polygon or MultiPolygon, shapes (n,) and (m,)
        Degrees; coordinates are rounded to the lattice.
    old_ids, new_ids : sequence of str, shapes (n,) and (m,)
        Each different within its side.
    tolerance_m : float
        How far a border may move and still be the same border drawn anew.
    match : {"id", "overlap"}
        Faces with one id are one face as long as they share land; with "overlap" ids are names only, and faces belong
        together by land alone. Where ids differ, land decides in either case: by majority.
    households : array_like of float, shape (n,), optional
        Of the old faces, NaN where unknown; shared out by area.
    household_points : array_like of float, shape (h, 2), optional
        Longitude and latitude of every household, instead: each goes to its owner, see :mod:`gis.locating.locate`.
    signatures : pair of ndarray of int64, shapes (n, 2) and (m, 2), optional
        Those of :func:`gis.chain.signature`, where they are known already: then only changed faces are opened.

    Returns
    -------
    gis.comparing.comparison.Comparison

    Raises
    ------
    Refusal
        ``not_a_polygon``, ``not_finite``, ``invalid_geometry`` (of changed faces), ``ids_do_not_match``,
        ``missing_code``, ``duplicate_code``, ``bad_tolerance``, ``bad_households``, ``excluded_option``,
        ``unknown_match``, ``outside_lonlat``.

    Notes
    -----
    Faces with equal chains are equal (:mod:`gis.chain`): found by signature, never opened, so the cost is that of the
    change and not of the city. The others are laid over each other in lattice units (:mod:`gis.comparing.overlay`). The kinds:
    ``unchanged`` same chain; ``renamed`` same chain, other id; ``re-digitised`` other chain, nothing moved but noise;
    ``modified`` one face before and after, with a transfer; ``split`` and ``merge`` without any other transfer;
    ``created`` and ``removed`` without a face on the other side with which it shares most of either; ``complex`` the
    rest. See :mod:`gis.comparing.lineage` for the rule and :mod:`gis.comparing.noise` for what noise is.

    Areas are geodesic, piece by piece. An edge cut in two bends a little less, so sums of pieces agree with whole faces
    to 1e-5 of the area for edges of a kilometre, to 1e-7 for edges of 100 m; in lattice units they agree exactly.

    Examples
    --------
    >>> west, east = shapely.box(105, 28, 105.01, 28.01), shapely.box(105.01, 28, 105.03, 28.01)
    >>> middle, rest = shapely.box(105.01, 28, 105.02, 28.01), shapely.box(105.02, 28, 105.03, 28.01)
    >>> found = compare([west, east], ["A", "B"], [west, middle, rest], ["A", "B", "C"], households=[300, 400])
    >>> found.summary, found.new_kind.tolist()
    ({'unchanged': 1, 'split': 1}, ['unchanged', 'split', 'split'])
    >>> [(row.old, row.new, round(row.area_m2), round(row.households), row.moved) for row in found.lineage]
    [('B', 'B', 1089991, 200, False), ('B', 'C', 1089991, 200, True)]
    """
    _require_options(tolerance_m, match, households, household_points)
    before, after = side(old, old_ids, signatures[0]), side(new, new_ids, signatures[1])
    if households is not None and len(households) != len(before.ids):
        raise Refusal("bad_households", f"{len(households)} numbers of households were given for {len(before.ids)} faces.")
    paired = twins(before, after, by_id=match == "id")
    changed, kin = _opened(before, after, paired, by_id=match == "id", tolerance_m=tolerance_m)
    rows = _joined(changed, _renamed(before, paired.renamed))
    if household_points is not None:
        rows = _with_tally(rows, counted(before, after, paired.unchanged, household_points))
    elif households is not None:
        rows = replace(rows, households=shared_by_area(households, rows.old, rows.share))
    return _reported(before, after, paired.renamed, kin, rows)


def _require_options(tolerance_m, match, households, household_points):
    require_tolerance(tolerance_m)
    if match not in MATCHES:
        raise Refusal("unknown_match", f"{match!r} is no way to match faces; choose id or overlap.", matches=list(MATCHES))
    if households is not None and household_points is not None:
        raise Refusal("excluded_option", "Give the households of the faces or their points, not both.")


def _opened(before, after, paired, *, by_id, tolerance_m):
    """Lineage of the faces without a twin, and their families, as (kind, old, new) by positions on both sides."""
    left_old, left_new = paired.left_old, paired.left_new
    old, new = _sound(before, left_old), _sound(after, left_new)
    sums = [part.signature[left].sum(axis=0) for part, left in ((before, left_old), (after, left_new))]
    pieces = overlay(old, new, balanced=bool((sums[0] == sums[1]).all()))
    noise = is_noise(pieces, old, new, tolerance_m=tolerance_m)
    place_old, place_new = np.append(left_old, NOTHING)[pieces.old], np.append(left_new, NOTHING)[pieces.new]
    names_old, names_new = np.append(before.ids, "")[place_old], np.append(after.ids, "")[place_new]
    same = (names_old == names_new) & by_id
    old_area, new_area = area_in_units(old), area_in_units(new)
    kin = families(pieces, noise, same, old_area=old_area, new_area=new_area)
    kept = _kept(kin, pieces, same)
    share = np.where(pieces.old == NOTHING, 0.0, pieces.area / np.append(old_area, 1.0)[pieces.old])
    placed = [(family.kind, left_old[list(family.old)], left_new[list(family.new)]) for family in kin]
    return _Rows(place_old, place_new, pieces.shape, share, ~kept, noise), placed


def _kept(kin, pieces, same):
    """Pieces within a family that a face keeps: under its id, or as the only one before and after."""
    family_of_old = {k: number for number, family in enumerate(kin) for k in family.old}
    family_of_new = {k: number for number, family in enumerate(kin) for k in family.new}
    single = {number for number, family in enumerate(kin) if len(family.old) == len(family.new) == 1}
    left = [family_of_old.get(k) for k in pieces.old.tolist()]
    reached = [family_of_new.get(k) for k in pieces.new.tolist()]
    kept = [one == other and (by_id or one in single) for one, other, by_id in zip(left, reached, same, strict=True)]
    return np.array(kept, dtype=bool)


def _sound(part, rows):
    faces = require_polygons(part.faces[rows], part.ids[rows])
    invalid = part.ids[rows][~valid_on_lattice(faces)].tolist()
    if invalid:
        few = ", ".join(invalid[:NAMED]) + (" …" if len(invalid) > NAMED else "")
        raise Refusal(
            "invalid_geometry", f"{len(invalid)} changed faces are no valid polygons; mend them first: {few}.", faces=invalid
        )
    return faces


def _renamed(before, pairs):
    old, new = pairs.T
    no = np.zeros(len(old), dtype=bool)
    return _Rows(old, new, before.faces[old], np.ones(len(old)), no, no)


def _joined(first, second):
    names = ("old", "new", "shape", "share", "moved", "noise")
    return _Rows(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in names))


def _with_tally(rows, tally):
    """Lineage with the counted households; of a pair that shares no land a row without any."""
    known = {pair: row for row, pair in enumerate(zip(rows.old.tolist(), rows.new.tolist(), strict=True))}
    place = np.array([known.get(p, -1) for p in zip(tally.old.tolist(), tally.new.tolist(), strict=True)], dtype=np.int64)
    households = np.zeros(len(rows.old))
    households[place[place >= 0]] = tally.count[place >= 0]
    bare = place < 0
    nothing = np.full(int(bare.sum()), shapely.Polygon(), dtype=object)
    yes = np.ones(len(nothing), dtype=bool)
    more = _Rows(tally.old[bare], tally.new[bare], nothing, np.zeros(len(nothing)), yes, yes)
    return replace(_joined(rows, more), households=np.append(households, tally.count[bare]))


def _reported(before, after, renamed, kin, rows):
    kin = kin + [("renamed", np.array([i]), np.array([j])) for i, j in renamed.tolist()]
    kinds = [np.full(len(part.ids), "unchanged", dtype="<U12") for part in (before, after)]
    for kind, old, new in kin:
        kinds[0][old], kinds[1][new] = kind, kind
    old_ids, area_before_m2 = _named(before, [old for _, old, _ in kin])
    new_ids, area_after_m2 = _named(after, [new for _, _, new in kin])
    columns = (kind for kind, _, _ in kin), old_ids, new_ids, area_before_m2, area_after_m2
    changes = [Change(*values) for values in zip(*columns, strict=True)]
    order = sorted(changes, key=lambda change: (change.old or change.new, change.new))
    return Comparison(*kinds, tuple(order), _lineage(before, after, rows))


def _named(part, groups):
    """Ids, ascending, and geodesic area of groups of faces."""
    rows = np.concatenate([np.empty(0, dtype=np.int64), *groups])
    group = np.repeat(np.arange(len(groups)), [len(one) for one in groups])
    area_m2 = np.bincount(group, weights=geodesic_area_m2(part.faces[rows]), minlength=len(groups))
    return [tuple(sorted(part.ids[one].tolist())) for one in groups], area_m2.tolist()


def _lineage(before, after, rows):
    names = [np.append(part.ids.astype(object), None)[column] for part, column in ((before, rows.old), (after, rows.new))]
    unknown = rows.households is None
    households = [None] * len(rows.old) if unknown else [None if np.isnan(h) else h for h in rows.households.tolist()]
    area_m2 = geodesic_area_m2(rows.shape).tolist()
    columns = *names, area_m2, households, rows.moved.tolist(), rows.noise.tolist(), rows.shape
    table = [Lineage(*values) for values in zip(*columns, strict=True)]
    return tuple(sorted(table, key=lambda row: (row.old is None, row.old or "", row.new is None, row.new or "")))
