"""Looks at a dossier for a workflow that waits for one of its states."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter
from temporalio import activity

from activities.ledger.pool import DatabaseRefuses
from activities.ledger.reading import DossierRow
from domain.dossier.evolve import evolve
from domain.dossier.state import TERMINAL, Dossier, NotSubmitted, State
from domain.errors import DomainError
from domain.messages.record import RecordRefusal
from domain.record.sealing import RecordedEvent
from domain.values import VIETNAM
from gateway.access.callers import on_behalf_of
from gateway.access.principals import Principal
from gateway.access.sign_in import known_caller, signed_in_for
from gateway.client import Engine
from gateway.dossiers.reaching import in_reach
from gateway.nexus.refusals import PASSING, refusal_of
from workflows.dossier_wait import Look, WaitOrder

READ_DOSSIER = "read_dossier"
PRINCIPAL: TypeAdapter[Principal] = TypeAdapter(Principal)


class Looking:
    """The activity of `DossierWaitWorkflow`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @activity.defn(name="nexus.look")
    async def look(self, order: WaitOrder) -> Look:
        """What the record says now, for the caller who asked. Refuses, with the code, a caller who may not see it."""
        try:
            return await self._look(order)
        except DomainError as error:
            if _may_pass(error):
                raise
            raise refusal_of(error) from None

    async def _look(self, order: WaitOrder) -> Look:
        now, organisation = datetime.now(VIETNAM), self._engine.province.organisation
        caller = known_caller(PRINCIPAL.validate_python(order.asked_by), self._engine.staff, now)
        if order.for_applicant is not None:
            caller = on_behalf_of(caller, order.for_applicant)
        row, _ = await in_reach(self._engine, signed_in_for(caller, READ_DOSSIER, organisation), order.dossier)
        if row.state in order.states or row.version <= order.after:
            return _now(row, row.state in order.states)
        passed = state_since(await self._engine.history(order.dossier), order.states, order.after)
        if passed is None:
            return _now(row, reached=False)
        return _now(row, reached=True).model_copy(update={"version": passed[0], "state": passed[1]})


def _may_pass(error: DomainError) -> bool:
    """A later look may succeed: a server does not answer, or a newer release has written an event."""
    return isinstance(error, (*PASSING, DatabaseRefuses)) or error.code == RecordRefusal.EVENT_UNREADABLE


def _now(row: DossierRow, reached: bool) -> Look:
    ended = row.state in TERMINAL
    return Look(version=row.version, state=row.state, reached=reached, ended=ended, changed_at=row.updated_at)


def state_since(events: Iterable[RecordedEvent], states: Iterable[State], after: int) -> tuple[int, State] | None:
    """The first version after `after` at which the dossier came to be in one of the states, and that state."""
    wanted = frozenset(states)
    dossier: Dossier | NotSubmitted | None = None
    for recorded in events:
        dossier = evolve(dossier or NotSubmitted(recorded.dossier), recorded.event)
        if dossier.version > after and dossier.state in wanted:
            return dossier.version, dossier.state
    return None
