"""Tests of the explanation of a due date, line by line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from activities.ledger.calendar_letters import ChangedBy
from domain.deadlines import clock
from domain.deadlines.calendar import DatedException, ExceptionKind, WorkingCalendar
from domain.deadlines.clock import PauseGround, WhichClock
from domain.deadlines.explain import DecidedBy, Derivation, NoClock, NoClockReason
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, Limit, LimitUnit
from domain.deadlines.timing import Holder, HolderKind, Holding, Timing
from domain.errors import DomainError
from domain.outside_systems import SYSTEM_NAMES, System
from domain.procedures.published_limits import PublishedLimits
from domain.values import Bilingual
from gateway.cli.deadline import wrapped
from gateway.views.deadline_explanation import (
    ExplainedDeadlines,
    derivation_lines,
    derivation_table,
    explain_code,
    explain_timing,
    explanation_lines,
)
from tests.support.calendars import HOUR, at, ninh_binh, odd, plain_week

LIMITS = PublishedLimits(
    {
        "days": {"online": (Limit(amount=5, unit=LimitUnit.WORKING_DAY),)},
        "calendar": {"online": (Limit(amount=7, unit=LimitUnit.CALENDAR_DAY),)},
        "none": {"online": (None,)},
    }
)


def explained(code: str, received: str, calendar: WorkingCalendar | None = None, **given: Any) -> ExplainedDeadlines:
    fields = {"counting": Counting(), "code": code, "channel": "online", "received": at(received), **given}
    return explain_code(LIMITS, calendar or ninh_binh(), **fields)


def test_day_by_day_with_letters_pauses_and_total() -> None:
    """The explanation has the counted sessions, days off with their letters, each pause, and the result."""
    pause = (at("2025-04-28 09:00"), at("2025-04-29 10:30"))
    lines = derivation_lines(explained("days", "2025-04-25 16:40", pauses=[pause]).statutory)
    text = "\n".join(lines)
    assert "thứ Sáu 25/04/2025: 16:40-17:00 = 20 phút; cộng dồn 20 phút" in text
    assert "Làm bù cho ngày 02/05/2025 (Công văn 8726/VPCP-KGVX ngày 26/11/2024)" in text
    assert "thứ Sáu 02/05/2025: nghỉ – Nghỉ hoán đổi" in text
    assert "Chủ nhật 27/04/2025: nghỉ – ngày nghỉ hằng tuần" in text
    assert (
        "thứ Hai 28/04/2025: 07:30-11:30, 13:00-17:00 = 1 giờ 30 phút; cộng dồn 9 giờ 50 phút; tạm dừng 6 giờ 30"
        in text
    )
    assert "9 giờ 30 phút làm việc không tính" in text
    assert lines[-2] == "Tổng cộng: 40 giờ làm việc đã tính, 9 giờ 30 phút tạm dừng"
    assert lines[-1] == "Hạn trả kết quả: 08:40 thứ Năm 08/05/2025"


def test_the_same_in_english() -> None:
    """The English has the same lines as the Vietnamese."""
    both = explained("days", "2025-04-25 16:40", green=GreenCap(name="Luồng Xanh 16 giờ"))
    assert len(explanation_lines(both, "en")) == len(explanation_lines(both, "vi"))
    assert "Due: 16:40 Monday 28/04/2025" in explanation_lines(both, "en")


def test_the_green_cut_is_told() -> None:
    """The promise names its rule, both dates, and which of them decided."""
    found = explained("days", "2026-01-05 09:00", green=GreenCap(name="Luồng Xanh 16 giờ")).promised
    assert isinstance(found, Derivation)
    assert found.green is not None
    assert found.green.decided_by is DecidedBy.GREEN
    assert found.counted == 16 * HOUR
    text = "\n".join(derivation_lines(found))
    assert "Luồng Xanh 16 giờ: tối đa 16 giờ làm việc" in text
    assert "09:00 thứ Tư 07/01/2026" in text


@pytest.mark.parametrize(
    ("rule", "decided"),
    [
        (GreenCap(name="x", working_hours=200), DecidedBy.STATUTORY),
        (GreenFactor(name="x", legal_minimum_minutes=30 * 60), DecidedBy.LEGAL_MINIMUM),
        (GreenFactor(name="x"), DecidedBy.GREEN),
    ],
)
def test_what_decided_the_promise(rule: Any, decided: DecidedBy) -> None:
    """The explanation says whether the rule, the legal minimum or the statutory date decided."""
    found = explained("days", "2026-01-05 09:00", green=rule).promised
    assert isinstance(found, Derivation)
    assert found.green is not None
    assert found.green.decided_by is decided


def test_days_are_numbered_where_the_rule_counts_days() -> None:
    """Of seven calendar days the day of receipt has no number, the last one is 7, and later days have none."""
    found = explained("calendar", "2026-01-05 09:00").statutory
    assert isinstance(found, Derivation)
    assert [line.day_number for line in found.days] == [None, 1, 2, 3, 4, 5, 6, 7]
    paused = explained("calendar", "2026-01-05 09:00", pauses=[(at("2026-01-06 08:00"), at("2026-01-07 08:00"))])
    assert isinstance(paused.statutory, Derivation)
    assert [line.day_number for line in paused.statutory.days] == [None, 1, 2, 3, 4, 5, 6, 7, None]
    by_code = explained("days", "2026-01-09 09:00", counting=Counting.model_validate({"working_day": "civil_code"}))
    assert isinstance(by_code.statutory, Derivation)
    assert [line.day_number for line in by_code.statutory.days] == [None, 1, None, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("code", "green", "reason"),
    [
        ("days", None, NoClockReason.NO_GREEN_STREAM),
        ("none", GreenFactor(name="x"), NoClockReason.NOTHING_TO_SHARE),
        (
            "days",
            GreenFactor.model_validate({"name": "x", "effective_from": "2027-01-01"}),
            NoClockReason.GREEN_NOT_IN_EFFECT,
        ),
    ],
)
def test_no_clock_is_said(code: str, green: Any, reason: NoClockReason) -> None:
    """Without a due date the explanation says why, in both languages."""
    found = explained(code, "2026-01-05 09:00", green=green).promised
    assert isinstance(found, NoClock)
    assert found.reason is reason
    assert len(derivation_lines(found, "vi")) == len(derivation_lines(found, "en")) == 1


def test_no_limit_published_is_said() -> None:
    """Without a published limit the explanation says that there is no statutory clock, and calls the province's
    limit a promise."""
    own = Limit(amount=2, unit=LimitUnit.WORKING_DAY)
    found = explained("none", "2026-01-05 09:00", own=own)
    assert isinstance(found.statutory, NoClock)
    assert "không công bố thời hạn" in derivation_lines(found.statutory)[0]
    assert any("Thời hạn do tỉnh tự đặt" in line for line in derivation_lines(found.promised))


def test_it_is_data() -> None:
    """The explanation reads back equal from its JSON."""
    found = explained("days", "2025-04-25 16:40", green=GreenFactor(name="x"))
    assert ExplainedDeadlines.model_validate_json(found.model_dump_json()) == found


def test_an_existing_dossier_with_an_open_pause_an_extension_and_a_restart() -> None:
    """The explanation of a dossier has its restart, its extension with the reason, and its open pause."""
    limit = Limit(amount=10, unit=LimitUnit.WORKING_DAY)
    timing = clock.start(at("2026-03-02 08:00"), statutory=limit)
    timing = clock.pause(timing, PauseGround.SUPPLEMENT, at("2026-03-03 08:00"), legal_basis="Nghị định X, Điều 1")
    timing = clock.resume(timing, PauseGround.SUPPLEMENT, at("2026-03-04 08:00"), restart=True)
    timing = clock.extend(timing, at("2026-03-27 17:00"), at("2026-03-10 08:00"), "chờ đo đạc")
    timing = clock.pause(timing, PauseGround.PAYMENT, at("2026-03-11 08:00"))
    text = "\n".join(explanation_lines(explain_timing(timing, (ninh_binh(),), at("2026-03-12 08:00"))))
    assert "Tính lại từ: 08:00 thứ Tư 04/03/2026" in text
    assert "Gia hạn lúc 08:00 thứ Ba 10/03/2026: 17:00 thứ Sáu 27/03/2026; lý do: chờ đo đạc" in text
    assert "Đang tạm dừng (chờ thực hiện nghĩa vụ tài chính) từ 08:00 thứ Tư 11/03/2026" in text
    assert "căn cứ: Nghị định X, Điều 1" in text


def test_a_table_begins_with_the_whole_in_a_sentence() -> None:
    """From when, how much working time, which pauses are left out, and the date; or that a letter set it."""
    pause = (at("2025-04-28 09:00"), at("2025-04-29 10:30"))
    whole = explained("days", "2025-04-25 16:40", pauses=[pause])
    assert derivation_table(whole.statutory, "en").summary == (
        "From 16:40 Friday 25/04/2025, 40 h of working time are counted and 9 h 30 min of pauses are left out; "
        "the date is 08:40 Thursday 08/05/2025."
    )
    assert derivation_table(whole.statutory).summary.startswith("Từ 16:40 thứ Sáu 25/04/2025, đếm đủ 40 giờ làm việc")
    holiday = next(day for day in derivation_table(whole.statutory).days if day.day == "thứ Sáu 02/05/2025")
    assert (holiday.worked, holiday.sessions) == (False, "")
    assert "Công văn 8726/VPCP-KGVX" in holiday.why
    timing = clock.start(at("2026-03-02 08:00"), statutory=Limit(amount=10, unit=LimitUnit.WORKING_DAY))
    extended = clock.extend(timing, at("2026-03-27 17:00"), at("2026-03-10 08:00"), "chờ đo đạc")
    table = derivation_table(explain_timing(extended, (ninh_binh(),)).statutory, "en")
    assert table.summary.startswith("By the apology letter the date is 17:00 Friday 27/03/2026")


def test_a_corrected_receipt_is_told_and_the_earlier_date_with_it() -> None:
    """A corrected receipt is shown with the old and new time, the reason, and that the earlier date binds."""
    timing = clock.start(at("2026-03-02 08:00"), statutory=Limit(amount=1, unit=LimitUnit.WORKING_DAY))
    before = explain_timing(timing, (ninh_binh(),))
    later, corrected_at = at("2026-03-03 08:00"), at("2026-03-04 08:00")
    timing = clock.receipt_corrected(timing, later, corrected_at, "Điều 3", binds=True)
    after = explain_timing(timing, (ninh_binh(),))
    assert after.statutory == before.statutory
    text = "\n".join(explanation_lines(after))
    assert "từ 08:00 thứ Hai 02/03/2026 thành 08:00 thứ Ba 03/03/2026; căn cứ: Điều 3" in text
    assert "sớm hơn vẫn ràng buộc" in text


def test_a_date_beyond_the_calendar_is_told_as_such() -> None:
    """A date after the calendar's end is said to be open until the calendar is extended, and the known promise is
    given."""
    green = GreenCap(name="Luồng Xanh 16 giờ")
    timing = clock.start(at("2028-12-18 07:30"), statutory=Limit(amount=30, unit=LimitUnit.WORKING_DAY), green=green)
    lines = explanation_lines(explain_timing(timing, (ninh_binh(),)))
    assert "Hạn nằm ngoài lịch làm việc (lịch có đến hết 31/12/2028); sẽ tính khi lịch được bổ sung" in lines
    assert "Hạn trả kết quả: 17:00 thứ Ba 19/12/2028" in lines


def test_a_date_that_a_letter_left_standing_is_told_beside_the_new_one() -> None:
    """When a letter left an earlier date, the explanation says that lateness counts by it."""
    closed = DatedException(
        day=date(2026, 3, 3), kind=ExceptionKind.CLOSURE, name=Bilingual(vi="Bão", en="Storm"), source="CĐ 1"
    )
    storm = plain_week().model_copy(update={"exceptions": (closed,)})
    timing = clock.start(at("2026-03-02 08:00"), statutory=Limit(amount=2, unit=LimitUnit.WORKING_DAY))
    explained = explain_timing(timing, (storm, plain_week()))
    assert [(one.which, one.due) for one in explained.bound] == [(WhichClock.STATUTORY, at("2026-03-04 08:00"))]
    assert any("vẫn ràng buộc: 08:00 thứ Tư 04/03/2026" in one for one in explanation_lines(explained))


def test_seconds_are_told_where_there_are_any() -> None:
    """A receipt at 16:59:30 counts thirty seconds of that day."""
    found = explain_code(
        LIMITS, odd(), Counting(), code="days", channel="online", received=at("2026-06-05 17:14:30")
    ).statutory
    assert "17:14:30-17:15 = 30 giây; cộng dồn 30 giây" in "\n".join(derivation_lines(found))


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    """A pause that ends before it starts is refused with a code."""
    with pytest.raises(DomainError) as refused:
        explained("days", "2026-01-05 09:00", pauses=[(at("2026-01-07 09:00"), at("2026-01-06 09:00"))])
    assert refused.value.code == "pause_ends_before_it_starts"


def test_a_letter_that_changed_the_calendar_is_named_beside_its_version() -> None:
    """A letter that changed the calendar is named beside the calendar's version."""
    timing = clock.start(
        received_at=at("2026-03-02 08:00"), statutory=Limit(amount=2, unit=LimitUnit.WORKING_DAY), own=None, green=None,
        counting=Counting(), excluded_share=0,
    )  # fmt: skip
    letter = ChangedBy(at=at("2026-03-03 09:00"), letter="Công điện 1")
    explained = explain_timing(timing, (ninh_binh(),), letters=(letter,))
    assert "Lịch của hồ sơ đã đổi lúc 09:00 thứ Ba 03/03/2026, theo Công điện 1" in explanation_lines(explained)
    assert "The dossier's calendar was changed at 09:00 Tuesday 03/03/2026, by Công điện 1" in explanation_lines(
        explained, "en"
    )
    assert not any("đã đổi" in line for line in explanation_lines(explain_timing(timing, (ninh_binh(),))))


def test_a_date_that_a_pause_still_moves_is_not_told_as_final() -> None:
    """During a pause the date is shown as not final, and holders with 0 s are left out."""
    timing = clock.start(
        received_at=at("2026-03-02 08:00"), statutory=Limit(amount=2, unit=LimitUnit.WORKING_DAY), own=None, green=None,
        counting=Counting(), excluded_share=0,
    )  # fmt: skip
    paused = clock.pause(timing, PauseGround.SUPPLEMENT, at("2026-03-02 10:00"))
    lines = explanation_lines(explain_timing(paused, (ninh_binh(),), at("2026-03-02 11:00")))
    assert any(line.startswith("Hạn trả kết quả nếu hết tạm dừng lúc này: ") for line in lines)
    assert not any(line.startswith("Hạn trả kết quả: ") for line in lines)
    assert not any(line.endswith(": 0 phút") for line in lines)


@pytest.mark.parametrize("width", [60, 80])
def test_no_word_of_an_explanation_is_cut_on_a_terminal(width: int) -> None:
    """On a terminal a long line goes on with a larger indent; in a pipe each line is whole."""
    for line in explanation_lines(explained("days", "2025-04-25 16:40")):
        parts = wrapped(line, width)
        assert all(len(part) <= width for part in parts)
        assert " ".join(" ".join(part.split()) for part in parts) == " ".join(line.split())
        inside = len(line) - len(line.lstrip())
        assert all(part.startswith(" " * (inside + 4)) for part in parts[1:])
        assert wrapped(line, None) == [line]


@pytest.mark.parametrize("system", System)
def test_the_system_that_had_the_dossier_is_told_by_its_name(system: System) -> None:
    """And the unit by its own; a system is no unit, whose name nobody could look up."""
    began = at("2025-04-25 09:00")
    at_unit, at_system = (
        Holder(kind=HolderKind.UNIT, code="13366"),
        Holder(kind=HolderKind.OUTSIDE_SYSTEM, code=system.value),
    )
    timing = Timing(
        received_at=began,
        statutory=Limit(amount=5, unit=LimitUnit.WORKING_DAY),
        holdings=(Holding(holder=at_unit, since=began), Holding(holder=at_system, since=at("2025-04-25 10:00"))),
    )
    shown = explanation_lines(
        explain_timing(timing, (ninh_binh(),), at("2025-04-25 11:00")), "vi", lambda code: f"Đơn vị {code}"
    )
    assert shown[-2:] == ["  Đơn vị 13366: 1 giờ", f"  {SYSTEM_NAMES[system].vi}: 1 giờ"]
