"""Words of assessments and appeals."""

from __future__ import annotations

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import cell
from workbench.ui.words import Speech

_TONES = {
    "shown": "due",
    "appealed": "due",
    "published": "good",
    "accepted": "good",
    "returned": "off",
    "withdrawn": "off",
}
LIGHTS = {"green": "good", "yellow": "due", "red": "late"}
"""The tone of a light."""


def state_cell(state: str, speech: Speech) -> Json:
    words = {
        "drafted": speech._("drafted"),
        "shown": speech._("shown to departments"),
        "decided": speech._("to be signed"),
        "signed_once": speech._("signed once"),
        "published": speech._("published"),
        "returned": speech._("returned"),
        "withdrawn": speech._("withdrawn"),
        "appealed": speech._("to be decided"),
        "accepted": speech._("accepted"),
        "refused": speech._("refused"),
    }
    return cell(words.get(state, state), _TONES.get(state, ""))


def row_state(state: str, speech: Speech) -> str:
    """Why an indicator has no score; "" where it has one."""
    words = {
        "rated": "",
        "not_applicable": speech._("not applicable"),
        "too_few": speech._("too few"),
        "missing": speech._("no value"),
    }
    return words.get(state, state)


def outcome(done: str, speech: Speech) -> Json:
    words = {
        "done": cell(speech._("done"), "good"),
        "partly": cell(speech._("partly"), "due"),
        "not_done": cell(speech._("not done"), "late"),
        "unknown": cell(speech._("cannot be told"), "off"),
    }
    return words.get(done, cell(done))


def light(name: str, speech: Speech) -> Json:
    words = {
        "green": speech._("green"),
        "yellow": speech._("yellow"),
        "red": speech._("red"),
    }
    return cell(words.get(name, name), LIGHTS.get(name, ""))
