"""Grid workers and their duties: who serves which grid. Work contact only, nothing else about the person."""

import re
import unicodedata

from boundaries.codes import level_of
from boundaries.names import checked_name
from gis.errors import Refusal

KINDS = ("full_time", "part_time", "stationed")  # 专职, 兼职 (Art. 11), and staff that a department stations (Art. 20)
ROLES = ("responsible", "assisting", "stationed")
PHONE = re.compile(r"[0-9+][0-9 -]{2,23}[0-9]", re.ASCII)


def checked_contact(name, work_phone):
    """A worker's name and work phone as they are stored.

    Raises
    ------
    Refusal
        ``bad_worker``.

    Examples
    --------
    >>> checked_contact(" 王芳 ", "0830－3101234")
    ('王芳', '0830-3101234')
    """
    try:
        name = checked_name(name)
    except ValueError as error:
        raise Refusal("bad_worker", f"The name of the worker {error}.") from error
    phone = unicodedata.normalize("NFKC", work_phone).strip()
    if not PHONE.fullmatch(phone):
        raise Refusal("bad_worker", "The work phone must have 4 to 25 digits, blanks and hyphens, with + for a country.")
    return name, phone


def require_worker(scope, kind):
    """Refuse a place or kind that no worker can have.

    Raises
    ------
    Refusal
        ``bad_code``, ``bad_worker``.
    """
    if level_of(scope) not in ("county", "town", "village"):
        raise Refusal("bad_worker", "A worker belongs to a county, town or village; give its code of 6, 9 or 12 digits.")
    if kind not in KINDS:
        raise Refusal("bad_worker", f"The kind of worker is not known; give one of {', '.join(KINDS)}.")


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
