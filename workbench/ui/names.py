"""What columns and codes are called in an analyst's notebooks: ``names.yaml`` beside them.

A page has these words in its own file; a chart in a notebook takes those of its folder::

    columns:
      growth: {label: {zh: 同比, en: On a year before}, unit: {zh: "%", en: "%"}, format: percent}
    labels:
      "13": {zh: 农副食品加工业, en: Food processing}
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from workbench.client.language import language_of
from workbench.declared.file import read_file
from workbench.declared.findings import raise_errors
from workbench.declared.notes import Notes
from workbench.ui.page import Column, Label
from workbench.ui.page_filter import Frozen

NAMES = "names.yaml"


class Names(Frozen):
    """As the keys of the same names of a page."""

    columns: Mapping[str, Column] = {}
    labels: Mapping[str, Label] = {}


def names_in(folder: Path) -> Names:
    """Those of the folder's file; none where there is no file. Raises InvalidInput with every
    finding where it has mistakes."""
    path = folder / NAMES
    if not path.is_file():
        return Names()
    _, names, findings = read_file(Names, path, folder, _nothing_more)
    raise_errors(findings)
    if names is None:  # an unreadable file has an error, which was raised
        raise AssertionError(path)
    return names


def called(value: str) -> str:
    """What a code or a column is called in the language of the kernel, by the working folder's
    file; itself where that does not know it. Raises InvalidInput as ``names_in``."""
    names, language = names_in(Path.cwd()), language_of(os.environ)
    label, column = names.labels.get(value), names.columns.get(value)
    if label is not None:
        return (label.zh if language == "zh" else label.en) or value
    if column is not None and column.label is not None:
        return column.label.zh if language == "zh" else column.label.en
    return value


def _nothing_more(names: Names, notes: Notes) -> None:
    """The form says all that there is to judge."""
