"""The escalation ladder as data: when to warn, when to go up, to whom, and who takes over."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.deadlines.limits import WhichClock as WhichClock
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Strict, no_more_than


class Whom(StrEnum):
    """Who is notified by a warning or a rung. The person or unit is looked up when it fires."""

    OFFICER = "officer"
    HEAD_OF_UNIT = "head_of_unit"
    LEVEL_ABOVE = "level_above"
    TWO_LEVELS_ABOVE = "two_levels_above"


class AtShare(Strict):
    """Fires when this share (percent) of the clock's working time has been used."""

    kind: Literal["share"] = "share"
    percent: Annotated[int, Field(ge=1, le=100)]


class PastDue(Strict):
    """Fires this many working hours after the clock's due date; 0 is expiry itself."""

    kind: Literal["past_due"] = "past_due"
    working_hours: Annotated[int, Field(ge=0, le=2_000)]


class Rung(Strict):
    """One rung of the ladder. Rungs fire in order of time, each at most once for a clock."""

    code: Code
    clock: WhichClock
    trigger: Annotated[AtShare | PastDue, Field(discriminator="kind")]
    notify: tuple[Whom, ...]
    take_over: bool = False
    """True: the unit above becomes responsible for finishing the dossier; False: it is only notified."""


class EscalationPolicy(Strict):
    """The province's ladder; also the working hours that a handover or a coordination may wait."""

    code: Code
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    handover_working_hours: Annotated[int, Field(ge=1), no_more_than(2_000)] = 4
    coordination_working_hours: Annotated[int, Field(ge=1), no_more_than(2_000)] = 8

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        codes = [rung.code for rung in self.rungs]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise Inconsistent(ConfigurationFault.DUPLICATE_RUNG, twice=", ".join(twice))
        return self
