"""A change is proven by the changed faces alone, and the verdict is that of the whole."""

import tracemalloc

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from api.bench.coverages import nested
from gis.chain import edges
from gis.tiling import prove, prove_change
from tests.gis.compiled import loops
from tests.gis.coverages import coverages
from tests.gis.test_tiling import nudge

ways = st.sampled_from(("numpy", "numba"))


@given(coverages(), st.data(), ways)
@settings(deadline=None)
def test_a_vertex_moved_in_some_faces_is_accepted_exactly_when_the_whole_is_still_tiled(coverage, data, way):
    faces, parent = coverage
    assume(len(faces))
    touched = data.draw(st.lists(st.integers(0, len(faces) - 1), min_size=1, unique=True))
    table = edges(faces)
    vertex = table.start[data.draw(st.integers(0, len(table.start) - 1))]
    by = data.draw(st.sampled_from([(1, 0), (0, -1), (0, 0)]))
    new = faces.copy()
    new[touched] = [nudge(face, vertex, by) for face in faces[touched]]
    with loops(way):
        whole = prove(new, np.zeros(len(new), int), [parent])
        change = prove_change(faces[touched], new[touched])
    assert change.balanced == (not len(whole.untiled))
    assert len(change.invalid) == len(whole.invalid)


@given(coverages(), ways)
@settings(deadline=None)
def test_faces_that_become_one_are_accepted_and_one_that_is_dropped_is_not(coverage, way):
    faces, parent = coverage
    assume(len(faces) > 1)
    with loops(way):
        assert prove_change(faces, [parent]).ok and prove_change([parent], faces).ok
        assert not prove_change(faces, faces[1:]).ok
        assert prove_change([], []).ok


def test_a_balanced_change_with_a_face_that_crosses_itself_is_refused():
    square = shapely.box(105, 28, 106, 29)
    crossing = shapely.Polygon([(105, 28), (106, 28), (106, 29), (105, 29), (106, 28), (105, 29)])
    proof = prove_change([square], [crossing])
    assert not proof.ok and proof.invalid.tolist() == [0]


@pytest.mark.parametrize("way", ["numpy", "numba"])
def test_the_proof_takes_no_more_than_thrice_the_memory_of_the_coordinates(way):
    layer = nested(100, 50)
    coordinates = shapely.get_num_coordinates(np.append(layer.faces, layer.parents)).sum() * 16
    with loops(way):
        prove(layer.faces, layer.parent_of, layer.parents)
        tracemalloc.start()
        assert prove(layer.faces, layer.parent_of, layer.parents).ok
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 3 * coordinates
