"""Who decides of a resource, by the city's regulation. Pure."""

from __future__ import annotations

from workbench.model.contract import Resource, SharingType
from workbench.regulations.profile import Decider, Profile

NOT_THE_PROVIDERS = frozenset(
    {Decider.platform, Decider.authority, Decider.higher_authority, Decider.nobody}
)
"""Where one of these decides, or nobody can, the provider is not asked."""


def decider_of(profile: Profile, resource: Resource) -> Decider:
    """Where the regulation knows two types only (shared, and not shared: Changde 2016 art. 9), a
    conditional resource is decided as an unconditional one."""
    kind = resource.sharing.type
    if kind not in profile.deciders and kind is SharingType.conditional:
        kind = SharingType.unconditional
    return profile.deciders[kind].by
