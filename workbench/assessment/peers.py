"""Who is scored, and with whom each is compared. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from workbench.assessment.scheme import PeerGroup, Scheme

Having = Mapping[str, Collection[str]]
"""By KPI, the departments with an item in it."""


def groups(
    scheme: Scheme,
    departments: Iterable[str],
    regional: Collection[str] = (),
    having: Having | None = None,
) -> dict[str, str]:
    """The departments that are scored, by the alphabet, with the peer group of each: the first that
    fits, and the empty name where none does. ``regional`` serve a region of the city.

    Raises KeyError where ``having`` lacks a KPI that makes a group.
    """
    out = {one.department for one in scheme.left_out}
    ordered = sorted(scheme.peers, key=lambda group: group.of == "rest")
    members = [(group.id, _members(group, regional, having or {})) for group in ordered]
    return {
        name: next((group for group, found in members if found is None or name in found), "")
        for name in sorted(set(departments) - out)
    }


def regional(city: str, divisions_of: Mapping[str, str]) -> frozenset[str]:
    """Who serves a region: its division is not that of the whole ``city``, and there is one."""
    return frozenset(name for name, code in divisions_of.items() if code not in ("", city))


def _members(group: PeerGroup, regional: Collection[str], having: Having) -> Collection[str] | None:
    """None: whoever is left."""
    if group.of == "rest":
        return None
    if group.of == "regional":
        return regional
    return group.departments if group.has is None else having[group.has]
