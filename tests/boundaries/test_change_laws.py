"""Laws that every change set keeps, whatever commands it holds."""

import json
from dataclasses import replace

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from boundaries.changes.commands import checked, parents_of
from boundaries.changes.edits import perform
from boundaries.changes.inverse import inverse_commands
from boundaries.changes.land import Land, faces, is_new, parent_of_id
from boundaries.changes.outcome import outcome_of, replay
from boundaries.codes import LENGTH_OF_LEVEL
from boundaries.units import COUNTS
from gis.chain import signature
from gis.editing.renode import renoded
from gis.errors import Refusal
from gis.tiling import prove
from tests.boundaries.lands import lands, lowest, random_command, split_of, used_in

COUNTED = ("count_households", "count_population", "redraw", "divide")  # may say how many there are


def settled(data, *, commands=4, steps=(4, 1000, 100_000), apart_from=()):
    """A base, commands that were carried out, and the land they made; refused ones are left out."""
    base = land = data.draw(lands(steps=steps))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    done = []
    for _ in range(commands):
        command = checked(json.loads(json.dumps(random_command(land, rng))))
        changed = tried(land, command, position=len(done) + 1)
        if isinstance(changed, Land) and command["op"] not in apart_from and decidable(base, changed):
            done.append(command)
            land = changed
    assume(done)
    return base, done, land


def tried(land, command, *, position):
    """The land after a command, or the code with which it is refused; nothing else may come out."""
    try:
        return perform(land, command, position=position)
    except Refusal as refusal:
        return refusal.code


def decidable(base, land):
    """Codes of jurisdictions are not ours to issue, and a village has only so many; all else goes."""
    try:
        return outcome_of(base, land, used=used_in(base)) is not None
    except Refusal as refusal:
        assert refusal.code in ("code_needed", "codes_used_up"), refusal
        return False


def counts(unit):
    """How many households and people."""
    return tuple(getattr(unit, count) for count in COUNTS)


def written(land):
    """All that a land says, as bytes."""
    return {unit.id: (unit.name, unit.kind, counts(unit), unit.divided, unit.geometry.wkb) for unit in land}


def decided(base, land, outcome):
    """The register after a change set is decided: every unit by its code, with its households."""
    after = {unit.id: unit for unit in outcome.after}
    named = {unit.id: after.get(unit.id, base.get(unit.id)) for unit in land}
    return {outcome.codes.get(name, name): unit for name, unit in named.items()}


def recoded(units):
    """A land of units by code."""
    return Land(replace(unit, id=code) for code, unit in units.items())


def same_land(old, new):
    """Whether two units have the same land but for the unit by which nodes bend a border."""
    apart = shapely.symmetric_difference(old.geometry, new.geometry)
    return shapely.area(apart) <= 2e-7 * shapely.length(old.geometry)


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_every_unit_is_tiled_exactly_after_any_commands_and_divided_just_if_others_lie_in_it(data):
    _, _, land = settled(data)
    for unit in land:
        below = [land[name] for name in land.children(unit.id)]
        assert unit.divided == bool(below)
        assert parent_of_id(unit.id) is None or parent_of_id(unit.id) in land
        assert not below or prove(faces(below), np.zeros(len(below), int), [unit.geometry]).ok


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_the_land_of_the_city_only_gets_nodes(data):
    base, _, land = settled(data)
    before, after = faces([base["5105"]]), faces([land["5105"]])
    assert (signature(renoded(before, after)) == signature(after)).all()


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_nobody_and_no_household_is_lost_or_made_unless_they_are_counted(data):
    base, _, land = settled(data, apart_from=COUNTED)
    after = decided(base, land, outcome_of(base, land, used=used_in(base)))
    for count in COUNTS:
        known = {unit.id: getattr(unit, count) for unit in after.values()}
        assert sum(known[unit.id] for unit in lowest(land)) == getattr(base["5105"], count) == known["5105"]
        for unit in land:
            below = land.children(unit.id)
            assert not below or sum(known[name] for name in below) == known[unit.id]


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_what_is_counted_alike_is_shared_out_alike_and_what_is_not_known_stays_unknown(data):
    base, _, land = settled(data, apart_from=COUNTED)
    twins, unknown = (
        outcome_of(*(Land(replace(unit, population=of(unit)) for unit in each) for each in (base, land)), used=used_in(base))
        for of in (lambda unit: unit.households, lambda unit: None)
    )
    assert all(heir.population == heir.households for heir in twins.heirs)
    assert all(unit.population == unit.households for unit in twins.after)
    assert all(heir.population is None for heir in unknown.heirs)
    assert all(unit.population is None for unit in unknown.after if unit.id in base)


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_codes_are_new_each_once_and_begin_with_that_of_the_unit_above(data):
    base, _, land = settled(data)
    retired = [f"{unit.id}{number:0{width}}" for unit in base for width, number in ((3, 7), (2, 7)) if _holds(unit, width)]

    def used(parent):
        return [*used_in(base)(parent), *(code for code in retired if parent_of_id(code) == parent)]

    codes = outcome_of(base, land, used=used).codes
    assert len(set(codes.values())) == len(codes)
    for name, code in codes.items():
        above = parent_of_id(name)
        assert above is None or code.startswith(codes.get(above, above))
        assert len(code) == LENGTH_OF_LEVEL[land[name].level]
        assert not is_new(name) or (code not in base and code not in retired)
        assert is_new(name) or name == code


def _holds(unit, width):
    return unit.level == {3: "village", 2: "grid"}[width]


@settings(deadline=None, max_examples=15)
@given(st.data(), st.randoms(use_true_random=False))
def test_a_replay_gives_the_same_bytes_in_whatever_order_the_units_come(data, shuffler):
    base, done, land = settled(data)
    units = list(base)
    shuffler.shuffle(units)
    again = replay(Land(units), done)
    assert written(again) == written(land)
    one, other = (outcome_of(Land(each), land, used=used_in(base)) for each in (base, units))
    assert one.codes == other.codes and one.heirs == other.heirs and one.technical == other.technical


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_the_outcome_is_the_same_when_only_the_land_around_is_loaded(data):
    base, done, land = settled(data)
    parents = {parent for command in done for parent in parents_of(command) if parent in base}
    around = shapely.union_all(faces([base[name] for name in parents]))
    near = Land(unit for unit in base if shapely.intersects(unit.geometry, around))
    whole, part = outcome_of(base, land, used=used_in(base)), outcome_of(near, replay(near, done), used=used_in(base))
    assert (whole.codes, whole.heirs, whole.technical) == (part.codes, part.heirs, part.technical)
    assert written(whole.before) == written(part.before) and written(whole.after) == written(part.after)


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_technical_units_only_got_nodes(data):
    base, _, land = settled(data)
    outcome = outcome_of(base, land, used=used_in(base))
    for name in outcome.technical:
        old, new = base[name], land[name]
        assert (old.name, old.kind, old.divided) == (new.name, new.kind, new.divided)
        assert shapely.get_num_coordinates(new.geometry) > shapely.get_num_coordinates(old.geometry)
        assert shapely.hausdorff_distance(old.geometry, new.geometry) <= 2e-7


@settings(deadline=None, max_examples=15)
@given(lands())
def test_nothing_done_is_an_empty_outcome(base):
    assert outcome_of(base, base, used=used_in(base)).is_empty
    assert inverse_commands(outcome_of(base, base, used=used_in(base))) == []


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_what_a_unit_gives_and_gets_is_its_land_and_its_households(data):
    base, _, land = settled(data, apart_from=COUNTED)
    outcome = outcome_of(base, land, used=used_in(base))
    for unit in outcome.before:
        given = [heir for heir in outcome.heirs if heir.old == unit.id]
        assert all(sum(getattr(heir, count) for heir in given) <= getattr(unit, count) for count in COUNTS)
        assert all(heir.moved == (heir.old != heir.new) and heir.area_m2 > 0 for heir in given)


@settings(deadline=None, max_examples=15)
@given(st.data())
def test_the_inverse_gives_the_old_land_back_with_new_codes_for_retired_units(data):
    base, _, land = settled(data, steps=(1000, 100_000))
    outcome = outcome_of(base, land, used=used_in(base))
    after = recoded(decided(base, land, outcome))
    back = [checked(json.loads(json.dumps(command))) for command in inverse_commands(outcome)]
    issued = [unit.id for unit in base] + list(outcome.codes.values())
    try:
        restored = replay(after, back)
        undone = outcome_of(after, restored, used=lambda parent: issued)
    except Refusal as refusal:
        assert refusal.code in ("code_needed", "codes_used_up") or "touch itself" in refusal.message
        return
    found = decided(after, restored, undone)
    retired = {unit.id for unit in outcome.before} - {unit.id for unit in outcome.after}
    assert len(found) == len(base) and not retired & found.keys()
    for unit in base:
        twin = found[unit.id] if unit.id not in retired else _twin(unit, found.values())
        assert (twin.name, twin.kind, twin.divided, *counts(twin)) == (unit.name, unit.kind, unit.divided, *counts(unit))
        assert same_land(unit, twin)


def _twin(unit, found):
    """The unit with the same land, name and level."""
    return next(each for each in found if (each.level, each.name) == (unit.level, unit.name) and same_land(unit, each))


@settings(deadline=None, max_examples=15)
@given(lands(steps=(1000, 100_000)), st.integers(0, 2**32))
def test_merging_the_pieces_of_a_split_gives_the_grids_back_but_for_nodes(base, seed):
    grids = [unit for unit in base if unit.level == "grid"]
    assume(grids)
    rng = np.random.default_rng(seed)
    command = split_of(base, rng, str(rng.choice([unit.id for unit in grids]))) | {"keep": True}
    split = tried(base, command, position=1)
    assume(isinstance(split, Land))
    pieces = sorted({command["unit"], *(unit.id for unit in split if is_new(unit.id) and unit.level == "grid")})
    merged = tried(split, {"op": "merge", "units": pieces, "into": command["unit"]}, position=2)
    assume(merged != "not_adjacent")  # a grid of several parts may be split so that pieces share no border
    assert [unit.id for unit in merged if unit.level == "grid"] == [unit.id for unit in grids]
    assert all(same_land(unit, merged[unit.id]) for unit in grids)
