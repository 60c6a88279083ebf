"""Attached sources: is the account of each there to be used, and does anybody answer?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workbench.doctor.facts import CitySeen, Facts, SourceSeen, SourcesSeen
from workbench.doctor.results import Result, Status, ok, unseen
from workbench.errors import Text, WorkbenchError
from workbench.model.source import AttachedSource, SourceKind
from workbench.store.keyring import Keyring
from workbench.store.layout import Layout
from workbench.store.secrets import Secrets
from workbench.workspace.pulling import Puller
from workbench.workspace.source_failures import CAUSES

PROBE_SECONDS = 3
"""For a source to let the account in (our default)."""


def sources_of(
    layout: Layout, keyring: Keyring | None, city: CitySeen, *, ask: bool
) -> SourcesSeen:
    """Secrets are decrypted and forgotten. Only with ``ask`` is anything sent over the network."""
    if city.unread is not None:
        return SourcesSeen(unread=city.unread)
    secrets = None if keyring is None else Secrets(layout.secrets, keyring.audit_key)
    found = []
    for name, source in city.attached:
        seen = _with_secret(name, source, secrets)
        silent = None
        if source.kind is SourceKind.sqlite:  # a file is there or not: nobody is asked
            there = (layout.root / source.path).is_file()
            silent = None if there else CAUSES["file_missing"]
        elif ask and secrets is not None and seen.problem is None and not seen.missing:
            silent = _asked(Puller(layout.root, secrets.get, lambda: city.settings), source)
        found.append(replace(seen, silent=silent))
    return SourcesSeen(tuple(found), asked=ask)


def _asked(puller: Puller, source: AttachedSource) -> Text | None:
    """By signing in: a server may shut out who only knocks."""
    with tempfile.TemporaryDirectory() as folder:
        failure = puller.answers(source, PROBE_SECONDS, Path(folder))
    return None if failure is None else failure.text


def _with_secret(name: str, source: AttachedSource, secrets: Secrets | None) -> SourceSeen:
    if source.kind is SourceKind.sqlite:
        return SourceSeen(name)
    if secrets is None:
        return SourceSeen(name, source.secret, problem=_NO_KEYS)
    try:
        account = secrets.get(source.secret)
    except WorkbenchError as error:
        return SourceSeen(name, source.secret, problem=error.reasons[0].what)
    except OSError as error:
        problem = Text(
            f"密钥 {source.secret} 读不出来（{error.strerror}）。",
            f"The secret {source.secret} cannot be read ({error.strerror}).",
        )
        return SourceSeen(name, source.secret, problem=problem)
    return SourceSeen(name, source.secret, missing=account is None)


def sources(facts: Facts) -> Iterator[Result]:
    found = facts.sources
    if found.unread is not None:
        yield unseen("sources", found.unread, next_=_CHECK)
        return
    told = [result for seen in found.found for result in _told(seen)]
    yield from told
    if not told and not found.found:
        yield ok("sources", "没有挂接的来源。", "No sources are attached.")
    elif not told:
        number = len(found.found)
        asked = (
            Text("，来源均有应答。", ", and each source answers.")
            if found.asked
            else Text("（未经网络询问；--sources）。", " (not asked over the network: --sources).")
        )
        yield ok(
            "sources",
            f"{number} 个挂接资源的密钥均可用{asked.zh}",
            f"The secrets of {number} attached resources can be used{asked.en}",
        )


def _told(seen: SourceSeen) -> Iterator[Result]:
    name = seen.resource
    again = f"workbench secrets set {seen.secret}"
    if seen.problem is not None:
        what = Text(f"资源 {name}：{seen.problem.zh}", f"Resource {name}: {seen.problem.en}")
        yield Result("sources", Status.fail, what, _NO_ACCOUNT, Text(again, again))
    elif seen.missing:
        what = Text(
            f"资源 {name} 的密钥 {seen.secret} 没有设置。",
            f"The secret {seen.secret} of the resource {name} has not been set.",
        )
        step = Text(again, again)
        yield Result("sources", Status.warn, what, _NO_ACCOUNT, step, production=Status.fail)
    if seen.silent is not None:
        what = Text(
            f"资源 {name} 的来源没有应答：{seen.silent.zh}。",
            f"The source of {name} does not answer: {seen.silent.en}.",
        )
        look = f"workbench sources check {name}"
        yield Result("sources", Status.warn, what, next=Text(look, look))


_NO_KEYS = Text(
    "没有可用的本城密钥，无法解密其账号。",
    "there are no keys of the city to decrypt its account with.",
)
_NO_ACCOUNT = Text(
    "没有账号就不能从来源取数，用到它的查询会被拒绝。",
    "Without an account nothing is taken from the source: what needs it is refused.",
)
_CHECK = Text(
    "workbench contracts check，然后 workbench sources",
    "workbench contracts check, then workbench sources",
)
