"""Applies a change of rules, or a repair, to dossiers one by one: the command for each dossier, and its outcome.

A dry run of a change of rules and its rollout use the same plan. The dry run calls `decide` and writes nothing. The run
of a repair has its list in its own plan (`domain.repairs.plans`).
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
from domain.messages.dossier import DossierRefusal
from domain.operator_orders import OPERATORS, require_operator
from domain.repairs.orders import RepairOrder
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import Bilingual, Code, Day, Hash, Name, Strict, Value

ROLLOUTS = UUID("0b0e6d0e-6a4f-5c0b-9a53-6f0f7c1d2e07")


class RolloutKind(StrEnum):
    """The kind of rule that changed, or a repair."""

    CALENDAR = "calendar"
    ORGANISATION = "organisation"
    REPAIR = "repair"

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _KINDS[self]


_KINDS = {
    RolloutKind.CALENDAR: Bilingual(vi="lịch làm việc", en="calendar"),
    RolloutKind.ORGANISATION: Bilingual(vi="đơn vị", en="organisation"),
    RolloutKind.REPAIR: Bilingual(vi="sửa hồ sơ", en="repair"),
}


class ItemState(StrEnum):
    """The outcome of a rollout for one dossier."""

    PENDING = "pending"
    DONE = "done"
    UNCHANGED = "unchanged"
    """The new rule applies, but no date and no unit of the dossier changed; or the dossier had ended."""
    REFUSED = "refused"
    """`code` says why. The other dossiers go on."""
    WAITING = "waiting"
    """Moved to the coordination queue: a person has to find the competent authority."""
    ABANDONED = "abandoned"
    """The rollout was abandoned before it reached this dossier, which stays under its old rule.

    With the code `repair_cut_short`: a repair of it had begun, and nobody has verified it.
    """
    MOVED_ON = "moved_on"
    """A repair found the dossier otherwise than its plan had seen it, and did nothing to it."""
    NOT_CURED = "not_cured"
    """The repair was done, and the dossier still does not go on; `code` is the cause that remains."""


class Retarget(Strict):
    """Dossiers that pin one of the calendars `instead_of` get `calendar`."""

    code: Code
    calendar: Hash
    instead_of: tuple[Hash, ...]


class CalendarPlan(Strict):
    """A letter that changes the calendars of some desks."""

    kind: Literal[RolloutKind.CALENDAR] = RolloutKind.CALENDAR
    targets: Annotated[tuple[Retarget, ...], Field(min_length=1)]
    letter: Name
    keeps_promise: bool = True


class MergerPlan(Strict):
    """A resolution by which units merge or split on a day."""

    kind: Literal[RolloutKind.ORGANISATION] = RolloutKind.ORGANISATION
    organisation: Hash
    effective: Day
    source: Name


class RepairRun(Strict):
    """The run of a repair's plan. The plan itself is in the register of plans, under its hash."""

    kind: Literal[RolloutKind.REPAIR] = RolloutKind.REPAIR
    plan: Hash
    order: RepairOrder
    approved_by: Code | None = None
    """The operator whose approval counted when the run began; None: nobody else had approved."""


RulePlan = CalendarPlan | MergerPlan
Plan = Annotated[CalendarPlan | MergerPlan | RepairRun, Field(discriminator="kind")]
PLAN: TypeAdapter[CalendarPlan | MergerPlan | RepairRun] = TypeAdapter(Plan)


class ItemOutcome(Value):
    """The outcome for one dossier. `detail` depends on the kind: old and new dates, old and new units, what changed."""

    state: ItemState
    code: Code | None = None
    detail: dict[str, Any] = Field(default_factory=dict)


class Item(ItemOutcome):
    """One dossier of a rollout."""

    dossier: Code


class RolloutProgress(Value):
    """How many dossiers of a rollout have each outcome."""

    pending: int = 0
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    waiting: int = 0
    abandoned: int = 0
    moved_on: int = 0
    not_cured: int = 0

    @property
    def total(self) -> int:
        """All dossiers of the rollout: each has exactly one outcome."""
        ended = self.done + self.unchanged + self.refused + self.waiting + self.abandoned
        return self.pending + ended + self.moved_on + self.not_cured


def rollout_id(kind: RolloutKind, file_hash: str) -> UUID:
    """The id of the rollout of a file. A file that is applied again is the same rollout."""
    return uuid5(ROLLOUTS, f"{kind}/{file_hash}")


def operator_of(who: str) -> str:
    """The actor's identifier in the commands of a rollout.

    The first release also accepted a person's name, which no event may contain. Such a rollout goes on under the common
    identifier of the operators.
    """
    try:
        return require_operator(who)
    except InvalidInput:
        return OPERATORS


def command_of(rollout: UUID, dossier: str) -> UUID:
    """The id of a dossier's command in a rollout. With it, the command is carried out only once.

    For a repair it is the command that notes the repair in the ledger; `repair_act_of` is that of the repair itself.
    """
    return uuid5(rollout, dossier)


def repair_act_of(rollout: UUID, dossier: str) -> UUID:
    """The id under which a dossier is repaired in a run."""
    return uuid5(command_of(rollout, dossier), "repair")


def act_for(rollout: UUID, plan: RulePlan, dossier: Dossier, who: str) -> Act | None:
    """The command for a dossier, with its id (`command_of`); None for a dossier that the plan does not concern."""
    command = _command(plan, dossier)
    if command is None:
        return None
    return Act(
        command_id=command_of(rollout, dossier.code),
        actor=Actor(person=operator_of(who), role=Role.OPERATOR),
        command=command,
    )


def _command(plan: RulePlan, dossier: Dossier) -> ChangeCalendar | MoveToSuccessor | None:
    still_judged = isinstance(plan, CalendarPlan) and dossier.judgement_open
    if dossier.state in TERMINAL and not still_judged:
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


def preview(plan: RulePlan, dossier: Dossier, rulebook: Rulebook, now: datetime, who: str = "xem-thu") -> ItemOutcome:
    """The outcome that the plan would have for a dossier in its present state."""
    act = act_for(ROLLOUTS, plan, dossier, who)
    if act is None:
        return ItemOutcome(state=ItemState.UNCHANGED)
    try:
        events = decide(dossier, act, Context(now=now, actor=act.actor, rulebook=rulebook))
    except DomainError as error:
        return refused(error)
    return outcome_of(tuple(events), dossier)


def refused(error: DomainError) -> ItemOutcome:
    """The outcome of a refusal: the code and both sentences. A dossier that has ended meanwhile is `unchanged`."""
    if error.code == DossierRefusal.RULES_OF_ENDED_DOSSIER:
        return ItemOutcome(state=ItemState.UNCHANGED, code=error.code)
    return ItemOutcome(state=ItemState.REFUSED, code=error.code, detail=error.message.model_dump())


def outcome_of(events: tuple[AnyEvent, ...], before: Dossier) -> ItemOutcome:
    """The outcome by the events of a dossier's act. `before` is the dossier before these events."""
    for event in events:
        match event:
            case CalendarChanged():
                return _of_calendar(event, before)
            case MovedToSuccessor():
                return _of_merger(event, before)
            case _:
                continue
    return ItemOutcome(state=ItemState.UNCHANGED)


def with_whole(dossier: Dossier) -> dict[str, str]:
    """The detail of a child: which interconnected dossier gets the same rule with it."""
    parent = dossier.intake.parent
    return {} if parent is None else {"whole": parent.dossier}


def _of_calendar(event: CalendarChanged, before: Dossier) -> ItemOutcome:
    same = event.before == event.due
    dates = {"before": event.before.model_dump(mode="json"), "due": event.due.model_dump(mode="json")}
    detail = {**dates, **with_whole(before)}
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
        **with_whole(before),
    }
    if not event.moves:
        return ItemOutcome(state=ItemState.UNCHANGED, detail=detail)
    return ItemOutcome(state=ItemState.WAITING if event.queue is not None else ItemState.DONE, detail=detail)
