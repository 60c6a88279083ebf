"""``workbench receipt``: verify the receipt of a file that was kept; print the key for it."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from workbench.cli.common import (
    CityOption,
    city_root,
    open_state,
    opened,
    out,
    reported,
    said,
    visible,
)
from workbench.errors import Code, Text, WorkbenchError, simple
from workbench.ledger.check_receipt import (
    Check,
    Outcome,
    digest_check,
    ledger_check,
    signature_check,
)
from workbench.ledger.receipts import MAX_BYTES, Receipt, fingerprint, read_receipt
from workbench.store.layout import Layout

app = typer.Typer(help="导出文件的回执 / Receipts of exported files", no_args_is_help=True)

SUFFIX = ".receipt.json"
_WORDS = {
    Outcome.holds: Text("成立", "holds"),
    Outcome.fails: Text("不成立", "FAILS"),
    Outcome.not_checked: Text("未核对", "not checked"),
}
_STYLES = {Outcome.holds: "green", Outcome.fails: "bold red", Outcome.not_checked: "yellow"}


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="导出的文件 / The exported file")],
    receipt: Annotated[
        Path | None, typer.Option(help="回执，默认在文件旁边 / The receipt, if not beside it")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="网关公钥（PEM）/ Public key of the gateway (PEM)")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / Print JSON")] = False,
    city: CityOption = None,
) -> None:
    """核对文件与回执：摘要、签名、账本。全部成立退出 0，否则 1；没有公钥不算成立。
    / Digest, signature, ledger: exit 0 if all that was checked holds and the signature was."""
    with reported():
        public = _public(key) if key is not None else None
        told = _receipt(receipt or file.with_name(file.name + SUFFIX))
        found = [digest_check(told, _digest(file)), *_of_city(told, public, city)]
    whole = all(check.outcome is not Outcome.fails for check in found)
    signed = any(c.name == "signature" and c.outcome is Outcome.holds for c in found)
    if as_json:
        print(json.dumps(_report(found, whole and signed, told), ensure_ascii=False, indent=2))
    else:
        _tell(found, told)
    raise typer.Exit(0 if whole and signed else 1)


@app.command()
def key(city: CityOption = None) -> None:
    """输出核对回执用的公钥（PEM）。/ Print the public key that receipts are verified with."""
    with opened(city) as state:
        public = state.keyring.checkpoint_public
    print(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), end="")


def _of_city(told: Receipt, public: Ed25519PublicKey | None, city: Path | None) -> list[Check]:
    """What the city's state here can tell; its key, where none is given."""
    root = city_root(city) if city is not None else Path.cwd()
    if not Layout(root).keys.is_dir():
        return [signature_check(told, public), ledger_check(told, None)]
    state = open_state(root)
    with closing(state.store):
        own = state.keyring.checkpoint_public
        # A receipt of another city's gateway, looked at with that gateway's key: its ledger is not
        # the one that happens to be here.
        foreign = public is not None and fingerprint(public) != fingerprint(own)
        journal = None if foreign else state.store.journal
        return [signature_check(told, public or own), ledger_check(told, journal)]


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(file, error.strerror or str(error)) from error


def _receipt(path: Path) -> Receipt:
    try:
        with path.open("rb") as content:
            return read_receipt(content.read(MAX_BYTES + 1))
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise simple(
            Code.invalid_request,
            f"{path} 不是回执（{error}）。",
            f"{path} is no receipt: {error}.",
            next=Text("用 --receipt 指明回执。", "Name the receipt with --receipt."),
            subject=str(path),
        ) from error


def _public(path: Path) -> Ed25519PublicKey:
    try:
        found = load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise _no_key(path) from error
    if not isinstance(found, Ed25519PublicKey):
        raise _no_key(path)
    return found


def _no_key(path: Path) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"{path} 不是 Ed25519 公钥（PEM）。",
        f"{path} is no Ed25519 public key (PEM).",
        next=Text("workbench receipt key > key.pem", "workbench receipt key > key.pem"),
        subject=str(path),
    )


def _unreadable(path: Path, why: str) -> WorkbenchError:
    return simple(
        Code.invalid_request,
        f"无法读取 {path}：{why}",
        f"{path} cannot be read: {why}",
        subject=str(path),
    )


def _tell(found: list[Check], told: Receipt) -> None:
    names = {
        "digest": said("摘要", "digest"),
        "signature": said("签名", "signature"),
        "ledger": said("账本", "ledger"),
    }
    for check in found:
        word, how = _WORDS[check.outcome], check.how
        line = said(f"{names[check.name]}：{word.zh}。{how.zh}。",
                    f"{names[check.name]}: {word.en}. {how.en}.")  # fmt: skip
        out().print(line, style=_STYLES[check.outcome])
    body = told.body
    grants = ", ".join(str(g.get("id")) for g in body["grants"] if isinstance(g, dict))
    says = said(
        f"回执自述：{body['person']}（{body['department']}）于 {body['at']} 导出 "
        f"{body['rows']} 行，场景 {body['scenario']}，授权 {grants}。",
        f"The receipt says: {body['person']} ({body['department']}) took {body['rows']} rows "
        f"at {body['at']}, scenario {body['scenario']}, grants {grants}.",
    )
    out().print(visible(says))


def _report(found: list[Check], verified: bool, told: Receipt) -> dict[str, object]:
    return {
        "verified": verified,
        "checks": [
            {"name": c.name, "outcome": c.outcome, "how": {"zh": c.how.zh, "en": c.how.en}}
            for c in found
        ],
        "receipt": dict(told.body),
    }
