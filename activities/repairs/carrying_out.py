"""The work on one dossier of a repair: look again, do it, verify, note it in the ledger.

It may be interrupted anywhere. What is about to be done is recorded before, so that a later batch completes it and does
not take its effect for somebody else's act.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol
from uuid import UUID

import structlog

from activities.ledger.pool import Pool
from activities.repairs.register import ItemToRepair, RepairRegister
from domain.dossier.commands import NoteRepair
from domain.dossier.decide import Act
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.messages.mechanics import MechanicRefusal
from domain.messages.record import RecordRefusal
from domain.messages.repairs import RepairRefusal
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairKind, RepairOrder
from domain.repairs.plans import changes_since
from domain.roles import Actor, Role
from domain.rollouts.plans import ItemOutcome, ItemState, RepairRun, command_of, operator_of, refused, repair_act_of
from domain.values import Code, Hash, Value

log = structlog.get_logger(__name__)

LOOKS = (0.1, 0.3, 0.6)
"""Seconds before each look whether a repair has helped, in the batch that did it. Later batches look again."""
HELPS_WITHIN = 30.0
"""Seconds after which a dossier that still does not go on is not cured."""

PASSING = frozenset(
    {
        DossierRefusal.TEMPORAL_UNAVAILABLE,
        DossierRefusal.ANSWER_PENDING,
        RecordRefusal.DATABASE_UNAVAILABLE,
        RecordRefusal.DATABASE_RESTORED,
    }
)
"""Errors of servers that do not answer now: the dossier is looked at again later."""

TAKES_NOTHING = frozenset({Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY, Cause.ENDED_EARLY, Cause.NO_WORKER})
"""With these causes a dossier cannot take a command. Then only the register says what was done."""


class Mechanics(Protocol):
    """Does repairs of every kind. The methods are those of one kind (`gateway.client.repairs.mechanic`)."""

    async def look(self, code: str, order: RepairOrder) -> Finding:
        """The dossier as it is now."""
        ...

    async def carry_out(self, finding: Finding, order: RepairOrder, by: RepairedBy) -> str | None:
        """Does the repair; a repeated call completes what an interrupted one began."""
        ...

    async def remaining(self, finding: Finding, order: RepairOrder) -> Cause | None:
        """The cause that is still there."""
        ...


class Send(Protocol):
    """Sends an act to a dossier. Raises the domain's errors."""

    def __call__(self, code: str, act: Act) -> Awaitable[object]: ...


class RunOfRepair(Value):
    """The run of a plan: who let it run, why it was planned, and who else approved it (None: nobody had to)."""

    id: UUID
    order: RepairOrder
    plan: Hash
    who: Code
    why: str
    second: Code | None


class Repairs:
    """Repairs the dossiers of one run, each with its outcome."""

    def __init__(self, pool: Pool, send: Send, mechanics: Mechanics) -> None:
        self._register = RepairRegister(pool)
        self._send = send
        self._mechanics = mechanics

    async def run_of(self, rollout: UUID, run: RepairRun, who: str, why: str) -> RunOfRepair:
        """The run, with the second of the two persons where a plan was approved."""
        plan = await self._register.plan(run.plan)
        both = [] if run.approved_by is None else [run.approved_by, plan.made_by]
        others = [one for one in both if one != who]
        return RunOfRepair(
            id=rollout, order=run.order, plan=run.plan, who=operator_of(who), why=why, second=next(iter(others), None)
        )

    async def due(self, rollout: UUID, limit: int) -> list[ItemToRepair]:
        """The next dossiers of a run."""
        return await self._register.due(rollout, limit)

    async def outcome(self, run: RunOfRepair, item: ItemToRepair) -> ItemOutcome:
        """What became of the dossier. `pending` when it must be looked at again.

        An error that nobody expected is the outcome of its dossier alone. Raises the errors of `PASSING`, after which
        the same call goes on, and refusals.
        """
        try:
            return await self._outcome(run, item)
        except DomainError:
            raise
        except Exception as mistake:
            log.exception("repair_failed", dossier=item.finding.dossier, rollout=str(run.id))
            detail = {"type": type(mistake).__name__}
            return ItemOutcome(state=ItemState.NOT_CURED, code=RepairRefusal.REPAIR_FAILED, detail=detail)

    async def _outcome(self, run: RunOfRepair, item: ItemToRepair) -> ItemOutcome:
        if not item.begun:
            stopped = await self._look_again(run, item.finding)
            if stopped is not None:
                return stopped
        if not item.acted:
            stopped = await self._act(run, item)
            if stopped is not None:
                return stopped
        return await self._verified(run, item)

    async def _look_again(self, run: RunOfRepair, planned: Finding) -> ItemOutcome | None:
        """The outcome of a dossier that is not as the plan saw it; None when it is."""
        now = await self._mechanics.look(planned.dossier, run.order)
        if changes_since(planned, now):
            return _moved_on(planned, now)
        return None if now.refused is None else ItemOutcome(state=ItemState.REFUSED, code=now.refused)

    async def _act(self, run: RunOfRepair, item: ItemToRepair) -> ItemOutcome | None:
        """Does the repair. A refusal is the outcome: a repair that an interrupted batch did is not refused, because the
        mechanic finds its own act.

        Only of a reset that act may be gone, when somebody has replaced the run since: then it is verified.
        """
        code = item.finding.dossier
        if not await self._register.note_begun(run.id, code):
            return ItemOutcome(state=ItemState.PENDING)
        by = RepairedBy(act=repair_act_of(run.id, code), who=run.who, why=run.why)
        try:
            await self._mechanics.carry_out(item.finding, run.order, by)
        except DomainError as error:
            if error.code in PASSING:
                raise
            if error.code == DossierRefusal.STALE_VERSION:
                return _moved_on(item.finding, await self._mechanics.look(code, run.order))
            reset_before = (
                item.begun and run.order.kind is RepairKind.RESET and error.code == MechanicRefusal.RUN_CHANGED
            )
            if not reset_before:
                return refused(error)
        await self._register.note_acted(run.id, code)
        return None

    async def _verified(self, run: RunOfRepair, item: ItemToRepair) -> ItemOutcome:
        remaining = await self._remaining(run, item)
        if remaining is not None and item.ago < HELPS_WITHIN:
            return ItemOutcome(state=ItemState.PENDING, code=remaining)
        state = ItemState.DONE if remaining is None else ItemState.NOT_CURED
        detail: dict[str, Any] = {"cause": item.finding.cause, "noted": await self._noted(run, item, state, remaining)}
        if item.finding.chosen is not None:
            detail["repair"] = item.finding.chosen
        return ItemOutcome(state=state, code=remaining, detail=detail)

    async def _remaining(self, run: RunOfRepair, item: ItemToRepair) -> Cause | None:
        for pause in (0.0,) if item.acted and item.ago < HELPS_WITHIN else (0.0, *LOOKS):
            await asyncio.sleep(pause)
            remaining = await self._mechanics.remaining(item.finding, run.order)
            if remaining is None:
                return None
        return remaining

    async def _noted(self, run: RunOfRepair, item: ItemToRepair, state: ItemState, remaining: Cause | None) -> bool:
        """Writes the repair into the dossier's ledger. False: the dossier cannot take it; only the register has it.

        A dossier that goes on takes it; if a server does not answer then, the error is raised and it is tried later.
        """
        if remaining in TAKES_NOTHING:
            return False
        code = item.finding.dossier
        command = NoteRepair(
            repair=item.finding.chosen or run.order.kind,
            plan=run.plan,
            reason=run.why,
            second=run.second,
            outcome="done" if state is ItemState.DONE else "not_cured",
        )
        actor = Actor(person=run.who, role=Role.OPERATOR)
        try:
            await self._send(code, Act(command_id=command_of(run.id, code), actor=actor, command=command))
        except DomainError as error:
            if error.code in PASSING and remaining is None and item.ago < HELPS_WITHIN * 4:
                raise
            log.warning("repair_not_noted", dossier=code, rollout=str(run.id), code=error.code)
            return False
        return True


def _moved_on(planned: Finding, now: Finding) -> ItemOutcome:
    """The outcome of a dossier that is not as the plan saw it."""
    changes = [change.model_dump(mode="json") for change in changes_since(planned, now)]
    return ItemOutcome(state=ItemState.MOVED_ON, detail={"changes": changes})
