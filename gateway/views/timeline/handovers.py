"""Sentences for handovers between units, and for an open dossier whose rules changed: merger, calendar, version."""

from __future__ import annotations

from typing import assert_never

from domain.dossier import events as happened
from domain.dossier.events import HandoverEvent, RulesEvent
from domain.rules.rulebook import RuleKind
from domain.values import Bilingual
from gateway.i18n.wording import say
from gateway.views.names import Names
from gateway.views.timeline.dates import dates
from gateway.views.timeline.results import lateness


def handover_sentence(event: HandoverEvent, names: Names) -> Bilingual:
    """The sentence for a handover, its acknowledgement or refusal, or a wait that is too long."""
    match event:
        case happened.HandoverSent(from_unit=left, to_unit=to, legal_basis=basis):
            return say(
                f"Chuyển từ {names.unit(left)} đến {names.unit(to)}, chờ xác nhận. Căn cứ: {basis}.",
                f"Handed over from {names.unit(left)} to {names.unit(to)}, to be acknowledged. Legal basis: {basis}.",
            )
        case happened.HandoverAcknowledged(unit=unit, implied=implied):
            how_vi, how_en = (" (đã bắt đầu xử lý)", " by beginning to work") if implied else ("", "")
            return say(
                f"Đã nhận hồ sơ chuyển đến {names.unit(unit)}{how_vi}.",
                f"The handover to {names.unit(unit)} was acknowledged{how_en}.",
            )
        case happened.HandoverRefused(unit=unit, legal_basis=basis, back_in_queue=back):
            queue_vi = " Hồ sơ trở lại hàng chờ điều phối, thời gian điều phối tính lại từ đầu." if back else ""
            queue_en = " It is back in the coordination queue, whose time begins anew." if back else ""
            return say(
                f"Không nhận hồ sơ chuyển đến {names.unit(unit)}. Căn cứ: {basis}.{queue_vi}",
                f"The handover to {names.unit(unit)} was refused. Legal basis: {basis}.{queue_en}",
            )
        case happened.WaitOverdue():
            return _overdue(event, names)
        case _:
            assert_never(event)


def _overdue(event: happened.WaitOverdue, names: Names) -> Bilingual:
    unit, notified = names.unit(event.unit), names.units(event.notified_units)
    if event.wait == "handover":
        return say(
            f"{unit} chưa xác nhận hồ sơ chuyển đến trong thời gian quy định: báo {notified}.",
            f"{unit} has not acknowledged the handover in time; told: {notified}.",
        )
    return say(
        f"{unit} chưa xác định được cơ quan có thẩm quyền trong thời gian quy định: báo {notified}.",
        f"{unit} has not found the competent authority in time; told: {notified}.",
    )


def rules_sentence(event: RulesEvent, names: Names) -> Bilingual:
    """The sentence for a merger of units, or for a letter that changed the calendar."""
    match event:
        case happened.MovedToSuccessor(source=source, moves=moves):
            moved = "; ".join(f"{move.old_name} → {names.unit(move.new)}" for move in moves) or "–"
            return say(
                f"Sắp xếp đơn vị hành chính ({source}): {moved}. Thời hạn không đổi.",
                f"Units were merged ({source}): {moved}. The clocks run on.",
            )
        case happened.CalendarChanged(letter=letter, before=before, due=due, keeps_promise=keeps):
            old, new = dates(before), dates(due)
            judged = _judged(event)
            kept_vi, kept_en = (" Ngày đã hẹn vẫn giữ.", " The date promised still binds.") if keeps else ("", "")
            return say(
                f"Lịch làm việc thay đổi theo {letter}: {new.vi} (trước: {old.vi}).{kept_vi}{judged.vi}",
                f"The calendar changed by {letter}: {new.en} (before: {old.en}).{kept_en}{judged.en}",
            )
        case happened.RulesChanged(reason=reason):
            what = _versions(event)
            return say(
                f"Chuyển sang bản mới của {what.vi} ({reason}). Thời hạn, ngày hẹn và phí không đổi.",
                f"Moved to another version of {what.en} ({reason}). Limit, promised date and fee stay.",
            )
        case _:
            assert_never(event)


def _versions(event: happened.RulesChanged) -> Bilingual:
    """Which of the rules changed."""
    changed = [
        kind.words
        for kind, new, old in (
            (RuleKind.PROCEDURE, event.procedure, event.procedure_before),
            (RuleKind.ESCALATION, event.escalation, event.escalation_before),
        )
        if new != old
    ]
    return say(", ".join(one.vi for one in changed), ", ".join(one.en for one in changed))


def _judged(event: happened.CalendarChanged) -> Bilingual:
    """Whether a resolved dossier was late, when only the new calendar reaches its date."""
    if event.late_statutory_minutes is None and event.late_promised_minutes is None:
        return say("", "")
    promised, statutory = lateness(event.late_promised_minutes), lateness(event.late_statutory_minutes)
    return say(
        f" So với hẹn trả: {promised.vi}; so với quy định: {statutory.vi}.",
        f" Against the promise: {promised.en}; against the statute: {statutory.en}.",
    )
