"""Payment: requested, ordered at the platform, confirmed only by looking at the order itself; no dong is ever lost.

A callback is a hint, never a proof: it may be lost, doubled, late or forged. What counts is the platform's own answer.
What has been paid counts: on whichever order of the dossier it came in, in however many parts. What is more than is
owed, or comes when nothing is owed, goes back to whoever paid it; no second person is needed for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import (
    CancelPaymentRequest,
    CheckPayment,
    ConfirmPayment,
    RequestPayment,
)
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
from domain.dossier.effect_id import EffectId, EffectKind, number_of
from domain.dossier.events import (
    AnyEvent,
    PartPaid,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequestCancelled,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.outcomes import RecordPaymentOrder, RecordPaymentSeen, RecordRefund
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import TERMINAL, Dossier, OrderAccount, PaymentStatus, State
from domain.errors import RuleViolation
from domain.procedures.procedure import PaymentPolicy
from domain.roles import Role

AWAITING = (PaymentStatus.ORDERED, PaymentStatus.MISMATCHED)
ORDERED_AND_UNMET = (*AWAITING, PaymentStatus.EXPIRED)
"""An order that money may still meet; one that has expired too, if it was paid at the last moment."""


def request_payment(dossier: Dossier, command: RequestPayment, context: Context) -> list[AnyEvent]:
    """What is due is asked for; or the order of an earlier request expired, or was paid in part: one for the rest."""
    state = require_state(dossier, *UNDER_WAY, State.PAYMENT_REQUESTED)
    require_role(context, Role.SPECIALIST, Role.RECEPTION, Role.CASHIER)
    require_competence(dossier, context)
    require_unit_of_dossier(dossier, context)
    again = dossier.payment.status in (PaymentStatus.EXPIRED, PaymentStatus.MISMATCHED)
    if state is State.PAYMENT_REQUESTED and not again:
        raise RuleViolation("payment_already_requested", dossier=dossier.code)
    require_not_signing(dossier)
    amount = command.amount
    if context.revision >= Revision.SECOND:
        _require_due(dossier, amount)
        amount = dossier.payment.amount if again else dossier.fee_due
    asked = requested(dossier, amount, context.rules(dossier), context, note=command.note)
    return [*look_at_orders(dossier, context), asked]


def _require_due(dossier: Dossier, amount: int) -> None:
    """`nothing_due`, `wrong_amount`. A request is repeated by its whole amount or by the rest: both mean the rest."""
    payment = dossier.payment
    due = {dossier.unpaid, payment.amount} if payment.unmet else {dossier.fee_due}
    if not payment.unmet and dossier.fee_due <= 0:
        raise RuleViolation("nothing_due", dossier=dossier.code)
    if amount not in due:
        owed = dossier.unpaid if payment.unmet else dossier.fee_due
        raise RuleViolation("wrong_amount", dossier=dossier.code, amount=amount, owed=owed)


def requested(
    dossier: Dossier, amount: int, rules: Rules, context: Context, note: str | None = None
) -> PaymentRequested:
    """The event of a new order: `amount` is the whole obligation, in dong; what has come in of it counts."""
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
    """By a unit of the dossier, with a reason. What is due is still due: another amount takes a second person."""
    require_state(dossier, State.PAYMENT_REQUESTED)
    require_role(context, Role.SPECIALIST, Role.RECEPTION, Role.CASHIER, Role.HEAD_OF_UNIT)
    require_unit_of_dossier(dossier, context)
    return cancelled(dossier, command.legal_basis, context, note=command.note)


def cancelled(dossier: Dossier, legal_basis: str, context: Context, note: str | None = None) -> list[AnyEvent]:
    """The request in force is taken back; the platform is asked what has come in on its orders."""
    timing = dossier.deadlines.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.PAYMENT, context.now)
    due = context.rules(dossier).due(timing, context.now)
    amount = dossier.payment.amount
    event = PaymentRequestCancelled(at=context.now, amount=amount, legal_basis=legal_basis, due=due, note=note)
    return [event, *look_at_orders(dossier, context)]


def look_at_orders(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The obligation ends otherwise than through its order, or gets a new one: what has come in is found."""
    payment = dossier.payment
    replaced = payment.order if payment.status in ORDERED_AND_UNMET else None
    orders = [replaced] if replaced else []
    if context.revision >= Revision.SECOND:
        orders = [one.order for one in dossier.money.accounts if one.held or one.order == replaced]
    return [PaymentCheckAsked(at=context.now, order=order, because="replaced") for order in orders]


def confirm_payment(dossier: Dossier, command: ConfirmPayment, context: Context) -> list[AnyEvent]:
    """The cashier took exactly what is missing; if money also comes through the platform, that goes back."""
    require_state(dossier, State.PAYMENT_REQUESTED)
    require_role(context, Role.CASHIER)
    unit = require_unit(context, dossier.routing.received_by, dossier.routing.competent)
    second = context.revision >= Revision.SECOND
    owed = dossier.unpaid if second else dossier.payment.amount
    if command.amount != owed:
        raise RuleViolation("wrong_amount", dossier=dossier.code, amount=command.amount, owed=owed)
    if second and _as_compared(command.voucher) in map(_as_compared, dossier.money.vouchers):
        raise RuleViolation("voucher_used", dossier=dossier.code, voucher=command.voucher, used_for=dossier.code)
    confirmed = _confirmed(dossier, "cashier", command.voucher, context, note=command.note)
    confirmed = confirmed.model_copy(update={"receipted_by": context.register_of(unit, dossier)})
    return [confirmed, *_look_at_order_in_force(dossier, context)]


def _as_compared(voucher: str) -> str:
    """Upper and lower case, and spaces, make no other number; the append compares so as well, across dossiers."""
    return "".join(voucher.split()).upper()


def check_payment(dossier: Dossier, command: CheckPayment, context: Context) -> list[AnyEvent]:
    """Somebody says that something happened to the order: look. An order of another dossier is refused."""
    platform = (Role.PLATFORM, Role.SYSTEM)  # the system in the first release, whose histories are replayed
    require_role(context, *platform, Role.CASHIER, Role.RECEPTION)
    by_the_platform = context.actor.role in platform
    if not by_the_platform:
        require_unit_of_dossier(dossier, context)
    if dossier.money.account(command.order) is None:
        raise RuleViolation("unknown_order", dossier=dossier.code, order=command.order)
    because: Literal["callback", "officer"] = "callback" if by_the_platform else "officer"
    return [PaymentCheckAsked(at=context.now, order=command.order, because=because, note=command.note)]


def record_order(dossier: Dossier, command: RecordPaymentOrder, context: Context) -> list[AnyEvent]:
    """The platform made the order; the applicant can pay. A second answer changes nothing."""
    payment, attempt = dossier.payment, number_of(command.effect)
    if attempt == payment.attempt and payment.order is None:
        return [PaymentOrderCreated(at=context.now, order=command.order, pay_url=command.pay_url)]
    known = dossier.money.account(command.order) is not None
    if context.revision < Revision.SECOND or attempt > payment.attempt or known:
        return []
    return [PaymentOrderCreated(at=context.now, order=command.order, pay_url=command.pay_url, attempt=attempt)]


def record_seen(dossier: Dossier, command: RecordPaymentSeen, context: Context) -> list[AnyEvent]:
    """What the platform's own query says of an order: what settles nothing, or too much, goes back."""
    money, check = dossier.money, number_of(command.effect)
    account = money.account(command.order)
    if account is None:
        return []
    held = command.paid - account.settled - money.sent_back(command.order)
    awaited = _awaited(dossier, command.order, context)
    owed = _owed_on(dossier, command.order, context)
    if awaited and held < owed:
        return [_unmet(dossier, command, held, check, context)]
    confirmed = _confirmed(dossier, "platform", command.order, context, check=check) if awaited else None
    replaced = _look_at_order_in_force(dossier, context, met_by=command.order)
    excess = held - owed if awaited else held
    if excess > 0:
        number = len(money.refunds) + 1
        refund = RefundRequested(at=context.now, order=command.order, amount=excess, check=check, number=number)
        return [confirmed, refund, *replaced] if confirmed else [refund]
    if confirmed:
        return [confirmed, *replaced]
    return [PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)]


def _awaited(dossier: Dossier, order: str, context: Context) -> bool:
    """Money on this order may meet the obligation: on any order of the dossier, not only on the one in force."""
    payment = dossier.payment
    if dossier.state in TERMINAL:
        return False
    if context.revision >= Revision.SECOND:
        return payment.unmet
    return order == payment.order and payment.status in ORDERED_AND_UNMET


def _parts(dossier: Dossier, order: str | None, context: Context) -> tuple[PartPaid, ...]:
    """What has come in before, on the other orders, and counts."""
    if context.revision < Revision.SECOND:
        return ()
    held = (one for one in dossier.money.accounts if one.held and one.order != order)
    return tuple(PartPaid(order=one.order, amount=one.held) for one in held)


def _owed_on(dossier: Dossier, order: str | None, context: Context) -> int:
    """What is missing of the obligation without this order's money."""
    return dossier.payment.amount - sum(part.amount for part in _parts(dossier, order, context))


def _look_at_order_in_force(dossier: Dossier, context: Context, met_by: str | None = None) -> list[AnyEvent]:
    """The obligation was met in cash, or by a late payment on an older order: nobody should pay the order in force."""
    payment = dossier.payment
    in_force = payment.order if payment.status in ORDERED_AND_UNMET else None
    if in_force in (None, met_by):
        return []
    return [PaymentCheckAsked(at=context.now, order=in_force, because="replaced")]


def record_refund(dossier: Dossier, command: RecordRefund, context: Context) -> list[AnyEvent]:
    """The excess went back."""
    under_way = dossier.money.refunds_under_way
    refund = next((one for one in under_way if command.effect == EffectId(EffectKind.REFUND, one.number)), None)
    if refund is None:
        return []
    return [
        Refunded(
            at=context.now,
            order=refund.order,
            amount=refund.amount,
            number=refund.number,
            reference=command.reference,
        )
    ]


def looks_ahead(
    dossier: Dossier, policy: PaymentPolicy, revision: int = CURRENT
) -> Iterator[tuple[datetime, str | None]]:
    """When the clock looks at an order by itself, in case a callback was lost; None: at a request without one yet."""
    payment = dossier.payment
    if payment.status is PaymentStatus.REQUESTED and payment.expires_at and dossier.state not in TERMINAL:
        yield payment.expires_at, None
    for account in dossier.money.accounts:
        if dossier.money.may_come(account) and not account.asked:
            yield _next_look(dossier, account, policy, revision), account.order


def looks_due(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """Poll the platform, or find that the time to pay is over."""
    looks = looks_ahead(dossier, rules.procedure.payment, rules.revision)
    return [_looked(dossier, order, now) for at, order in looks if at <= now]


def _looked(dossier: Dossier, order: str | None, now: datetime) -> AnyEvent:
    account = dossier.money.account(order)
    if account is None:
        return PaymentExpired(at=now, order=None)
    because: Literal["expiry", "poll"] = "expiry" if now >= account.expires_at else "poll"
    return PaymentCheckAsked(at=now, order=account.order, because=because)


def _next_look(dossier: Dossier, account: OrderAccount, policy: PaymentPolicy, revision: int) -> datetime:
    """The order in force is polled, the waits growing; every order is looked at when it expires, at the latest."""
    payment = dossier.payment
    awaited = account.order == payment.order and payment.status in AWAITING and dossier.state not in TERMINAL
    if not awaited or payment.requested_at is None:
        return account.expires_at
    to_expiry = account.expires_at - payment.requested_at
    wait = _first_wait(policy, revision) * policy.poll_factor**payment.polls
    return payment.requested_at + timedelta(seconds=min(wait, to_expiry.total_seconds()))


def _first_wait(policy: PaymentPolicy, revision: int) -> int:
    """Seconds. The first release waited a whole hour, also for an order whose callback had come too early."""
    if revision < Revision.SECOND:
        return policy.poll_after_seconds
    return min(policy.look_soon_after_seconds, policy.poll_after_seconds)


def _unmet(dossier: Dossier, command: RecordPaymentSeen, held: int, check: int, context: Context) -> AnyEvent:
    payment = dossier.payment
    account = dossier.money.account(command.order)
    news = payment.status is not PaymentStatus.MISMATCHED
    if context.revision >= Revision.SECOND:
        news = account is not None and account.held != held
    if held > 0 and news:
        return PaymentMismatched(at=context.now, order=command.order, owed=payment.amount, paid=held, check=check)
    expired = command.closed or (payment.expires_at is not None and context.now >= payment.expires_at)
    in_force = command.order == payment.order
    if in_force and held <= 0 and expired and payment.status is not PaymentStatus.EXPIRED:
        return PaymentExpired(at=context.now, order=command.order, check=check)
    return PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)


def _confirmed(
    dossier: Dossier,
    by: Literal["platform", "cashier"],
    reference: str,
    context: Context,
    *,
    check: int = 0,
    note: str | None = None,
) -> PaymentConfirmed:
    timing = dossier.deadlines.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.PAYMENT, context.now)
    order = reference if by == "platform" else None
    return PaymentConfirmed(
        at=context.now,
        amount=_owed_on(dossier, order, context),
        by=by,
        reference=reference,
        check=check,
        due=context.rules(dossier).due(timing, context.now),
        parts=_parts(dossier, order, context),
        note=note,
    )
