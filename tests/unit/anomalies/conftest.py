"""A resource that is delivered every month."""

from __future__ import annotations

import pytest

from workbench.errors import Text
from workbench.model.contract import (
    Column,
    LibraryKind,
    Resource,
    Sharing,
    SharingMode,
    SharingType,
)


@pytest.fixture
def taxes() -> Resource:
    return Resource(
        id="taxes",
        name="taxes",
        title=Text("税收", "Taxes"),
        version="1",
        provider="tax",
        department="tax",
        library=LibraryKind.business,
        sharing=Sharing(SharingType.conditional, SharingMode.obtain),
        columns=(Column("code", "VARCHAR"),),
        update_cycle="每月",
    )
