"""Buttons that the page keeps away from who may not: its few lines of the table of rights are the server's."""

import re
from pathlib import Path

from boundaries.rights import RIGHTS

SESSION = Path(__file__).parents[2] / "web" / "src" / "workbench" / "session.ts"
LINE = re.compile(r'^  "(?P<right>[\w.]+)": \[(?P<roles>[^\]]*)\],$', re.MULTILINE)


def roles_of_the_page():
    text = SESSION.read_text(encoding="utf-8")
    table = re.search(r"const ROLES: [^\n]*\{\n(.*?)\n\};", text, re.DOTALL)[1]
    found = {line["right"]: tuple(re.findall(r'"(\w+)"', line["roles"])) for line in LINE.finditer(table)}
    assert len(found) == len(table.splitlines())
    declared = re.search(r"export type Right =([^;]*);", text)[1]
    assert found.keys() == set(re.findall(r'"([\w.]+)"', declared))
    return found


def test_the_page_gives_each_right_to_the_roles_that_the_server_gives_it_to():
    page = roles_of_the_page()
    assert page
    assert {right: set(roles) for right, roles in page.items()} == {right: set(RIGHTS[right].roles) for right in page}


def test_the_page_asks_for_a_right_by_code_or_for_the_whole_city_as_it_reaches():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SESSION.parents[1].rglob("*.ts"))
    asked = re.findall(r'\.may\("([\w.]+)", ([^,)\s]+)', sources)
    assert "change_set.edit" in {right for right, _ in asked}
    assert [(right, code) for right, code in asked if RIGHTS[right].reach != ("city" if code == '""' else "code")] == []
