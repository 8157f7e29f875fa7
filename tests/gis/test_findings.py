"""The shape of a report stays fixed."""

import json

from gis.checking.findings import RULES, Finding, Report, sort_findings


def test_a_report_is_the_documented_json_object():
    report = Report(3, False, (Finding("overlap", ("A", "B"), 1.5, 0.1, 105.0, 28.0), Finding("null_geometry", ("C",))))
    told = json.loads(json.dumps(report.as_dict()))
    assert list(told) == ["ok", "faces", "tiles_parent", "summary", "findings"]
    assert told["summary"] == {"overlap": {"count": 1, "area_m2": 1.5}, "null_geometry": {"count": 1, "area_m2": 0.0}}
    assert list(told["findings"][0]) == ["code", "severity", "faces", "area_m2", "width_m", "lon", "lat"]
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
