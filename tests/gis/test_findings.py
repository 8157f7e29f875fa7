"""The shape of a report stays fixed."""

import json
import re

import shapely

from gis.checking.check import check
from gis.checking.findings import RULES, Finding, Report, sort_findings


def test_a_report_is_the_documented_json_object():
    report = Report(3, False, (Finding("overlap", ("A", "B"), 1.5, 0.1, 105.0, 28.0), Finding("null_geometry", ("C",))))
    told = json.loads(json.dumps(report.as_dict()))
    assert list(told) == ["ok", "faces", "tiles_parent", "summary", "findings"]
    assert told["summary"] == {"overlap": {"count": 1, "area_m2": 1.5}, "null_geometry": {"count": 1, "area_m2": 0.0}}
    assert list(told["findings"][0])[:7] == ["code", "severity", "faces", "area_m2", "width_m", "lon", "lat"]
    assert list(told["findings"][0])[7:] == ["id", "within", "sentence_en", "sentence_zh"]
    assert told["findings"][1]["lon"] is None


def test_warnings_alone_leave_a_layer_usable():
    assert Report(1, None, (Finding("spike", ("A",)),)).ok
    assert not Report(1, None, (Finding("gap", ("A",)),)).ok


def test_errors_come_before_warnings():
    severities = [rule.severity for rule in RULES.values()]
    assert severities == sorted(severities)
    found = sort_findings([Finding("spike", ("A",)), Finding("gap", ("B",)), Finding("gap", ("A",)), Finding("overlap", ("Z",))])
    assert [(f.code, f.faces) for f in found] == [("overlap", ("Z",)), ("gap", ("A",)), ("gap", ("B",)), ("spike", ("A",))]


def test_every_rule_has_words_in_both_languages():
    assert all(rule.en.isascii() and not rule.zh.isascii() for rule in RULES.values())


class TestSentences:
    def test_every_rule_has_one_in_both_languages_and_uses_all_that_it_is_given(self):
        for code in RULES:
            finding = Finding(code, ("A", "B"), 12.34, 0.5, detail="D1", within="P")
            assert re.fullmatch(r"[A-Z][^{}]+\.", finding.sentence_en) and ";" in finding.sentence_en
            assert re.fullmatch(r"[^{}]+。", finding.sentence_zh) and "请" in finding.sentence_zh
            assert finding.sentence_en.replace("²", "").isascii()

    def test_measures_come_in_units_that_a_person_reads(self):
        told = {
            (2_340_000.0, 1234.0): ("2.34 km²", "1,234 m wide"),
            (12.34, 0.5): ("12.3 m²", "0.5 m wide"),
            (0.0123, 0.05): ("123 cm²", "5 cm wide"),
            (0.00005, 0.0021): ("50 mm²", "2.1 mm wide"),
            (1e-9, 1e-6): ("< 1 mm²", "< 1 mm wide"),
        }
        for (area_m2, width_m), words in told.items():
            assert all(word in Finding("overlap", ("A", "B"), area_m2, width_m).sentence_en for word in words)

    def test_faces_are_named_and_many_are_counted(self):
        gap = Finding("gap", tuple("ABCDEFG"), 10.0, 1.0)
        assert gap.sentence_en.startswith("No face covers 10 m² (1 m wide) between faces A, B, C, D, E and 2 more;")
        assert gap.sentence_zh.startswith("面 A、B、C、D、E 等 7 个面之间有 10 m²（宽 1 m）没有任何面覆盖")
        assert Finding("gap", ("纳溪区",), 10.0, 1.0).sentence_zh.startswith("面“纳溪区”旁有 10 m²")
        assert Finding("null_geometry", ("",)).sentence_en.startswith("A face without a code has no geometry")

    def test_a_missing_vertex_says_who_lacks_it(self):
        whole, west, east = shapely.box(105, 28, 107, 29), shapely.box(105, 28, 106, 29), shapely.box(106, 28, 107, 29)
        told = {f.sentence_en for f in check([west, east], ["W", "E"], parent=whole).findings}
        assert told == {"The border of the parent lacks the vertex that faces E and W have here; insert it."}
        south = shapely.box(105, 27, 107, 28)
        (finding,) = check([south, west, east], ["S", "W", "E"]).findings
        assert finding.sentence_zh == "面 S 的边界上缺少面 E 与 W 在此处的顶点，请在此插入。"

    def test_the_ring_of_an_invalid_polygon_is_said_in_chinese_too(self):
        holed = shapely.from_wkt(
            "POLYGON ((105 28, 106 28, 106 29, 105 29, 105 28), (105.1 28.1, 105.3 28.3, 105.3 28.1, 105.1 28.3, 105.1 28.1))"
        )
        (finding,) = (f for f in check([holed], ["A"]).findings if f.code == "invalid_geometry")
        assert finding.sentence_zh == "面 A 不是有效的多边形（自相交，位于第 1 个孔），请在该处重新绘制。"
