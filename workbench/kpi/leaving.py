"""Which KPIs are left out, by rule: where the city's regulation gives no number for the deadline
that one is about, or that part of its text is missing, no number is made up. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from workbench.errors import Text
from workbench.kpi.definition import Kpi
from workbench.kpi.frames import KPI, frame
from workbench.regulations.profile import Profile, State


def left_out(kpi: Kpi, profile: Profile) -> Text | None:
    """Why; None where it is shown."""
    key = kpi.needs_deadline
    if key is None:
        return None
    state = profile.deadlines[key].state
    if state is State.number:
        return None
    if state is State.none:
        return Text(
            f"本市所依法规没有规定 {key.value} 的期限，不计算。",
            f"The city's regulation sets no deadline for {key.value}: left out.",
        )
    return Text(
        f"本市所依法规中 {key.value} 的条文缺失，期限未知，不计算。",
        f"The text of the city's regulation on {key.value} is missing, its deadline unknown: "
        "left out.",
    )


def declared(
    kpis: Iterable[Kpi], profile: Profile, as_of: date, *, simulated: bool = False
) -> pl.DataFrame:
    """``frames.KPI``, by id."""
    rows = []
    for kpi in sorted(kpis, key=lambda one: one.id):
        why, key = left_out(kpi, profile), kpi.needs_deadline
        rows.append(
            {
                "kpi": kpi.id,
                "title_zh": kpi.title.zh,
                "title_en": kpi.title.en,
                "unit": kpi.form.value,
                "direction": kpi.direction.value,
                "article": kpi.cited,
                "deadline_key": key.value if key is not None else "",
                "deadline_state": profile.deadlines[key].state.value if key is not None else "",
                "shown": why is None,
                "why_zh": why.zh if why is not None else "",
                "why_en": why.en if why is not None else "",
                "as_of": as_of,
                "simulated": simulated,
            }
        )
    return frame(KPI, rows)
