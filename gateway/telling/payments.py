"""Sentences for the fee: asked, ordered, looked at, paid, gone back."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.events import PaymentEvent
from domain.values import Bilingual
from gateway.telling.dates import dates
from gateway.wording import at, dong, say


def payment_told(event: PaymentEvent) -> Bilingual:
    """What happened about the fee."""
    match event:
        case happened.PaymentRequested(amount=amount, expires_at=expires):
            return say(
                f"Yêu cầu nộp {dong(amount)} trước {at(expires)}. Tạm dừng tính thời hạn.",
                f"{dong(amount)} was asked for, to be paid by {at(expires)}. The clocks pause.",
            )
        case happened.PaymentOrderCreated(order=order):
            return say(f"Đã tạo đơn thanh toán {order}.", f"Payment order {order} was created.")
        case happened.PaymentCheckAsked(order=order, because=because):
            why = _WHY_CHECKED[because]
            return say(f"Kiểm tra đơn {order}: {why.vi}.", f"Order {order} is looked at: {why.en}.")
        case happened.PaymentChecked(paid=paid):
            return say(
                f"Nền tảng thanh toán: đã nộp {dong(paid)}, không có thay đổi.", f"{dong(paid)} paid; no change."
            )
        case happened.PaymentConfirmed(amount=amount, by=by, due=due):
            way, due_now = _WAYS_OF_PAYING[by], dates(due)
            return say(
                f"Đã nộp {dong(amount)} {way.vi}; {due_now.vi}.", f"{dong(amount)} was paid {way.en}; {due_now.en}."
            )
        case happened.PaymentMismatched(owed=owed, paid=paid):
            return say(
                f"Nộp {dong(paid)}, thiếu so với {dong(owed)} phải nộp: cần cán bộ kiểm tra.",
                f"{dong(paid)} arrived where {dong(owed)} is owed: an officer must look.",
            )
        case happened.PaymentExpired():
            return say("Đơn thanh toán hết hạn mà chưa nộp.", "The payment order expired unpaid.")
        case happened.RefundRequested(amount=amount):
            return say(f"Hoàn trả {dong(amount)} nộp thừa.", f"{dong(amount)} too much is to go back.")
        case happened.Refunded(amount=amount):
            return say(f"Đã hoàn trả {dong(amount)}.", f"{dong(amount)} went back.")
        case _:
            assert_never(event)


_WHY_CHECKED = {
    "callback": say("nền tảng báo có giao dịch", "the platform called back"),
    "poll": say("đến giờ hỏi lại", "it is time to ask"),
    "expiry": say("đơn đến hạn", "it is about to expire"),
    "officer": say("cán bộ yêu cầu", "an officer asked"),
    "replaced": say(
        "phí đã nộp cách khác hoặc không phải nộp nữa, tiền vào đơn này sẽ hoàn trả",
        "the fee was settled otherwise or is no longer owed, so what came in on it goes back",
    ),
}
_WAYS_OF_PAYING = {
    "platform": say("qua nền tảng thanh toán", "through the payment platform"),
    "cashier": say("tại quầy thu", "to the cashier"),
}
