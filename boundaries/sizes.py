"""How many households a grid or micro-grid should hold."""

from dataclasses import asdict, dataclass

from boundaries.city_settings import SETTINGS


@dataclass(frozen=True, slots=True)
class SizeRule:
    """Bounds, both included, and whether a unit keeps them."""

    min: int
    max: int
    ok: bool | None

    def as_dict(self):
        return asdict(self)


# Exclusive grids (a market, a school) and the remainder of a grid have no size. A size warns and never refuses.
KEY_OF_KIND = {"comprehensive": "size.comprehensive", "micro": "size.micro"}
DEFAULT_BOUNDS = {kind: SETTINGS[key].default for kind, key in KEY_OF_KIND.items()}


def size_rule(kind, households, *, bounds=DEFAULT_BOUNDS):
    """The size rule of a unit's kind.

    Parameters
    ----------
    kind : str or None
        ``comprehensive exclusive micro remainder``; None for a jurisdiction.
    households : int or None
    bounds : dict of str to dict, optional
        ``min`` and ``max`` by kind, as they are set for the date and place
        (:func:`boundaries.store.city_settings.size_bounds`); default those of the product.

    Returns
    -------
    SizeRule or None
        None where the kind has no rule; ``ok`` is None where the households are not known.

    Examples
    --------
    >>> size_rule("comprehensive", 420)
    SizeRule(min=300, max=500, ok=True)
    >>> size_rule("comprehensive", 420, bounds={"comprehensive": {"min": 100, "max": 400}}).ok
    False
    >>> size_rule("exclusive", 3) is None
    True
    """
    if kind not in bounds:
        return None
    least, most = bounds[kind]["min"], bounds[kind]["max"]
    return SizeRule(least, most, None if households is None else least <= households <= most)
