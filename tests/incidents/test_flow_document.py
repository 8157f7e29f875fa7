"""The document of the course shows the table as it is."""

from pathlib import Path

from incidents.flow import ACTIONS, BY_PEOPLE, OPEN
from incidents.states import ENDED, STATES

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "incidents.md").read_text(encoding="utf-8")
EVERYWHERE = {name for name, action in ACTIONS.items() if {before for before, _ in action.steps} == set(OPEN)}


def row_of(state):
    """What can be done in a state and where it leads, as Markdown."""
    told = []
    for name, action in ACTIONS.items():
        leads_to = [after for before, after in action.steps if before == state]
        if leads_to and name not in EVERYWHERE:
            told.append(f"`{name}`" if leads_to == [state] else f"`{name}` → {' or '.join(f'`{each}`' for each in leads_to)}")
    return f"| `{state}` | {', '.join(told) or 'final'} |"


def test_the_document_shows_every_state_with_what_can_be_done_in_it():
    head = "| in state | can be done |\n|---|---|\n"
    assert head + "\n".join(row_of(state) for state in (*OPEN, *ENDED)) in DOCUMENT
    assert {*OPEN, *ENDED} == set(STATES)


def test_the_document_names_the_right_and_the_details_of_every_action():
    for name in BY_PEOPLE:
        action = ACTIONS[name]
        given = ", ".join([f"`{each}`" for each in action.wanted] + [f"`{each}` (optional)" for each in action.optional])
        assert f"| `{name}` | `{action.right}` | {'**yes**' if action.reason else 'may'} | {given} |" in DOCUMENT
