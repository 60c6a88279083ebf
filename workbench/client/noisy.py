"""Figures with noise from a kernel: asking, what it would cost, and what is left."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workbench.client.listing import Listing
from workbench.client.release import Release


class NoisyQuestions(ABC):
    """What a connection can ask with noise."""

    @abstractmethod
    def template(self, body: Mapping[str, Any], scenario: str | None = None) -> Release: ...

    def noisy(
        self,
        text: str,
        epsilon: float | Decimal | str | None = None,
        scenario: str | None = None,
        *,
        forecast: bool = False,
    ) -> Release:
        """Counts and sums with noise, under the privacy budget of the grant.

        ``text`` is one SELECT over one table in mode statistics: dimensions whose groups WHERE
        names, COUNT(*), COUNT(DISTINCT entity key), SUM(measure). ``epsilon`` is what the question
        may spend, shared by its figures; by default as much as the grant allows one question. The
        release's ``noise`` says what was charged, what is left, and the error of each figure. With
        ``forecast`` nothing is charged: per figure the error to expect and the charge. Raises
        LimitReached(noise_budget), Refused(noise_not_offered), and as ``sql``. See docs/noise.md.
        """
        body: dict[str, Any] = {"do": "noisy", "sql": text}
        if epsilon is not None:
            body["epsilon"] = str(epsilon)
        if forecast:
            body["forecast"] = True
        return self.template(body, scenario)

    @abstractmethod
    def noise_budget(self, scenario: str | None = None) -> Listing:
        """Of each of your grants that offers noise: its budget, what is spent and what is left."""
