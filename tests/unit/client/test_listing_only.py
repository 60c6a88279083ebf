"""A listing that prints fewer columns keeps its rows whole."""

from __future__ import annotations

from workbench.client.listing import Listing

ROWS = [
    {"seq": 2, "detail": {"outcome": "deny", "reasons": [{"code": "not_granted"}]}},
    {"seq": 1, "detail": {"outcome": "permit"}, "purpose": "long"},
    {"seq": 0, "detail": None},
]


def test_only_prints_these_columns_and_reaches_into_mappings() -> None:
    listing = Listing.of("usage", ROWS, "en").only("seq", "detail.outcome")
    lines = repr(listing).splitlines()
    assert lines[1].split() == ["seq", "outcome"]
    assert [line.split() for line in lines[3:]] == [["2", "deny"], ["1", "permit"], ["0", "NULL"]]
    assert "long" not in listing._repr_html_()
    assert listing[0] == ROWS[0]


def test_a_key_with_a_dot_of_its_own_comes_first() -> None:
    listing = Listing.of("x", [{"a.b": 1, "a": {"b": 2}}], "en").only("a.b")
    assert "1" in repr(listing).splitlines()[3]
