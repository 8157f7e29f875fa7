"""What a change means for every unit it touches: measures before and after, who gives land to whom, and what to look at."""

from collections import Counter
from dataclasses import asdict, dataclass, replace

import shapely

from boundaries.changes.inheritance import Heir
from boundaries.changes.land import faces, parent_of_id
from boundaries.codes import LEVELS
from boundaries.sizes import DEFAULT_BOUNDS, SizeRule, size_rule
from gis.measures import geodesic_area_m2, measure
from gis.measuring.clarity import clarity
from gis.measuring.compactness import polsby_popper

NARROW_M = 5.0  # land that a worker crosses in a few steps is rarely meant
CLEAR_WITHIN_M = 20.0  # half a main road: a border along its kerb is as clear as one along its middle
WARNINGS = ("multipart", "sliver", "too_few_households", "too_many_households", "households_unknown", "duplicate_name")


@dataclass(frozen=True, slots=True)
class Measures:
    """A unit at one time.

    Attributes
    ----------
    name, kind : str
        The kind is None for jurisdictions.
    area_m2 : float
        Geodesic.
    households, population : int or None
    micro_grids : int
        In it, one itself not counted.
    size_rule : boundaries.sizes.SizeRule or None
    compactness : float
        Polsby-Popper, 0 to 1.
    clarity : float or None
        Share of the border along the reference lines, 0 to 1; None where none were given.
    clarity_by_kind : dict of str to float, or None
        The same for the lines of each kind.
    parts : int
        Pieces of land that do not touch one another along a border.
    """

    name: str
    kind: str | None
    area_m2: float
    households: int | None
    population: int | None
    micro_grids: int
    size_rule: SizeRule | None
    compactness: float
    clarity: float | None
    clarity_by_kind: dict | None
    parts: int


@dataclass(frozen=True, slots=True)
class Effect:
    """One unit before and after.

    Attributes
    ----------
    code : str
        Its code; of a new unit the one it will get.
    id : str
        What commands call it.
    level : str
    before, after : Measures or None
        None where there is no such unit.
    gives, gets : tuple of Heir
        Land that goes over to or comes from other units of its level.
    warnings : tuple of str
        Of :data:`WARNINGS`, about the unit as it will be: they hinder nothing.
    """

    code: str
    id: str
    level: str
    before: Measures | None
    after: Measures | None
    gives: tuple[Heir, ...]
    gets: tuple[Heir, ...]
    warnings: tuple[str, ...]

    def as_dict(self):
        """The effect as JSON knows it."""
        return {
            "code": self.code,
            "id": self.id,
            "level": self.level,
            "before": self.before and asdict(self.before),
            "after": self.after and asdict(self.after),
            "gives": [_share(heir.new, "to", heir) for heir in self.gives],
            "gets": [_share(heir.old, "from", heir) for heir in self.gets],
            "warnings": list(self.warnings),
        }


def effects(outcome, land_before, land_after, *, bounds=DEFAULT_BOUNDS, lines=(), kinds=(), tolerance_m=CLEAR_WITHIN_M):
    """Measure every unit that changes in more than nodes on its border.

    Parameters
    ----------
    outcome : boundaries.changes.outcome.Outcome
    land_before, land_after : boundaries.changes.land.Land
        What the outcome was reckoned from.
    bounds : dict of str to dict
        Households of each kind of unit, as :func:`boundaries.sizes.size_rule` takes them.
    lines : array_like of LineString, MultiLineString, Polygon or MultiPolygon, optional
        Reference lines for the clarity of borders, degrees.
    kinds : array_like of str, optional
        Of each line, as :func:`gis.measuring.clarity.clarity` takes them.
    tolerance_m : float
        Largest distance of a clear border from a line.

    Returns
    -------
    list of Effect
        Parents before children, by code.

    Raises
    ------
    Refusal
        Those of :func:`gis.measuring.clarity.clarity` for bad lines.

    Examples
    --------
    >>> from boundaries.changes.land import Land, Unit
    >>> from boundaries.changes.outcome import outcome_of, replay
    >>> corners = [(105, 28), (105.004, 28), (105.01, 28), (105.01, 28.01), (105.004, 28.01), (105, 28.01)]
    >>> square = shapely.Polygon(corners)
    >>> land = Land([Unit("510502001001", "村", None, 900, True, square),
    ...              Unit("510502001001001", "第1网格", "comprehensive", 900, False, square)])
    >>> line = {"type": "LineString", "coordinates": [[105.004, 27], [105.004, 29]]}
    >>> split = replay(land, [{"op": "split", "unit": "510502001001001", "lines": line}])
    >>> found = effects(outcome_of(land, split, used=lambda parent: ["510502001001001"]), land, split)
    >>> [(row.code[-3:], row.after.households, row.warnings) for row in found]
    [('001', 540, ('too_many_households', 'duplicate_name')), ('002', 360, ('duplicate_name',))]
    """
    before = _measured(outcome.before, outcome.technical, land_before, bounds, (lines, kinds, tolerance_m))
    after = _measured(outcome.after, outcome.technical, land_after, bounds, (lines, kinds, tolerance_m))
    names = _names_by_parent(outcome, land_after)
    units = {unit.id: unit for unit in (*outcome.before, *outcome.after) if unit.id not in outcome.technical}
    rows = [
        Effect(
            outcome.codes.get(name, name),
            name,
            unit.level,
            before.get(name),
            after.get(name),
            _coded(outcome, [heir for heir in outcome.heirs if heir.moved and heir.old == name]),
            _coded(outcome, [heir for heir in outcome.heirs if heir.moved and heir.new == name]),
            _warnings(unit, after[name], names) if name in after else (),
        )
        for name, unit in units.items()
    ]
    return sorted(rows, key=lambda row: (LEVELS.index(row.level), row.code))


def _measured(units, technical, land, bounds, reference):
    """Measures of some units by id."""
    units = [unit for unit in units if unit.id not in technical]
    if not units:
        return {}
    shapes = faces(units)
    columns = geodesic_area_m2(shapes).tolist(), polsby_popper(shapes).tolist(), _clarity(shapes, reference), _parts(shapes)
    return {
        unit.id: Measures(
            unit.name,
            unit.kind,
            area_m2,
            unit.households,
            unit.population,
            _micro_grids(land, unit),
            size_rule(unit.kind, unit.households, bounds=bounds),
            compact,
            *clear,
            parts,
        )
        for unit, area_m2, compact, clear, parts in zip(units, *columns, strict=True)
    }


def _clarity(shapes, reference):
    """Of each shape the share of its border that is clear, and by kind of line."""
    lines, kinds, tolerance_m = reference
    if not len(lines):
        return [(None, None)] * len(shapes)
    found = clarity(shapes, lines, kinds, tolerance_m=tolerance_m)
    by_kind = [dict(zip(found.kinds, row, strict=True)) for row in found.share_by_kind.tolist()]
    return list(zip(found.share.tolist(), by_kind, strict=True))


def _parts(shapes):
    return shapely.get_num_geometries(shapes).tolist()


def _micro_grids(land, unit):
    return sum(land[name].level == LEVELS[-1] for name in land.subtree(unit.id)[1:])


def _names_by_parent(outcome, land):
    """How often a name stands in a unit above."""
    after = {unit.id: unit for unit in outcome.after}
    return Counter((parent_of_id(unit.id), after.get(unit.id, unit).name) for unit in land)


def _warnings(unit, now, names):
    """Words of :data:`WARNINGS` that fit a unit as it will be."""
    rule = now.size_rule
    found = {
        "multipart": now.parts > 1,
        "sliver": _is_narrow(unit),
        "too_few_households": rule is not None and rule.ok is False and now.households < rule.min,
        "too_many_households": rule is not None and rule.ok is False and now.households > rule.max,
        "households_unknown": rule is not None and rule.ok is None,
        "duplicate_name": names[parent_of_id(unit.id), now.name] > 1,
    }
    return tuple(word for word in WARNINGS if found[word])


def _is_narrow(unit):
    """Whether any part of a unit is narrower than :data:`NARROW_M`, by its area and perimeter."""
    return bool((measure(shapely.get_parts(unit.geometry))[1] < NARROW_M).any())


def _coded(outcome, heirs):
    """Heirs by the codes that units will have."""
    return tuple(replace(heir, new=outcome.codes.get(heir.new, heir.new)) for heir in heirs)


def _share(code, word, heir):
    return {word: code, "area_m2": heir.area_m2, "households": heir.households, "population": heir.population}
