"""A small city to break: a contract and a scenario with every kind of thing in them."""

from __future__ import annotations

from pathlib import Path

CITY = """\
id: made-up
name: {zh: 虚构市, en: Made-up city}
divisions: "990100"
regulation: aba-2024
departments:
  health: {zh: 卫健委, en: Health}
  drc: {zh: 发改委, en: Reform}
"""

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: made-up-person
name: 人员
version: 1.0.0
status: active
servers:
  - server: file
    type: local
    path: data/person.csv
    format: csv
    encoding: GB18030
schema:
  - name: person
    properties:
      - name: id
        physicalType: VARCHAR
        logicalType: string
        required: true
        unique: true
        classification: important
        customProperties:
          - {property: personal, value: sensitive}
          - {property: identifier, value: resident_id}
          - {property: entityKey, value: true}
      - name: county
        physicalType: VARCHAR
        classification: general-3
        customProperties:
          - {property: identifier, value: division_code}
      - name: born
        physicalType: DATE
        classification: important-2
      - name: income
        physicalType: DECIMAL(18, 2)
        classification: important
        logicalTypeOptions: {minimum: 0, maximum: 1000000}
        quality:
          - {metric: nullValues, mustBeLessThan: 5, unit: percent}
      - name: married
        physicalType: bool
        classification: general
      - name: note
        physicalType: TEXT
        logicalTypeOptions: {pattern: '[0-9]{4}', minLength: 4, maxLength: 4}
    quality:
      - {metric: rowCount, mustBeBetween: [1, 100]}
      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [county, born]}}
customProperties:
  - {property: titleEn, value: People}
  - {property: provider, value: health}
  - {property: libraryKind, value: base}
  - {property: sharingType, value: conditional}
  - {property: sharingMode, value: obtain}
  - {property: sharingConditions, value: {scope: 发改委, purpose: 分析}}
  - {property: sharingReason, value: 个人信息}
  - {property: legalBasis, value: 某法第一条}
  - {property: openType, value: conditional}
  - {property: openConditions, value: 科研机构}
  - {property: obtainedOn, value: 2026-01-31}
  - {property: x-ours, value: anything}
"""

SCENARIO = """\
id: income_study
version: "1"
title: {zh: 收入研究, en: Income study}
purpose: 研究
duty_basis: 职责
approver: 主管部门
approved_on: 2026-01-01
valid_from: 2026-01-02
valid_until: 2027-12-31
departments: [drc]
pages:
  - {id: overview, viewers: [wang], viewer_departments: [drc]}
resources:
  - resource: person
    mode: obtain
    reason: 分析
    columns:
      id: join_key
      county: {use: value, mask: {kind: division, level: city}}
      born: {use: value, mask: {kind: date, level: year}}
      income: {use: value, mask: {kind: bucket, width: 1000}}
      married: value
    rows:
      - {column: county, op: starts with, value: "9901"}
      - {column: born, op: between, values: [1950-01-01, 2000-12-31]}
      - {column: income, op: ">=", value: 10.5}
      - {column: married, op: "=", value: true}
      - {column: note, op: is not null}
      - {column: county, op: in, values: ["990101", "990102"]}
    disclosure: {k: 5, dominance: {n: 2, k: 0.85}, p_percent: 10}
"""


REGULATION = "id: aba-2024\ntitle: {zh: 规, en: Rule}\n"


def write_texts(
    root: Path, city: str = CITY, contract: str = CONTRACT, scenario: str = SCENARIO
) -> Path:
    below = root / "data_contracts"
    for path, text in (
        (below / "city.yaml", city),
        (below / "resources" / "person.odcs.yaml", contract),
        (below / "scenarios" / "income_study.yaml", scenario),
        (below / "regulations" / "aba-2024.yaml", REGULATION),
        (below / "codes" / "divisions.csv", "code\n990100\n990101\n990102\n"),
        (root / "data" / "person.csv", "id\n"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def line_of(text: str, part: str) -> int:
    """The line (from 1) on which ``part`` begins."""
    return text[: text.index(part)].count("\n") + 1
