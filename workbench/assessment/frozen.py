"""A run's file: all that its scores rest on, so that they can be worked out again from it alone.

No city, no gateway and no data are needed then: rows may have been destroyed, departments renamed
and schemes rewritten. Of what was counted it has the items by id, day and amount; nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from workbench.assessment import archive, frozen_plain
from workbench.assessment.frozen_plain import (
    Amends,
    Before,
    Decided,
    Position,
    Previous,
    Version,
    malformed,
)
from workbench.assessment.measured import Gathered, Inputs
from workbench.assessment.plain import as_bytes as scores_of
from workbench.assessment.ranking import Ranking, ranking
from workbench.assessment.scheme import Scheme
from workbench.assessment.scoring import Sheet, sheets
from workbench.declared import schema, yaml
from workbench.declared.findings import raise_errors
from workbench.errors import Text

__all__ = [
    "Amends",
    "Before",
    "Decided",
    "Frozen",
    "Position",
    "Previous",
    "Version",
    "amended",
    "as_bytes",
    "digest_of",
    "read",
    "scheme_of",
    "scored",
    "sealed",
]

SCHEME, RUN, SCORES, STANDING = "scheme.yaml", "run.json", "scores.json", "standing.json"
KPIS, MEASURES = "kpis/", "measures/"
digest_of = archive.digest_of


@dataclass(frozen=True)
class Frozen:
    """``scheme_text``: the YAML as it was; ``kpis``: the files of the KPIs that were asked, by id.
    ``departments``: all of the city with their names as they were; who is scored, and with whom
    each is compared, is in ``inputs``. ``versions`` of the resources that were read; ``position``:
    the ledger's head when all was measured. ``previous``: the run that a change is told from.
    ``scores``: canonical JSON (``plain.as_bytes``) as it came out (``sealed``); ``standing``: of
    rank stability and intervals (``standing.standing``), empty where none was worked out.
    """

    scheme_text: str
    year: int
    as_of: date
    city: Text
    synthetic: bool
    departments: Mapping[str, Text]
    inputs: Inputs
    versions: tuple[Version, ...]
    position: Position
    software: str
    kpis: Mapping[str, str] = field(default_factory=dict)
    previous: Previous | None = None
    amends: Amends | None = None
    scores: str = ""
    standing: str = ""


def scheme_of(frozen: Frozen) -> Scheme:
    """As it was judged when it was frozen: read here, and not judged again. Raises InvalidInput
    where this software cannot read it."""
    document = yaml.parse(frozen.scheme_text.encode(), SCHEME)
    raise_errors(document.findings)
    scheme, findings = schema.validate(Scheme, document.value, document)
    raise_errors(findings)
    assert scheme is not None  # else there is an error
    return scheme


def scored(frozen: Frozen) -> tuple[tuple[Sheet, ...], Ranking]:
    """From what was frozen alone. Raises as ``scheme_of``; KeyError as ``scoring.sheets``."""
    scheme = scheme_of(frozen)
    found = sheets(scheme, frozen.inputs)
    return found, ranking(scheme, found)


def sealed(frozen: Frozen) -> Frozen:
    """With its scores as they come out."""
    found, ranked = scored(frozen)
    return replace(frozen, scores=scores_of(scheme_of(frozen), found, ranked).decode())


def amended(frozen: Frozen, inputs: Inputs, amends: Amends) -> Frozen:
    """A new run on changed inputs; all else is as it was. ``amends.run``: the digest of the file
    of ``frozen``. Its standing has to be worked out again."""
    return sealed(replace(frozen, inputs=inputs, amends=amends, standing=""))


def as_bytes(frozen: Frozen) -> bytes:
    """The file: equal runs give equal bytes, in any order of departments and items. Raises
    ValueError where it is not ``sealed``."""
    if not frozen.scores:
        raise ValueError("not sealed: there are no scores")
    members = {SCHEME: frozen.scheme_text.encode(), SCORES: frozen.scores.encode()}
    members[RUN] = frozen_plain.run(frozen)
    members |= {f"{KPIS}{name}.yaml": text.encode() for name, text in frozen.kpis.items()}
    for name, gathered in frozen.inputs.measures.items():
        members[f"{MEASURES}{name}.json"] = frozen_plain.measure(gathered)
    if frozen.standing:
        members[STANDING] = frozen.standing.encode()
    return archive.packed(members)


def read(raw: bytes) -> Frozen:
    """Raises InvalidInput for what was changed, with the name of the member."""
    members = archive.unpacked(raw)
    try:
        texts = {name: content.decode() for name, content in members.items()}
    except UnicodeDecodeError as error:
        raise malformed(RUN) from error
    for name in (SCHEME, RUN, SCORES):
        if name not in texts:
            raise archive.altered(name)
    told = frozen_plain.run_of(RUN, texts[RUN])
    return Frozen(
        scheme_text=texts[SCHEME],
        inputs=Inputs(told.pop("groups"), _measures(texts), told.pop("having")),
        kpis={_id(name, KPIS): texts[name] for name in texts if name.startswith(KPIS)},
        scores=texts[SCORES],
        standing=texts.get(STANDING, ""),
        **told,
    )


def _measures(texts: Mapping[str, str]) -> dict[str, Gathered]:
    return {
        _id(name, MEASURES): frozen_plain.measure_of(name, text)
        for name, text in texts.items()
        if name.startswith(MEASURES)
    }


def _id(name: str, folder: str) -> str:
    return name.removeprefix(folder).rpartition(".")[0]
