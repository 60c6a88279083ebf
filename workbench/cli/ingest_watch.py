"""``workbench ingest --watch``: taking what providers drop, until told to stop."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer

from workbench.catalogue.city import City
from workbench.catalogue.files import Stamps, look
from workbench.cli.common import State, err, language, operator, out, said, utc_now, visible
from workbench.cli.ingest_desk import Desk, codes_of
from workbench.errors import Code, InvalidInput, Text, Unavailable, WorkbenchError, simple
from workbench.extracts.dropclaim import Claim, claim, claims, contents, finish, gather, watching
from workbench.extracts.dropfolder import DropFolder, Waiting
from workbench.extracts.report import IngestReport, Outcome, Progress
from workbench.extracts.versions import ExtractVersion
from workbench.gateway.ruled import city_now
from workbench.gateway.stop_signal import StopSignal
from workbench.model.contract import Resource
from workbench.model.entry import Draft, Event

POLL_SECONDS = 2.0
"""How often the folder is looked at (our default); drop folders are often on NFS, which tells
nobody of changes."""
BACK_OFF_SECONDS = 60.0
"""Longest wait after a failure (our default); it doubles from the poll's."""


_ROWS = "quarantine.csv"


@dataclass(frozen=True)
class Options:
    """``settle`` None: a marker completes a delivery; else its files lie still that long."""

    root: Path
    settle: float | None
    once: bool
    accept_valid: bool
    as_json: bool


class Watcher:
    """One drop folder of one city. ``stop`` ends it between two deliveries, or inside an ingest,
    which then leaves no version."""

    def __init__(self, state: State, options: Options, stop: StopSignal) -> None:
        self._state, self._options, self._stop = state, options, stop
        self._folder = DropFolder(options.root, options.settle)
        self._told: set[str] = set()
        self.refused = 0
        self._city: City | None = None
        self._seen: tuple[Stamps, int] | None = None

    def run(self) -> bool:
        """Until stopped, or once. False where the last turn left something to be tried again."""
        wait = POLL_SECONDS
        while True:
            clean = self._turn()
            if self._options.once or self._stop.asked:
                return clean
            wait = POLL_SECONDS if clean else min(wait * 2, BACK_OFF_SECONDS)
            if self._stop.wait(wait):
                return True

    def _turn(self) -> bool:
        try:
            city = self._sound_city()
            return city is not None and self._take_all(city)
        except OSError as error:
            self._tell_once("unreadable", _unreadable(self._options.root, error))
            return False

    def _take_all(self, city: City) -> bool:
        """First what was begun, then what is new; a resource with one left over waits for it."""
        root, held = self._options.root, set()
        for begun in claims(root):
            if not self._tried(city, begun):
                held.add(begun.resource)
        found = self._folder.look(city.resources.keys(), time.monotonic())
        for notice in found.notices:
            self._tell_once(notice.path, notice.text)
        there = {n.path for n in found.notices}
        self._told = {key for key in self._told if key in there or "#" in key}
        for waiting in found.ready:
            if self._stop.asked:
                return False
            if waiting.resource not in held and not self._claimed(city, waiting):
                held.add(waiting.resource)
        return not held

    def _claimed(self, city: City, waiting: Waiting) -> bool:
        return self._tried(city, claim(self._options.root, waiting, utc_now()))

    def _tried(self, city: City, begun: Claim) -> bool:
        """Whether the claim is settled; False where it has to be tried again."""
        try:  # a desk of its own: it reads the code lists as they are now
            return self._settled(Desk(self._state, city, self._options.accept_valid), begun)
        except WorkbenchError as error:
            if error.code is Code.cancelled:  # taken up at the next start
                return False
            err().print(visible(f"{begun.drop}: {error.said(language())}"), style="yellow")
            return False

    def _settled(self, desk: Desk, begun: Claim) -> bool:
        resource = desk.city.resources.get(begun.resource)
        if resource is None:
            text = Text("合同已不含此资源。", "the contracts no longer have this resource.")
            self._tell_once(begun.drop, text)
            return False
        loaded = desk.extracts.dropped(begun.resource, begun.drop)
        if loaded is not None:
            report, error = _loaded_before(loaded), None
        else:
            found = self._ingested(desk, resource, begun)
            if found is None:
                return True
            report, error = found
        self._close(begun, report, error)
        return True

    def _ingested(
        self, desk: Desk, resource: Resource, begun: Claim
    ) -> tuple[IngestReport, WorkbenchError | None] | None:
        """None where the provider had taken the delivery back."""
        try:
            if not gather(self._options.root, begun):
                return None
            files, control = contents(begun)
        except InvalidInput as error:
            report = IngestReport(begun.resource, Outcome.refused)
            desk.enter_refusal(resource, report, error, begun.drop)
            return report, error
        progress = self._progress
        return desk.take(resource, files, control=control, drop=begun.drop, on_progress=progress)

    def _progress(self, _: Progress) -> None:
        if self._stop.asked:
            raise _stopped()

    def _close(self, begun: Claim, report: IngestReport, error: WorkbenchError | None) -> None:
        version = None if report.version is None else report.version.version
        if error is not None:
            version = None
            self.refused += 1
        value = {
            "drop": begun.drop,
            "at": utc_now().isoformat(),
            "outcome": report.outcome.value,
            "report": report.to_dict(),
            "reasons": [] if error is None else [r.to_dict() for r in error.reasons],
        }
        if report.quarantine is not None:  # beside the report, which then names it there
            shutil.copyfile(report.quarantine, begun.folder / _ROWS)
            text = json.dumps(value, ensure_ascii=False)
            value = json.loads(text.replace(str(report.quarantine), _ROWS))
        place = finish(self._options.root, begun, version, value)
        self._line(value, place)

    def _line(self, value: Mapping[str, Any], place: Path) -> None:
        """One line a delivery."""
        where = str(place.relative_to(self._options.root))
        if self._options.as_json:
            typer.echo(json.dumps({**value, "place": where}, ensure_ascii=False))
            return
        report, outcome = value["report"], _OUTCOMES[value["outcome"]]
        version = "" if report["version"] is None else f" v{report['version']}"
        rows = said(
            f"{report['accepted']:,}/{report['rows_read']:,} 行",
            f"{report['accepted']:,}/{report['rows_read']:,} rows",
        )
        why = ", ".join(sorted({r["code"] for r in value["reasons"]}))
        words = (value["at"][:19], value["drop"], outcome.said(language()) + version, rows, why)
        out().print(visible("  ".join(w for w in (*words, f"→ {where}") if w)))

    def _tell_once(self, key: str, text: Text) -> None:
        if key not in self._told:
            self._told.add(key)
            err().print(visible(f"{key}: {text.said(language())}"), style="yellow")

    def _sound_city(self) -> City | None:
        """The city as its files say now; None while they are wrong."""
        now = look(self._state.layout.root), self._state.store.version()
        if now != self._seen:
            self._city = None
            try:
                self._city = city_now(self._state)
            except InvalidInput as error:
                self._enter_wrong_city(error)
                err().print(visible(error.said(language())), style="red")
            self._seen = now
        return self._city

    def _enter_wrong_city(self, error: InvalidInput) -> None:
        """That nothing is taken; the codes only."""
        draft = Draft(
            event=Event.extract_refused,
            actor=operator(),
            method="ingest",
            medium="extract",
            detail={"resource": None, "codes": codes_of(error), "watch": True},
        )
        self._state.ledger.record(draft)


_OUTCOMES = {
    "loaded": Text("已接入", "loaded"),
    "unchanged": Text("无变化", "unchanged"),
    "refused": Text("已拒绝", "refused"),
}


def watch(state: State, options: Options) -> int:
    """Watch until SIGINT or SIGTERM, or take what is complete once; the exit code of the command.

    Once: 5 where something is left to be tried again, 2 where a delivery was refused, so that a
    cron job tells. Watching ends with 0: each refusal was told as it came.

    Raises InvalidInput where there is no such folder, Unavailable where another process watches.
    """
    root = options.root.absolute()
    if not root.is_dir() or root.is_symlink():
        raise _no_folder(root)
    with watching(root), StopSignal() as stop:
        if not options.once:
            err().print(visible(_begun(root)))
        watcher = Watcher(state, replace(options, root=root), stop)
        clean = watcher.run()
    if not options.once:
        err().print(said("已停止。", "Stopped."))
    if not clean:
        return Unavailable.exit_code
    return InvalidInput.exit_code if options.once and watcher.refused else 0


def _loaded_before(version: ExtractVersion) -> IngestReport:
    """The report of a delivery whose process died after its version was there."""
    return IngestReport(
        resource=version.resource,
        outcome=Outcome.loaded,
        version=version,
        sources=version.sources,
        data_date=version.data_date,
        rows_read=version.rows_read,
        accepted=version.rows,
        rejected=version.rejected,
    )


def _begun(root: Path) -> str:
    return said(f"正在看守 {root}（Ctrl-C 停止）", f"Watching {root} (Ctrl-C stops)")


def _stopped() -> WorkbenchError:
    return simple(Code.cancelled, "接入已停止。", "The ingest was stopped.")


def _no_folder(root: Path) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{root} 不是文件夹，或是符号链接。",
        f"{root} is no folder, or a symbolic link.",
        next=Text("请给出交付文件夹本身。", "Give the drop folder itself."),
    )


def _unreadable(root: Path, error: OSError) -> Text:
    cause = error.strerror or type(error).__name__
    return Text(
        f"{root}：现在读写不了（{cause}）；将继续重试。",
        f"{root}: cannot be read or written now ({cause}); it is tried again.",
    )
