"""The random coverages and edits on which the laws are tried are of every kind that the laws speak of."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from gis.chain import edges
from gis.editing.change import Edit
from gis.lattice import to_lattice
from tests.gis.coverages import coverages
from tests.gis.edits import VERBS, named_coverages, tried

ANY = [Phase.generate]  # the first that is found will do
SEARCH = settings(max_examples=2000, phases=ANY, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def holes(geometries):
    return [shapely.Polygon(ring) for part in shapely.get_parts(geometries) for ring in part.interiors]


def has_a_hole(faces, _):
    return bool(holes(faces))


def has_an_island(faces, _):
    """A face lies in the hole of another and fills it."""
    return any(shapely.equals(face, hole) for hole in holes(faces) for face in shapely.get_parts(faces))


def has_an_enclave(_, parent):
    """Land within the parent that is not the parent's."""
    return bool(holes([parent]))


def has_an_exclave(faces, parent):
    return parent.geom_type == "MultiPolygon" and (shapely.get_num_geometries(faces) > 1).any()


def has_a_four_way_node(faces, _):
    """Four edges of faces that lie around it without a gap meet at a vertex."""
    table = edges(faces)
    _, at, degree = np.unique(table.start, axis=0, return_inverse=True, return_counts=True)
    owners = [set(table.face[at.ravel() == k].tolist()) for k in np.flatnonzero(degree >= 4)]
    return any(len(owner) >= 3 for owner in owners)


def has_faces_that_touch_at_one_vertex(faces, _):
    tree = shapely.STRtree(faces)
    first, second = tree.query(faces, predicate="touches")
    shared = shapely.intersection(faces[first], faces[second])
    return any(geometry.geom_type == "Point" for geometry in shared)


def has_a_face_that_touches_itself(faces, _):
    """Two parts of a face, or a hole and its shell, meet at one vertex."""
    return any(len(np.unique(xy, axis=0)) < len(xy) for xy in map(_vertices, faces))


def has_an_edge_as_short_as_the_lattice_is_fine(faces, _):
    table = edges(faces)
    return bool((np.abs(table.end - table.start).max(axis=1) <= 1).any())


def _vertices(face):
    rings = shapely.get_rings(shapely.get_parts(face))
    return np.concatenate([to_lattice(shapely.get_coordinates(ring))[:-1] for ring in rings])


KINDS = [
    has_a_hole,
    has_an_island,
    has_an_enclave,
    has_an_exclave,
    has_a_four_way_node,
    has_faces_that_touch_at_one_vertex,
    has_a_face_that_touches_itself,
    has_an_edge_as_short_as_the_lattice_is_fine,
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_coverage_of_each_kind_is_drawn(kind):
    faces, parent = find(coverages(), lambda made: kind(*made), settings=SEARCH)
    assert kind(faces, parent) and shapely.is_valid(faces).all()


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_each_verb_is_drawn_so_that_it_is_not_refused(verb):
    def done(drawn):
        coverage, seed = drawn
        edit = tried(VERBS[verb](coverage, np.random.default_rng(seed)), coverage)
        return isinstance(edit, Edit) and len(edit.change.after) > 0

    assert done(find(st.tuples(named_coverages(), st.integers(0, 2**32)), done, settings=SEARCH))
