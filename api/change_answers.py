"""Change sets as answers: the set itself, what it does, and its shapes."""

import json

import shapely

from api.json_text import moment
from boundaries.changes.land import parent_of_id
from boundaries.units import COUNTS
from gis.errors import Refusal


def shown(held):
    """A change set.

    Parameters
    ----------
    held : boundaries.store.changes.ChangeSet

    Returns
    -------
    dict
    """
    return {
        "id": held.id,
        "title": held.title,
        "reason": held.reason,
        "reason_zh": held.reason_zh,
        "reason_en": held.reason_en,
        "state": held.state,
        "scope": held.scope,
        "note": held.note,
        "revision": held.revision,
        "effective_on": held.effective_on and held.effective_on.isoformat(),
        "effective_at": moment(held.effective_at),
        "created_at": moment(held.created_at),
        "opened_by": held.opened_by,
        "checked_at": moment(held.checked_at),
        "decided_at": moment(held.decided_at),
        "decided_by": held.decided_by,
        "withdrawn_at": moment(held.withdrawn_at),
        "reverses": held.reverses,
        "commands": list(held.commands),
    }


def checked(found, *, refusal: Refusal | None = None, conflicts=()):
    """The outcome of a check: what would change, or which command fails and why; and what others did to the same units."""
    if refusal is not None:
        finding = {"code": refusal.code, "severity": "error", "message": refusal.message, "details": refusal.details}
        nothing = {"ended": [], "begun": [], "technical": []}
        return {"ok": False, "findings": [finding], "conflicts": list(conflicts)} | nothing
    outcome = found.outcome
    return {
        "ok": True,
        "findings": [],
        "conflicts": list(conflicts),
        "ended": [unit.id for unit in outcome.before if unit.id not in outcome.technical],
        "begun": [_begun(outcome, unit) for unit in outcome.after if unit.id not in outcome.technical],
        "technical": sorted(outcome.technical),
    }


def _begun(outcome, unit):
    said = {"id": unit.id, "code": outcome.codes[unit.id], "name": unit.name, "kind": unit.kind}
    return said | {count: getattr(unit, count) for count in COUNTS}


def moves(outcome):
    """Who got which land, households and population from whom, by the codes that the units have."""
    return [
        {
            "from": heir.old,
            "to": outcome.codes.get(heir.new, heir.new),
            "area_m2": round(heir.area_m2, 3),
            "households": heir.households,
            "population": heir.population,
            "moved": heir.moved,
        }
        for heir in outcome.heirs
    ]


def difference(found):
    """Shapes of the units that change, before and after, as two GeoJSON feature collections."""
    outcome = found.outcome
    return {
        "at": moment(found.at),
        "technical": sorted(outcome.technical),
        "before": _collection(outcome.before, outcome.technical, {}),
        "after": _collection(outcome.after, outcome.technical, outcome.codes),
    }


def _collection(units, technical, codes):
    features = [_feature(unit, codes.get(unit.id, unit.id)) for unit in units if unit.id not in technical]
    return {"type": "FeatureCollection", "features": features}


def _feature(unit, code):
    properties = {
        "code": code,
        "id": unit.id,
        "level": unit.level,
        "parent": parent_of_id(unit.id),
        "name": unit.name,
        "kind": unit.kind,
        "households": unit.households,
        "population": unit.population,
        "divided": unit.divided,
    }
    return {"type": "Feature", "id": code, "geometry": json.loads(shapely.to_geojson(unit.geometry)), "properties": properties}
