"""A change of rules carried to the open dossiers one by one: what is asked of each, and what came of it.

The same plan decides what a dry run shows and what the rollout does: a dry run is `decide` without writing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, assert_never
from uuid import UUID, uuid5

from pydantic import Field, TypeAdapter

from domain.dossier.commands import ChangeCalendar, MoveToSuccessor
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.events import AnyEvent, CalendarChanged, MovedToSuccessor
from domain.dossier.state import TERMINAL, Dossier
from domain.errors import DomainError, InvalidInput
from domain.operator_orders import OPERATORS, require_operator
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import Bilingual, Code, Day, Hash, Name, Strict, Value

ROLLOUTS = UUID("0b0e6d0e-6a4f-5c0b-9a53-6f0f7c1d2e07")


class RolloutKind(StrEnum):
    """What changed."""

    CALENDAR = "calendar"
    ORGANISATION = "organisation"

    @property
    def words(self) -> Bilingual:
        """What people call it."""
        return _KINDS[self]


_KINDS = {
    RolloutKind.CALENDAR: Bilingual(vi="lịch làm việc", en="calendar"),
    RolloutKind.ORGANISATION: Bilingual(vi="đơn vị", en="organisation"),
}


class ItemState(StrEnum):
    """What came of a rollout for one dossier."""

    PENDING = "pending"
    DONE = "done"
    UNCHANGED = "unchanged"
    """It lives under the new rule, and neither a date nor a unit of it changed; or it had ended."""
    REFUSED = "refused"
    """`code` says why; the rest went on."""
    WAITING = "waiting"
    """Moved to the coordination queue: a person has to find the competent authority."""
    ABANDONED = "abandoned"
    """The rollout was given up before this dossier was asked: it stays under its old rule."""


class Retarget(Strict):
    """Dossiers under any of the calendars `instead_of` go under `calendar`."""

    code: Code
    calendar: Hash
    instead_of: tuple[Hash, ...]


class CalendarPlan(Strict):
    """A letter has changed the calendars of some desks."""

    kind: Literal[RolloutKind.CALENDAR] = RolloutKind.CALENDAR
    targets: Annotated[tuple[Retarget, ...], Field(min_length=1)]
    letter: Name
    keeps_promise: bool = True


class MergerPlan(Strict):
    """Units have merged or split on a day."""

    kind: Literal[RolloutKind.ORGANISATION] = RolloutKind.ORGANISATION
    organisation: Hash
    effective: Day
    source: Name


Plan = Annotated[CalendarPlan | MergerPlan, Field(discriminator="kind")]
PLAN: TypeAdapter[CalendarPlan | MergerPlan] = TypeAdapter(Plan)


class ItemOutcome(Value):
    """What came of it for one dossier. `detail` is of the kind: old and new dates, or old and new units."""

    state: ItemState
    code: Code | None = None
    detail: dict[str, Any] = Field(default_factory=dict)


class Item(ItemOutcome):
    """One dossier of a rollout."""

    dossier: Code


class RolloutProgress(Value):
    """How many dossiers stand where."""

    pending: int = 0
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    waiting: int = 0
    abandoned: int = 0

    @property
    def total(self) -> int:
        """All of them; every open dossier that the rollout found is exactly one of these."""
        return self.pending + self.done + self.unchanged + self.refused + self.waiting + self.abandoned


def rollout_id(kind: RolloutKind, file_hash: str) -> UUID:
    """The same file is the same rollout, however often it is applied."""
    return uuid5(ROLLOUTS, f"{kind}/{file_hash}")


def operator_of(who: str) -> str:
    """The identifier under which a rollout asks dossiers.

    The first release took a person's name as well, which no event may carry: such a rollout goes on under the common
    identifier of the operators.
    """
    try:
        return require_operator(who)
    except InvalidInput:
        return OPERATORS


def command_of(rollout: UUID, dossier: str) -> UUID:
    """The id under which a dossier acts once in a rollout."""
    return uuid5(rollout, dossier)


def act_for(rollout: UUID, plan: CalendarPlan | MergerPlan, dossier: Dossier, who: str) -> Act | None:
    """What is asked of a dossier, under an id by which it acts once; None for one that the plan is not about."""
    command = _command(plan, dossier)
    if command is None:
        return None
    return Act(
        command_id=command_of(rollout, dossier.code),
        actor=Actor(person=operator_of(who), role=Role.OPERATOR),
        command=command,
    )


def _command(plan: CalendarPlan | MergerPlan, dossier: Dossier) -> ChangeCalendar | MoveToSuccessor | None:
    judges = isinstance(plan, CalendarPlan) and dossier.judgement_open
    if dossier.state in TERMINAL and not judges:
        return None
    match plan:
        case CalendarPlan():
            for target in plan.targets:
                if dossier.pins.calendar in target.instead_of:
                    return ChangeCalendar(
                        calendar=target.calendar, letter=plan.letter, keeps_promise=plan.keeps_promise
                    )
            return None
        case MergerPlan():
            return MoveToSuccessor(organisation=plan.organisation, effective=plan.effective, source=plan.source)
        case _:
            assert_never(plan)


def preview(
    plan: CalendarPlan | MergerPlan, dossier: Dossier, rulebook: Rulebook, now: datetime, who: str = "xem-thu"
) -> ItemOutcome:
    """What would come of it for a dossier as it stands."""
    act = act_for(ROLLOUTS, plan, dossier, who)
    if act is None:
        return ItemOutcome(state=ItemState.UNCHANGED)
    try:
        events = decide(dossier, act, Context(now=now, actor=act.actor, rulebook=rulebook))
    except DomainError as error:
        return refused(error)
    return outcome_of(tuple(events), dossier)


def refused(error: DomainError) -> ItemOutcome:
    """The dossier does not allow it: the code and both sentences. One that has ended meanwhile is left as it is."""
    if error.code == "rules_of_ended_dossier":
        return ItemOutcome(state=ItemState.UNCHANGED, code=error.code)
    return ItemOutcome(state=ItemState.REFUSED, code=error.code, detail=error.message.model_dump())


def outcome_of(events: tuple[AnyEvent, ...], before: Dossier) -> ItemOutcome:
    """What the events of one dossier's act say; `before` is the dossier they happened to."""
    for event in events:
        match event:
            case CalendarChanged():
                return _of_calendar(event)
            case MovedToSuccessor():
                return _of_merger(event, before)
            case _:
                continue
    return ItemOutcome(state=ItemState.UNCHANGED)


def _of_calendar(event: CalendarChanged) -> ItemOutcome:
    same = event.before == event.due
    detail = {"before": event.before.model_dump(mode="json"), "due": event.due.model_dump(mode="json")}
    return ItemOutcome(state=ItemState.UNCHANGED if same else ItemState.DONE, detail=detail)


def _of_merger(event: MovedToSuccessor, before: Dossier) -> ItemOutcome:
    detail = {
        "moves": [move.model_dump(mode="json") for move in event.moves],
        "competent": event.competent,
        "queue": event.queue,
        "by": "address" if event.reasons and event.competent else "queue" if event.reasons else "whole",
        "assignee_cleared": bool(before.processing.assignee)
        and before.routing.competent in {move.old for move in event.moves},
        "reasons": [reason.code for reason in event.reasons],
    }
    if not event.moves:
        return ItemOutcome(state=ItemState.UNCHANGED, detail=detail)
    return ItemOutcome(state=ItemState.WAITING if event.queue is not None else ItemState.DONE, detail=detail)
