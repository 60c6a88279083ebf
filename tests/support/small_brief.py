"""A small outline and its answers, for tests of briefs: no gateway, the real outline reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa

from workbench.client.testing import FakeConnection
from workbench.reports.asking import ask
from workbench.reports.making import brief
from workbench.reports.model import Document
from workbench.reports.outline import Outline
from workbench.reports.outline_file import load_outline
from workbench.ui.page_filter import Words

MONTH = date(2026, 9, 1)
CITY = Words(zh="甲市（合成）", en="Town A (synthetic)")
OUTLINE = """
id: monthly
title: {zh: 月度简报, en: Monthly brief}
issuer: {zh: 甲局, en: Office A}
scenario: demo
sign_off: monthly_brief
caveat: {zh: 合成, en: Synthetic}
quarters: [product]
subjects:
  taxes: {label: {zh: 税收, en: Taxes}, unit: {zh: 元, en: yuan}, format: number, decimals: 2}
  jobs: {label: {zh: 就业, en: Jobs}, unit: {zh: 人, en: people}, format: count}
labels:
  a: {zh: 甲县, en: County A}
  b: {zh: 乙县, en: County B}
  all: {zh: 全市, en: City}
sections:
  - id: key
    title: {zh: 结论, en: Key points}
    blocks:
      - kind: text
        title: {zh: 税收, en: Taxes}
        lead: true
        each: true
        statement: select one from sentences where month = $month
        by: subject
        entry: entry
        columns:
          value: {follows: true}
          yoy: {label: {zh: 同比, en: on a year before}, format: percent, decimals: 1}
        sentences:
          - zh: "{subject}{value}，同比{yoy|change}。"
            en: "{yoy|change} on a year before: {subject}, {value}."
          - {zh: 没有放行的数字。, en: Nothing was released.}
      - kind: told
        title: {zh: 研判, en: Analysis}
        statement: select told
        entry: entry
  - id: all
    title: {zh: 总体, en: All}
    blocks:
      - kind: cards
        title: {zh: 指标, en: Headlines}
        statement: select one from sentences
        by: subject
        value: value
        change: yoy
        entry: entry
        columns:
          value: {follows: true}
          yoy: {label: {zh: 同比, en: On a year before}, format: percent, decimals: 1}
      - kind: table
        title: {zh: 指标表, en: Table}
        first: {zh: 指标, en: Indicator}
        statement: select rows
        by: subject
        entry: entry
        state: state
        columns:
          value: {label: {zh: 本月, en: Value}, follows: true}
          yoy: {label: {zh: 同比, en: Change}, format: percent, decimals: 1}
          light: {label: {zh: 灯, en: Light}, light: true}
      - kind: chart
        chart: fan
        title: {zh: 走势, en: Course}
        statement: select course
        by: month
        value: value
        low: low
        high: high
        expected: expected
        entry: entry
        columns: {value: {unit: {zh: 元, en: yuan}, format: number, decimals: 2}}
      - kind: chart
        chart: waterfall
        title: {zh: 拉动, en: Contributions}
        statement: select steps
        by: county
        value: value
        total: total
        entry: entry
        state: state
        columns: {value: {format: points, decimals: 2}}
      - kind: table
        title: {zh: 预警, en: Alerts}
        first: {zh: 级别, en: Level}
        statement: select nothing yet
        by: level
        optional: true
        columns: {alerts: {format: count}}
  - id: changes
    title: {zh: 变化, en: Changes}
    blocks:
      - {kind: changes, title: {zh: 两期, en: Two briefs}, of: [all], most: 9}
  - id: notes
    title: {zh: 说明, en: Notes}
    blocks:
      - {kind: sources, title: {zh: 来源, en: Sources}}
"""


def outline(root: Path, text: str = OUTLINE) -> Outline:
    folder = root / "data_contracts" / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "monthly.yaml").write_text(text, "utf-8")
    return load_outline(root, "monthly")[0]


def answered(course: float = 1.5e8) -> FakeConnection:
    """``course``: of 2026-07, which another brief may have otherwise."""
    from workbench.errors import Code, simple

    fake = FakeConnection(scenario="demo")
    fake.answer(
        "from sentences",
        pa.table(
            {"subject": ["taxes", "jobs"], "value": [194901882.0, 58188.0],
             "yoy": [-3.14, 9.06], "entry": [447, 738]}
        ),
    )  # fmt: skip
    fake.answer(
        "select told",
        pa.table(
            {"part": ["sentence", "sentence_figure", "sentence_figure"], "subject": ["1"] * 3,
             "measure": ["text", "1 light total score", "2 light total colour"],
             "value": [None, 38.0, None], "text_zh": ["合计 {1} 分，{2}。", "38", "过热"],
             "text_en": ["{2}: {1} points.", "38", "too hot"], "entry": [900, 900, 900]}
        ),
    )  # fmt: skip
    fake.answer(
        "select rows",
        pa.table(
            {"subject": ["taxes", "jobs"], "value": [194901882.0, None], "yoy": [-3.14, None],
             "light": [2.0, None], "state": ["released", "suppressed"], "entry": [447, 738]}
        ),
    )  # fmt: skip
    fake.answer(
        "select course",
        pa.table(
            {"month": [date(2026, m, 1) for m in (7, 8, 9, 10)],
             "value": [course, None, 1.949e8, 2.0e8], "low": [None, None, None, 1.8e8],
             "high": [None, None, None, 2.2e8], "expected": [False, False, False, True],
             "entry": [440, 445, 447, 447]}
        ),
    )  # fmt: skip
    fake.answer(
        "select steps",
        pa.table(
            {"county": ["a", "b", "all"], "value": [2.25, -0.75, 1.5],
             "total": [False, False, True], "state": ["released"] * 3, "entry": [447] * 3}
        ),
    )  # fmt: skip
    fake.answer(
        "nothing yet", simple(Code.extract_missing, "没有数据。", "There is no version of it.")
    )
    return fake


def made(
    root: Path, *, course: float = 1.5e8, before: Document | None = None, month: date = MONTH
) -> Document:
    found = outline(root)
    return brief(found, ask(answered(course), found, month), month, CITY, before)
