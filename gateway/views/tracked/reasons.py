"""Why the date is what it is, for the applicant: the limit, days off, pauses, a new date with an apology."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from domain.deadlines.bound_dates import bound_dates
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import PauseGround, Timing, WhichClock
from domain.deadlines.explain import DayLine, DecidedBy, Derivation, GreenLine, PauseLine, explain
from domain.values import VIETNAM, Bilingual
from gateway.i18n.wording import at, say

WAITED_FOR = {
    PauseGround.SUPPLEMENT: say("chờ ông/bà bổ sung giấy tờ", "we waited for papers from you"),
    PauseGround.PAYMENT: say("chờ ông/bà nộp tiền", "we waited for your payment"),
    PauseGround.SUSPENSION: say("việc giải quyết tạm dừng", "the work was suspended"),
    PauseGround.OTHER: say("có lý do khác được pháp luật cho phép", "of another reason that the law allows"),
}
BEYOND = say(
    "Chưa tính được ngày: lịch làm việc của năm đó chưa có. Khi có lịch, ngày hẹn sẽ hiện ở đây.",
    "The date is not known yet: the working calendar of that year is not out. It will be shown here.",
)
NO_LIMIT = say("Việc này không có thời hạn được công bố.", "No time limit is published for this.")
WEEKENDS = say("Không tính thứ Bảy và Chủ nhật.", "Saturdays and Sundays do not count.")
KEPT = say(
    "Lịch làm việc đã thay đổi sau khi hẹn. Ngày hẹn cũ sớm hơn nên vẫn được giữ.",
    "The working calendar changed after the promise. The earlier date is kept, because it is better for you.",
)


def date_reasons(
    timing: Timing, which: WhichClock, calendars: Sequence[WorkingCalendar], now: datetime
) -> tuple[Bilingual, ...]:
    """The reasons for the date of one clock at `now`, each one sentence, in the order of what happened.

    `calendars`: the one in force, then the earlier ones that bind.
    """
    found = explain(timing, which, calendars[0], now)
    if not isinstance(found, Derivation):
        return (BEYOND if found.kind == "beyond_calendar" else NO_LIMIT,)
    kept = [KEPT] if any(one.which is which for one in bound_dates(timing, calendars, now)) else []
    return (*_counted(found), *_days_off(found.days), *_pauses(found), *_new_dates(found), *kept)


def _counted(found: Derivation) -> Iterator[Bilingual]:
    received = at(found.received)
    yield say(f"Hồ sơ được nhận lúc {received}.", f"The dossier was received at {received}.")
    if any(pause.restarts for pause in found.pauses) and found.counted_from != found.received:
        anew = at(found.counted_from)
        yield say(
            f"Thời hạn tính lại từ đầu từ {anew}, khi đã đủ giấy tờ.",
            f"The time is counted anew from {anew}, when all papers were there.",
        )
    if found.limit is not None:
        limit = found.limit.words
        who_vi, who_en = ("Tỉnh đặt", "The province set") if found.own_limit else ("Pháp luật đặt", "The law sets")
        yield say(f"{who_vi} thời hạn cho việc này: {limit.vi}.", f"{who_en} the limit for this: {limit.en}.")
    if found.green is not None and found.green.decided_by is not DecidedBy.STATUTORY:
        yield _faster(found.green)


def _faster(green: GreenLine) -> Bilingual:
    """The province promises an earlier date than the law. The later date is told too."""
    if green.statutory is None:
        return say("Tỉnh hẹn trả nhanh hơn thời hạn đó.", "The province promises to be faster than that.")
    law = _day(green.statutory)
    return say(
        f"Tỉnh hẹn trả nhanh hơn. Nếu chỉ theo thời hạn đó thì hạn là ngày {law}.",
        f"The province promises to be faster. By that limit alone, the last day would be {law}.",
    )


def _days_off(days: Sequence[DayLine]) -> Iterator[Bilingual]:
    """Weekends in one sentence, and each day that is off for another reason with that reason."""
    off = [line for line in days if not line.sessions and line.day_number is None]
    if any(line.weekday in ("saturday", "sunday") for line in off):
        yield WEEKENDS
    named: dict[str, tuple[Bilingual, list[date]]] = {}
    for line in off:
        if line.exception is not None:
            named.setdefault(line.exception.name.vi, (line.exception.name, []))[1].append(line.day)
    for name, on in named.values():
        listed = ", ".join(f"{day:%d/%m/%Y}" for day in on)
        yield say(f"Không tính {listed}: {name.vi}.", f"{listed} does not count: {name.en}.")


def _pauses(found: Derivation) -> Iterator[Bilingual]:
    for pause in found.pauses:
        if pause.still_open or pause.working:
            yield _pause(pause)


def _pause(pause: PauseLine) -> Bilingual:
    why, began, ended = WAITED_FOR[pause.ground], at(pause.began), at(pause.ended)
    if pause.still_open:
        return say(
            f"Từ {began} thời gian đang dừng lại, vì {why.vi}. Ngày hẹn sẽ lùi thêm đúng thời gian chờ.",
            f"Since {began} the time stands still, because {why.en}. The date moves by the time of waiting.",
        )
    return say(
        f"Không tính từ {began} đến {ended}, vì {why.vi}.",
        f"The time from {began} to {ended} does not count, because {why.en}.",
    )


def _new_dates(found: Derivation) -> Iterator[Bilingual]:
    for one in found.extensions:
        given = _day(one.at)
        if one.until is None:
            yield say(
                f"Ngày {given} cơ quan đã xin lỗi và hẹn lại.",
                f"On {given} the authority apologised and set a new date.",
            )
        else:
            until = _day(one.until)
            yield say(
                f"Ngày {given} cơ quan đã xin lỗi và hẹn lại đến ngày {until}.",
                f"On {given} the authority apologised and set a new date: {until}.",
            )


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%d/%m/%Y}"
