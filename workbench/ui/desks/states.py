"""Words that several desks say alike."""

from __future__ import annotations

from workbench.ui.desks.desk import Json
from workbench.ui.desks.parts import cell
from workbench.ui.words import Speech


def grant_state(state: str, speech: Speech) -> Json:
    """The state of a grant today."""
    words = {
        "active": (speech._("active"), "good"),
        "not_started": (speech._("not started"), ""),
        "expired": (speech._("expired"), "late"),
        "revoked": (speech._("revoked"), "late"),
        "suspended": (speech._("suspended"), "late"),
        "ended": (speech._("ended"), "off"),
    }
    return cell(*words.get(state, (state, "")))
