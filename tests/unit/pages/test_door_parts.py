"""Secrets, visitors, cards, compressed files: what the door and the index are made of."""

from __future__ import annotations

import gzip
import json
import threading
from pathlib import Path

import pytest

from workbench.errors import Text
from workbench.pages.server.cards import Cards
from workbench.pages.server.early import early_script
from workbench.pages.server.secrets import Link, Secrets, listen, parsed, same
from workbench.pages.server.signing import local
from workbench.pages.server.static import LEAST_BYTES, Packed, page_assets
from workbench.pages.server.visitors import How, Visitors
from workbench.pages.server.words import WORDS

LINE = {
    "door_token": "door",
    "links": [{"token": "a-link", "viewer": "leader"}, {"token": "another", "viewer": "li"}],
    "proxy_secret": "proof",
}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


# Secrets ------------------------------------------------------------------------------------------


def test_a_line_of_secrets() -> None:
    found = parsed(json.dumps(LINE))
    assert found.viewer_of("a-link") == "leader"
    assert found.viewer_of("another") == "li"
    assert found.viewer_of("a-lin") == ""
    assert found.viewer_of("") == ""
    assert found.is_proxy("proof")
    assert not found.is_proxy("")
    for secret in ("door", "a-link", "proof"):
        assert secret not in repr(found)


def test_without_a_secret_there_is_no_proxy_and_an_empty_token_lets_nobody_in() -> None:
    assert not Secrets().is_proxy("")
    assert Secrets(links=(Link("", "leader"),)).viewer_of("") == ""
    assert not same("", "")


@pytest.mark.parametrize("line", ["", "[]", '{"links": [1]}', "secret words"])
def test_a_line_that_is_none_is_told_without_repeating_it(line: str) -> None:
    with pytest.raises(ValueError, match="not a line of secrets") as told:
        parsed(line)
    assert "secret words" not in str(told.value)
    assert told.value.__cause__ is None


def test_later_lines_replace_the_first_and_a_bad_one_does_not_end_the_listening() -> None:
    heard: list[Secrets] = []
    all_heard = threading.Event()

    def hear(found: Secrets) -> None:
        heard.append(found)
        all_heard.set()

    lines = [json.dumps({"door_token": "one"}), "broken", json.dumps({"door_token": "two"})]
    first = listen([line.encode() for line in lines], hear)
    assert first.door_token == "one"
    assert all_heard.wait(5)
    assert [found.door_token for found in heard] == ["two"]


# Visitors -----------------------------------------------------------------------------------------


def test_a_visitor_is_known_by_their_cookie_until_their_time_is_over() -> None:
    clock = Clock()
    visitors = Visitors(clock, seconds=100)
    cookie, visitor = visitors.welcome("li", How.password, "t0ken-s", "t0ken-a", 900)
    assert visitors.of_cookie(cookie) is visitor
    assert visitors.of_cookie(visitor.key) is None
    assert "t0ken" not in repr(visitor)
    clock.now = 100
    assert visitors.of_cookie(cookie) is None
    assert len(visitors) == 0


def test_two_browsers_of_one_person_are_two_visitors() -> None:
    visitors = Visitors(Clock())
    (a, one), (b, two) = (visitors.welcome("li", How.password) for _ in range(2))
    assert a != b
    assert one.key != two.key
    visitors.farewell(one)
    assert visitors.of_cookie(a) is None
    assert visitors.of_cookie(b) is two


def test_whom_a_proxy_names_stays_the_same_visitor_while_they_come() -> None:
    clock = Clock()
    visitors = Visitors(clock, seconds=100)
    first = visitors.of_proxy("li")
    clock.now = 90
    assert visitors.of_proxy("li") is first
    clock.now = 180
    assert visitors.of_proxy("li") is first
    assert visitors.of_proxy("wang") is not first
    clock.now = 300
    visitors.of_proxy("chen")
    assert len(visitors) == 1  # the others have been forgotten


# After signing in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/voila/render/board.ipynb?lang=en", "/?a=//b"])
def test_one_is_led_on_within_the_server(address: str) -> None:
    assert local(address, "/") == address


@pytest.mark.parametrize(
    "address",
    ["", "https://a.example/", "//a.example/", "/\\a.example", "javascript:1", "/\r\nA: b"],
)
def test_one_is_led_nowhere_else(address: str) -> None:
    assert local(address, "/") == "/"


# The index ----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "thumbnails").mkdir()
    for name in ("board", "broken", "bare"):
        (tmp_path / f"{name}.ipynb").write_text("{}")
    (tmp_path / "pages/board.yaml").write_text(
        "title: {zh: 房价, en: Prices}\naudience: {zh: 市长办公会, en: The mayor}\n"
        "scenario: trial\nas: viewer\n",
        encoding="utf-8",
    )
    (tmp_path / "pages/broken.yaml").write_text("title: {zh: 半, en", encoding="utf-8")
    (tmp_path / "pages/silent.yaml").write_text("title: {zh: 无, en: None}\n", encoding="utf-8")
    (tmp_path / "thumbnails/board.png").write_bytes(b"png")
    return tmp_path


def test_a_card_says_what_the_page_s_file_says(folder: Path) -> None:
    card = Cards(folder).get("board")
    assert card is not None
    assert (card.title, card.audience) == (Text("房价", "Prices"), Text("市长办公会", "The mayor"))
    assert (card.scenario, card.own_session) == ("trial", True)


def test_a_page_with_a_mistake_or_without_a_file_is_listed_by_its_name(folder: Path) -> None:
    cards = Cards(folder)
    assert [card.name for card in cards.all()] == ["bare", "board", "broken"]
    for name in ("bare", "broken"):
        card = cards.get(name)
        assert card is not None
        assert card.title == Text(name, name)
        assert not card.own_session


@pytest.mark.parametrize("name", ["silent", "../board", "", "board.yaml", "a b", "/etc/passwd"])
def test_what_has_no_notebook_or_no_plain_name_is_no_page(folder: Path, name: str) -> None:
    assert Cards(folder).get(name) is None
    assert Cards(folder).thumbnail(name) is None


def test_an_edited_page_is_read_again(folder: Path) -> None:
    cards = Cards(folder)
    assert cards.get("bare") is not None
    (folder / "pages/bare.yaml").write_text("title: {zh: 新, en: New}\n", encoding="utf-8")
    found = cards.get("bare")
    assert found is not None
    assert found.title == Text("新", "New")


def test_pictures_are_found_where_there_are_some(folder: Path) -> None:
    cards = Cards(folder)
    assert cards.thumbnail("board") == folder / "thumbnails/board.png"
    assert cards.thumbnail("bare") is None


def test_every_word_is_there_in_both_languages() -> None:
    for key, text in WORDS.items():
        assert text.zh.strip(), key
        assert text.en.strip(), key
        assert text.zh != text.en
        assert any("\u4e00" <= c <= "\u9fff" for c in text.zh + text.en), key


# What is sent -------------------------------------------------------------------------------------


def test_no_figure_ends_the_script_that_carries_it() -> None:
    html = early_script({"title": "</script><script>alert(1)</script>", "line": "a\u2028b"})
    inner = html.split('id="workbench-early">')[1].split("</script>")[0]
    assert json.loads(inner) == {"title": "</script><script>alert(1)</script>", "line": "a\u2028b"}
    assert html.count("alert(1)") == 1
    assert "\u2028" not in html
    assert '<div id="workbench-board"></div>' in html


def test_a_file_is_compressed_once_and_again_when_it_changed(tmp_path: Path) -> None:
    packed, path = Packed(), tmp_path / "a.js"
    path.write_bytes(b"x" * LEAST_BYTES)
    first = packed.get(path)
    assert first is not None
    assert gzip.decompress(first) == b"x" * LEAST_BYTES
    assert packed.get(path) is first
    path.write_bytes(b"y" * LEAST_BYTES * 2)
    again = packed.get(path)
    assert again is not None
    assert gzip.decompress(again) == b"y" * LEAST_BYTES * 2


def test_what_gains_nothing_is_left_as_it_is(tmp_path: Path) -> None:
    packed = Packed()
    (tmp_path / "a.png").write_bytes(b"x" * 9999)
    (tmp_path / "b.js").write_bytes(b"x" * (LEAST_BYTES - 1))
    for name in ("a.png", "b.js", "none.js", "."):
        assert packed.get(tmp_path / name) is None


def test_compressed_files_take_so_much_memory_and_no_more(tmp_path: Path) -> None:
    packed = Packed(most=100)
    for name in "abcd":
        (tmp_path / f"{name}.js").write_bytes(name.encode() * LEAST_BYTES)
        packed.get(tmp_path / f"{name}.js")
    kept = packed._kept
    assert sum(map(len, kept.values())) <= 100
    assert str(tmp_path / "d.js") in {path for path, _ in kept}


def test_one_version_for_all_files_of_the_board(tmp_path: Path) -> None:
    for name in ("board.js", "board-dom.js", "themes.json", "plotly-qiku.min.js"):
        (tmp_path / name).write_text(name)
    first = page_assets(tmp_path)
    assert first["board"]
    assert first["parts"] == ["board-dom.js"]
    assert first["plotly"] == "plotly-qiku.min.js"
    (tmp_path / "themes.json").write_text("other")
    assert page_assets(tmp_path)["version"] != first["version"]
