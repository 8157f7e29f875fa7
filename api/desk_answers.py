"""One incident as it is answered."""

from api.json_text import moment
from boundaries.clock import now
from boundaries.store.duties import duties_of
from gis.errors import Refusal
from incidents.cases import case_of, place_of
from incidents.flow import ACTIONS, possible
from incidents.store import flow
from incidents.store.matter_lists import line_for
from incidents.store.rerouting import ways

AS_THEY_ARE = (
    "no",
    "state",
    "urgent",
    "source",
    "description",
    "address",
    "clock",
    "clock_limit",
    "due_supposed",
    "lon",
    "lat",
    "grid_code",
    "grid_version_id",
    "micro_grid_version_id",
    "on_border",
    "also",
    "distance_m",
    "nearest_code",
    "department",
)
MOMENTS = ("reported_at", "registered_at", "dispatched_at", "handled_at", "closed_at", "due_at")
OF_WORKER = ("worker_id", "role", "name", "work_phone", "kind", "substitutes_for")
VILLAGE_DIGITS = 12


def detail(connection, row, actor):
    """An incident whole, with what an actor can do to it now; see `api.desk_models.IncidentDetail`."""
    events = flow.course(connection, row.no)
    body = {name: getattr(row, name) for name in AS_THEY_ARE}
    body |= {name: moment(getattr(row, name)) for name in MOMENTS}
    body["matter"] = {"code": row.matter_code, "family": row.family, "name_zh": row.matter_zh, "name_en": row.matter_en}
    body["village_code"] = row.grid_code and row.grid_code[:VILLAGE_DIGITS]
    body["competent_department"] = _competent(connection, row)
    body["merged_into"] = row.merged_into_no
    body["workers"] = [_picked(duty, OF_WORKER) for duty in duties_of(connection, [place_of(row)], now())]
    body["ways"] = [_picked(way, ("code", "name")) for way in ways(connection, row)]
    body["events"] = [_event(event) for event in events]
    body["last_event"] = events[-1].id if events else None
    body["actions"] = [_action(name) for name in possible(case_of(row, events), actor)]
    return body


def _competent(connection, row):
    try:
        return line_for(connection, row.no[:6], row.matter_code, row.reported_at).department
    except Refusal:
        return None  # the list has no such matter


def _picked(row, names):
    return {name: getattr(row, name) for name in names}


def _event(event):
    told = {"id": event.id, "at": moment(event.at), "action": event.action, "from": event.from_state, "to": event.to_state}
    return told | _picked(event, ("actor", "note", "detail"))


def _action(name):
    action = ACTIONS[name]
    return {"action": name, "reason": action.reason, "wanted": list(action.wanted), "optional": list(action.optional)}
