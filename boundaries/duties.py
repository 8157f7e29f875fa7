"""Duties of grid workers: who serves which grid."""

from boundaries.codes import level_of
from gis.errors import Refusal

ROLES = ("responsible", "assisting", "stationed")


def require_duty(grid_code, role):
    """Refuse what is no duty on a grid.

    Raises
    ------
    Refusal
        ``bad_code``, ``bad_duty``.
    """
    if level_of(grid_code) != "grid":
        raise Refusal("bad_duty", f"{grid_code} is no grid; a duty is on a grid, whose code has 15 digits.")
    if role not in ROLES:
        raise Refusal("bad_duty", f"The role is not known; give one of {', '.join(ROLES)}.")
