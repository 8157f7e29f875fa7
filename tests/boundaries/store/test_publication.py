"""What is published of a grid, what was printed of it, and what has changed since: worked out each time, never stored."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from boundaries.city_settings import HOW_TO_REPORT, REVIEW_NUMBER, SUPERVISION_PHONE
from boundaries.clock import now, start_of_day
from boundaries.publication.contents import PARTS, digests
from boundaries.store import city_settings, printed, printing
from boundaries.store.duties import begin_duty
from boundaries.store.publication import contents_of, require_grid
from gis.errors import Refusal
from tests.api import town
from tests.boundaries.filings.change_sets import MERGE, SPLIT, decided, tomorrow
from tests.registers import register_of_module
from tests.workers import qualified, serving

pytestmark = pytest.mark.database

GRID, NEXT = town.WEST_GRID, town.MIDDLE_GRID
NOT_YET = sa.text("SELECT code FROM unit_version WHERE level = 'grid' GROUP BY code HAVING min(lower(lifespan)) > now()")
ADDRESS = "https://wangge.example"
WHO = (None, "test")


@pytest.fixture(scope="module")
def engine(cluster, _template):
    """The small register; what a test does in it is undone."""
    with register_of_module(cluster, _template, "publication") as engine:
        town.store(engine)
        with engine.begin() as connection:
            city_settings.put(connection, SUPERVISION_PHONE, "0830-12345")
        yield engine


def hang(connection, *codes, kind="board", size="A3", is_public_address=True):
    """Print boards of grids, without setting their pages."""
    wanted = {"kind": kind, "size": size, "address": ADDRESS, "is_public_address": is_public_address}
    number = printing.ask(connection, codes, by=WHO, **wanted)
    held = connection.execute(printing.BEGIN, {"id": number}).one()
    for first, some in printing.missing_parts(connection, held):
        contents = contents_of(connection, some, now())
        printing.add_part(connection, held, first, some, contents=contents, content=b"%PDF")
    printing.finish(connection, number, b"%PDF")
    return number


def changes(connection, *, address=ADDRESS, within=""):
    """What has changed of each board, by its grid."""
    prints, _, _ = printed.boards(connection, within=within, address=address)
    return {each.grid_code: each.changed for each in prints}


AGAIN = """
    WITH old AS (
        UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), CAST(:at AS timestamptz))
        WHERE code = :code AND upper_inf(lifespan) RETURNING *)
    INSERT INTO unit_version (code, name, kind, households, divided, geom, lifespan, source, change_set_id)
    SELECT code, coalesce(:name, name), kind, households, divided,
           CASE WHEN :boxed THEN ST_Multi(ST_ForcePolygonCCW(ST_Envelope(geom))) ELSE geom END,
           tstzrange(:at, NULL), source, change_set_id
    FROM old"""
END = """
    UPDATE unit_version SET lifespan = tstzrange(lower(lifespan), CAST(:at AS timestamptz))
    WHERE code = :code AND upper_inf(lifespan)"""


def rename(connection, code, name=None, *, boxed=False):
    """Another version of a unit from now on; the tiling is looked at by a commit that never comes."""
    connection.execute(sa.text(AGAIN), {"code": code, "name": name, "boxed": boxed, "at": now()})


def retire(connection, code):
    connection.execute(sa.text(END), {"code": code, "at": now()})


# ---------------------------------------------------------------------------------------------------------------------


def test_what_is_published_is_what_the_register_says(connection):
    serving(connection, GRID, name="王芳", work_phone="0830-3101234")
    found = require_grid(connection, GRID, now())
    assert (found.name, found.place["town"], found.synthetic) == (town.NAMES[GRID], ("510502001", "南城街道"), True)
    assert [(each.name, each.work_phone, each.substitutes_for) for each in found.workers] == [("王芳", "0830-3101234", None)]
    assert [each.code for each in found.micro_grids] == [f"{GRID}01", f"{GRID}02"]
    assert (found.supervision_phone, found.review_number) == ("0830-12345", None)


def test_the_extent_names_neighbours_in_the_village_and_villages_beyond(connection):
    found = contents_of(connection, [GRID, NEXT], now())
    assert found[GRID].sides == {
        "east": (town.NAMES[NEXT],),
        "south": ("",),
        "west": ("",),
        "north": (town.NAMES[town.BARE_VILLAGE],),
    }
    assert found[NEXT].sides["east"] == ("纳溪区永宁街道河西社区",)


def test_the_most_specific_setting_is_published(connection):
    city_settings.put(connection, SUPERVISION_PHONE, "0830-999", scope="510502001")
    found = contents_of(connection, [GRID, town.EAST_GRID], now())
    assert [found[code].supervision_phone for code in (GRID, town.EAST_GRID)] == ["0830-999", "0830-12345"]


def test_a_code_that_never_was_and_one_that_is_no_grid_are_refused(connection):
    for code, said in [("510502001001099", "unknown_unit"), ("510502001001", "unknown_unit"), ("x", "bad_code")]:
        with pytest.raises(Refusal) as refused:
            require_grid(connection, code, now())
        assert refused.value.code == said


def test_a_grid_that_has_ended_names_who_has_its_land(connection):
    decided(connection, MERGE)
    with pytest.raises(Refusal) as refused:
        require_grid(connection, NEXT, start_of_day(tomorrow()))
    assert (refused.value.code, refused.value.details["successors"]) == ("grid_retired", [GRID])
    assert require_grid(connection, NEXT, now()).code == NEXT


def test_a_grid_that_is_to_begin_is_not_told_of_before_its_day(connection):
    decided(connection, SPLIT)
    (new,) = connection.execute(NOT_YET).scalars().all()
    with pytest.raises(Refusal) as refused:
        require_grid(connection, new, now())
    assert refused.value.code == "unknown_unit"
    assert require_grid(connection, new, start_of_day(tomorrow())).code == new


# --- each published thing makes the board stale, at the same instant, and nothing else does ----------------------------


def other_worker(connection):
    begin_duty(connection, qualified(connection, scope=GRID[:12], name="李四"), GRID, role="assisting")


def other_contact(connection):
    connection.execute(sa.text("UPDATE grid_worker SET work_phone = '0830-7654321'"))


def other_extent(connection):
    rename(connection, GRID, boxed=True)


TOUCHES = {
    "worker": (other_worker, {"worker", "contact"}),
    "contact": (other_contact, {"contact"}),
    "name": (lambda connection: rename(connection, GRID, "新名网格"), {"name"}),
    "name of the village": (lambda connection: rename(connection, GRID[:12], "新名社区"), {"name"}),
    "name of a neighbour": (lambda connection: rename(connection, NEXT, "新名网格"), {"extent"}),
    "name of a micro-grid": (lambda connection: rename(connection, f"{GRID}01", "新名微网格"), {"extent"}),
    "supervision phone": (lambda connection: city_settings.put(connection, SUPERVISION_PHONE, "12345"), {"supervision_phone"}),
    "how to report": (
        lambda connection: city_settings.put(connection, HOW_TO_REPORT, {"zh": "拨打", "en": "Call"}, scope="510502001"),
        {"how_to_report"},
    ),
    "review number": (lambda connection: city_settings.put(connection, REVIEW_NUMBER, "川S(2026)1号"), {"review_number"}),
    "what is not published": (lambda connection: serving(connection, town.EAST_GRID, name="他人"), set()),
}


@pytest.mark.parametrize("what", TOUCHES)
def test_a_board_is_stale_the_same_instant_in_what_has_changed_and_in_nothing_else(connection, what):
    serving(connection, GRID, name="王芳", work_phone="0830-3101234")
    hang(connection, GRID)
    assert changes(connection) == {GRID: []}
    touch, wanted = TOUCHES[what]
    touch(connection)
    assert set(changes(connection)[GRID]) == wanted


def test_each_published_thing_has_a_digest_of_its_own(connection):
    """A law over what is published: another value of one member changes the digest of its part, and no other digest."""
    serving(connection, GRID, name="王芳")
    before = require_grid(connection, GRID, now())
    worker = before.workers[0]
    others = [
        ({"workers": (replace(worker, name="李四"),)}, "worker"),
        ({"workers": (replace(worker, kind="part_time"),)}, "worker"),
        ({"workers": (replace(worker, role="assisting"),)}, "worker"),
        ({"workers": (replace(worker, substitutes_for="李四"),)}, "worker"),
        ({"workers": (replace(worker, work_phone="12345"),)}, "contact"),
        ({"name": "x"}, "name"),
        ({"kind": "exclusive"}, "name"),
        ({"exclusive_kind": {"name": "商圈"}}, "name"),
        ({"place": before.place | {"town": ("510502001", "x")}}, "name"),
        ({"sides": before.sides | {"east": ("x",)}}, "extent"),
        ({"micro_grids": before.micro_grids[:1]}, "extent"),
        ({"geometry": before.geometry.envelope}, "extent"),
        ({"supervision_phone": None}, "supervision_phone"),
        ({"how_to_report": {"zh": "x", "en": "x"}}, "how_to_report"),
        ({"review_number": "x"}, "review_number"),
    ]
    printed_then = digests(before, ADDRESS)
    for member, part in others:
        after = digests(replace(before, **member), ADDRESS)
        assert [each for each in PARTS if after[each] != printed_then[each]] == [part], member
    assert [each for each in PARTS if digests(before, "")[each] != printed_then[each]] == ["address"]


def test_a_board_whose_border_was_moved_is_stale_in_its_extent(connection):
    hang(connection, GRID)
    other_extent(connection)
    assert changes(connection)[GRID] == ["extent"]


def test_a_board_of_a_grid_that_has_ended_is_stale_for_that_alone(connection):
    hang(connection, GRID, NEXT)
    retire(connection, GRID)
    found = changes(connection)
    assert found[GRID] == ["retired"] and "retired" not in found[NEXT]


def test_another_public_address_makes_every_code_wrong(connection):
    hang(connection, GRID)
    assert changes(connection, address="https://other.example")[GRID] == ["address"]


def test_a_host_that_nobody_has_set_is_not_held_against_a_board(connection):
    hang(connection, GRID, is_public_address=False)
    assert changes(connection, address="")[GRID] == []


def test_printing_again_makes_it_right_and_each_size_is_a_board_of_its_own(connection):
    hang(connection, GRID)
    hang(connection, GRID, size="A4")
    rename(connection, GRID, "新名网格")
    later(connection)
    hang(connection, GRID)
    prints, _, _ = printed.boards(connection, address=ADDRESS)
    assert {(each.size, bool(each.changed)) for each in prints} == {("A3", False), ("A4", True)}


def later(connection):
    """In one transaction every print has the same instant; the number decides then."""
    assert connection.execute(sa.text("SELECT count(DISTINCT printed_at) FROM printed")).scalar_one() == 1


def test_grids_without_a_board_are_listed_and_a_card_is_none(connection):
    hang(connection, GRID, kind="card", size="A4")
    _, never, truncated = printed.boards(connection, within="510502")
    assert [row.code for row in never] == [GRID, NEXT] and not truncated
    hang(connection, GRID)
    assert [row.code for row in printed.boards(connection, within="510502")[1]] == [NEXT]


def test_a_list_that_is_cut_says_so(connection):
    hang(connection, GRID, NEXT)
    assert printed.boards(connection, limit=1)[2] is True


def test_who_asked_for_what_stands_in_the_audit_trail(connection):
    number = hang(connection, GRID)
    row = connection.execute(sa.text("SELECT action, record, detail FROM audit ORDER BY id DESC LIMIT 1")).one()
    assert (row.action, row.record) == ("board.print", f"print_job:{number}")
    assert row.detail == {"kind": "board", "size": "A3", "grids": 1, "scope": GRID}


def test_nothing_is_printed_without_a_supervision_phone_or_of_no_grid(connection):
    wanted = {"kind": "board", "size": "A3", "address": ADDRESS, "is_public_address": True, "by": WHO}
    with pytest.raises(Refusal) as refused:
        printing.ask(connection, [], **wanted)
    assert refused.value.code == "nothing_to_print"
    city_settings.put(connection, SUPERVISION_PHONE, None)
    with pytest.raises(Refusal) as refused:
        printing.ask(connection, [GRID], **wanted)
    assert refused.value.code == "no_supervision_phone"


def test_what_was_printed_holds_no_name_and_no_phone(connection):
    serving(connection, GRID, name="王芳", work_phone="0830-3101234")
    hang(connection, GRID)
    kept = connection.execute(sa.text("SELECT string_agg(to_jsonb(printed)::text, '') FROM printed")).scalar_one()
    assert "王芳" not in kept and "3101234" not in kept


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE printed SET printed_at = now()",
        "DELETE FROM printed",
        "TRUNCATE printed",
        "UPDATE print_job SET grids = ARRAY['510502001001002']",
        "UPDATE print_job SET asked_by = NULL, address = 'x'",
        "DELETE FROM print_job",
        "UPDATE print_part SET digests = '{}'",
    ],
)
def test_the_application_cannot_rewrite_what_was_printed(connection, statement):
    hang(connection, GRID)
    with pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(sa.text(statement))


@pytest.mark.parametrize("statement", ["UPDATE printed SET printed_at = now()", "DELETE FROM printed", "TRUNCATE printed"])
def test_not_even_the_owner_rewrites_what_was_printed(engine, cluster, statement):
    owner = sa.create_engine(cluster.url(owner=True, database=engine.url.database).replace("postgresql:", "postgresql+psycopg:"))
    with owner.connect() as connection, pytest.raises(DBAPIError, match="printed_is_kept"):
        hang(connection, GRID)
        connection.execute(sa.text(statement))
    owner.dispose()


def test_files_go_after_some_days_and_what_was_printed_stays(connection):
    number = hang(connection, GRID)
    assert printing.file_of(connection, number) == b"%PDF"
    connection.execute(sa.text("UPDATE print_job SET ended_at = now() - interval '8 days'"))
    assert printing.delete_old_files(connection) == 1
    with pytest.raises(Refusal) as refused:
        printing.file_of(connection, number)
    assert refused.value.code == "no_print_file"
    assert printing.job(connection, number).state == "done" and changes(connection) == {GRID: []}


def test_nothing_was_printed_in_a_time_to_come(connection):
    number = hang(connection, GRID)
    connection.execute(
        sa.text("""
        INSERT INTO printed (job_id, grid_code, kind, size, digests, printed_at)
        SELECT job_id, :other, kind, size, digests, '9000-01-01' FROM printed WHERE job_id = :job"""),
        {"job": number, "other": NEXT},
    )
    prints, _, _ = printed.boards(connection)
    assert all(each.printed_at <= now() for each in prints) and len(prints) == 2
