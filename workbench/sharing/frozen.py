"""Regulations as they were when something began under them."""

from __future__ import annotations

from functools import lru_cache

from workbench.catalogue.regulations import Orders, orders_in, version_of
from workbench.sharing import refusals
from workbench.store.cases import Cases


class FrozenOrders:
    """Read from the store, where their texts are kept whole."""

    def __init__(self, kept: Cases) -> None:
        self._kept = kept
        self.of = lru_cache(maxsize=64)(self._orders)

    def _orders(self, regulation: str, version: str) -> Orders:
        """Raises StatementWrong (not_found) where the text is lost or was changed."""
        text = self._kept.profile(version)
        if text is None or version_of(text.encode()) != version:
            raise refusals.rules_lost(regulation, version)
        return orders_in(text.encode(), regulation)
