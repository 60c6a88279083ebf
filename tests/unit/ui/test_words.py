"""Every word of the pages in both languages, and the catalogues in step with the code."""

from __future__ import annotations

import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

from workbench.ui.words import LOCALES, Speech, board_words, both

ROOT = Path(__file__).parents[3]
CHINESE = re.compile("[\u4e00-\u9fff]")
SIGNS_ALONE = frozenset({"{done} of {plan}"})
"""Messages with words in English and none in Chinese."""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("locale_tool", ROOT / ".make" / "locale.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def template(tool: ModuleType) -> Catalog:
    return tool.template()


def ids(catalogue: Catalog) -> set[object]:
    return {m.id for m in catalogue if m.id}


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def wordless(message: str | tuple[str, ...]) -> bool:
    """Signs and placeholders alone."""
    text = message if isinstance(message, str) else message[0]
    return text in SIGNS_ALONE or not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", text))


@pytest.mark.parametrize("locale", LOCALES.values())
def test_the_catalogue_has_the_words_of_the_code_and_no_others(
    tool: ModuleType, template: Catalog, locale: str
) -> None:
    found = tool.catalogue(locale)
    assert ids(template) - ids(found) == set(), "run .make/locale.py and translate"
    assert ids(found) - ids(template) == set(), "run .make/locale.py"
    assert not found.obsolete


@pytest.mark.parametrize("locale", LOCALES.values())
def test_every_word_is_translated(tool: ModuleType, locale: str) -> None:
    for message in tool.catalogue(locale):
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(forms), message.id
        assert not message.fuzzy, message.id
        for form in forms:
            assert fields(form) == fields(asked[-1]), message.id
            assert form.strip() == form or locale == "en" or wordless(message.id), message.id


def test_chinese_is_chinese(tool: ModuleType) -> None:
    for message in tool.catalogue("zh_CN"):
        if message.id and not wordless(message.id):
            said = message.string if isinstance(message.string, str) else message.string[0]
            assert CHINESE.search(said), message.id


def test_english_has_no_chinese(tool: ModuleType) -> None:
    for message in tool.catalogue("en"):
        assert not CHINESE.search(str(message.string)), message.id


def test_the_files_are_as_the_tool_writes_them(tool: ModuleType, template: Catalog) -> None:
    for locale in LOCALES.values():
        new = tool.text(tool.updated(locale, template))
        assert tool.path_of(locale).read_bytes() == new, f"{locale}: run .make/locale.py"


def test_the_extractor_sees_calls_in_f_strings_and_joined_strings(
    tool: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "sample.py"
    path.write_text(
        "x = f\"{speech._('inside')} \"\ny = _('one '\n  'text')\nn = s.ngettext('a', 'b', 2)\n"
        "for _ in (1, 2): pass\nz = _(name)\n"
    )
    with path.open("rb") as file:
        found = list(tool.from_python(file, tool.KEYWORDS, (), {}))
    assert {message for _, _, message, _ in found} == {"inside", "one text", ("a", "b")}


def test_speech() -> None:
    zh, en = Speech("zh"), Speech("en")
    assert (zh._("withheld"), en._("withheld")) == ("未放行", "withheld")
    assert zh._("due {date}", date="{x}") == "{x}到期"
    assert zh._("no catalogue knows this {n}", n=1) == "no catalogue knows this 1"
    assert [en.ngettext("{n} row", "{n} rows", n, n=n) for n in (1, 2)] == ["1 row", "2 rows"]
    told = both("due {date}", date=5)
    assert (told.zh, told.en) == ("5到期", "due 5")


def test_the_board_has_its_words(template: Catalog) -> None:
    of_board = {m.id for m in template if m.id and any(p.endswith(".js") for p, _ in m.locations)}
    assert of_board
    for language in LOCALES:
        words = board_words(language)
        assert set(words) == of_board
        assert all(words.values())
    assert board_words("zh")["Reload"] == "重新加载"
    assert board_words("en")["Reload"] == "Reload"
