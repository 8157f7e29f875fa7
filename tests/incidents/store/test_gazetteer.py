"""The gazetteer in the database: what is stored finds itself, a source is replaced with dates, and nothing is rewritten."""

import psycopg
import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.clock import now
from boundaries.store.backing_up import back_up
from boundaries.store.restoring import restore
from boundaries.store.snapshots import Snapshots
from gis.errors import Refusal
from incidents.gazetteer.normal import normal
from incidents.gazetteer.rows import Said, taken
from incidents.store.gazetteer import bring_in, sources
from incidents.store.geocoding import geocode
from tests.api import town
from tests.registers import register_of_module

pytestmark = pytest.mark.database

STEP = 0.0003
ROAD = shapely.LineString([(105.402, 28.805), (105.438, 28.805)])


def said(kind, name="", *, at=(105.41, 28.81), aliases="", road="", number="", shape=None):
    return taken(Said(1, kind, name, aliases, road, str(number), shape or shapely.Point(at)))


def door(road, number, *, lon=105.402, lat=28.805, sub=""):
    place = round(lon + number * STEP, 7), lat + (0.0001 if number % 2 else -0.0001)
    return said("door", road=road, number=f"{number}{f'号附{sub}' if sub else ''}", at=place)


def small():
    """A road with doors on both sides, two roads of one name, and some places."""
    return [
        said("road", "江阳中路", aliases="江阳中街", shape=ROAD),
        *(door("江阳中路", number) for number in (1, 3, 5, 9, 11, 2, 4, 6, 12)),
        *(door("前进路", number, lon=105.405, lat=28.815) for number in (1, 3, 5)),
        *(door("前进路", number, lon=105.45, lat=28.815) for number in (1, 3, 9)),
        door("前进路", 7, lon=105.45, lat=28.815, sub="2"),
        said("community", "佳乐世纪城", aliases="世纪城;佳乐城"),
        said("building", "佳乐世纪城3栋", at=(105.411, 28.8101)),
        said("poi", "江阳中路小学", at=(105.43, 28.806)),
        said("poi", "泸州市第一医院", aliases="市一院", at=(105.46, 28.81)),
        said("poi", "和平药店", at=(105.405, 28.81)),
        said("poi", "和平药店", at=(105.46, 28.83)),
        said("place", "东门口", at=(105.425, 28.803)),
    ]


@pytest.fixture(scope="module")
def engine(cluster, _template):
    with register_of_module(cluster, _template, "gazetteer") as engine:
        town.store(engine)
        with engine.begin() as connection:
            bring_in(connection, "survey", small())
        yield engine


@pytest.fixture(scope="module")
def find(engine):
    """What an address may mean: kind, name, confidence and grid of each candidate."""
    snapshot = Snapshots(engine).at(now())

    def found(text, **options):
        with engine.connect() as connection:
            answer = geocode(connection, snapshot, text, at=now(), **options)
        return [(each.entry.kind, each.entry.name, each.confidence, each.code) for each in answer.candidates]

    return found


@pytest.mark.parametrize(
    "text",
    [
        "江阳中路5号",
        "四川省泸州市江阳区南城街道江阳中路五号",
        "江阳中路５＃",
        "江阳中街5号",
        "江阳区江阳中路5号佳乐世纪城3栋",
        "江阳中路05号2单元301室",
    ],
)
def test_a_door_is_found_however_it_is_written(find, text):
    kind, name, confidence, grid = find(text)[0]
    assert (kind, name, grid) == ("door", "江阳中路5号", town.WEST_GRID)
    assert confidence > 0.9


@pytest.mark.parametrize(
    ("text", "first", "least", "most"),
    [
        ("江阳中路7号", ("door", "江阳中路7号"), 0.7, 0.75),  # between 5 and 9
        ("江阳中路13号", ("door", "江阳中路13号"), 0.4, 0.5),  # at 11
        ("江阳中路99号", ("road", "江阳中路"), 0.1, 0.3),
        ("江洋中路5号", ("door", "江阳中路5号"), 0.6, 0.8),
        ("前近路3号", ("door", "前进路3号"), 0.2, 0.5),  # a slip, and two such roads
        ("前进路7号附2号", ("door", "前进路7号附2号"), 0.99, 1),
        ("佳乐世纪城3号楼2单元501", ("building", "佳乐世纪城3栋"), 0.99, 1),
        ("佳乐世纪城4栋", ("community", "佳乐世纪城"), 0.6, 0.7),
        ("世纪城旁边的火锅店", ("community", "佳乐世纪城"), 0.4, 0.6),
        ("江阳中路小学", ("poi", "江阳中路小学"), 0.9, 0.9),
        ("江阳中路", ("road", "江阳中路"), 0.4, 0.4),
        ("东门口", ("place", "东门口"), 0.6, 0.6),
        ("佳乐世纪程", ("community", "佳乐世纪城"), 0.5, 0.6),
    ],
)
def test_what_is_less_sure_says_so(find, text, first, least, most):
    found = find(text)[0]
    assert found[:2] == first
    assert least <= found[2] <= most


def test_equal_places_are_listed_until_something_tells_them_apart(find):
    assert [each[2] for each in find("和平药店")] == [0.45, 0.45]
    assert [each[2] for each in find("前进路3号")[:2]] == [0.5, 0.5]
    assert find("纳溪区前进路3号")[0][2:] == (1.0, town.EAST_GRID)
    assert find("前进路3号", near=(105.4509, 28.8151))[0][3] == town.EAST_GRID
    assert [each[2:] for each in find("和平药店", within="510503")] == [(0.9, town.NORTH_GRID)]
    assert len(find("前进路", limit=1)) <= 1


def test_where_nothing_is_known_nothing_is_found(find):
    assert find("xyz") == find("'; DROP TABLE gazetteer_entry; --") == find("___a") == []


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty_query"), ("😀 …", "empty_query"), ("%", "empty_query"), ("路" * 201, "address_too_long")]
)
def test_what_is_no_address_is_refused(find, text, code):
    with pytest.raises(Refusal) as refused:
        find(text)
    assert refused.value.code == code


def rows_of(connection):
    return connection.execute(
        sa.text("SELECT id, kind, name, upper_inf(lifespan) AS open FROM gazetteer_entry WHERE source = 'x' ORDER BY id")
    ).all()


class TestASourceIsReplaced:
    def test_what_is_gone_ends_and_what_is_new_begins_and_the_rest_goes_on(self, register):
        town.store(register)
        with register.begin() as connection:
            bring_in(connection, "x", small())
        first = now()
        with register.begin() as connection:
            done = bring_in(connection, "x", [*small()[1:], said("poi", "新店")])
            assert (done.begun, done.ended, done.unchanged) == (1, 1, len(small()) - 1)
        with register.connect() as connection:
            snapshots = Snapshots(register)
            assert geocode(connection, snapshots.at(first), "江阳中街", at=first).candidates
            found = [geocode(connection, snapshots.at(now()), text, at=now()).candidates for text in ("江阳中街", "新店")]
            assert "road" not in [each.entry.kind for each in found[0]] and found[1][0].entry.name == "新店"
            assert {row.source: row.is_generated for row in sources(connection, now())} == {"x": False}

    def test_the_order_of_the_rows_changes_nothing_not_even_the_numbers(self, register):
        with register.connect() as connection:
            bring_in(connection, "x", small())
            there = [row[1:] for row in rows_of(connection)]
            done = bring_in(connection, "x", small()[::-1])
            assert (done.begun, done.ended) == (0, 0)
            connection.rollback()
            bring_in(connection, "x", small()[::-1])
            assert [row[1:] for row in rows_of(connection)] == there

    def test_one_source_does_not_touch_another_and_a_dry_run_nothing(self, register):
        with register.begin() as connection:
            bring_in(connection, "x", small())
            bring_in(connection, "y", small()[:3])
            assert bring_in(connection, "x", small()[:1], dry_run=True).ended == len(small()) - 1
            assert all(row.open for row in rows_of(connection))

    @pytest.mark.parametrize("name", ["", " x", "x" * 61, "a\u200bb", "a\nb"])
    def test_a_source_needs_a_name(self, register, name):
        with register.begin() as connection, pytest.raises(Refusal, match="1 to 60 characters"):
            bring_in(connection, name, small())


LETTERS = st.text("泸州市江阳区中路街巷村组附近对面东门口小学第一二十号栋单元12３ab大之付#- ", min_size=1, max_size=14)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["poi", "community", "building", "place", "road"]), LETTERS), min_size=1, max_size=8))
def test_every_stored_name_finds_itself_first(register, drawn):
    rows = [said(kind, name, at=(105.41 + 0.002 * place, 28.81)) for place, (kind, name) in enumerate(drawn)]
    assert_each_finds_itself(register, [row for row in rows if hasattr(row, "digest")], lambda row: row.name)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(LETTERS, st.integers(1, 99999), st.sampled_from(["", "3"])), min_size=1, max_size=8))
def test_every_stored_door_finds_itself_first(register, drawn):
    rows = [
        said("door", road=road, number=f"{number}{f'号附{sub}' if sub else ''}", at=(105.41 + 0.002 * place, 28.81))
        for place, (road, number, sub) in enumerate(drawn)
    ]
    assert_each_finds_itself(register, [row for row in rows if hasattr(row, "digest")], lambda row: row.name)


def assert_each_finds_itself(register, rows, address):
    """Each is found by its own address, and before it nothing but what is called just so."""
    with register.connect() as connection:
        bring_in(connection, "law", rows)
        snapshot = Snapshots(register).at(now())
        for row in rows:
            found = geocode(connection, snapshot, address(row), at=now(), limit=50).candidates
            wanted = (row.kind, row.name, tuple(shapely.get_coordinates(row.geometry)[0].tolist()))
            here = [(each.entry.kind, each.entry.name, each.lonlat) for each in found].index(wanted)
            surer = [each for each in found if each.confidence > found[here].confidence]
            assert {normal(each.entry.name) for each in surer} <= {normal(row.name)}
        connection.rollback()


class TestThePastIsKept:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE gazetteer_entry SET name = 'x'",
            "UPDATE gazetteer_entry SET geom = ST_SetSRID(ST_MakePoint(105, 28), 4490)",
            "UPDATE gazetteer_entry SET lifespan = tstzrange('2020-01-01', NULL)",
            "UPDATE gazetteer_entry SET lifespan = tstzrange(lower(lifespan), lower(lifespan) + interval '1 microsecond')",
            "DELETE FROM gazetteer_entry",
            "TRUNCATE gazetteer_entry CASCADE",
            "UPDATE gazetteer_name SET normal = 'x'",
            "DELETE FROM gazetteer_name",
            "INSERT INTO gazetteer_name SELECT id, 'later', 'later', true FROM gazetteer_entry LIMIT 1",
            "INSERT INTO gazetteer_entry (source, kind, name, geom, is_generated, digest, lifespan) VALUES ('s', 'poi', 'x', "
            "ST_SetSRID(ST_MakePoint(105, 28), 4490), false, sha256('x'), tstzrange('2020-01-01', NULL))",
        ],
    )
    def test_not_even_the_owner_rewrites_it(self, owned, statement):
        with owned.begin() as connection:
            bring_in(connection, "x", small())
        with owned.begin() as connection, pytest.raises(sa.exc.IntegrityError, match="history_is_kept"):
            connection.execute(sa.text(statement))

    def test_the_application_may_only_end_an_entry(self, register):
        for statement in ("DELETE FROM gazetteer_entry", "UPDATE gazetteer_entry SET name = 'x'", "DELETE FROM gazetteer_road"):
            with register.begin() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                connection.execute(sa.text(statement))


def test_a_restored_register_finds_the_same_and_refuses_the_same(cluster, register, register_name, tmp_path):
    town.store(register)
    for rows in (small(), small()[1:]):
        with register.begin() as connection:
            bring_in(connection, "x", rows)
    owner = cluster.url(owner=True, database=register_name)
    before = everything(owner)
    register.dispose()
    back_up(owner, tmp_path / "register.backup", version="0")
    restore(owner, tmp_path / "register.backup", replace=True)
    try:
        assert everything(owner) == before
        with register.connect() as connection:
            assert (
                geocode(connection, Snapshots(register).at(now()), "江洋中路5号", at=now()).candidates[0].entry.name
                == "江阳中路5号"
            )
        with psycopg.connect(owner) as connection, pytest.raises(psycopg.errors.CheckViolation, match="history_is_kept"):
            connection.execute("DELETE FROM gazetteer_entry")
    finally:
        drop_beside(cluster, register_name)


def everything(url):
    tables = ("gazetteer_entry", "gazetteer_name", "gazetteer_road")
    with psycopg.connect(url) as connection:
        return {table: sorted(connection.execute(f"SELECT {table}::text FROM {table}").fetchall()) for table in tables}


def drop_beside(cluster, name):
    with psycopg.connect(cluster.url(owner=True, database="postgres"), autocommit=True) as server:
        kept = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (f"{name}_",)).fetchall()
        for (other,) in kept:
            server.execute(f'DROP DATABASE "{other}" WITH (FORCE)')
