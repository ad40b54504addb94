"""The escalation ladder as data: when to warn, when to go up, to whom, who must answer, and who takes over."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.deadlines.limits import WhichClock as WhichClock
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Name, Strict, no_more_than

Hours = Annotated[int, Field(ge=1), no_more_than(2_000)]
"""Working hours."""


class Whom(StrEnum):
    """Who is notified by a warning or a rung. The people are looked up when it fires."""

    OFFICER = "officer"
    HEAD_OF_UNIT = "head_of_unit"
    LEVEL_ABOVE = "level_above"
    TWO_LEVELS_ABOVE = "two_levels_above"
    COORDINATOR = "coordinator"  # of the provincial centre
    SUPERVISOR = "supervisor"  # of the provincial People's Committee

    @property
    def levels_up(self) -> int:
        """How many levels above the unit they are; the coordinators are at the first, the supervisors at the second."""
        return _LEVELS_UP[self]


_LEVELS_UP = {
    Whom.OFFICER: 0,
    Whom.HEAD_OF_UNIT: 0,
    Whom.LEVEL_ABOVE: 1,
    Whom.COORDINATOR: 1,
    Whom.TWO_LEVELS_ABOVE: 2,
    Whom.SUPERVISOR: 2,
}


class AtShare(Strict):
    """Fires when this share (percent) of the clock's working time has been used."""

    kind: Literal["share"] = "share"
    percent: Annotated[int, Field(ge=1, le=100)]


class BeforeDue(Strict):
    """Fires this many working hours before the clock's due date."""

    kind: Literal["before_due"] = "before_due"
    working_hours: Hours


class PastDue(Strict):
    """Fires this many working hours after the clock's due date; 0 is expiry itself."""

    kind: Literal["past_due"] = "past_due"
    working_hours: Annotated[int, Field(ge=0, le=2_000)]


class OnStep(Strict):
    """Fires when the dossier has been on one step for this many working hours. `step` None: on any step."""

    kind: Literal["on_step"] = "on_step"
    working_hours: Hours
    step: Code | None = None


class HandoverWaits(Strict):
    """Fires when a handover has been unanswered for this many working hours."""

    kind: Literal["handover"] = "handover"
    working_hours: Hours


class CoordinationWaits(Strict):
    """Fires when a dossier has been in the coordination queue for this many working hours."""

    kind: Literal["coordination"] = "coordination"
    working_hours: Hours


class OpinionWaits(Strict):
    """Fires when another unit has not given its opinion for this many working hours."""

    kind: Literal["opinion"] = "opinion"
    working_hours: Hours


class SigningHangs(Strict):
    """Fires when the signature was ordered this many working hours ago and is not made."""

    kind: Literal["signing"] = "signing"
    working_hours: Hours


class PaymentHangs(Strict):
    """Fires when a payment was requested this many working hours ago and has not come in."""

    kind: Literal["payment"] = "payment"
    working_hours: Hours


class NobodyAssigned(Strict):
    """Fires when nobody has been assigned to a step for this many working hours."""

    kind: Literal["unassigned"] = "unassigned"
    working_hours: Hours


ClockTrigger = AtShare | BeforeDue | PastDue
WaitTrigger = OnStep | HandoverWaits | CoordinationWaits | OpinionWaits | SigningHangs | PaymentHangs | NobodyAssigned
Trigger = Annotated[ClockTrigger | WaitTrigger, Field(discriminator="kind")]


class Scope(Strict):
    """The dossiers to which a rung applies: of these procedures, and with a limit of at least so many working hours."""

    procedures: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    """None: every procedure."""
    limit_at_least_working_hours: Hours | None = None
    """The limit of the rung's clock, by its course; of a wait: of the statutory clock."""


class Council(Strict):
    """A named council to which a dossier is raised. Its members are the holders of these posts."""

    code: Code
    name: Name
    members: tuple[Code, ...]


class Rung(Strict):
    """One rung of the ladder. It fires at most once for one limit, one step, one handover or another such occasion."""

    code: Code
    clock: WhichClock | None = Field(default=None, exclude_if=lambda clock: clock is None)
    """The clock of a share or of a due date; None for a wait."""
    trigger: Trigger
    notify: tuple[Whom, ...]
    take_over: bool = False
    """True: the unit above becomes responsible for finishing the dossier; False: it is only notified."""
    council: Code | None = Field(default=None, exclude_if=lambda code: code is None)
    """The dossier is raised to this council of the ladder too."""
    answer_within_working_hours: Hours | None = Field(default=None, exclude_if=lambda hours: hours is None)
    """The highest unit that is told must acknowledge within this time, or the next level is told. None: no answer."""
    explanation_within_working_hours: Hours | None = Field(default=None, exclude_if=lambda hours: hours is None)
    """The unit that kept it waiting must explain within this time. None: no explanation."""
    scope: Scope = Field(default=Scope(), exclude_if=lambda scope: scope == Scope())

    @model_validator(mode="after")
    def _has_a_clock_if_needed(self) -> Self:
        if isinstance(self.trigger, ClockTrigger) and self.clock is None:
            raise Inconsistent(ConfigurationFault.RUNG_WITHOUT_CLOCK, rung=self.code, trigger=self.trigger.kind)
        if isinstance(self.trigger, WaitTrigger) and self.clock is not None:
            raise Inconsistent(ConfigurationFault.WAIT_WITH_CLOCK, rung=self.code, trigger=self.trigger.kind)
        return self

    @property
    def warns(self) -> bool:
        """True if it fires before anything is late: it warns, and does not escalate."""
        return isinstance(self.trigger, AtShare | BeforeDue)


class EscalationPolicy(Strict):
    """The province's ladder; also the working hours that a handover or a coordination may wait."""

    code: Code
    rungs: Annotated[tuple[Rung, ...], Field(min_length=1)]
    councils: tuple[Council, ...] = Field(default=(), exclude_if=lambda councils: councils == ())
    handover_working_hours: Annotated[int, Field(ge=1), no_more_than(2_000)] = 4
    coordination_working_hours: Annotated[int, Field(ge=1), no_more_than(2_000)] = 8
    handed_back_working_hours: Hours = Field(default=16, exclude_if=lambda hours: hours == 16)
    """The time that a unit has to finish a dossier which the level above hands back to it."""

    @model_validator(mode="after")
    def _codes_differ(self) -> Self:
        for fault, codes in (
            (ConfigurationFault.DUPLICATE_RUNG, [rung.code for rung in self.rungs]),
            (ConfigurationFault.DUPLICATE_COUNCIL, [council.code for council in self.councils]),
        ):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise Inconsistent(fault, twice=", ".join(twice))
        return self

    def rung(self, code: str) -> Rung | None:
        """The rung with this code."""
        return next((rung for rung in self.rungs if rung.code == code), None)

    def council(self, code: str | None) -> Council | None:
        """The council with this code."""
        return next((council for council in self.councils if council.code == code), None)
