"""Sentences for the result: signed, numbered, sealed, resolved, returned."""

from __future__ import annotations

from typing import assert_never

from domain.deadlines.limits import WhichClock
from domain.dossier import events as happened
from domain.dossier.events import ResultEvent
from domain.values import Bilingual
from gateway.i18n.wording import HANDBACK, failure_name, say, system_name, working_time
from gateway.views.names import Names


def result_sentence(event: ResultEvent, names: Names) -> Bilingual:
    """The sentence for an event about the result."""
    match event:
        case happened.SignatureRequested(result_number=number, unit=unit):
            where = names.unit(unit)
            return say(f"Gửi ký số kết quả số {number} tại {where}.", f"Result {number} is to be signed at {where}.")
        case happened.ResultSigned(attempt=int()) | happened.ResultSealed(attempt=int()):
            return _late(event, names)
        case happened.ResultSigned(unit=unit):
            return say(f"Đã ký số tại {names.unit(unit)}.", f"Signed at {names.unit(unit)}.")
        case happened.ResultNumbered(number=number):
            return say(f"Cấp số {number}.", f"Numbered {number}.")
        case happened.ResultSealed(unit=unit):
            return say(f"Đã đóng dấu số của {names.unit(unit)}.", f"Sealed by {names.unit(unit)}.")
        case happened.SigningHandedOver():
            return _handed_over(event, names)
        case happened.DossierResolved():
            return _resolved(event)
        case happened.ResultRegistered(registry=registry, reference=number, adopted_because=str(why)):
            system = system_name(registry)
            return say(
                f"Ghi nhận kết quả đã có ở {system.vi} dưới số {number}. Căn cứ: {why}.",
                f"The {system.en} has the result already, as {number}, which was adopted. Evidence: {why}.",
            )
        case happened.ResultRegistered(registry=registry):
            system = system_name(registry)
            return say(f"Đã đồng bộ kết quả với {system.vi}.", f"The result was synchronised with the {system.en}.")
        case happened.ResultReturned(by=by):
            return say(f"Trả kết quả {HANDBACK[by].vi}.", f"The result was returned {HANDBACK[by].en}.")
        case happened.DossierRated(stars=stars):
            return say(f"Đánh giá {stars}/5.", f"Rated {stars}/5.")
        case _:
            assert_never(event)


def _late(event: happened.ResultSigned | happened.ResultSealed, names: Names) -> Bilingual:
    vi, en = ("Chữ ký số", "signature") if isinstance(event, happened.ResultSigned) else ("Con dấu số", "seal")
    unit = names.unit(event.unit)
    return say(
        f"{vi} của {unit} đến khi hồ sơ không cần nữa: chỉ ghi nhận, không dùng để trả kết quả.",
        f"The {en} of {unit} came when the dossier no longer needed it: it is recorded, and not used.",
    )


def _handed_over(event: happened.SigningHandedOver, names: Names) -> Bilingual:
    left, to = names.unit(event.from_unit), names.unit(event.to_unit)
    vi = f"Ký số tại {left} không được ({failure_name(event.cause).vi}): chuyển ngay {to} ký"
    en = f"Signing at {left} failed ({failure_name(event.cause).en}): {to} signs, at once"
    if event.used_minutes is None or event.left_minutes is None:
        return say(f"{vi}.", f"{en}.")
    used, rest = working_time(event.used_minutes), working_time(event.left_minutes)
    if event.left_minutes < 0:
        return say(f"{vi}; đã dùng {used.vi}, quá hạn {rest.vi}.", f"{en}; {used.en} used, {rest.en} overdue.")
    return say(f"{vi}; đã dùng {used.vi}, còn {rest.vi}.", f"{en}; {used.en} used, {rest.en} left.")


def _resolved(event: happened.DossierResolved) -> Bilingual:
    statutory = lateness(event.late_statutory_minutes, later=WhichClock.STATUTORY in event.judged_later)
    promised = lateness(event.late_promised_minutes, later=WhichClock.PROMISED in event.judged_later)
    return say(
        f"Giải quyết xong, kết quả số {event.result_number}. "
        f"So với hẹn trả: {promised.vi}; so với quy định: {statutory.vi}.",
        f"Resolved, result {event.result_number}. "
        f"Against the promise: {promised.en}; against the statute: {statutory.en}.",
    )


def lateness(minutes: int | None, *, later: bool = False) -> Bilingual:
    """The lateness for minutes as in `DossierSummary.late_statutory_minutes`.

    `later`: the calendar does not reach the date yet, so it is judged later.
    """
    if later:
        return say("xét khi lịch làm việc được bổ sung", "to be judged when the calendar is extended")
    if minutes is None:
        return say("không có thời hạn", "no limit")
    if minutes <= 0:
        return say("đúng hạn", "on time")
    late = working_time(minutes)
    return say(f"trễ {late.vi} làm việc", f"late by {late.en} of working time")
