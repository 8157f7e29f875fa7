"""What is said of filings, over HTTP and on the command line alike."""

import shapely

from api.json_text import feature
from boundaries.filings.effects import effects, technical_codes
from boundaries.filings.payload import instant_text, metres_text, thawed
from boundaries.filings.states import allowed_in
from boundaries.store.code_tables import called
from boundaries.store.filing_chain import entries
from boundaries.store.filing_reading import attachments, filing, payload_of, step_of
from boundaries.units import COUNTS


def shown(row):
    """A line of a list."""
    days = {name: getattr(row, name).isoformat() for name in ("due_on", "effective_on")}
    instants = {name: instant_text(getattr(row, name)) for name in ("decided_at", "state_since", "submitted_at")}
    plain = ("no", "state", "scope", "title", "reason", "due_provisional", "overdue")
    said = {name: getattr(row, name) for name in plain} | {"change_set": row.change_set_id, "late": bool(row.late)}
    return said | days | instants


def detail(connection, no):
    """A filing with its units, shares, steps and files."""
    row = filing(connection, no)
    trail = entries(connection, no)
    payload = trail[0].said
    change = thawed(payload)
    reason_zh, reason_en = called(connection, "change_reason", row.reason, row.decided_at)
    return shown(row) | {
        "reason_zh": reason_zh,
        "reason_en": reason_en,
        "allowed": allowed_in(row.state),
        "place": payload["place"],
        "note": change.set["note"],
        "decided_by": change.set["decided_by"],
        "units": [_unit(each) for each in effects(change)],
        "technical": technical_codes(change),
        "lineage": payload["lineage"],
        "steps": [step_of(entry) for entry in trail],
        "attachments": [file._asdict() for file in attachments(connection, no)],
    }


def _unit(effect):
    sides = {"before": _version(effect.before), "after": _version(effect.after)}
    name = (effect.after or effect.before).name
    return {"code": effect.code, "level": effect.level, "name": name, "what": list(effect.what)} | sides


def _version(version):
    if version is None:
        return None
    names = ("name", "kind", *COUNTS, "divided", "source")
    return {name: getattr(version, name) for name in names} | {"area_m2": metres_text(version.area_m2), "version": version.id}


def collection(connection, no, side):
    """Units before or after as GeoJSON in degrees: the very coordinates that were frozen, seven decimals."""
    versions = getattr(thawed(payload_of(connection, no)), side)
    features = [_feature(version) for version in versions]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _feature(version):
    said = _version(version) | {"code": version.code, "level": version.level, "technical": version.technical}
    return feature(version.code, "null" if version.geometry is None else shapely.to_geojson(version.geometry), said)


def proof(found):
    """What came of a verification."""
    faults = [{"filing": each.filing, "entry": each.entry, "rule": each.rule, "what": each.what} for each in found.faults]
    return {"ok": not faults, "filings": found.filings, "entries": found.entries, "head": found.head, "faults": faults}
