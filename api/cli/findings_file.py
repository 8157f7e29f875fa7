"""Findings as a GeoJSON file to open in a map: whole, or not at all."""

import json

import shapely

from boundaries.imports.output import write_whole
from gis.checking.findings import RULES


def write_findings(report, out):
    """Write the findings with their shapes, in degrees on CGCS2000.

    Parameters
    ----------
    report : gis.checking.findings.Report
    out : pathlib.Path
        Replaced, if there is one, when the new file is complete.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``; nothing is left behind.
    """
    features = ",\n".join(json.dumps(_feature(finding), ensure_ascii=False) for finding in report.findings)
    text = f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'
    write_whole(text, out)


def _feature(finding):
    rule = RULES[finding.code]
    properties = finding.as_dict() | {"detail": finding.detail, "rule_en": rule.en, "rule_zh": rule.zh}
    known = finding.geometry is not None and not finding.geometry.is_empty
    geometry = json.loads(shapely.to_geojson(finding.geometry)) if known else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}
