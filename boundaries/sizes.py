"""How many households a grid or micro-grid should hold."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class SizeRule:
    """Bounds, both included, and whether a unit keeps them."""

    min: int
    max: int
    ok: bool | None

    def as_dict(self):
        return asdict(self)


# The neighbouring city of Zhoushan's published standard: 300-500 households a grid, 50-80 a micro-grid. A default, which
# warns and never refuses. Exclusive grids (a market, a school) and the remainder of a grid have no size.
HOUSEHOLDS_OF_KIND = {"comprehensive": (300, 500), "micro": (50, 80)}


def size_rule(kind, households):
    """The size rule of a unit's kind.

    Parameters
    ----------
    kind : str or None
        ``comprehensive exclusive micro remainder``; None for a jurisdiction.
    households : int or None

    Returns
    -------
    SizeRule or None
        None where the kind has no rule; ``ok`` is None where the households are not known.

    Examples
    --------
    >>> size_rule("comprehensive", 420)
    SizeRule(min=300, max=500, ok=True)
    >>> size_rule("exclusive", 3) is None
    True
    """
    if kind not in HOUSEHOLDS_OF_KIND:
        return None
    least, most = HOUSEHOLDS_OF_KIND[kind]
    return SizeRule(least, most, None if households is None else least <= households <= most)
