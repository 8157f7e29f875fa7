"""The page's topology and the server come to the same land, to the last lattice unit, gesture by gesture."""

import os
import subprocess
from collections import Counter
from functools import partial

import numpy as np
import pytest

from boundaries.changes.commands import checked
from boundaries.changes.edits import perform
from boundaries.changes.land import faces, land_of, up_to_city
from boundaries.changes.proving import differences
from boundaries.changes.surroundings import place_in_box, place_of
from boundaries.units import concatenate
from gis.chain import edges
from gis.errors import Refusal
from gis.measures import boundary_length_m, geodesic_area_m2
from gis.measuring.compactness import polsby_popper
from tests.boundaries.lands import random_land
from tests.boundaries.test_synthetic import build
from tests.web.topology_page import NODE, WEB, Page, bundled, told

UNTRIED = ("out_of_scope", "edit_conflict")  # the page knows less than the server, and says so
DIVIDED = ("county", "town", "village")
STEPS = (4, 1000, 100_000)  # units between the corners of a board: as narrow as the noding allows, a field, a village


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page's topology."""
    page = Page(bundled(tmp_path_factory.mktemp("page")))
    yield page
    page.close()


@pytest.fixture(scope="module")
def city():
    """A generated city of two counties."""
    return land_of(concatenate(build()))


def edges_of(unit):
    """Directed edges of a unit as a sorted list."""
    table = edges(faces([unit]))
    return sorted(np.column_stack([table.start, table.end]).tolist())


def performed(land, command, position):
    """The land after a command, or the code with which the server refuses it."""
    try:
        return perform(land, checked(command), position=position)
    except Refusal as refusal:
        return refusal.code


class Walk:
    """Gestures one after the other, on the page and then on the server; now and then the page asks for the server's word."""

    def __init__(self, page, land, place, seed):
        self.page, self.land, self.place, self.seed = page, land, place, seed
        self.position, self.pending, self.counts = 1, set(), Counter()
        self.known = self._ids()
        assert page.ask(open=told(place(land)), seed=seed) == {"differing": []}

    def run(self, steps):
        """So many gestures, and the server's word at the end."""
        for _ in range(steps):
            said = self.page.ask(position=self.position)
            if "command" in said:
                self._follow(said)
            elif said["op"] is not None and said["refusal"]["code"] not in UNTRIED:
                wish = performed(self.land, said["wish"], self.position)
                self.counts["neither" if isinstance(wish, str) else "server alone"] += 1
        self.adopt()
        return self.counts

    def _follow(self, said):
        where = (self.seed, self.position, said["command"])
        assert said["again"], where
        changed = performed(self.land, said["command"], self.position)
        assert not isinstance(changed, str), (changed, *where)
        self._compare(said["units"], changed, where)
        self.land, self.position = changed, self.position + 1
        self.counts["both"] += 1
        if self.pending and self.position % 3:
            self.adopt()

    def _compare(self, units, changed, where):
        """What the page has touched is what the server has changed, but for units that the page cannot know of."""
        there = {name: unit for name, unit in units.items() if unit}
        for name, unit in there.items():
            assert (unit["name"], unit["kind"]) == (changed[name].name, changed[name].kind), (name, *where)
            assert sorted(unit["edges"]) == edges_of(changed[name]), (name, *where)
        self.pending |= {name for name, unit in there.items() if unit["pending"]}
        before, after = differences(self.land, changed)
        gone = {name for name in units.keys() - there.keys() if name in changed}
        for name in gone | (before.keys() | after.keys()) & self.known - units.keys():
            assert any(above in self.pending for above in up_to_city(name)[:-1]), (name, *where)
        self.known |= units.keys()

    def adopt(self):
        """The page takes in what the server knows, and agrees with all of it."""
        answer = self.page.ask(adopt=told(self.place(self.land)))
        assert answer["differing"] == [], (self.seed, self.position)
        self._require_whole(answer)
        self.pending.clear()
        self.known |= self._ids()

    def _require_whole(self, answer):
        assert answer["lacking"] == answer["pending"] == [], (self.seed, self.position)

    def _ids(self):
        place = self.place(self.land)
        return {unit.id for unit in (*place.units, *place.locked)}


class WalkInBox(Walk):
    """In a box the units are others when a border has moved into it or out of it."""

    def _require_whole(self, answer):
        pass


def of_seed(page, seed):
    """A walk on a random land with holes, enclaves and several parts."""
    rng = np.random.default_rng(seed)
    land = random_land(rng, side=int(rng.integers(2, 7)), step=int(rng.choice(STEPS)))
    scope = str(rng.choice([unit.id for unit in land if unit.divided and unit.level in DIVIDED]))
    return Walk(page, land, partial(place_of, scope=scope), seed)


def require_agreement(counts):
    """Both take most gestures that either takes; the page refuses some that come too near for it to be sure."""
    assert counts["both"] > 20 * counts["server alone"], counts


def test_what_the_page_does_the_server_does_to_the_last_unit(page):
    require_agreement(sum((of_seed(page, seed).run(25) for seed in range(40)), Counter()))


@pytest.mark.heavy
@pytest.mark.parametrize("block", range(10))
def test_what_the_page_does_the_server_does_for_long(page, block):
    require_agreement(sum((of_seed(page, seed).run(40) for seed in range(1000 + 40 * block, 1040 + 40 * block)), Counter()))


@pytest.mark.parametrize("scope", ["990101001002", "990101100201", "990102200"])
def test_both_agree_in_generated_villages_and_towns(page, city, scope):
    require_agreement(Walk(page, city, partial(place_of, scope=scope), int(scope[-3:])).run(30))


@pytest.mark.parametrize("scope", ["990101001001", "990102100"])
def test_both_agree_in_a_box(page, city, scope):
    west, south, east, north = city[scope].geometry.bounds
    box = (west, south, (west + east) / 2, (south + north) / 2)
    require_agreement(WalkInBox(page, city, partial(place_in_box, box=box), 7).run(30))


def test_measures_are_those_of_the_server(page, city):
    place = place_of(city, "990101")
    units = [*place.units, *place.locked]
    page.ask(open=told(place), seed=0)
    measured = page.ask(measure=True)
    shapes = faces(units)
    expected = np.column_stack([geodesic_area_m2(shapes), boundary_length_m(shapes), polsby_popper(shapes)])
    np.testing.assert_allclose([measured[unit.id] for unit in units], expected, rtol=1e-9)


@pytest.mark.heavy
def test_fifty_thousand_gestures_leave_the_land_whole():
    subprocess.run(
        [NODE, "node_modules/vitest/vitest.mjs", "run", "tests/topology/fuzz.test.ts"],
        cwd=WEB,
        env=os.environ | {"WANGGE_FUZZ_WALKS": "200"},
        check=True,
        capture_output=True,
    )
