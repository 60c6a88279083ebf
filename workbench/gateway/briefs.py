"""HTTP: the monthly briefs, as they were signed. Nothing unsigned is given to who does not deal
with the sign-off; each file that is taken along is an entry of the ledger.

What was signed is what the steps of the procedure say, by the digest of the content: a brief whose
file has another digest, or whose steps name another, is not given. Whoever reads it may look at the
figures of every scenario that it was made under, as a person or on a page. Renderings were made
beside it (``workbench report sign``, the monthly run); none is made here.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI

from workbench.catalogue.city import City
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.gateway.answers import Answer
from workbench.gateway.what_ifs import looked_at
from workbench.ledger.record import Ledger
from workbench.model.actor import Actor, Role
from workbench.model.entry import Draft, Event
from workbench.model.procedure import Procedure, Taken
from workbench.store.session import Store

FOLDER, CONTENT = "briefs", "brief.json"
FIELD, MONTH = "brief", "month"
"""Fields of a sign-off: the digest of the content, and its month, by their shipped names."""
SIGNED = frozenset({"sign", "show"})
GONE = frozenset({"return", "withdraw"})
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class BriefLine(Answer):
    """``state`` is the last step: draft, check, sign, show, return or withdraw. ``taken``: which
    files may be taken along (``zh.pdf``)."""

    digest: str
    month: date
    state: str
    signed: bool
    case: str
    drafted_by: str
    checked_by: str
    signed_by: str
    changed: datetime
    taken: list[str]


class BriefAnswer(Answer):
    """``document``: the JSON that was signed."""

    line: BriefLine
    document: dict[str, Any]


class TakeBody(Answer):
    language: Literal["zh", "en"]
    form: Literal["pdf", "docx"]


class TakenFile(Answer):
    """``content`` in base64; ``entry``: of the ledger."""

    name: str
    type: str
    content: str
    sha256: str


@dataclass(frozen=True)
class BriefDesk:
    """``state`` is the city's folder of state. ``usable`` gives the scenarios in which somebody has
    an active grant."""

    store: Store
    ledger: Ledger
    state: Path
    city: Callable[[], City]
    usable: Callable[[Actor], tuple[str, ...]]

    def find(self, actor: Actor) -> list[BriefLine]:
        """The signed ones, and of who deals with the sign-off those that are not, the newest month
        first."""
        return sorted(
            (self._line(one) for one in self._offered(actor)),
            key=lambda line: (line.month, line.changed),
            reverse=True,
        )

    def get(self, digest: str, actor: Actor) -> BriefAnswer:
        """Raises StatementWrong (not_found), also for one that is not the caller's to see."""
        one = self._one(digest, actor)
        return BriefAnswer(line=self._line(one), document=self._document(digest))

    def take(self, digest: str, body: TakeBody, actor: Actor) -> TakenFile:
        """A rendering, entered first. Raises as ``get``, StatementWrong for one that is not signed,
        Unavailable where it was not rendered or cannot be entered."""
        one = self._one(digest, actor)
        if not _signed(one):
            raise _no_such(digest)
        path = self._rendering(digest, body)
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        detail = {"brief": digest, "case": one.id, "file": path.name, "sha256": sha256}
        self.ledger.record(
            Draft(
                event=Event.brief_taken,
                actor=actor.id,
                department=actor.department,
                viewer=actor.viewer,
                method="brief",
                medium="http",
                detail=detail,
            )
        )
        coded = b64encode(content).decode()
        return TakenFile(name=path.name, type=_TYPES[body.form], content=coded, sha256=sha256)

    def _one(self, digest: str, actor: Actor) -> Procedure:
        for one in self._offered(actor):
            if _text(one, FIELD) == digest:
                return one
        raise _no_such(digest)

    def _offered(self, actor: Actor) -> Iterator[Procedure]:
        """The newest sign-off of each content that the caller may see."""
        newest: dict[str, Procedure] = {}
        for one in self.store.procedures.all():
            digest = _text(one, FIELD)
            if _DIGEST.fullmatch(digest) and _text(one, MONTH):
                known = newest.get(digest)
                if known is None or known.opened < one.opened:
                    newest[digest] = one
        looked = {*self.usable(actor), *looked_at(actor, self.city())}
        for digest, one in newest.items():
            if (_signed(one) or _deals(actor, one)) and self._scenarios(digest) <= looked:
                yield one

    def _scenarios(self, digest: str) -> frozenset[str]:
        return frozenset(str(asked["scenario"]) for asked in self._document(digest)["asked"])

    def _document(self, digest: str) -> dict[str, Any]:
        """Raises Unavailable where the file is gone or is not what its digest says."""
        path = self.state / FOLDER / digest / CONTENT
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _lost(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise _lost(digest)
        found: dict[str, Any] = json.loads(content)
        return found

    def _line(self, one: Procedure) -> BriefLine:
        digest = _text(one, FIELD)
        by = {step.event: step.actor for step in one.steps}
        return BriefLine(
            digest=digest,
            month=date.fromisoformat(_text(one, MONTH)),
            state=one.steps[-1].event,
            signed=_signed(one),
            case=one.id,
            drafted_by=by.get("draft", ""),
            checked_by=by.get("check", ""),
            signed_by=by.get("sign", ""),
            changed=one.changed,
            taken=sorted(self._renderings(digest)) if _signed(one) else [],
        )

    def _renderings(self, digest: str) -> Mapping[str, Path]:
        """By ``zh.pdf``."""
        folder = self.state / FOLDER / digest
        found = {form: folder.glob(f"*.{form}") for form in _TYPES}
        return {
            ".".join(path.name.rsplit(".", 2)[1:]): path
            for paths in found.values()
            for path in paths
            if not path.name.startswith(".")
        }

    def _rendering(self, digest: str, body: TakeBody) -> Path:
        path = self._renderings(digest).get(f"{body.language}.{body.form}")
        if path is None:
            raise _not_rendered(digest)
        return path


def add(app: FastAPI, briefs: BriefDesk, caller: Any) -> None:
    """``caller`` is the dependency that gives the signed-in Actor."""

    @app.get("/briefs")
    def listed(who: Actor = caller) -> list[BriefLine]:
        """The monthly briefs, the newest first."""
        return briefs.find(who)

    @app.get("/briefs/{digest}")
    def get(digest: str, who: Actor = caller) -> BriefAnswer:
        return briefs.get(digest, who)

    @app.post("/briefs/{digest}/take")
    def take(digest: str, body: TakeBody, who: Actor = caller) -> TakenFile:
        """A file to take along; entered in the ledger."""
        return briefs.take(digest, body, who)


def _text(one: Procedure, name: str) -> str:
    return next((value.text for value in one.values if value.name == name), "")


def _signed(one: Procedure) -> bool:
    """Signed, and every step that names a content names this one."""
    digest = _text(one, FIELD)
    steps: tuple[Taken, ...] = one.steps
    named = {step.evidence for step in steps if step.evidence}
    return bool(steps) and steps[-1].event in SIGNED and named == {digest}


def _deals(actor: Actor, one: Procedure) -> bool:
    """Officers of the department that drafted it check and sign."""
    mine = bool(actor.department) and actor.department == one.department
    return mine and not actor.is_page and Role.officer in actor.roles


def _no_such(digest: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"没有已签发的简报 {digest[:12]}，或者它不供您查阅。",
        f"There is no signed brief {digest[:12]}, or it is none of yours.",
        next=Text("请在列表中选择。", "Choose one of the list."),
        subject=digest[:64],
    )


def _lost(digest: str) -> WorkbenchError:
    return simple(
        Code.internal,
        f"简报 {digest[:12]} 的文件缺失或者已被改动，不能提供。",
        f"The file of the brief {digest[:12]} is gone or was changed: it is not given.",
        next=Text("请报告运维人员。", "Tell the operator."),
        subject=digest[:64],
    )


def _not_rendered(digest: str) -> WorkbenchError:
    return simple(
        Code.not_found,
        f"简报 {digest[:12]} 还没有这种文件。",
        f"The brief {digest[:12]} has no such file yet.",
        next=Text(
            f"运维人员运行 workbench report show {digest[:12]} --language both。",
            f"The operator runs workbench report show {digest[:12]} --language both.",
        ),
        subject=digest[:64],
    )
