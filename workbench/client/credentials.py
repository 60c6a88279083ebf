"""Which gateway, and as whom: options, then environment, then the file that `login` writes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from workbench.client.trust import VARIABLE
from workbench.errors import Code, Text, simple

DEFAULT_URL = "http://127.0.0.1:8810"
"""Where `workbench serve` listens by default."""


@dataclass(frozen=True)
class Session:
    """A session token and the gateway that issued it; ``ca`` is the file it is trusted by."""

    url: str
    user: str
    token: str = field(repr=False)
    ca: str = ""


def session_file(environ: Mapping[str, str]) -> Path:
    """``$XDG_STATE_HOME/workbench/session.json`` (XDG base directories)."""
    state = environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "workbench" / "session.json"


def write_session(session: Session, environ: Mapping[str, str]) -> Path:
    """Keep the session, readable by its owner alone (0600), complete or not at all."""
    file = session_file(environ)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), 0o600)
        json.dump(asdict(session), out)
    part.replace(file)
    return file


def read_session(environ: Mapping[str, str]) -> Session | None:
    """The kept session; None without one. Raises InvalidInput for a file that is not ours."""
    file = session_file(environ)
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return Session(
            str(value["url"]), str(value["user"]), str(value["token"]), str(value.get("ca", ""))
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise simple(
            Code.invalid_request,
            f"登录文件 {file} 无法读取。",
            f"The login file {file} cannot be read.",
            next=Text("请重新运行 workbench login。", "Run `workbench login` again."),
        ) from None


def forget_session(environ: Mapping[str, str]) -> bool:
    """Remove the kept session; False where there was none."""
    file = session_file(environ)
    if not file.exists():
        return False
    file.unlink()
    return True


def found_session(url: str | None, environ: Mapping[str, str]) -> tuple[str, str]:
    """``(url, session token or "")`` for a call that named no person.

    A token goes only to the gateway it belongs to: one from the environment or the file is left
    out where ``url`` names another.
    """
    given = environ.get("WORKBENCH_TOKEN", "")
    if given:
        home = environ.get("WORKBENCH_URL") or DEFAULT_URL
        return _for(url, home, given)
    kept = read_session(environ)
    if kept is None:
        return (url or environ.get("WORKBENCH_URL") or DEFAULT_URL).rstrip("/"), ""
    return _for(url or environ.get("WORKBENCH_URL"), kept.url, kept.token)


def found_ca(ca: str | None, url: str | None, environ: Mapping[str, str]) -> str:
    """The file of root certificates: as named, else WORKBENCH_CA, else what `login` kept for
    this gateway."""
    named = ca if ca is not None else environ.get(VARIABLE, "")
    if named or environ.get("WORKBENCH_TOKEN"):
        return named
    kept = read_session(environ)
    wanted = (url or environ.get("WORKBENCH_URL") or "").rstrip("/")
    return kept.ca if kept is not None and wanted in ("", kept.url) else ""


def _for(url: str | None, home: str, token: str) -> tuple[str, str]:
    home = home.rstrip("/")
    wanted = (url or home).rstrip("/")
    return wanted, token if wanted == home else ""
