"""What ACRO says of the tables in disclosure_tables.py, rule by rule. ``make acro`` runs it.

ACRO (https://github.com/AI-SDC/ACRO, MIT) pins what we do not, so it runs in an environment of its
own and its verdicts are kept in acro_verdicts.json. Two versions are asked, for they differ: 0.4
has one function per rule and group; since 1.0 the rules are checks over a whole table.

    python acro_verdicts.py          compare with the kept verdicts; exit code 1 if they differ
    python acro_verdicts.py --write  keep what this version of ACRO says

A verdict is true (the rule calls the cell unsafe), false, or null (ACRO does not judge: a value of
the table is negative).
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from disclosure_tables import DOMINANCE, NK, P_PERCENT, TABLES, THRESHOLDS, K, P, Table

FILE = Path(__file__).with_name("acro_verdicts.json")
AGGREGATES = ("sum", "mean", "count", "std")
Verdicts = dict[str, dict[str, Any]]
"""By group: by rule a verdict by parameter, and ``whole``: pass, fail or review by aggregate."""


def frame(table: Table) -> pd.DataFrame:
    rows = pd.DataFrame(table.rows(), columns=["group", "entity", "value"])
    return rows.astype({"value": "float64"})


class Functions:
    """ACRO 0.4: a function per rule, given the values of one group."""

    def __init__(self) -> None:
        from acro import acro_tables

        self._rules = acro_tables

    def of(self, table: Table) -> Verdicts:
        grouped = frame(table).groupby("group")["value"]
        return {str(group): self._group(values) for group, values in grouped}

    def _group(self, values: pd.Series) -> dict[str, Any]:
        threshold = {str(k): self._threshold(values, k) for k in THRESHOLDS}
        nk = {f"{n}/{k}": self._nk(values, n, k) for n, k in DOMINANCE}
        p_percent = {str(p): self._p(values, p) for p in P_PERCENT}
        negative = bool(self._rules.agg_negative(values))
        unsafe = (threshold[str(K)], nk[f"{NK[0]}/{NK[1]}"], p_percent[str(P)])
        whole = "review" if negative else "fail" if any(unsafe) else "pass"
        return {
            "threshold": threshold,
            "nk": nk,
            "p_percent": p_percent,
            "negative": negative,
            "uniform": bool(self._rules.agg_values_are_same(values)),
            "whole": dict.fromkeys(AGGREGATES, whole),
        }

    def _threshold(self, values: pd.Series, k: int) -> bool:
        self._rules.THRESHOLD = k
        return bool(self._rules.agg_threshold(values))

    def _nk(self, values: pd.Series, n: int, k: float) -> bool:
        self._rules.SAFE_NK_N, self._rules.SAFE_NK_K = n, k
        return bool(self._rules.agg_nk(values))

    def _p(self, values: pd.Series, percent: float) -> bool:
        self._rules.SAFE_PRATIO_P = percent / 100
        return bool(self._rules.agg_p_percent(values))


class Checks:
    """ACRO 1: checks of a whole table, each a mask over its groups."""

    NAMES: ClassVar = {
        "MinimumThresholdCheck": "threshold",
        "NKCheck": "nk",
        "PPercentCheck": "p_percent",
    }

    def __init__(self) -> None:
        import acro

        self._session = acro.ACRO(suppress=False)

    def of(self, table: Table) -> Verdicts:
        rows = frame(table)
        groups = sorted(table.groups)
        found: Verdicts = {g: {name: {} for name in self.NAMES.values()} for g in groups}
        for k in THRESHOLDS:
            self._ask(rows, found, "threshold", str(k), safe_threshold=k)
        for n, k in DOMINANCE:
            self._ask(rows, found, "nk", f"{n}/{k}", safe_nk_n=n, safe_nk_k=k)
        for p in P_PERCENT:
            self._ask(rows, found, "p_percent", str(p), safe_pratio_p=p / 100)
        for group in groups:
            found[group]["negative"] = bool((rows["value"][rows["group"] == group] < 0).any())
            found[group]["whole"] = {a: self._whole(rows, group, a) for a in AGGREGATES}
        return found

    def _ask(self, rows: pd.DataFrame, found: Verdicts, rule: str, key: str, **risk: Any) -> None:
        (check,) = (name for name, ours in self.NAMES.items() if ours == rule)
        result = self._run(rows, "sum", **risk)
        judged = result.fair_dict["check_status"][check] != "review"
        mask = result.outcomes[check]
        for group, verdicts in found.items():
            known = judged and group in mask.index
            verdicts[rule][key] = bool(mask.loc[group].iloc[0]) if known else None

    def _whole(self, rows: pd.DataFrame, group: str, aggregate: str) -> str:
        """The status of a table of this group alone, with the default parameters."""
        alone = rows[rows["group"] == group]
        if alone["value"].isna().all():
            return "fail"  # no such cell: ACRO's own tables raise here
        risk = {
            "safe_threshold": K, "safe_dof_threshold": K - 1,
            "safe_nk_n": NK[0], "safe_nk_k": NK[1], "safe_pratio_p": P / 100,
        }  # fmt: skip
        return str(self._run(alone, aggregate, **risk).overall_status)

    def _run(self, rows: pd.DataFrame, aggregate: str, **risk: Any) -> Any:
        from acro.table_utils import aggfunc_to_strings
        from acro.tablemodeldetails import TableModelDetails

        checks = self._session.sdc_checks
        checks.risk_appetite = {**self._session.config, **risk}
        model = TableModelDetails(
            index=[rows["group"]],
            columns=[],
            values=rows["value"],
            thekwargs={"aggfunc": aggregate},
            risk_appetite=checks.risk_appetite,
            command="pivot_table",
        )
        (analysis,) = names = aggfunc_to_strings(aggregate)
        evidence = checks.get_evidence_forall_analyses(names, model)
        return checks.run_checks_for_analysis(analysis, evidence, model)


def asked(release: str) -> dict[str, Any]:
    """The section of this version of ACRO."""
    teller: Callable[[Table], Verdicts] = (
        Functions().of if release.startswith("0.") else Checks().of
    )
    return {
        "pandas": version("pandas"),
        "numpy": version("numpy"),
        "tables": {table.id: teller(table) for table in TABLES},
    }


def main(arguments: list[str]) -> int:
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    release = version("acro")
    kept = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    section = asked(release)
    if "--write" in arguments:
        kept[release] = section
        FILE.write_text(_json(kept), "utf-8")
        return 0
    wrong = [t for t, said in section["tables"].items() if said != _tables(kept, release).get(t)]
    print(f"ACRO {release}: {len(section['tables'])} tables, {len(wrong)} differ {wrong or ''}")
    return 1 if wrong or section["tables"].keys() != _tables(kept, release).keys() else 0


def _tables(kept: dict[str, Any], release: str) -> dict[str, Any]:
    return dict(kept.get(release, {}).get("tables", {}))


def _json(kept: dict[str, Any]) -> str:
    """One line per group, so that a change shows as the groups that changed."""
    versions = []
    for release, section in sorted(kept.items()):
        tables = ",\n".join(
            f'   "{name}": {{\n'
            + ",\n".join(f'    "{g}": {json.dumps(v)}' for g, v in groups.items())
            + "\n   }"
            for name, groups in section["tables"].items()
        )
        head = f'  "pandas": "{section["pandas"]}", "numpy": "{section["numpy"]}"'
        versions.append(f' "{release}": {{\n{head},\n  "tables": {{\n{tables}\n  }}\n }}')
    return "{\n" + ",\n".join(versions) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
