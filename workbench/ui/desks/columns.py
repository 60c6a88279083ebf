"""Columns as a form chooses them: each with its use, from the strongest to the weakest, its mask
and its argument."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ui.desks.desk import Json
from workbench.ui.words import Speech

USES = ("value", "join_key", "statistics", "compare")
"""From the strongest to the weakest, as a reviewer weighs them."""


def use_said(line: Mapping[str, Any], speech: Speech) -> str:
    """A granted or asked use with its mask, in words."""
    mask = speech._("masked: {mask}", mask=line["mask"]) if line.get("mask") else ""
    use = uses(speech).get(line["use"], line["use"])
    return speech._(", ").join(filter(None, (use, mask)))


def column_line(
    name: str,
    spec: Any,
    speech: Speech,
    *,
    label: str = "",
    note: str = "",
    chosen: bool = True,
    argument: str | None = None,
    every: bool = False,
) -> Json:
    """One column of a form: its use as it stands, and those that are weaker (``every``: all).
    ``argument`` None: it is not argued here."""
    told = speech._("{use} would do", use=uses(speech).get(note, note)) if note in USES else note
    own = json.dumps(spec, ensure_ascii=False)
    masked = isinstance(spec, dict) and spec.get("mask") is not None
    use = spec if isinstance(spec, str) else spec.get("use", "value")
    others = USES if every else () if masked else USES[USES.index(use) + 1 :]
    words = uses(speech)
    offered = [(own, _spec_said(spec, speech))]
    offered += [(json.dumps(u), words[u]) for u in others if json.dumps(u) != own]
    if every and not masked:
        pseudonym = {"use": "value", "mask": "pseudonym"}
        offered.append((json.dumps(pseudonym), _spec_said(pseudonym, speech)))
    return {
        "name": name,
        "label": label,
        "note": told,
        "chosen": chosen,
        "use": own,
        "uses": [{"value": value, "label": text} for value, text in offered],
        "argument": argument or "",
        "argued": argument is not None,
    }


def uses(speech: Speech) -> dict[str, str]:
    return {
        "value": speech._("the value"),
        "join_key": speech._("to join by"),
        "statistics": speech._("in statistics"),
        "compare": speech._("to compare"),
    }


def _spec_said(spec: Any, speech: Speech) -> str:
    plain = {"use": spec} if isinstance(spec, str) else spec
    use, mask = str(plain.get("use", "value")), plain.get("mask")
    told = uses(speech).get(use, use)
    if mask is None:
        return told
    kind = mask if isinstance(mask, str) else mask["kind"]
    return speech._("{use}, masked: {mask}", use=told, mask=kind)


def is_spec(spec: Any) -> bool:
    """Whether this is how an application writes a column: a use, or a mapping with use and mask."""
    if isinstance(spec, str):
        return True
    if not isinstance(spec, Mapping):
        return False
    mask = spec.get("mask")
    kind = mask.get("kind") if isinstance(mask, Mapping) else mask
    return isinstance(spec.get("use", "value"), str) and (mask is None or isinstance(kind, str))


def specs_of(chosen: Any) -> dict[str, dict[str, Any]]:
    """The columns of a form that was sent, as an application writes them. Raises InvalidInput."""
    if not isinstance(chosen, Mapping):
        raise _bad_columns()
    return {str(name): _spec_of(line) for name, line in chosen.items()}


def _spec_of(line: Any) -> dict[str, Any]:
    try:
        spec = json.loads(line["use"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _bad_columns() from None
    if not is_spec(spec):
        raise _bad_columns()
    plain = {"use": spec} if isinstance(spec, str) else dict(spec)
    argument = str(line.get("argument") or "").strip()
    return {**plain, "argument": argument} if argument else plain


def _bad_columns() -> WorkbenchError:
    return simple(
        Code.invalid_request,
        "列的填写看不懂。",
        "The columns of the form are not understood.",
        next=Text("请重新打开表单。", "Open the form again."),
    )
