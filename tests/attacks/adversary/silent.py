"""Oracles that tell nothing of what is attacked: what a family does when it is refused."""

from __future__ import annotations

import polars as pl

from .oracles import ASKING_PRIOR, Account, Oracle


class Silent:
    """Answers the prior's table from ``oracle`` and refuses every other statement."""

    def __init__(self, oracle: Oracle) -> None:
        self._oracle = oracle

    def ask(self, account: Account, sql: str) -> pl.DataFrame | None:
        return self._oracle.ask(account, sql) if account == ASKING_PRIOR else None

    def next_version(self) -> None:
        self._oracle.next_version()


class Withholding(Silent):
    """Answers every other statement too, with every protected cell withheld."""

    def ask(self, account: Account, sql: str) -> pl.DataFrame | None:
        frame = self._oracle.ask(account, sql)
        if frame is None or account == ASKING_PRIOR:
            return frame
        hidden = [c for c in frame.columns if f"{c}_withheld" in frame.columns]
        return frame.with_columns(pl.lit(None).cast(frame[c].dtype).alias(c) for c in hidden)
