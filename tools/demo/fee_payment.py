"""Plays the payment of a fee: in time, twice, in parts, at the desk, too late, or not at all."""

from __future__ import annotations

from domain.dossier.commands import CheckPayment, ConfirmPayment, RequestPayment, Withdraw
from domain.dossier.state import PaymentStatus, State
from domain.roles import Role
from tools.demo.case_player import CasePlayer
from tools.demo.stories import Story


async def settle(player: CasePlayer) -> bool:
    """Plays the payment, when a fee is due. Returns False when the story ends there."""
    case = player.case
    if case.fee == 0:
        return True
    if case.story is Story.UNPAID:
        return False
    order = await wait_for_order(player)
    match case.story:
        case Story.PAID_AFTER_WITHDRAWAL:
            await _after_withdrawal(player, order)
            return False
        case Story.CALLBACK_LOST:
            await player.outside.pay(order, callback="callback_lost")
            await _check_payment(player, order)
        case Story.CALLBACK_TWICE:
            await player.outside.pay(order, callback="callback_twice")
        case Story.PAID_TWICE:
            await player.outside.pay(order)
            await player.outside.pay(order)
            await player.until(lambda dossier: dossier.money.refunded == case.fee, "the second payment given back")
        case Story.PAID_TOO_LITTLE:
            await _in_two_parts(player, order)
        case Story.PAID_AT_THE_DESK:
            paid = ConfirmPayment(amount=case.fee, voucher=f"PT-{case.number:05d}")
            await player.act(player.officer(Role.CASHIER, case.place.received_by), paid)
        case Story.ORDER_EXPIRED:
            await _too_late(player, order)
        case _:
            await player.outside.pay(order)
    await player.until(lambda dossier: dossier.state is not State.PAYMENT_REQUESTED, "the payment seen")
    return True


async def wait_for_order(player: CasePlayer) -> str:
    """Waits for the dossier's payment order and returns its number."""
    dossier = await player.until(lambda dossier: dossier.payment.status is PaymentStatus.ORDERED, "a payment order")
    if dossier.payment.order is None:
        raise player.wrong("wait_for_order without an order")
    return dossier.payment.order


async def _check_payment(player: CasePlayer, order: str) -> None:
    """The cashier asks the platform about the payment, because the citizen shows the bank's message."""
    cashier = player.officer(Role.CASHIER, player.case.place.received_by)
    await player.act(cashier, CheckPayment(order=order))


async def _after_withdrawal(player: CasePlayer, order: str) -> None:
    """The citizen withdraws, then pays. The money is refunded."""
    await player.act(player.for_the_applicant(), Withdraw())
    await player.outside.pay(order)
    await player.until(lambda dossier: dossier.money.refunded == player.case.fee, "the payment given back")


async def _in_two_parts(player: CasePlayer, order: str) -> None:
    part = player.case.fee // 2
    await player.outside.pay(order, amount=part)
    await player.until(lambda dossier: dossier.payment.status is PaymentStatus.MISMATCHED, "the mismatch seen")
    await player.outside.pay(order, amount=player.case.fee - part)


async def _too_late(player: CasePlayer, order: str) -> None:
    """The order expires, and the desk requests the fee again."""
    await player.outside.expire(order)
    await _check_payment(player, order)
    await player.until(lambda dossier: dossier.payment.status is PaymentStatus.EXPIRED, "the expiry seen")
    desk = player.officer(Role.RECEPTION, player.case.place.received_by)
    await player.act(desk, RequestPayment(amount=player.case.fee))
    await player.outside.pay(await wait_for_order(player))
