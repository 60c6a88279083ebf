"""A frozen run of three made-up departments whose decisions have reasons, and what its reports are
made of: the assessment of ``assessing_city`` under the text of another regulation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from assessing_city import frozen
from shipped import ROOT

from workbench.assessment.frozen import Amends, Decided, Frozen, amended, as_bytes, digest_of
from workbench.assessment.kept import Kept
from workbench.assessment.standing import standing
from workbench.cli.assess_report_facts import Run, facts
from workbench.errors import Text

REASON = "何小姐没有收到 / Miss He never got it"
PUBLISHED = {"state": "published", "position": 4711, "day": "2026-03-02"}
REVIEWS = (ROOT / "data_contracts" / "kpis" / "review_on_time.yaml").read_text("utf-8")


def run(regulation: str = "aba-2024", articles: str = "6", **kpis: str) -> Frozen:
    """Amended by one appeal of ``ben``. Its KPI is the shipped one unless told."""
    first = frozen()
    scheme: dict[str, Any] = json.loads(first.scheme_text)
    scheme |= {"regulation": regulation, "articles": articles}
    scheme["dimensions"][0] |= {"title": {"zh": "共享", "en": "Sharing"}}
    scheme["dimensions"][1] |= {"title": {"zh": "安全", "en": "Security"}, "articles": "9, 42"}
    text = json.dumps(scheme, ensure_ascii=False)
    first = replace(first, scheme_text=text, kpis=kpis or {"review_on_time": REVIEWS})
    decided = Decided("p1", "ben", "reviewed", "ben-1", False, Text(REASON, REASON))
    made = amended(first, first.inputs, Amends("cd" * 32, (decided,)))
    return replace(made, standing=standing(made, draws=100))


def kept(made: Frozen, folder: Path = Path("/nowhere")) -> Kept:
    return Kept(folder / "trial-1.zip", 1, digest_of(as_bytes(made)), made)


def told(made: Frozen, *departments: str, published: bool = False) -> dict[str, Any]:
    status = PUBLISHED if published else {"state": "draft"}
    return facts(Run(kept(made)), status, departments or ("ana", "ben", "cai"))
