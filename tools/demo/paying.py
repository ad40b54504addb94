"""How the fee is paid in the demo: in time, twice, in part, at the desk, too late, or not at all."""

from __future__ import annotations

from domain.dossier.commands import CheckPayment, ConfirmPayment, RequestPayment, Withdraw
from domain.dossier.state import PaymentStatus, State
from domain.roles import Role
from tools.demo.playing import Playing
from tools.demo.stories import Story


async def settle(playing: Playing) -> bool:
    """The fee, where one is due. False: the story ends here."""
    case = playing.case
    if case.fee == 0:
        return True
    if case.story is Story.UNPAID:
        return False
    order = await ordered(playing)
    match case.story:
        case Story.PAID_AFTER_WITHDRAWAL:
            await _after_withdrawal(playing, order)
            return False
        case Story.CALLBACK_LOST:
            await playing.town.pay(order, callback="callback_lost")
            await _ask(playing, order)
        case Story.CALLBACK_TWICE:
            await playing.town.pay(order, callback="callback_twice")
        case Story.PAID_TWICE:
            await playing.town.pay(order)
            await playing.town.pay(order)
            await playing.until(lambda one: one.money.refunded == case.fee, "the second payment given back")
        case Story.PAID_TOO_LITTLE:
            await _in_two_parts(playing, order)
        case Story.PAID_AT_THE_DESK:
            paid = ConfirmPayment(amount=case.fee, voucher=f"PT-{case.number:05d}")
            await playing.act(playing.officer(Role.CASHIER, case.place.received_by), paid)
        case Story.ORDER_EXPIRED:
            await _too_late(playing, order)
        case _:
            await playing.town.pay(order)
    await playing.until(lambda one: one.state is not State.PAYMENT_REQUESTED, "the payment seen")
    return True


async def ordered(playing: Playing) -> str:
    """The payment order that the platform made for the dossier."""

    dossier = await playing.until(lambda one: one.payment.status is PaymentStatus.ORDERED, "a payment order")
    if dossier.payment.order is None:
        raise playing.wrong("ordered without an order")
    return dossier.payment.order


async def _ask(playing: Playing, order: str) -> None:
    """The citizen shows the bank's message at the desk, and the cashier asks the platform."""
    cashier = playing.officer(Role.CASHIER, playing.case.place.received_by)
    await playing.act(cashier, CheckPayment(order=order))


async def _after_withdrawal(playing: Playing, order: str) -> None:
    """Money for a dossier that has ended goes back."""
    await playing.act(playing.for_the_applicant(), Withdraw())
    await playing.town.pay(order)
    await playing.until(lambda one: one.money.refunded == playing.case.fee, "the payment given back")


async def _in_two_parts(playing: Playing, order: str) -> None:
    part = playing.case.fee // 2
    await playing.town.pay(order, amount=part)
    await playing.until(lambda one: one.payment.status is PaymentStatus.MISMATCHED, "the mismatch seen")
    await playing.town.pay(order, amount=playing.case.fee - part)


async def _too_late(playing: Playing, order: str) -> None:
    """The order ran out; the desk asks for the fee anew."""
    await playing.town.expire(order)
    await _ask(playing, order)
    await playing.until(lambda one: one.payment.status is PaymentStatus.EXPIRED, "the expiry seen")
    desk = playing.officer(Role.RECEPTION, playing.case.place.received_by)
    await playing.act(desk, RequestPayment(amount=playing.case.fee))
    await playing.town.pay(await ordered(playing))
