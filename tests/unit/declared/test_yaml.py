"""YAML 1.2 into plain values; what is not readable is a finding, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalogue.write import to_yaml
from workbench.declared.findings import Severity
from workbench.declared.yaml import MAX_BYTES, parse, read

FINDINGS = [
    # text, line, key, what the problem says, what the fix says
    ("", 1, "", "empty", "mapping"),
    ("# a comment only\n", 1, "", "empty", "mapping"),
    ("- 1\n- 2\n", 1, "", "mapping", "key: value"),
    ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "b.c", "line 3", "Keep one"),
    ("a: 1\n\tb: 2\n", 2, "", "tab", "spaces"),
    ("a: [1,\n", 2, "", "not valid YAML", "brackets"),
    ("a: 'x\n", 2, "", "not valid YAML", "quotes"),
    ("code: 0110\n", 1, "code", "leading zero", '"0110"'),
    ("code: 08\n", 1, "code", "leading zero", '"08"'),
    ("a: 0x1F\n", 1, "a", "decimal", '"0x1F"'),
    ("a: 1_000\n", 1, "a", "decimal", '"1_000"'),
    ("a: .nan\n", 1, "a", "decimal", '".nan"'),
    ("a: 1\n2: x\n", 2, "2", "key must be text", '"2"'),
    ("a: &x 1\nb: *x\n", 1, "b", "anchors", "Write the content out"),
    ("a: &x\n  b: *x\n", 1, "a.b", "anchors", "Write the content out"),
    ("<<: {z: 1}\na: 1\n", 1, "", "merge keys", "Write the content out"),
    ("a: !!python/object:os.system x\n", 1, "a", "tags", "Remove"),
    ("a: 1\n---\nb: 2\n", 2, "", "second document", "one document"),
    ("a: 1\nb: \x01\n", 2, "", "control character", "Remove"),
    ("a: " + "[" * 60 + "]" * 60, 1, "a" + "[0]" * 50, "nested", "less deeply"),
    ("[" * 2000, 1, "", "cannot be read", "brackets"),
    ("%YAML 1.1\n---\na: yes\n", 3, "a", "boolean", '"yes"'),
]


@pytest.mark.parametrize(("text", "line", "key", "problem", "fix"), FINDINGS)
def test_what_cannot_be_read_is_a_finding(
    text: str, line: int, key: str, problem: str, fix: str
) -> None:
    found = parse(text.encode(), "x.yaml").findings
    assert [(f.file, f.line, f.key, f.severity) for f in found] == [
        ("x.yaml", line, key, Severity.error)
    ]
    assert problem in found[0].problem.en
    assert fix in found[0].fix.en


@pytest.mark.parametrize("word", ["no", "NO", "yes", "on", "Off", "y"])
def test_words_that_old_tools_take_for_booleans_stay_text_with_a_warning(word: str) -> None:
    document = parse(f"country: {word}\n".encode(), "x")
    assert document.value == {"country": word}
    assert [f.severity for f in document.findings] == [Severity.warning]


def test_dates_times_and_quoted_codes_stay_text() -> None:
    document = parse(b"a: 2026-01-31\nb: '0110'\nc: 12:30:45\nd: 1.0\ne: true\nf: ~\n", "x")
    assert document.value == {
        "a": "2026-01-31", "b": "0110", "c": "12:30:45", "d": 1.0, "e": True, "f": None,
    }  # fmt: skip
    assert document.findings == ()


def test_json_is_yaml_with_tabs_and_lines() -> None:
    document = parse(b'{\n\t"a": [1, {"b": null}],\n\t"c": "x"\n}', "x.json")
    assert document.value == {"a": [1, {"b": None}], "c": "x"}
    assert document.findings == ()
    assert document.line(("a", 1, "b")) == 2
    assert document.line(("c",)) == 3
    assert document.line(("c", "not", "there")) == 3


@pytest.mark.parametrize(
    ("encoding", "named"), [("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("gbk", "GB18030")]
)
def test_other_encodings_are_named_with_the_line(encoding: str, named: str) -> None:
    text = "id: x\nname: 数据目录\n"
    (found,) = parse(text.encode(encoding), "x").findings
    assert named in found.problem.en
    assert f"iconv -f {named}" in found.fix.en
    assert found.line == (1 if encoding == "utf-16" else 2)


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert parse("﻿id: x\n".encode(), "x").value == {"id": "x"}


def test_a_file_that_is_too_large_or_gone_is_a_finding(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    assert "larger" in read(large, "x").findings[0].problem.en
    assert "cannot be read" in read(tmp_path / "gone.yaml", "x").findings[0].problem.en


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    document = parse(raw, "x")
    assert document.value is None or isinstance(document.value, dict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=5))
def test_what_is_written_reads_back_the_same(value: dict[str, object]) -> None:
    document = parse(to_yaml(value).encode(), "x")
    assert document.findings == ()
    assert document.value == value
