"""Look-up of one point at a time: a few microseconds, where arrays would take a hundred to be set up."""

from gis.lattice import UNITS_PER_DEGREE


def holders_of(index, lon, lat):
    """The faces that hold a point, by rank.

    Parameters
    ----------
    index : gis.locating.lookup.Index
    lon, lat : float
        Degrees, on the globe.

    Returns
    -------
    inside, touched : list of int
        Ranks of the faces that have it in their interior and on their border, ascending.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> from gis.locating.lookup import index_of
    >>> index = index_of(shapely.box([105, 106], 28, [106, 107], 29), np.array(["A", "B"]))
    >>> holders_of(index, 106.5, 28.5), holders_of(index, 106.0, 28.5)
    (([1], []), ([], [0, 1]))
    """
    x, y = round(lon * UNITS_PER_DEGREE), round(lat * UNITS_PER_DEGREE)
    cells, raster = index.cells, index.cells.raster
    column = min(max((x - raster.x0) >> raster.x_shift, 0), raster.columns - 1)
    row = min(max((y - raster.y0) >> raster.y_shift, 0), raster.rows - 1)
    owner = int(cells.owner[column * raster.rows + row])
    if owner >= 0:
        return [owner - 1] if owner else [], []
    switches = _switches(index, -1 - owner, x, y, y - raster.y0 - (row << raster.y_shift))
    inside = sorted(rank for rank, (is_odd, is_on) in switches.items() if is_odd and not is_on)
    return inside, sorted(rank for rank, (_, is_on) in switches.items() if is_on)


def _switches(index, special, x, y, height):
    """For the faces met on the way from the corner to the point: whether it holds by the even-odd rule, and whether
    the point lies on its border. The same way as in gis.locating.lookup."""
    edges, cells = index.edges, index.cells
    corner = slice(*cells.corner_first[special : special + 2].tolist())
    switches = {rank: (True, False) for rank in cells.corner_face[corner].tolist()}
    pieces = slice(*cells.head[special : special + 2, 0].tolist())
    for low, high, side, edge in cells.ways[pieces, 6:].tolist():
        left, bottom, dx, dy, _ = edges.table[edge].tolist()
        turn = dx * (y - bottom) - dy * (x - left)
        on = turn == 0 and 0 <= y - bottom <= dy and min(dx, 0) <= x - left <= max(dx, 0)
        crossed = (side <= height) != (turn < 0 and low <= height < high)
        for rank in edges.side[slice(*edges.first[edge : edge + 2].tolist())].tolist():
            was_odd, was_on = switches.get(rank, (False, False))
            switches[rank] = was_odd != crossed, was_on or on
    return switches
