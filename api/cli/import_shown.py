"""What `wangge import` shows: the mends, the codes, the lineage."""

from collections import Counter

import numpy as np
from rich.table import Table

from boundaries.codes import LEVELS, level_of
from gis.comparing.compare import compare
from gis.conforming.mend import QUESTIONS

SHOWN = 12


def show_mends(console, fitted):
    """What conforming has done, and what needs a person.

    Parameters
    ----------
    console : rich.console.Console
    fitted : boundaries.imports.fitting.Fitted
    """
    if not fitted.mends:
        console.print("The layer needs no mend.")
        return
    rows = Counter((mend.kind, QUESTIONS[mend.question] if mend.question else "done") for mend in fitted.mends)
    table = _table("What conforming did", "mend", "state", "count")
    for (kind, state), count in sorted(rows.items()):
        table.add_row(kind, state, f"{count:,}")
    console.print(table)
    if fitted.open:
        console.print(
            f"{len(fitted.open)} of them need a person. Answer them with `wangge conform LAYER --within PARENT`, then import "
            "what it writes. Nothing was changed.",
            soft_wrap=True,
        )


def show_plan(console, plan, day):
    """Codes that begin, change and end.

    Parameters
    ----------
    console : rich.console.Console
    plan : boundaries.imports.plan.Plan
    day : date
    """
    if plan.is_empty:
        console.print(f"The register holds all {len(plan.unchanged)} already; nothing to change.")
        return
    table = _table(f"What the import changes on {day}", "what", "versions", "codes")
    created = plan.created
    for level in LEVELS:
        _row(table, f"new {level}", [code for code in created if level_of(code) == level])
    _row(table, "changed", sorted(set(plan.replaced) - set(plan.noded)))
    _row(table, "given a node", plan.noded)
    _row(table, "retired", plan.retired)
    _row(table, "unchanged", plan.unchanged)
    _row(table, "divided for the first time", plan.divided)
    console.print(table)


def explain(console, plan):
    """Why a plan cannot be carried out.

    Parameters
    ----------
    console : rich.console.Console
    plan : boundaries.imports.plan.Plan
    """
    console.print(f"[bold]Not possible:[/bold] {len(plan.untiled)} parents would not be tiled exactly:")
    for code in plan.untiled[:20]:
        console.print(f"  {level_of(code)} {code}")
    console.print("`wangge check LAYER --within PARENT` shows each overlap and gap; --conform mends what needs no person.")


def show_lineage(console, plan, held, level):
    """Which old unit gives how much land, and how many households by its share, to which new one.

    Parameters
    ----------
    console : rich.console.Console
    plan : boundaries.imports.plan.Plan
    held : boundaries.units.Units
        The register before.
    level : str
        Of the layer.
    """
    own = [level_of(code) == level and code not in set(plan.noded) for code in plan.begin.code]
    begin = plan.begin.take(np.array(own, dtype=bool))
    ending = {*plan.retired, *begin.code}
    old = held.take(np.array([code in ending for code in held.code], dtype=bool))
    if not len(old) or not len(begin):
        return
    households = [np.nan if count is None else count for count in old.households]
    found = compare(old.geometry, old.code.tolist(), begin.geometry, begin.code.tolist(), households=households)
    console.print(f"Lineage: {', '.join(f'{count} {kind}' for kind, count in found.summary.items())}.")
    moved = sorted((row for row in found.moved if not row.noise), key=lambda row: -row.area_m2)
    if moved:
        console.print(_moved(moved))


def _moved(rows):
    title = f"The {SHOWN} largest of {len(rows):,} pieces of land that move" if len(rows) > SHOWN else "Land that moves"
    table = _table(title, "from", "to", "area m²", "households")
    for row in rows[:SHOWN]:
        households = "" if row.households is None else f"{row.households:,.0f}"
        table.add_row(row.old or "–", row.new or "–", f"{row.area_m2:,.0f}", households)
    return table


def _table(title, *headings):
    table = Table(title=title, title_justify="left")
    for heading in headings:
        number = heading in ("count", "versions", "area m²", "households")
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    return table


def _row(table, what, codes):
    if codes:
        shown = ", ".join(sorted(codes)[:3])
        table.add_row(what, str(len(codes)), shown + (" …" if len(codes) > 3 else ""))
