"""Sentences for the fee: asked for, ordered, checked, paid, refunded."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.events import PaymentEvent
from domain.text.sentences import dong
from domain.values import Bilingual
from gateway.i18n.wording import CHARGES, at, pausing, say
from gateway.views.timeline.dates import dates


def payment_sentence(event: PaymentEvent) -> Bilingual:
    """The sentence for an event about the fee."""
    match event:
        case happened.FeeProposed() | happened.FeeApproved() | happened.FeeRejected():
            return _fee_sentence(event)
        case happened.PaymentRequested(amount=amount, expires_at=expires, counted=counted, pauses=pauses):
            before, paused, asked = _of_it_before(counted), pausing(pauses), dong(amount)
            return say(
                f"Yêu cầu nộp {asked.vi}{before.vi} trước {at(expires)}.{paused.vi}",
                f"{asked.en}{before.en} was asked for, to be paid by {at(expires)}.{paused.en}",
            )
        case happened.PaymentRequestCancelled(amount=amount, legal_basis=basis, due=due):
            due_now, asked = dates(due), dong(amount)
            return say(
                f"Hủy yêu cầu nộp {asked.vi}. Lý do: {basis}. Tiền đã nộp sẽ hoàn trả; {due_now.vi}.",
                f"The request for {asked.en} is taken back. Reason: {basis}. What came in goes back; {due_now.en}.",
            )
        case happened.PaymentOrderCreated(order=order):
            return say(f"Đã tạo đơn thanh toán {order}.", f"Payment order {order} was created.")
        case happened.PaymentCheckAsked(order=order, because=because):
            why = _WHY_CHECKED[because]
            return say(f"Kiểm tra đơn {order}: {why.vi}.", f"Order {order} is looked at: {why.en}.")
        case happened.PaymentChecked(paid=paid):
            return say(
                f"Nền tảng thanh toán: đã nộp {dong(paid).vi}, không có thay đổi.", f"{dong(paid).en} paid; no change."
            )
        case happened.PaymentConfirmed(amount=amount, by=by, due=due):
            way, due_now, before = _WAYS_OF_PAYING[by], dates(due), _paid_before(event)
            return say(
                f"Đã nộp {dong(amount).vi} {way.vi}{before.vi}; {due_now.vi}.",
                f"{dong(amount).en} was paid {way.en}{before.en}; {due_now.en}.",
            )
        case happened.PaymentMismatched(owed=owed, paid=paid):
            return say(
                f"Nộp {dong(paid).vi}, chưa đủ {dong(owed).vi} phải nộp: số này được tính, cần yêu cầu nộp phần thiếu.",
                f"{dong(paid).en} arrived where {dong(owed).en} is owed: it counts, an officer asks for the rest.",
            )
        case happened.PaymentExpired():
            return say("Đơn thanh toán hết hạn mà chưa nộp.", "The payment order expired unpaid.")
        case happened.RefundRequested(amount=amount):
            return say(f"Hoàn trả {dong(amount).vi} nộp thừa.", f"{dong(amount).en} too much is to go back.")
        case happened.Refunded(amount=amount):
            return say(f"Đã hoàn trả {dong(amount).vi}.", f"{dong(amount).en} went back.")
        case _:
            assert_never(event)


def _fee_sentence(event: happened.FeeProposed | happened.FeeApproved | happened.FeeRejected) -> Bilingual:
    what, amount = CHARGES[event.charge], dong(event.amount)
    match event:
        case happened.FeeProposed(legal_basis=basis):
            return say(
                f"Đề nghị {what.vi} {amount.vi}, chờ người thứ hai duyệt. Căn cứ: {basis}.",
                f"Proposed: {what.en} of {amount.en}, to be approved by a second person. Legal basis: {basis}.",
            )
        case happened.FeeApproved():
            return say(f"Duyệt {what.vi} {amount.vi}.", f"Approved: {what.en} of {amount.en}.")
        case happened.FeeRejected(legal_basis=basis):
            return say(
                f"Không duyệt {what.vi} {amount.vi}. Căn cứ: {basis}.",
                f"Not approved: {what.en} of {amount.en}. Legal basis: {basis}.",
            )
        case _:
            assert_never(event)


def _paid_before(event: happened.PaymentConfirmed) -> Bilingual:
    before = sum(part.amount for part in event.parts)
    paid = dong(before)
    return say(f", cùng {paid.vi} đã nộp trước", f", with {paid.en} paid before") if before else _NOTHING


def _of_it_before(counted: int | None) -> Bilingual:
    paid = dong(counted or 0)
    return say(f" (đã nộp {paid.vi})", f" ({paid.en} of it paid before)") if counted else _NOTHING


_NOTHING = say("", "")
_WHY_CHECKED = {
    "callback": say("nền tảng báo có giao dịch", "the platform called back"),
    "poll": say("đến giờ hỏi lại", "it is time to ask"),
    "expiry": say("đơn đến hạn", "it is about to expire"),
    "officer": say("cán bộ yêu cầu", "an officer asked"),
    "replaced": say(
        "đơn này không dùng nữa, tiền đã vào được tính vào khoản còn phải nộp, phần thừa sẽ hoàn trả",
        "the order is no longer in use; what came in on it counts towards what is owed, and the rest goes back",
    ),
}
_WAYS_OF_PAYING = {
    "platform": say("qua nền tảng thanh toán", "through the payment platform"),
    "cashier": say("tại quầy thu", "to the cashier"),
}
