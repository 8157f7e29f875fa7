"""Where in a parent its children lie: first rings about a centre, then a power diagram inside every ring.

Everything happens in the bent plane (:mod:`boundaries.synthetic.noise`), where borders are straight lines and circles.
"""

from dataclasses import dataclass

import numpy as np

from boundaries.synthetic.noise import wave

ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Diagram:
    """A power diagram: a point belongs to the site with the smallest squared distance minus power.

    Attributes
    ----------
    sites_m : ndarray of float, shape (k, 2)
    powers_m2 : ndarray of float, shape (k,)
    """

    sites_m: np.ndarray
    powers_m2: np.ndarray

    def owner(self, points_m):
        """Index of the site that each point belongs to."""
        centre = self.sites_m.mean(axis=0)
        sites = self.sites_m - centre
        return ((points_m - centre) @ (-2 * sites.T) + ((sites**2).sum(axis=1) - self.powers_m2)).argmin(axis=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """Uneven distance from a centre: towns grow further along some valleys than along others.

    Attributes
    ----------
    centre_m : ndarray of float, shape (2,)
    scale_m : float
        Size of the town, and so of its bulges.
    seed : int
    """

    centre_m: np.ndarray
    scale_m: float
    seed: int

    def of(self, points_m):
        """Distance of each point of the bent plane, metres made longer or shorter by place."""
        away = points_m - self.centre_m
        bulge = sum(
            share * wave(points_m / (part * self.scale_m), seed=self.seed + number)
            for number, (part, share) in enumerate(((1.3, 0.6), (0.6, 0.3), (0.3, 0.12)))
        )
        return np.hypot(*away.T) * np.exp(bulge)


@dataclass(frozen=True, slots=True)
class Layout:
    """Rings about a centre and the diagram in each.

    Attributes
    ----------
    reach : Reach
    radii_m : ndarray of float, shape (r - 1,)
        Ascending.
    diagrams : list of Diagram, length r
    children : list of ndarray of int, length r
        Which child each site of a diagram stands for.
    """

    reach: Reach
    radii_m: np.ndarray
    diagrams: list
    children: list

    def child(self, points_m):
        """Index of the child that each point of the bent plane belongs to."""
        ring = np.searchsorted(self.radii_m, self.reach.of(points_m))
        answer = np.empty(len(points_m), dtype=np.int64)
        for number, (diagram, children) in enumerate(zip(self.diagrams, self.children, strict=True)):
            inside = ring == number
            answer[inside] = children[diagram.owner(points_m[inside])]
        return answer


def lay_out(points_m, areas, rings, *, centre_m, rng):
    """Give every child its share of the points.

    Parameters
    ----------
    points_m : ndarray of float, shape (n, 2)
        Points that fill the parent evenly, in the bent plane.
    areas : ndarray of float, shape (k,)
        Of the children, in any unit.
    rings : ndarray of int, shape (k,)
        0 for the children about the centre, larger further out.
    centre_m : ndarray of float, shape (2,)
    rng : numpy.random.Generator

    Returns
    -------
    Layout
    """
    members = [np.flatnonzero(rings == ring) for ring in np.unique(rings)]
    shares = np.cumsum([areas[children].sum() for children in members]) / areas.sum()
    ends = np.rint(shares * len(points_m)).astype(np.int64)
    reach = Reach(centre_m, np.sqrt(shares[0] * _area_m2(points_m) / np.pi), int(rng.integers(1 << 30)))
    distance_m = reach.of(points_m)
    order = np.argsort(distance_m, kind="stable")
    parts = np.split(order, ends[:-1])
    diagrams = [fit(points_m[part], areas[children], rng=rng) for part, children in zip(parts, members, strict=True)]
    return Layout(reach, distance_m[order[ends[:-1] - 1]], diagrams, members)


def fit(points_m, shares, *, rng, rounds=ROUNDS, tries=2):
    """Power diagram whose sites own about their shares of the points and lie in the middle of them.

    Parameters
    ----------
    points_m : ndarray of float, shape (n, 2)
        At least as many as sites.
    shares : ndarray of float, shape (k,)
        In any unit.
    rng : numpy.random.Generator
        Draws the first sites.
    rounds : int
    tries : int
        How often to begin anew, from other sites, as long as a site owns less than two thirds of its share.

    Returns
    -------
    Diagram
        The best one.
    """
    best = None
    for _ in range(tries):
        diagram = _relaxed(points_m, shares, rng, rounds)
        worst = fulfilment(diagram.owner(points_m), shares)
        if best is None or worst > best[0]:
            best = worst, diagram
        if worst > 2 / 3:
            break
    return best[1]


def fulfilment(labels, shares):
    """The smallest ratio of what a child got to what it should have.

    Examples
    --------
    >>> float(fulfilment(np.array([0, 1, 1, 1]), np.array([5.0, 5.0])))
    0.5
    """
    return (np.bincount(labels, minlength=len(shares)) / len(labels) / (shares / shares.sum())).min()


def _relaxed(points_m, shares, rng, rounds):
    targets = shares / shares.sum() * len(points_m)
    sites = _first_sites(points_m, len(shares), rng)
    powers = np.zeros(len(shares))
    area_of_point_m2 = _area_m2(points_m) / len(points_m)
    for step in range(rounds):
        owner = Diagram(sites, powers).owner(points_m)
        owned = np.bincount(owner, minlength=len(shares))
        centroids = np.column_stack([np.bincount(owner, points_m[:, axis], len(shares)) for axis in (0, 1)])
        held = owned > 0
        if step < rounds - 8:  # the last rounds move only the powers, so that the shares come out right
            sites[held] += 0.6 * (centroids[held] / owned[held, None] - sites[held])
        powers += 0.5 * np.clip(targets - owned, -0.6 * targets, 0.6 * targets) * area_of_point_m2
        for lost in np.flatnonzero(~held):
            rival = int(np.argmax(owned - targets))
            sites[lost], powers[lost] = points_m[rng.choice(np.flatnonzero(owner == rival))], powers[rival]
            owned[rival] = targets[rival]
    return Diagram(sites, powers)


def halve(points_m, shares, *, angle):
    """Cut points again and again across their longer side, along two directions, as streets cut a town.

    Parameters
    ----------
    points_m : ndarray of float, shape (n, 2)
    shares : ndarray of float, shape (k,)
    angle : float
        Radians; the direction of the streets.

    Returns
    -------
    ndarray of int, shape (n,)
        Index of the share that each point falls to.
    """
    along = points_m @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    answer = np.zeros(len(points_m), dtype=np.int64)
    waiting = [(np.arange(len(points_m)), np.arange(len(shares)))]
    while waiting:
        points, parts = waiting.pop()
        if len(parts) == 1:
            answer[points] = parts[0]
            continue
        width = np.ptp(along[points], axis=0) if len(points) else np.zeros(2)
        order = points[np.argsort(along[points, int(width[1] > width[0])], kind="stable")]
        half = len(parts) // 2
        share = shares[parts[:half]].sum() / shares[parts].sum()
        cut = int(np.clip(round(share * len(points)), half, len(points) - (len(parts) - half)))
        waiting += [(order[:cut], parts[:half]), (order[cut:], parts[half:])]
    return answer


def _first_sites(points_m, count, rng):
    """Points far from each other: each is the farthest of a few drawn at random."""
    sites = [points_m[rng.integers(len(points_m))]]
    while len(sites) < count:
        drawn = points_m[rng.integers(len(points_m), size=12)]
        gaps = np.hypot(*(drawn[:, None] - np.array(sites)[None]).transpose(2, 0, 1)).min(axis=1)
        sites.append(drawn[gaps.argmax()])
    return np.array(sites)


def _area_m2(points_m):
    """Rough area that points fill: the ellipse with their spread."""
    if len(points_m) < 3:
        return 1.0
    return 4 * np.pi * np.sqrt(max(np.linalg.det(np.cov(points_m.T)), 1.0))
