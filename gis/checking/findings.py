"""What a check returns: findings with a stable code, a severity, the faces, the measure and the place of the fault."""

from dataclasses import dataclass, field
from typing import Literal

import shapely

from gis.checking.wording import chinese, english

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule code stands for.

    Attributes
    ----------
    severity : {"error", "warning"}
    en, zh : str
        Name in both languages of the interface.

    Examples
    --------
    >>> RULES["gap"]
    Rule(severity='error', en='no face covers this part', zh='缝隙：没有面覆盖')
    """

    severity: Severity
    en: str
    zh: str


RULES = {
    "overlap": Rule("error", "two faces share area", "两个面重叠"),
    "gap": Rule("error", "no face covers this part", "缝隙：没有面覆盖"),
    "outside_parent": Rule("error", "the face reaches outside its parent", "超出上级范围"),
    "invalid_geometry": Rule("error", "the polygon is not valid", "多边形无效"),
    "invalid_parent": Rule("error", "the polygon of the parent is not valid", "上级多边形无效"),
    "duplicate": Rule("error", "two faces are the same", "两个面完全相同"),
    "null_geometry": Rule("error", "the feature has no geometry", "要素没有图形"),
    "empty_geometry": Rule("error", "the geometry of the feature is empty", "要素图形为空"),
    "not_a_polygon": Rule("error", "the feature is not, or not only, a polygon", "要素不是（或不只是）多边形"),
    "null_id": Rule("error", "the feature has no code", "要素没有编码"),
    "duplicate_id": Rule("error", "the code stands more than once", "编码重复"),
    "unknown_parent": Rule("error", "the parent of the face is not there", "所填上级不存在"),
    "own_ancestor": Rule("error", "the face lies within itself through its parents", "上级关系首尾相接"),
    "unmatched_vertex": Rule("warning", "a vertex lies inside the edge of a neighbour", "顶点落在相邻面的边上，缺少对应节点"),
    "sliver": Rule("warning", "the face is narrower than a metre", "面过于狭长"),
    "spike": Rule("warning", "the boundary runs out and back", "边界有尖刺"),
    "narrow_neck": Rule("warning", "two wide parts of the face hang together by a narrow neck", "面的两部分之间有窄颈"),
    "multipart": Rule("warning", "the face has several parts", "面由多个部分组成"),
    "datum_suspect": Rule("warning", "the layer fits its parent in another datum", "坐标基准可疑"),
}
NO_FACES = ("null_geometry", "empty_geometry", "not_a_polygon")
TILING_RULES = {"overlap", "gap", "outside_parent", "invalid_geometry", "invalid_parent", "duplicate", *NO_FACES}
TILING_RULES |= {"unknown_parent", "own_ancestor"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault.

    Attributes
    ----------
    code : str
        One of :data:`RULES`.
    faces : tuple of str
        Ids of the faces concerned, ascending; of ``unmatched_vertex`` the face that lacks the vertex comes first.
        Those of a ``gap`` are the faces around it. "" stands for a face without id.
    area_m2 : float
        Geodesic area of `geometry`; 0 for points.
    width_m : float
        Width of the rectangle that has the area and the perimeter of `geometry`: the side of a square, the width of a
        strip, however it bends. Of ``spike`` the width at the open end, of ``narrow_neck`` that of its narrowest place.
    lon, lat : float or None
        A point of the fault, degrees on CGCS2000; None where the fault has no place.
    geometry : Geometry or None
        The fault itself, degrees on CGCS2000.
    detail : str
        What the measure does not say: the kind of invalidity and its ring, the datum that fits.
    within : str
        The parent against which the fault was found, in a check of several; "" otherwise.
    id : str
        Stable name of the fault, see :mod:`gis.checking.identity`; "" as long as it stands in no report.
    """

    code: str
    faces: tuple[str, ...]
    area_m2: float = 0.0
    width_m: float = 0.0
    lon: float | None = None
    lat: float | None = None
    geometry: shapely.Geometry | None = field(default=None, compare=False, repr=False)
    detail: str = ""
    within: str = ""
    id: str = ""

    @property
    def sentence_en(self):
        """What is wrong, where, how much, and what to do about it, in English."""
        return english(self)

    @property
    def sentence_zh(self):
        """What is wrong, where, how much, and what to do about it, in Chinese."""
        return chinese(self)

    @property
    def severity(self):
        """``"error"`` breaks the coverage, ``"warning"`` is for a person to look at."""
        return RULES[self.code].severity

    def as_dict(self):
        """The finding as the JSON object of ``wangge check``.

        Examples
        --------
        >>> told = Finding("overlap", ("A", "B"), 12.3456789, 0.5, 105.44, 28.88).as_dict()
        >>> [told[key] for key in ("code", "severity", "faces", "area_m2", "width_m", "lon", "lat")]
        ['overlap', 'error', ['A', 'B'], 12.345679, 0.5, 105.44, 28.88]
        >>> told["sentence_en"]
        'Faces A and B overlap by 12.3 m² (0.5 m wide); decide which of them owns it.'
        """
        return {
            "code": self.code,
            "severity": self.severity,
            "faces": list(self.faces),
            "area_m2": round(self.area_m2, 6),
            "width_m": round(self.width_m, 6),
            "lon": None if self.lon is None else round(self.lon, 9),
            "lat": None if self.lat is None else round(self.lat, 9),
            "id": self.id,
            "within": self.within,
            "sentence_en": self.sentence_en,
            "sentence_zh": self.sentence_zh,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """Outcome of a check.

    Attributes
    ----------
    faces : int
        Features looked at.
    tiles_parent : bool or None
        Whether the faces cover the parent and nothing else, every point once; None where no parent was given.
    findings : tuple of Finding
        Errors before warnings, then by code, parent, faces and place; the order of the input never matters.
    """

    faces: int
    tiles_parent: bool | None
    findings: tuple[Finding, ...]

    @property
    def ok(self):
        """Whether there is no finding of severity ``"error"``; warnings alone leave a layer usable."""
        return not any(finding.severity == "error" for finding in self.findings)

    @property
    def summary(self):
        """Count and area of every code that was found.

        Examples
        --------
        >>> Report(2, None, (Finding("gap", (), 2.0), Finding("gap", (), 0.5))).summary
        {'gap': {'count': 2, 'area_m2': 2.5}}
        """
        table = {}
        for finding in self.findings:
            row = table.setdefault(finding.code, {"count": 0, "area_m2": 0.0})
            row["count"] += 1
            row["area_m2"] += finding.area_m2
        return {code: {"count": row["count"], "area_m2": round(row["area_m2"], 6)} for code, row in table.items()}

    def as_dict(self):
        """The report as the JSON object of ``wangge check``."""
        return {
            "ok": self.ok,
            "faces": self.faces,
            "tiles_parent": self.tiles_parent,
            "summary": self.summary,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def sort_findings(findings):
    """Findings in the order of a report: errors first, then by code, parent, faces and place.

    Parameters
    ----------
    findings : iterable of Finding

    Returns
    -------
    tuple of Finding

    Examples
    --------
    >>> [one.code for one in sort_findings([Finding("spike", ("A",)), Finding("gap", ("B",)), Finding("overlap", ("B", "C"))])]
    ['overlap', 'gap', 'spike']
    """
    rank = {code: number for number, code in enumerate(RULES)}
    return tuple(
        sorted(findings, key=lambda f: (rank[f.code], f.within, f.faces, f.lon or 0.0, f.lat or 0.0, f.area_m2, f.detail))
    )
