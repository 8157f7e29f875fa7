"""A proposal to divide a unit, as an answer."""

import json

import shapely

from gis.conforming.wording import chinese, english

MOST_FINDINGS = 500


def shown(proposal, land, parent):
    """What would be done.

    Parameters
    ----------
    proposal : boundaries.imports.proposal.Proposal
    land : boundaries.changes.land.Land
    parent : str

    Returns
    -------
    dict
    """
    conformed = proposal.conformed
    return {
        "parent": parent,
        "ok": conformed.ok,
        "tiles": conformed.proof.ok,
        "max_shift_m": round(conformed.max_shift_m, 6),
        "noding_m": round(conformed.noding_m, 6),
        "nodes": len(conformed.parent_nodes),
        "notes": list(proposal.incoming.notes),
        "summary": proposal.report.summary,
        "findings": [finding.as_dict() for finding in proposal.report.findings[:MOST_FINDINGS]],
        "mends": [_mend(mend) for mend in conformed.mends],
        "needs_a_person": [mend.id for mend in conformed.needs_a_person],
        "units_gone": sorted(set(land.children(parent)) - set(proposal.units)),
        "faces": {"type": "FeatureCollection", "features": _features(proposal, land)},
    }


def _mend(mend):
    shape = mend.geometry
    if shape is None and mend.lon is not None:
        shape = shapely.Point(mend.lon, mend.lat)
    return mend.as_dict() | {"sentence_en": english(mend), "sentence_zh": chinese(mend), "geometry": _geojson(shape)}


def _features(proposal, land):
    conformed = proposal.conformed
    columns = (conformed.touched.tolist(), conformed.area_before_m2.tolist(), conformed.area_after_m2.tolist())
    rows = zip(conformed.ids, conformed.faces, proposal.labels, *columns, strict=True)
    return [
        {
            "type": "Feature",
            "id": name,
            "geometry": _geojson(shape),
            "properties": {"id": name, **_labels(said, land)}
            | {"touched": touched, "area_before_m2": round(before, 3), "area_after_m2": round(after, 3)},
        }
        for name, shape, said, touched, before, after in rows
    ]


def _labels(said, land):
    """As the unit would have them: what the file does not say stays as it was."""
    old = land.get(said.get("unit"))
    kept = {"name": old.name, "kind": old.kind} if old else {}
    return dict.fromkeys(("unit", "name", "kind", "households", "population")) | kept | said


def _geojson(shape):
    return None if shape is None else json.loads(shapely.to_geojson(shape))
