"""Editions of the division codes and their lineage as answers: the same over HTTP and on the command line."""


def edition(row):
    """An edition as JSON knows it."""
    return {"name": row.name, "in_force_on": row.in_force_on.isoformat(), "source": row.source}


def step(row):
    """A stored step as JSON knows it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> row = SimpleNamespace(edition="2023", from_code="510502400", from_name="高新技术开发区", to_code=None, to_name=None,
    ...                       kind="ended", found_by="absence", evidence={"villages": 1, "shares": []})
    >>> step(row)["from"], step(row)["to"], step(row)["villages"]
    ({'code': '510502400', 'name': '高新技术开发区'}, None, 1)
    """
    told = {"villages": None, "shares": [], "doubt": None, "note": ""} | row.evidence
    ends = {"from": _division(row.from_code, row.from_name), "to": _division(row.to_code, row.to_name)}
    return {"edition": row.edition} | ends | {"kind": row.kind, "by": row.found_by} | told


def reckoned(each, names, edition_name):
    """A step that is not stored yet, in the same form.

    Parameters
    ----------
    each : boundaries.divisions.lineage.Step
    names : tuple of dict
        Names by code in the earlier and the later edition.
    edition_name : str
    """
    shares = [{"code": s.code, "name": names[each.new is None][s.code], "villages": s.villages} for s in each.shares]
    ends = {
        "from": _division(each.old, names[0].get(each.old)),
        "to": _division(each.new, names[1].get(each.new)),
    }
    told = {"villages": each.villages or None, "shares": shares, "doubt": each.doubt, "note": each.note}
    return {"edition": edition_name} | ends | {"kind": each.kind, "by": each.by} | told


def sentence(answer):
    """A step in one line.

    Examples
    --------
    >>> shares = [{"code": "510502106", "name": "通滩镇", "villages": 7}]
    >>> old = {"code": "510502111", "name": "石寨镇"}
    >>> sentence({"from": old, "to": None, "kind": "ended", "by": "villages", "villages": 8, "shares": shares, "doubt": None})
    '510502111 石寨镇: ended (villages); of 8 villages 7 to 510502106 通滩镇, 1 not found'
    """
    ends = " → ".join(f"{end['code']} {end['name']}" for end in (answer["from"], answer["to"]) if end)
    return f"{ends}: {answer['kind']} ({answer['by']}){_villages(answer)}{_doubt(answer)}"


def _villages(answer):
    if not answer["villages"]:
        return ""
    way = "to" if answer["kind"] == "ended" else "from"
    parts = [f"{share['villages']} {way} {share['code']} {share['name']}" for share in answer["shares"]]
    lost = answer["villages"] - sum(share["villages"] for share in answer["shares"])
    parts += [f"{lost} not found"] if lost > 0 else []
    return f"; of {answer['villages']} villages {', '.join(parts)}"


def _doubt(answer):
    return f"; doubtful: {answer['doubt']}" if answer["doubt"] else ""


def _division(code, name):
    return code and {"code": code, "name": name}
