"""The land of each child of a parent: a layout, corrected where the parent's shape tears a child into pieces."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from boundaries.synthetic.labels import connected
from boundaries.synthetic.layout import Layout, fulfilment, lay_out

TRIES = 7
GOOD_SHARE = 0.6  # no more tries when every child has this much of the land it should have


@dataclass(frozen=True, slots=True)
class Ground:
    """Points that fill a parent evenly.

    Attributes
    ----------
    points_m, bent_m : ndarray of float, shape (n, 2)
        The same points in the plane and in the bent plane.
    spacing_m : float
    """

    points_m: np.ndarray
    bent_m: np.ndarray
    spacing_m: float


@dataclass(frozen=True, slots=True)
class Territory:
    """Which child every place belongs to.

    Attributes
    ----------
    ground : Ground
    layout : Layout
    labels : ndarray of int, shape (n,)
        Child of each point of the ground; the points of a child hang together.
    moved : ndarray of bool, shape (n,)
        Where that is not what the layout says.
    tree : cKDTree
        Of the ground's points in the plane.
    """

    ground: Ground
    layout: Layout
    labels: np.ndarray
    moved: np.ndarray
    tree: cKDTree

    def child(self, points_m, bent_m):
        """Index of the child that each point belongs to."""
        answer = self.layout.child(bent_m)
        near = self.tree.query(points_m)[1]
        return np.where(self.moved[near], self.labels[near], answer)


def settle(ground, areas, rings, draw_centre, *, rng):
    """Share out the ground among children.

    Parameters
    ----------
    ground : Ground
    areas : ndarray of float, shape (k,)
        Shares of the children, in any unit.
    rings : ndarray of int, shape (k,)
        0 for the children about the centre, larger further out.
    draw_centre : callable
        Gives the centre in the bent plane, a new one at each try if there is a choice.
    rng : numpy.random.Generator

    Returns
    -------
    Territory
        The one of several tries in which the worst-off child is best off.
    """
    tree = cKDTree(ground.points_m)
    pairs = tree.query_pairs(1.7 * ground.spacing_m, output_type="ndarray")
    best = None
    for _ in range(TRIES):
        layout = lay_out(ground.bent_m, areas, rings, centre_m=draw_centre(), rng=rng)
        wanted = layout.child(ground.bent_m)
        labels = connected(wanted, pairs)
        worst = fulfilment(labels, areas)
        if best is None or worst > best[0]:
            best = worst, Territory(ground, layout, labels, labels != wanted, tree)
        if worst > GOOD_SHARE:
            break
    return best[1]
