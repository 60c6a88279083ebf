"""How a procedure's file is written: strict models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from workbench.model.procedure import Effect, FieldKind, Need, Party
from workbench.regulations.profile import Article, Decider, Key, Said

Elsewhere = Literal["ours", "not_offered"]
"""What holds under a regulation that does not order it: our default, or nothing."""
Orders = dict[str, Article]
"""By regulation, the articles."""
Days = Annotated[int, Field(ge=1, le=250)]
"""Working days, as many as somebody may name at a desk."""


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class FieldEntry(_Spec):
    kind: FieldKind
    title: Said
    names: Party | None = None
    of: str = ""
    optional: bool = False
    options: tuple[str, ...] = ()


class StateEntry(_Spec):
    zh: str
    en: str
    over: bool = False


class StartsEntry(_Spec):
    """``for``: whose deadline it is; without ``deadline`` who acts names the day, or ``ours`` says
    the working days: one number, or one for each word of the choice ``of``."""

    whose: Party = Field(alias="for")
    deadline: Key | None = None
    since: str = ""
    at_least: bool = False
    ours: Days | dict[str, Days] = {}
    of: str = ""

    @property
    def own_days(self) -> dict[str, int]:
        """By the word of the choice; under "" where they are the same for all."""
        return {"": self.ours} if isinstance(self.ours, int) else self.ours


class StepEntry(_Spec):
    """Without ``from`` it opens the procedure; without ``to`` the procedure stays where it is."""

    event: str
    title: Said
    before: tuple[str, ...] = Field(default=(), alias="from")
    after: str = Field(default="", alias="to")
    by: tuple[Party, ...] = Field(min_length=1)
    needs: tuple[Need, ...] = ()
    starts: StartsEntry | None = None
    stops: bool = False
    extends: bool = False
    climbs: bool = False
    waits: bool = False
    effects: tuple[Effect, ...] = ()
    by_hand: bool = False
    other_than: tuple[str, ...] = ()
    other_side: bool = False
    orders: Orders | None = None
    elsewhere: Elsewhere = "ours"
    not_under: tuple[str, ...] = ()


class LadderEntry(_Spec):
    """``name`` is that of the profile; ``ours`` where the regulation has none of it."""

    name: str
    ours: tuple[Decider, ...] = ()


class ProcedureEntry(_Spec):
    id: str
    title: Said
    about: Said
    ordered_by: Orders
    elsewhere: Elsewhere = "not_offered"
    personal: bool = False
    ladder: LadderEntry | None = None
    fields: dict[str, FieldEntry] = {}
    states: dict[str, StateEntry]
    steps: tuple[StepEntry, ...] = Field(min_length=1)
