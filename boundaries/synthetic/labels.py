"""Labels on the vertices of a mesh: made connected and rid of frayed edges, level below level."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ROUNDS = 40


def links(triangles):
    """Undirected edges of a mesh, each once.

    Parameters
    ----------
    triangles : ndarray of int, shape (m, 3)

    Returns
    -------
    ndarray of int64, shape (e, 2)
        Smaller vertex first.

    Examples
    --------
    >>> links(np.array([[0, 1, 2], [2, 1, 3]])).tolist()
    [[0, 1], [0, 2], [1, 2], [1, 3], [2, 3]]
    """
    pairs = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    keys = np.unique(pairs[:, 0].astype(np.int64) << 32 | pairs[:, 1])
    return np.column_stack([keys >> 32, keys & 0xFFFFFFFF])


def parts(edges, count):
    """Number of the connected part that each of `count` vertices belongs to.

    Examples
    --------
    >>> parts(np.array([[0, 2]]), 3).tolist()
    [0, 1, 0]
    """
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return connected_components(graph, directed=False)[1]


def tidied(labels, parents, edges, *, rounds=2):
    """Smooth and then connect: every label ends as one connected piece within its parent.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
    parents : ndarray of int, shape (n,)
        Labels of the level above. A vertex only takes a label of its own parent; parents must be connected.
    edges : ndarray of int, shape (e, 2)
    rounds : int
        Rounds in which a vertex with few neighbours of its own label goes over to its neighbours' most common one.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    edges = edges[parents[edges[:, 0]] == parents[edges[:, 1]]]
    labels = labels.copy()
    for number in range(rounds):
        # Every other vertex at a time: two neighbours that swap labels would do so for ever.
        turn = (np.arange(len(labels)) + number) % 2 == 0
        best, votes, own = _votes(labels, edges)
        moving = turn & (votes > own) & (own <= 2) & (np.bincount(labels)[labels] > 4)
        labels[moving] = best[moving]
    return connected(labels, edges)


def connected(labels, edges):
    """Give every piece but the largest of a label to a neighbouring label.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
    edges : ndarray of int, shape (e, 2)

    Returns
    -------
    ndarray of int, shape (n,)
        A piece without any neighbour keeps its label.

    Examples
    --------
    >>> connected(np.array([1, 1, 2, 1]), np.array([[0, 1], [1, 2], [2, 3]])).tolist()
    [1, 1, 2, 2]
    """
    labels = labels.copy()
    for _ in range(ROUNDS):
        stray = _stray(labels, edges)
        best, votes, _ = _votes(np.where(stray, -1, labels), edges)
        moving = stray & (votes > 0)
        if not moving.any():
            break
        labels[moving] = best[moving]
    return labels


def _stray(labels, edges):
    part = parts(edges[labels[edges[:, 0]] == labels[edges[:, 1]]], len(labels))
    size = np.bincount(part)
    order = np.lexsort((part, -size[part], labels))
    first = np.append(True, labels[order][1:] != labels[order][:-1])
    main = np.full(labels.max() + 1, -1)
    main[labels[order][first]] = part[order][first]
    return part != main[labels]


def _votes(labels, edges):
    """Of each vertex: the most common label among its neighbours (−1 does not count), its votes, those of its own."""
    voter = np.concatenate([edges[:, 0], edges[:, 1]])
    vote = labels[np.concatenate([edges[:, 1], edges[:, 0]])]
    voter, vote = voter[vote >= 0], vote[vote >= 0]
    keys, counts = np.unique(voter.astype(np.int64) << 32 | vote, return_counts=True)
    who, what = keys >> 32, keys & 0xFFFFFFFF
    best, votes, own = np.full(len(labels), -1), np.zeros(len(labels), np.int64), np.zeros(len(labels), np.int64)
    order = np.lexsort((-what, counts, who))  # the last of a voter: most votes, then the smallest label
    best[who[order]], votes[who[order]] = what[order], counts[order]
    same = what == labels[who]
    own[who[same]] = counts[same]
    return best, votes, own
