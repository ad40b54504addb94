"""The part of a dossier's page about money: the fee and its ground, payments, and the link for paying."""

from __future__ import annotations

from collections.abc import Iterator

from domain.dossier.commands import Charge
from domain.dossier.state import TERMINAL, Dossier, Money, PaymentStatus
from domain.roles import Actor
from domain.text.sentences import dong
from gateway.cli.output import Output
from gateway.i18n.wording import CHARGES, PAYMENTS, at
from gateway.views.dossier_page import DossierPage
from gateway.views.fee_ground import FeeGround
from gateway.views.names import Names
from gateway.views.timeline import actor_name

Row = tuple[str, str]


def money(page: DossierPage, names: Names, output: Output) -> Iterator[Row]:
    """The rows about money, after intake: the fee, its ground if it is not the published one, and an open proposal.

    An exemption is shown like any other fee: with its amount, its ground and who approved it.
    """
    dossier = page.dossier
    if dossier.intake.accepted_at is None:
        return
    label = output.say("Phí, lệ phí", "Fee")
    asked = dossier.payment.status not in (PaymentStatus.NONE, PaymentStatus.CANCELLED)
    yield label, (_asked(dossier, output) if asked else _owed(page, output)) + _back(dossier.money, output)
    for ground in page.fee_grounds:
        yield from _ground(ground, names, output)
    proposed = dossier.fees.proposed
    if proposed is not None:
        text = output.say(
            f"chờ lãnh đạo duyệt; {proposed.by} đề nghị, căn cứ: {proposed.legal_basis}",
            f"to be approved by a head of unit; proposed by {proposed.by}, ground: {proposed.legal_basis}",
        )
        amount = output.of(dong(proposed.amount))
        yield output.say("Đề nghị", "Proposed"), f"{_charge(proposed.charge, output)} {amount}, {text}"


def _owed(page: DossierPage, output: Output) -> str:
    """The text for a fee that is not asked for now."""
    dossier = page.dossier
    owed = dossier.fees.fee + dossier.fees.tax
    if dossier.fees.fee_open:
        return output.say("danh mục không công bố mức phí, chưa quyết định", "none is published, not decided yet")
    if dossier.payment.status is PaymentStatus.CANCELLED:
        return f"{output.of(dong(owed))}, {output.of(PAYMENTS[PaymentStatus.CANCELLED])}"
    if owed > 0:
        return output.say(f"{dong(owed).vi}, chưa yêu cầu nộp", f"{dong(owed).en}, not asked for yet")
    if page.published_fee:
        return output.say(
            f"0 đồng, được miễn (mức công bố {dong(page.published_fee).vi})",
            f"0 dong, exempt (published: {dong(page.published_fee).en})",
        )
    return output.of(PAYMENTS[PaymentStatus.NONE])


def _asked(dossier: Dossier, output: Output) -> str:
    payment = dossier.payment
    if payment.unmet and dossier.state in TERMINAL:
        return f"{output.of(dong(payment.amount))}, {output.say('không phải nộp nữa', 'no longer to be paid')}"
    text = f"{output.of(dong(payment.amount))}, {output.of(PAYMENTS[payment.status])}"
    if payment.order and payment.status is PaymentStatus.ORDERED:
        text += output.say(f", đơn {payment.order}", f", order {payment.order}")
        text += output.say(" trước ", ", by ") + at(payment.expires_at) if payment.expires_at else ""
        text += output.say(f"; nộp tại {payment.pay_url}", f"; pay at {payment.pay_url}") if payment.pay_url else ""
    if payment.unmet and dossier.unpaid < payment.amount:
        text += output.say(f", còn thiếu {dong(dossier.unpaid).vi}", f", {dong(dossier.unpaid).en} missing")
    elif dossier.fee_due > 0:
        more = output.of(dong(dossier.fee_due))
        text += output.say(f", còn {more} chưa yêu cầu nộp", f", {more} more not asked for yet")
    return text


def _back(money: Money, output: Output) -> str:
    if not (money.refunded or money.refund_owed):
        return ""
    text = f"{output.of(dong(money.refunded))}/{output.of(dong(money.refunded + money.refund_owed))}"
    return output.say(f"; hoàn trả {text}", f"; refunded {text}")


def _ground(ground: FeeGround, names: Names, output: Output) -> Iterator[Row]:
    text = f"{_charge(ground.charge, output)} {output.of(dong(ground.amount))}: {ground.legal_basis}"
    published = output.say(" (trường hợp đã công bố)", " (a published case)") if ground.approved is None else ""
    yield output.say("Căn cứ", "Ground"), text + published
    if ground.proposed is not None:
        yield output.say("Người đề nghị", "Proposed by"), _who(ground.proposed, names, output)
    if ground.approved is not None:
        yield output.say("Người duyệt", "Approved by"), _who(ground.approved, names, output)


def _who(actor: Actor, names: Names, output: Output) -> str:
    return f"{output.of(actor_name(actor, names))} ({actor.person})"


def _charge(charge: Charge, output: Output) -> str:
    return output.of(CHARGES[charge])
