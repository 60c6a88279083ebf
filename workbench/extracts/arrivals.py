"""How a file that arrives is read: what the contract says for its name, or for its format."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

from workbench.errors import Text
from workbench.extracts import reasons
from workbench.extracts.kinds import fits
from workbench.model.contract import Delivery, Resource

_SUFFIXES = {"ndjson": "jsonl", "json": "jsonl"}


def delivery_of(resource: Resource, file: Path) -> Delivery:
    """The contract's reading of ``file``, in this order: a pattern that its name fits, a file of
    the contract with its name, the files of the contract in its format where they agree.

    Raises InvalidInput (invalid_contract) where two patterns fit and do not agree.
    """
    name = normalize("NFC", file.name)
    fitting = [a for a in resource.arrivals if fits(name, a.path)]
    readings = _readings(fitting)
    if len(readings) > 1:
        raise _two_patterns(resource, file, [a.path for a in fitting])
    if not readings:
        readings = _readings(d for d in resource.deliveries if Path(d.path).name == name)
    if len(readings) != 1:
        suffix = file.suffix.lstrip(".").lower()
        form = _SUFFIXES.get(suffix, suffix)
        readings = _readings(d for d in resource.deliveries if _format(d) in (form, ""))
    found = readings.pop() if len(readings) == 1 else Delivery("")
    return replace(found, path=str(file))


def reading_key(files: Iterable[Delivery], resource: Resource) -> list[list[str]]:
    """What shapes a version besides the files' bytes: how they and the columns are read."""
    plain = [[f.encoding, f.delimiter] for f in files]
    more = [repr(replace(f, path="", control="")) for f in files if _is_mapped(f)]
    columns = [
        repr((c.name, c.source_names, c.reading))
        for c in resource.columns
        if c.source_names or c.reading is not None
    ]
    return [*sorted(plain), *([item] for item in (*sorted(more), *columns))]


def _is_mapped(file: Delivery) -> bool:
    same = replace(Delivery(file.path), encoding=file.encoding, delimiter=file.delimiter)
    return replace(file, format="", control="") != same


def _readings(found: Iterable[Delivery]) -> set[Delivery]:
    return {replace(delivery, path="", control="") for delivery in found}


def _format(delivery: Delivery) -> str:
    return delivery.format or Path(delivery.path).suffix.lstrip(".").lower()


def _two_patterns(resource: Resource, file: Path, patterns: list[str]) -> Exception:
    listed = ", ".join(patterns)
    return reasons.contract(
        f"{resource.name}：文件名 {file.name} 同时符合合同的几个模式，读法不同：{listed}",
        f"{resource.name}: the name {file.name} fits several patterns of the contract, which read "
        f"it differently: {listed}",
        subject=resource.name,
        fix=Text("请把模式写得互不重叠。", "Write patterns of which one fits."),
    )
