"""Suspension and resumption, a stop by the authority, a withdrawal by the applicant."""

from __future__ import annotations

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import Resume, Stop, Suspend, Terminate, Withdraw
from domain.dossier.context import Context
from domain.dossier.deciding.awaited_calls import leaving_calls
from domain.dossier.deciding.guards import (
    require_accepted,
    require_applicant,
    require_handling_unit,
    require_not_signing,
    require_role,
    require_state,
    require_unit,
)
from domain.dossier.deciding.payment_looks import look_at_orders
from domain.dossier.events import AnyEvent, DossierResumed, DossierStopped, DossierSuspended, DossierWithdrawn, Due
from domain.dossier.state import Dossier, State
from domain.roles import Role

PAUSABLE = (State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED)
WITHDRAWABLE = (
    State.SUBMITTED,
    State.ACCEPTED,
    State.PROCESSING,
    State.SUPPLEMENT_REQUESTED,
    State.PAYMENT_REQUESTED,
)


def suspend(dossier: Dossier, command: Suspend, context: Context) -> list[AnyEvent]:
    """The head of the handling unit suspends the dossier: its clocks stand still."""
    _require_head(dossier, context, *PAUSABLE)
    require_accepted(dossier, context)
    require_not_signing(dossier)
    return [DossierSuspended(at=context.now, legal_basis=command.legal_basis, note=command.note)]


def resume(dossier: Dossier, command: Resume, context: Context) -> list[AnyEvent]:
    """The clocks continue from where the suspension stopped them, unless another pause is still open."""
    _require_head(dossier, context, State.SUSPENDED)
    timing = dossier.deadlines.timing
    due = Due(statutory=None, promised=None)
    if timing is not None:
        timing = clock.resume(timing, PauseGround.SUSPENSION, context.now)
        due = context.rules(dossier).due(timing, context.now)
    return [DossierResumed(at=context.now, due=due, note=command.note)]


def stop(dossier: Dossier, command: Stop, context: Context) -> list[AnyEvent]:
    """The authority stops the dossier, also after a withdrawal; money that came in goes back."""
    _require_head(dossier, context, *PAUSABLE, State.SUSPENDED, State.WITHDRAWN)
    stopped = DossierStopped(at=context.now, legal_basis=command.legal_basis, note=command.note)
    stopped = leaving_calls(stopped, dossier, context)
    return [stopped] if dossier.ended_at else [stopped, *look_at_orders(dossier, context)]


def terminate(dossier: Dossier, command: Terminate, context: Context) -> list[AnyEvent]:
    """An operator ends a dossier that must not go on; money that came in goes back, as after a stop.

    Only where a stop can follow by the life cycle: before intake the desk refuses it or the applicant withdraws it.
    """
    require_state(dossier, *PAUSABLE, State.SUSPENDED)
    require_role(context, Role.OPERATOR)
    stopped = DossierStopped(at=context.now, legal_basis=command.reason, administrative=True, note=command.note)
    stopped = leaving_calls(stopped, dossier, context)
    return [stopped, *look_at_orders(dossier, context)]


def withdraw(dossier: Dossier, command: Withdraw, context: Context) -> list[AnyEvent]:
    """The applicant withdraws the dossier before there is a result; money that came in goes back."""
    require_state(dossier, *WITHDRAWABLE)
    require_role(context, Role.APPLICANT, Role.RECEPTION)
    require_applicant(dossier, context)
    if context.actor.role is Role.RECEPTION:
        require_unit(context, dossier.routing.received_by)
    withdrawn = leaving_calls(DossierWithdrawn(at=context.now, note=command.note), dossier, context)
    return [withdrawn, *look_at_orders(dossier, context)]


def _require_head(dossier: Dossier, context: Context, *states: State) -> None:
    require_state(dossier, *states)
    require_role(context, Role.HEAD_OF_UNIT)
    require_handling_unit(dossier, context)
