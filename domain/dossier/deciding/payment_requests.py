"""What people do about a payment: they request it, cancel the request, or take the money at the desk."""

from __future__ import annotations

from datetime import timedelta

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import CancelPaymentRequest, ConfirmPayment, RequestPayment
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_competence,
    require_not_signing,
    require_role,
    require_state,
    require_unit,
    require_unit_of_dossier,
)
from domain.dossier.deciding.payment_looks import look_at_order_in_force, look_at_orders
from domain.dossier.deciding.payment_orders import confirmation
from domain.dossier.events import AnyEvent, PaymentRequestCancelled, PaymentRequested
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, PaymentStatus, State
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.roles import Role


def request_payment(dossier: Dossier, command: RequestPayment, context: Context) -> list[AnyEvent]:
    """Requests what is due. If the order of an earlier request expired or was paid in part: an order for the rest."""
    state = require_state(dossier, *UNDER_WAY, State.PAYMENT_REQUESTED)
    require_role(context, Role.SPECIALIST, Role.RECEPTION, Role.CASHIER)
    require_competence(dossier, context)
    require_unit_of_dossier(dossier, context)
    again = dossier.payment.status in (PaymentStatus.EXPIRED, PaymentStatus.MISMATCHED)
    if state is State.PAYMENT_REQUESTED and not again:
        raise RuleViolation(DossierRefusal.PAYMENT_ALREADY_REQUESTED, dossier=dossier.code)
    require_not_signing(dossier)
    amount = command.amount
    if context.revision >= Revision.SECOND:
        _require_due(dossier, amount)
        amount = dossier.payment.amount if again else dossier.fee_due
    asked = requested(dossier, amount, context.rules(dossier), context, note=command.note)
    return [*look_at_orders(dossier, context), asked]


def _require_due(dossier: Dossier, amount: int) -> None:
    """`nothing_due`, `wrong_amount`. A repeated request may state the whole amount or the rest: both mean the rest."""
    payment = dossier.payment
    due = {dossier.unpaid, payment.amount} if payment.unmet else {dossier.fee_due}
    if not payment.unmet and dossier.fee_due <= 0:
        raise RuleViolation(DossierRefusal.NOTHING_DUE, dossier=dossier.code)
    if amount not in due:
        owed = dossier.unpaid if payment.unmet else dossier.fee_due
        raise RuleViolation(DossierRefusal.WRONG_AMOUNT, dossier=dossier.code, amount=amount, owed=owed)


def requested(
    dossier: Dossier, amount: int, rules: Rules, context: Context, note: str | None = None
) -> PaymentRequested:
    """The event of a new order. `amount` is the whole obligation, in dong; money that has come in for it counts."""
    return PaymentRequested(
        at=context.now,
        amount=amount,
        expires_at=context.now + timedelta(hours=rules.procedure.payment.expires_after_hours),
        attempt=dossier.payment.attempt + 1,
        counted=dossier.money.held if context.revision >= Revision.SECOND else None,
        pauses=dossier.deadlines.has_clock,
        note=note,
    )


def cancel_payment_request(dossier: Dossier, command: CancelPaymentRequest, context: Context) -> list[AnyEvent]:
    """By a unit of the dossier, with a reason. What is due stays due: another amount needs a second person."""
    require_state(dossier, State.PAYMENT_REQUESTED)
    require_role(context, Role.SPECIALIST, Role.RECEPTION, Role.CASHIER, Role.HEAD_OF_UNIT)
    require_unit_of_dossier(dossier, context)
    return cancelled(dossier, command.legal_basis, context, note=command.note)


def cancelled(dossier: Dossier, legal_basis: str, context: Context, note: str | None = None) -> list[AnyEvent]:
    """Cancels the request in force, and asks the platform what has come in on its orders."""
    timing = dossier.deadlines.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.PAYMENT, context.now)
    due = context.rules(dossier).due(timing, context.now)
    amount = dossier.payment.amount
    event = PaymentRequestCancelled(at=context.now, amount=amount, legal_basis=legal_basis, due=due, note=note)
    return [event, *look_at_orders(dossier, context)]


def confirm_payment(dossier: Dossier, command: ConfirmPayment, context: Context) -> list[AnyEvent]:
    """The cashier took exactly the missing amount. If money also comes through the platform, that money goes back."""
    require_state(dossier, State.PAYMENT_REQUESTED)
    require_role(context, Role.CASHIER)
    unit = require_unit(context, dossier.routing.received_by, dossier.routing.competent)
    second = context.revision >= Revision.SECOND
    owed = dossier.unpaid if second else dossier.payment.amount
    if command.amount != owed:
        raise RuleViolation(DossierRefusal.WRONG_AMOUNT, dossier=dossier.code, amount=command.amount, owed=owed)
    if second and _as_compared(command.voucher) in map(_as_compared, dossier.money.vouchers):
        raise RuleViolation(
            DossierRefusal.VOUCHER_USED, dossier=dossier.code, voucher=command.voucher, used_for=dossier.code
        )
    confirmed = confirmation(dossier, "cashier", command.voucher, context, note=command.note)
    confirmed = confirmed.model_copy(update={"receipted_by": context.register_of(unit, dossier)})
    return [confirmed, *look_at_order_in_force(dossier, context)]


def _as_compared(voucher: str) -> str:
    """The number without spaces, in capitals. The append compares numbers across dossiers in the same form."""
    return "".join(voucher.split()).upper()
