"""Divide one county into towns, villages, grids and micro-grids, as labels on a mesh."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from boundaries.synthetic.labels import links, parts, tidied
from boundaries.synthetic.lands import Task, share_out
from boundaries.synthetic.layout import fit, fulfilment, halve
from boundaries.synthetic.mesh import Outline, next_vertex, outline_of, piece_ends, triangulate
from boundaries.synthetic.network import Network, network
from boundaries.synthetic.noise import bend, wave
from boundaries.synthetic.plane import to_plane
from boundaries.synthetic.rings import Gates, canonical
from gis.errors import Refusal

ATTEMPTS = 8  # a layout may leave one child without land; then it is drawn anew
STREET_OCTAVES_M = ((1_500, 0.05), (620, 0.05), (240, 0.05))
STREETS_TURN_M = 2_500  # the direction of the streets changes over such distances


@dataclass(frozen=True, slots=True)
class Drawing:
    """The inner borders of a county.

    Attributes
    ----------
    outline : Outline
    net : Network
    gates : Gates
        Of the network, in the order of ``net.gate``.
    labels_after : ndarray of int, shape (g,)
        Label on the outline after each gate.
    ring_label : ndarray of int, shape (s,)
        Label at the start of each segment of the outline.
    leaves : ndarray of int64, shape (k, 4)
        What each label stands for: indices of town, village in it, grid in it, micro-grid in it; −1 not divided.
    """

    outline: Outline
    net: Network
    gates: Gates
    labels_after: np.ndarray
    ring_label: np.ndarray
    leaves: np.ndarray


def draw_county(code, polygon, plans, *, whole_towns, seed):
    """Draw the borders inside a county.

    Parameters
    ----------
    code : str
    polygon : Polygon or MultiPolygon
        Degrees, on the lattice.
    plans : sequence of list of VillagePlan
        By town.
    whole_towns : ndarray of bool
        Towns that are not divided.
    seed : int

    Returns
    -------
    Drawing

    Raises
    ------
    Refusal
        ``no_room``.
    """
    outline = outline_of(polygon)
    inside = shapely.transform(polygon, lambda lonlat: to_plane(lonlat * 1e7))
    wanted = sum(1 if whole else sum(v.micro_grids for v in town) for town, whole in zip(plans, whole_towns, strict=True))
    for attempt in range(ATTEMPTS):
        rng = np.random.default_rng([seed, int(code), 2, attempt])
        task = Task(code, inside, plans, whole_towns, seed, rng)
        lands = share_out(task)
        mesh = triangulate(inside, outline, lands.points_m, lands.spacing_m)
        labels, leaves = _labels(task, mesh, lands)
        if len(leaves) == wanted:
            net = network(mesh, labels, _ranks(leaves))
            return Drawing(outline, net, *_gates(mesh, outline, net, labels), leaves)
    raise Refusal("no_room", f"County {code} has no room for all its villages; check its outline and its divisions.")


def _labels(task, mesh, lands):
    """Label of every mesh vertex, and what the labels stand for."""
    edges = links(mesh.triangles)
    part = parts(edges, len(mesh.xy_m))
    main = part == np.bincount(part).argmax()
    edges = (np.cumsum(main) - 1)[edges[main[edges].all(axis=1)]]
    tree = _tree(task, mesh.xy_m[main], lands, edges)
    leaves, labels = np.unique(tree, axis=0, return_inverse=True)
    # An exclave belongs, as a whole, to the face of the main part that is nearest to its middle.
    middle = np.column_stack([np.bincount(part, mesh.xy_m[:, axis]) for axis in (0, 1)]) / np.bincount(part)[:, None]
    whole = labels.ravel()[cKDTree(mesh.xy_m[main]).query(middle)[1]][part]
    whole[main] = labels.ravel()
    return whole, leaves


def _tree(task, xy_m, lands, edges):
    """Town, village, grid and micro-grid of each vertex, every one of them connected."""
    bent_m = task.bent(xy_m)
    tree = np.full((len(xy_m), 4), -1)
    tree[:, 0] = tidied(lands.towns.child(xy_m, bent_m), np.zeros(len(xy_m), dtype=np.int64), edges)
    for town, territory in lands.villages.items():
        own = tree[:, 0] == town
        tree[own, 1] = territory.child(xy_m[own], bent_m[own])
    tree[:, 1] = _tidied_level(tree, 1, edges)
    street_m = bend(xy_m, seed=task.seed, octaves_m=STREET_OCTAVES_M)
    for level in (2, 3):
        for points, plan, shares in _to_divide(task.plans, tree, level):
            angle = np.pi * wave(xy_m[points[:1]] / STREETS_TURN_M, seed=task.seed * 64 + 63)[0]
            if plan.urban:
                tree[points, level] = halve(street_m[points], shares, angle=angle)
            else:
                tree[points, level] = _grown(bent_m[points], shares, angle, task.rng)
        tree[:, level] = _tidied_level(tree, level, edges)
    return tree


def _tidied_level(tree, level, edges):
    parents = np.unique(tree[:, :level], axis=0, return_inverse=True)[1].ravel()
    span = tree[:, level].max() + 2
    labels = tidied(parents * span + tree[:, level] + 1, parents, edges)
    return labels % span - 1


def _to_divide(plans, tree, level):
    """Vertices, plan and shares of every village (level 2) or grid (level 3)."""
    order = np.lexsort(tree[:, :level].T[::-1])
    keys = tree[order, :level]
    for points in np.split(order, np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1):
        town, village, *grid = tree[points[0], :level].tolist()
        if village >= 0:
            plan = plans[town][village]
            sizes = [len(each.households) for each in plan.grids]
            yield points, plan, np.array(sizes if level == 2 else [1] * sizes[grid[0]], dtype=np.float64)


def _grown(bent_m, shares, angle, rng):
    """Labels of a power diagram, or of cuts where a diagram does not get the shares right."""
    labels = fit(bent_m, shares, rng=rng, rounds=24, tries=2).owner(bent_m)
    return labels if fulfilment(labels, shares) > 0.4 else halve(bent_m, shares, angle=angle)


def _ranks(leaves):
    """Ancestors of every label as numbers that are different for different ancestors."""
    return np.column_stack([np.unique(leaves[:, : n + 1], axis=0, return_inverse=True)[1].ravel() for n in range(4)])


def _gates(mesh, outline, net, labels):
    """Where the borders end on the outline, the labels after them, and the label at the start of each segment."""
    segment, begin = mesh.segment[net.gate_from], mesh.t[net.gate_from]
    middle = (begin + piece_ends(mesh.segment, mesh.t)[net.gate_from]) / 2
    after = next_vertex(outline, mesh.segment)[net.gate_from]
    first_of_segment = np.searchsorted(mesh.segment, np.arange(len(outline.after)))
    gates = canonical(outline.start[segment], outline.end[segment], middle)
    return gates, labels[after], labels[first_of_segment]
