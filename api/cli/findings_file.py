"""Findings as a GeoJSON file to open in a map: whole, or not at all."""

import errno
import json
import os
from tempfile import NamedTemporaryFile

import shapely

from gis.errors import Refusal
from gis.findings import RULES

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def require_place(out):
    """Refuse a place where nothing can be written, before any work is done.

    Parameters
    ----------
    out : pathlib.Path

    Raises
    ------
    Refusal
        ``missing_folder``, ``not_writable``.
    """
    if not out.parent.is_dir():
        raise Refusal("missing_folder", f"There is no folder {out.parent} to write {out.name} into; make it first.")
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise Refusal("not_writable", f"{out} cannot be written; choose another place with --findings.")


def write_findings(report, out):
    """Write the findings with their shapes, in degrees on CGCS2000.

    Parameters
    ----------
    report : gis.findings.Report
    out : pathlib.Path
        Replaced, if there is one, when the new file is complete.

    Raises
    ------
    Refusal
        ``disk_full``, ``not_written``; nothing is left behind.
    """
    features = ",\n".join(json.dumps(_feature(finding), ensure_ascii=False) for finding in report.findings)
    text = f'{{"type": "FeatureCollection", "features": [\n{features}\n]}}\n'
    try:
        _replace(out, text)
    except OSError as error:
        if error.errno in FULL:
            raise Refusal("disk_full", f"There is no room left to write {out}; nothing was written.") from error
        raise Refusal("not_written", f"{out} could not be written: {error.strerror}.") from error


def _replace(out, text):
    with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=f".{out.name}.", delete=False) as part:
        try:
            part.write(text)
            part.flush()
            os.fsync(part.fileno())
            os.chmod(part.name, 0o666 & ~_umask())
            os.replace(part.name, out)
        except BaseException:
            os.unlink(part.name)
            raise


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _feature(finding):
    rule = RULES[finding.code]
    properties = finding.as_dict() | {"detail": finding.detail, "rule_en": rule.en, "rule_zh": rule.zh}
    known = finding.geometry is not None and not finding.geometry.is_empty
    geometry = json.loads(shapely.to_geojson(finding.geometry)) if known else None
    return {"type": "Feature", "properties": properties, "geometry": geometry}
