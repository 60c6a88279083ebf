"""Who is scored, and with whom each is compared. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.assessment.scheme import Scheme


def groups(
    scheme: Scheme, departments: Sequence[str], regional: Sequence[str] = ()
) -> dict[str, str]:
    """The departments that are scored, in the order of the alphabet, with the peer group of each;
    the empty name where the scheme has none for it. ``regional`` serve a region of the city."""
    out = {one.department for one in scheme.left_out}
    rest = next((group.id for group in scheme.peers if group.of == "rest"), "")
    found = dict.fromkeys(sorted(set(departments) - out), rest)
    for group in scheme.peers:
        named = regional if group.of == "regional" else group.departments
        found |= {name: group.id for name in named if name in found}
    return found
