"""``data_contracts/regulations/<id>.yaml``: what refusals cite of a city's regulation."""

from __future__ import annotations

from pathlib import Path as FilePath

from pydantic import BaseModel

from workbench.declared import schema
from workbench.declared.findings import Finding, Severity
from workbench.declared.yaml import Document, read
from workbench.errors import Text
from workbench.model.regulation import Regulation, Topic

FOLDER = FilePath("data_contracts") / "regulations"


class TextSpec(BaseModel):
    zh: str
    en: str

    def text(self) -> Text:
        return Text(self.zh, self.en)


class RegulationSpec(BaseModel):
    """``citations`` maps a topic to its articles, e.g. ``"12(3), 26"``."""

    id: str
    title: TextSpec
    citations: dict[Topic, str] = {}
    not_shared_route: TextSpec | None = None


def read_regulation(
    name: str, root: FilePath, named_in: Document
) -> tuple[Regulation, list[Finding]]:
    """The regulation that city.yaml (``named_in``) names. Without a file nothing is cited."""
    path = root / FOLDER / f"{name}.yaml"
    bare = Regulation(name, Text(name, name))
    if not path.is_file():
        problem = Text(f"没有 {FOLDER}/{name}.yaml", f"there is no {FOLDER}/{name}.yaml")
        return bare, [named_in.finding(("regulation",), problem, _COPY, Severity.warning)]
    document = read(path, path.relative_to(root).as_posix())
    if document.value is None:
        return bare, list(document.findings)
    spec, misfits = schema.validate(RegulationSpec, document.value, document)
    found = [*document.findings, *misfits]
    if spec is None:
        return bare, found
    if spec.id != name:
        found.append(document.finding(("id",), _OTHER_ID, Text(f"写 {name}。", f"Write {name}.")))
    route = spec.not_shared_route.text() if spec.not_shared_route else None
    return Regulation(spec.id, spec.title.text(), spec.citations, route), found


_COPY = Text(
    "从示例城市复制该文件；没有它，拒绝时不引用条款。",
    "Copy the file from the sample city; without it refusals cite no article.",
)
_OTHER_ID = Text("编号与文件名不同", "the id is not the file's name")
