"""When the engine looks at an order of the payment platform: after a report, at set instants, and when it is replaced.

A callback proves nothing: it may be lost, doubled, late or forged. Only the platform's answer counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from domain.dossier.commands import CheckPayment
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import require_role, require_unit_of_dossier
from domain.dossier.events import AnyEvent, PaymentCheckAsked, PaymentExpired
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import TERMINAL, Dossier, OrderAccount, PaymentStatus
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import PaymentPolicy
from domain.roles import Role

AWAITING = (PaymentStatus.ORDERED, PaymentStatus.MISMATCHED)
ORDERED_AND_UNMET = (*AWAITING, PaymentStatus.EXPIRED)
"""The order can still be paid; also an expired one, if it was paid at the last moment."""


def check_payment(dossier: Dossier, command: CheckPayment, context: Context) -> list[AnyEvent]:
    """Somebody reports a change of the order, so the engine looks at it. An order of another dossier is refused."""
    platform = (Role.PLATFORM, Role.SYSTEM)  # the system in the first release, whose histories are replayed
    require_role(context, *platform, Role.CASHIER, Role.RECEPTION)
    by_the_platform = context.actor.role in platform
    if not by_the_platform:
        require_unit_of_dossier(dossier, context)
    if dossier.money.account(command.order) is None:
        raise RuleViolation(DossierRefusal.UNKNOWN_ORDER, dossier=dossier.code, order=command.order)
    because: Literal["callback", "officer"] = "callback" if by_the_platform else "officer"
    return [PaymentCheckAsked(at=context.now, order=command.order, because=because, note=command.note)]


def look_at_orders(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """Asks about the orders when the obligation ends another way or gets a new order, so that paid money is found."""
    payment = dossier.payment
    replaced = payment.order if payment.status in ORDERED_AND_UNMET else None
    orders = [replaced] if replaced else []
    if context.revision >= Revision.SECOND:
        orders = [account.order for account in dossier.money.accounts if account.held or account.order == replaced]
    return [PaymentCheckAsked(at=context.now, order=order, because="replaced") for order in orders]


def look_at_order_in_force(dossier: Dossier, context: Context, met_by: str | None = None) -> list[AnyEvent]:
    """Asks about the order in force after cash or an older order met the obligation: nobody should pay it any more."""
    payment = dossier.payment
    in_force = payment.order if payment.status in ORDERED_AND_UNMET else None
    if in_force in (None, met_by):
        return []
    return [PaymentCheckAsked(at=context.now, order=in_force, because="replaced")]


def looks_ahead(
    dossier: Dossier, policy: PaymentPolicy, revision: int = CURRENT
) -> Iterator[tuple[datetime, str | None]]:
    """When the timer looks at each order, in case a callback was lost; order None: a request that has no order yet."""
    payment = dossier.payment
    if payment.status is PaymentStatus.REQUESTED and payment.expires_at and dossier.state not in TERMINAL:
        yield payment.expires_at, None
    for account in dossier.money.accounts:
        if dossier.money.may_come(account) and not account.asked:
            yield _next_look(dossier, account, policy, revision), account.order


def looks_due(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """The questions to the platform that are due now, and the end of the time to pay."""
    looks = looks_ahead(dossier, rules.procedure.payment, rules.revision)
    return [_looked(dossier, order, now) for at, order in looks if at <= now]


def _looked(dossier: Dossier, order: str | None, now: datetime) -> AnyEvent:
    account = dossier.money.account(order)
    if account is None:
        return PaymentExpired(at=now, order=None)
    because: Literal["expiry", "poll"] = "expiry" if now >= account.expires_at else "poll"
    return PaymentCheckAsked(at=now, order=account.order, because=because)


def _next_look(dossier: Dossier, account: OrderAccount, policy: PaymentPolicy, revision: int) -> datetime:
    """The order in force is polled after growing waits. Every order is looked at no later than its expiry."""
    payment = dossier.payment
    awaited = account.order == payment.order and payment.status in AWAITING and dossier.state not in TERMINAL
    if not awaited or payment.requested_at is None:
        return account.expires_at
    to_expiry = account.expires_at - payment.requested_at
    wait = _first_wait(policy, revision) * policy.poll_factor**payment.polls
    return payment.requested_at + timedelta(seconds=min(wait, to_expiry.total_seconds()))


def _first_wait(policy: PaymentPolicy, revision: int) -> int:
    """In seconds. The first release waited a whole hour, also for an order whose callback had come too early."""
    if revision < Revision.SECOND:
        return policy.poll_after_seconds
    return min(policy.look_soon_after_seconds, policy.poll_after_seconds)
