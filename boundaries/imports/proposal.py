"""A proposal to divide a unit: faces conformed to it, with every mend named, and which face keeps which unit."""

from dataclasses import dataclass

import numpy as np

from boundaries.changes.land import faces as shapes_of
from boundaries.imports.arriving import Incoming
from boundaries.imports.drawn import face_of
from boundaries.imports.fitting import nodes_between
from gis.checking.check import check
from gis.checking.findings import Report
from gis.checking.overlaps import polygons_only
from gis.comparing.lineage import MAJORITY
from gis.comparing.overlay import area_in_units, overlay, valid_on_lattice
from gis.conforming.conform import conform
from gis.conforming.mend import Conformed
from gis.editing.insertion import NO_NODES, Nodes
from gis.errors import Refusal
from gis.lattice import from_lattice

ACCEPT, REFUSE, GIVE = "accept", "refuse", "give"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would become of a unit.

    Attributes
    ----------
    incoming : Incoming
    report : gis.checking.findings.Report
        On the faces as they came.
    conformed : gis.conforming.mend.Conformed
        The faces in the order of `incoming`.
    units : list of str or None
        The unit that each face keeps; None for a face that becomes a new one.
    nodes : gis.editing.insertion.Nodes
        That the border of the unit needs where new borders end on it.
    """

    incoming: Incoming
    report: Report
    conformed: Conformed
    units: list
    nodes: Nodes

    @property
    def labels(self):
        """What is said of each face: by its columns, and the unit that it keeps."""
        rows = zip(self.incoming.labels, self.units, strict=True)
        return [{**said, "unit": unit} if unit else {key: said[key] for key in said if key != "unit"} for said, unit in rows]


def propose(given, wishes, land, *, answers=None):
    """Conform faces to the unit that they are to divide.

    Parameters
    ----------
    given : Incoming
    wishes : boundaries.imports.arriving.Wishes
    land : boundaries.changes.land.Land
    answers : dict of str to (str or dict), optional
        By the id of a mend: ``"accept"``, ``"refuse"`` or ``{"give": id of a face}``.

    Returns
    -------
    Proposal

    Raises
    ------
    Refusal
        ``bad_answers``, ``unknown_mend``, ``not_a_candidate``, ``unknown_unit``, ``duplicate_unit``; those of
        :func:`gis.conforming.conform.conform`.
    """
    parent = land[wishes.parent].geometry
    answered = _answered(answers or {})
    conformed = _conformed(given, parent, wishes, answered)
    _require_known(given, parent, wishes, answers or {}, conformed)
    units = _kept_units(given, conformed, wishes, land)
    report = check(given.shapes, given.ids, parent=parent)
    nodes = nodes_between(parent, conformed.parent) if conformed.ok else NO_NODES
    return Proposal(given, report, conformed, units, nodes)


def command_of(proposal, parent):
    """The command that divides the unit into the conformed faces; faces without land are left out.

    Parameters
    ----------
    proposal : Proposal
        That needs no person any more.
    parent : str

    Returns
    -------
    dict

    Raises
    ------
    Refusal
        ``mends_open`` naming what still needs an answer.
    """
    conformed = proposal.conformed
    if not conformed.ok:
        waiting = [mend.id for mend in conformed.needs_a_person]
        sentence = f"{len(waiting)} mends still need an answer, and what is refused keeps the unit from being divided exactly."
        raise Refusal("mends_open", sentence, mends=waiting)
    rows = zip(conformed.faces, proposal.labels, strict=True)
    command = {"op": "divide", "parent": parent, "faces": [face_of(shape, said) for shape, said in rows if shape is not None]}
    return command | ({"nodes": _entries(proposal.nodes)} if len(proposal.nodes) else {})


def _entries(nodes):
    """Nodes as a command has them: for each edge its ends and the points on it."""
    found = {}
    ends = np.column_stack([nodes.start, nodes.end]).tolist()
    for edge, point in zip(ends, from_lattice(nodes.point).tolist(), strict=True):
        found.setdefault(tuple(edge), []).append(point)
    return [{"edge": from_lattice([edge[:2], edge[2:]]).tolist(), "at": points} for edge, points in found.items()]


def _conformed(given, parent, wishes, answered):
    rules = {"snap_m": wishes.snap_m, "gap_width_m": wishes.gap_width_m, "overlap_width_m": wishes.overlap_width_m}
    return conform(polygons_only(given.shapes), given.ids, parent=parent, strategy=wishes.strategy, **rules, **answered)


def _answered(answers):
    """What a person has decided, as conforming takes it."""
    found = {ACCEPT: [], REFUSE: [], GIVE: {}}
    for mend, said in answers.items():
        if said in (ACCEPT, REFUSE):
            found[said].append(mend)
        elif isinstance(said, dict) and said.keys() == {GIVE} and isinstance(said[GIVE], str):
            found[GIVE][mend] = said[GIVE]
        else:
            sentence = f'The answer to mend {mend[:40]} is none; give "accept", "refuse" or {{"give": "ID OF A FACE"}}.'
            raise Refusal("bad_answers", sentence)
    return found


def _require_known(given, parent, wishes, answers, conformed):
    """Refuse answers to mends that there are not: a refusal that goes astray must not let the mend be done."""
    strange = set(answers) - {mend.id for mend in conformed.mends}
    if strange:  # a snap that is refused is no longer told
        unanswered = _conformed(given, parent, wishes, _answered({}))
        strange -= {mend.id for mend in unanswered.mends}
    if strange:
        sentence = f"There is no mend {min(strange)[:40]} in this import; look at it anew."
        raise Refusal("unknown_mend", sentence, mends=sorted(strange))


def _kept_units(given, conformed, wishes, land):
    """The unit of the land that each face keeps: the one that its column names, else the one it has most land in common with."""
    children = land.children(wishes.parent)
    if wishes.unit is None:
        return _by_land(conformed.faces, children, land)
    units = [said.get("unit") for said in given.labels]
    known = [unit for unit in units if unit is not None]
    strange = sorted(set(known) - set(children))
    if strange:
        sentence = f"{strange[0][:40]} is no unit of {wishes.parent}; leave out the code of a face that is to be a new unit."
        raise Refusal("unknown_unit", sentence, unit=strange[0][:40])
    twice = sorted(unit for unit in set(known) if known.count(unit) > 1)
    if twice:
        raise Refusal("duplicate_unit", f"Several faces are to be {twice[0]}; name each unit once.", unit=twice[0])
    return units


def _by_land(faces, children, land):
    """More than half of the face is more than half of the unit: of that each has one at most."""
    kept = [None] * len(faces)
    rows = np.array([k for k, face in enumerate(faces) if face is not None], dtype=np.int64)
    rows = rows[valid_on_lattice(faces[rows])] if len(rows) else rows
    if not children or not len(rows):
        return kept
    old, new = shapes_of([land[name] for name in children]), faces[rows]
    pieces = overlay(old, new, balanced=True)
    most = (pieces.area >= MAJORITY * area_in_units(old)[pieces.old]) & (pieces.area >= MAJORITY * area_in_units(new)[pieces.new])
    for child, face in zip(pieces.old[most].tolist(), pieces.new[most].tolist(), strict=True):
        kept[rows[face]] = children[child]
    return kept
