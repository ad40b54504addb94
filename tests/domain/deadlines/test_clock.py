"""Tests of a dossier's recorded intervals, and of the dates that follow under a calendar."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.deadlines import clock
from domain.deadlines.clock import Holder, HolderKind, PauseGround, Timeliness, Timing, WhichClock
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, Limit, LimitUnit
from domain.errors import DomainError
from tests.support.calendars import HOUR, at, day, ninh_binh, odd

STATUTORY, PROMISED = WhichClock.STATUTORY, WhichClock.PROMISED
SUPPLEMENT, PAYMENT = PauseGround.SUPPLEMENT, PauseGround.PAYMENT
TEN_DAYS = Limit(amount=10, unit=LimitUnit.WORKING_DAY)
UNIT_A = Holder(kind=HolderKind.UNIT, code="A")
UNIT_B = Holder(kind=HolderKind.UNIT, code="B")
MONDAY = "2026-03-02 07:30"


def started(received: str = MONDAY, **given: object) -> Timing:
    fields = {"statutory": TEN_DAYS, "green": GreenCap(name="cap"), "holder": UNIT_A, **given}
    return clock.start(at(received), **fields)  # type: ignore[arg-type]


def paused(timing: Timing, began: str, ended: str, ground: PauseGround = SUPPLEMENT, restart: bool = False) -> Timing:
    return clock.resume(clock.pause(timing, ground, at(began)), ground, at(ended), restart=restart)


def due(timing: Timing, which: WhichClock = STATUTORY, now: str | None = None) -> str | None:
    found = clock.due(timing, which, ninh_binh(), at(now) if now else None)
    return f"{found:%Y-%m-%d %H:%M}" if found else None


def instant_of_share(timing: Timing, percent: int) -> datetime | None:
    calendar = ninh_binh()
    return clock.instant_of_share(clock.running(timing, STATUTORY, calendar), calendar, percent)


def instant_past_due(timing: Timing, working_hours: int) -> datetime | None:
    calendar = ninh_binh()
    return clock.instant_past_due(clock.running(timing, STATUTORY, calendar), calendar, working_hours)


def test_two_clocks_at_once() -> None:
    """A dossier has both clocks: ten working days by law, sixteen working hours by promise."""
    assert due(started()) == "2026-03-13 17:00"
    assert due(started(), PROMISED) == "2026-03-03 17:00"


def test_a_course_is_computed_once_for_the_same_timing() -> None:
    """The decision, the view and the timer ask for it. A changed copy and another calendar have others."""
    timing, calendar = started(), ninh_binh()
    found = clock.course(timing, STATUTORY, calendar)
    assert clock.course(timing, STATUTORY, calendar) is found
    longer = timing.model_copy(update={"statutory": Limit(amount=11, unit=LimitUnit.WORKING_DAY)})
    assert (due(timing), due(longer)) == ("2026-03-13 17:00", "2026-03-16 17:00")
    assert clock.course(timing, STATUTORY, odd()) != found


def test_a_pause_adds_exactly_the_working_time_paused() -> None:
    """A pause of nine working hours moves both clocks by nine working hours."""
    timing = paused(started(), "2026-03-03 09:00", "2026-03-04 10:00")
    assert due(timing) == "2026-03-17 08:30"
    assert due(timing, PROMISED) == "2026-03-05 08:30"


def test_two_pauses_that_overlap_count_once() -> None:
    """A supplement and a payment that are open at the same time pause the clock once."""
    timing = clock.pause(started(), SUPPLEMENT, at("2026-03-03 09:00"))
    timing = clock.pause(timing, PAYMENT, at("2026-03-03 15:00"))
    timing = clock.resume(timing, SUPPLEMENT, at("2026-03-04 09:00"))
    assert timing.paused
    timing = clock.resume(timing, PAYMENT, at("2026-03-04 10:00"))
    assert due(timing) == due(paused(started(), "2026-03-03 09:00", "2026-03-04 10:00"))


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        ("2026-03-06 17:00", "2026-03-09 07:30"),
        ("2026-03-03 11:30", "2026-03-03 13:00"),
        ("2026-03-01 08:00", "2026-03-02 07:00"),
        ("2026-03-03 09:00", "2026-03-03 09:00"),
    ],
)
def test_a_pause_outside_working_time_costs_nothing(began: str, ended: str) -> None:
    """A pause over a weekend, over lunch, before receipt, or of no length does not move the date."""
    assert due(paused(started(), began, ended)) == due(started())


def test_late_stays_late() -> None:
    """A pause or a restart after expiry does not move the date."""
    for restart in (False, True):
        timing = paused(started(), "2026-03-16 09:00", "2026-03-20 09:00", restart=restart)
        assert due(timing) == "2026-03-13 17:00"
    timing = paused(started(), "2026-03-05 09:00", "2026-03-06 09:00", restart=True)
    assert due(timing, PROMISED) == "2026-03-03 17:00", "the promise had been broken before the restart"
    assert due(timing) == "2026-03-20 09:00"


def test_restart_begins_the_limit_anew() -> None:
    """With RESTART the whole limit runs again from the completion of the supplement."""
    timing = paused(started(), "2026-03-03 09:00", "2026-03-04 10:00", restart=True)
    assert due(timing) == "2026-03-18 10:00"
    assert due(timing, PROMISED) == "2026-03-06 10:00"


def test_restart_inside_another_pause() -> None:
    """After a restart during a suspension, the rest of the suspension still pauses the new clock."""
    timing = clock.pause(started(), PauseGround.SUSPENSION, at("2026-03-03 09:00"))
    timing = clock.pause(timing, SUPPLEMENT, at("2026-03-03 10:00"))
    timing = clock.resume(timing, SUPPLEMENT, at("2026-03-04 10:00"), restart=True)
    timing = clock.resume(timing, PauseGround.SUSPENSION, at("2026-03-05 10:00"))
    assert due(timing) == "2026-03-19 10:00"


def test_an_open_pause_is_projected() -> None:
    """While paused, the due date is computed as if the pause ended now, and the instant of a share is unknown."""
    timing = clock.pause(started(), SUPPLEMENT, at("2026-03-03 09:00"))
    assert due(timing, now="2026-03-04 10:00") == "2026-03-17 08:30"
    assert due(timing) == "2026-03-13 17:00"
    assert instant_of_share(timing, 50) is None
    assert instant_past_due(timing, 0) is None
    assert clock.used(timing, STATUTORY, ninh_binh(), at("2026-03-20 10:00")) == 9.5 * HOUR


def test_shares_of_the_limit() -> None:
    """Half of ten working days is used after five, without pauses; after the due date the share is above 100."""
    calendar = ninh_binh()
    timing = paused(started(), "2026-03-03 09:00", "2026-03-04 10:00")
    half = instant_of_share(timing, 50)
    assert half == at("2026-03-10 08:30")
    assert clock.used_share(timing, STATUTORY, calendar, half) == 50.0
    assert instant_of_share(timing, 100) == clock.due(timing, STATUTORY, calendar)
    assert clock.used_share(timing, STATUTORY, calendar, at("2026-03-24 08:30")) == 150.0
    assert instant_past_due(timing, 8) == at("2026-03-18 08:30")


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_share_out_of_range_is_refused(percent: int) -> None:
    """A share must be from 0 to 100 percent."""
    with pytest.raises(DomainError) as refused:
        instant_of_share(started(), percent)
    assert refused.value.code == "share_out_of_range"


def test_no_limit_published() -> None:
    """Without a published limit there is no statutory clock, and every question about it gives None."""
    timing = started(statutory=None, green=None)
    now = at("2026-03-04 10:00")
    assert due(timing) is None
    assert clock.used_share(timing, STATUTORY, ninh_binh(), now) is None
    assert instant_of_share(timing, 50) is None
    assert clock.judge(timing, STATUTORY, ninh_binh(), now) is None


def test_the_provinces_own_limit_is_a_promise() -> None:
    """Without a published limit the province's own limit runs on the promised clock, and Green Stream may shorten
    it. Beside a published limit, which only an interconnected dossier has, the earlier date is promised."""
    own = Limit(amount=4, unit=LimitUnit.WORKING_DAY)
    assert due(started(statutory=None, own=own, green=None), PROMISED) == "2026-03-05 17:00"
    assert due(started(statutory=None, own=own, green=GreenFactor(name="half")), PROMISED) == "2026-03-03 17:00"
    assert due(started(statutory=None, own=own, green=None)) is None
    assert due(started(own=own, green=None), PROMISED) == "2026-03-05 17:00"
    longer = own.model_copy(update={"amount": 40})
    assert due(started(own=longer, green=None), PROMISED) == due(started(own=longer, green=None))


@pytest.mark.parametrize(
    ("ended", "timeliness", "hours"),
    [
        ("2026-03-12 17:00", Timeliness.EARLY, 8),
        ("2026-03-13 07:30", Timeliness.ON_TIME, 8),
        ("2026-03-13 17:00", Timeliness.ON_TIME, 0),
        ("2026-03-16 09:00", Timeliness.LATE, 1.5),
        ("2026-03-13 17:30", Timeliness.LATE, 0),
    ],
)
def test_early_on_time_late(ended: str, timeliness: Timeliness, hours: float) -> None:
    """A result is early before the due day, on time on that day, and late after the instant; the difference is in
    working time."""
    judged = clock.judge(clock.end(started(), at(ended)), STATUTORY, ninh_binh(), at("2026-04-01 09:00"))
    assert judged is not None
    assert (judged.timeliness, judged.by) == (timeliness, hours * HOUR)


def test_extension_by_date_and_by_limit() -> None:
    """An extension moves both running clocks, a later pause adds to it, and it never shortens."""
    until = ninh_binh().close_of_business(day("2026-03-20"))
    timing = clock.extend(started(), until, at("2026-03-10 09:00"), "waiting for the survey")
    assert due(timing) == "2026-03-20 17:00"
    assert due(timing, PROMISED) == "2026-03-03 17:00", "the promise had been broken before"
    assert due(paused(timing, "2026-03-11 09:00", "2026-03-11 10:00")) == "2026-03-23 08:30"
    longer = Limit(amount=12, unit=LimitUnit.WORKING_DAY)
    assert due(clock.extend(started(), longer, at("2026-03-03 09:00"), "x"), PROMISED) == "2026-03-17 17:00"
    shorter = clock.extend(started(), at("2026-03-10 17:00"), at("2026-03-03 09:00"), "x")
    assert due(shorter) == "2026-03-13 17:00"
    less = clock.extend(started(), Limit(amount=2, unit=LimitUnit.WORKING_DAY), at("2026-03-03 09:00"), "x")
    assert due(less) == "2026-03-13 17:00"


def test_extension_after_expiry_moves_nothing() -> None:
    """An extension does not move a clock that has expired."""
    timing = clock.extend(started(), at("2026-03-30 17:00"), at("2026-03-16 09:00"), "too late")
    assert due(timing) == "2026-03-13 17:00"


def test_whose_time_it_was() -> None:
    """The times of the units, the applicant and the payment add up to the working time from receipt to end."""
    timing = paused(started(), "2026-03-02 09:30", "2026-03-03 09:30")
    timing = clock.handed_to(timing, UNIT_B, at("2026-03-04 07:30"))
    outside = Holder(kind=HolderKind.OUTSIDE_SYSTEM, code="civil")
    timing = clock.handed_to(timing, outside, at("2026-03-05 13:00"))
    timing = clock.end(timing, at("2026-03-06 13:00"))
    spent = {one.holder: one.working / HOUR for one in clock.attribution(timing, ninh_binh(), at("2026-04-01 09:00"))}
    assert spent == {UNIT_A: 8, Holder(kind=HolderKind.APPLICANT): 8, UNIT_B: 12, outside: 8}


def test_whose_lateness_it_was() -> None:
    """The lateness after the due date is attributed to the holders of the dossier."""
    timing = clock.handed_to(started(), UNIT_B, at("2026-03-16 08:30"))
    timing = clock.end(timing, at("2026-03-16 11:30"))
    late = clock.attribution(timing, ninh_binh(), at("2026-03-16 11:30"), since=at("2026-03-13 17:00"))
    assert {one.holder: one.working for one in late} == {UNIT_A: HOUR, UNIT_B: 3 * HOUR}
    parts = clock.held_times(timing, ninh_binh(), at("2026-03-16 11:30"), since=at("2026-03-13 17:00"))
    assert [(one.holder, one.began, one.working) for one in parts] == [
        (UNIT_A, at("2026-03-13 17:00"), HOUR),
        (UNIT_B, at("2026-03-16 08:30"), 3 * HOUR),
    ]


def test_handing_to_the_same_holder_changes_nothing() -> None:
    """A handover to the present holder is not recorded."""
    timing = started()
    assert clock.handed_to(timing, UNIT_A, at("2026-03-04 07:30")) == timing


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("not_paused", lambda timing, now: clock.resume(timing, SUPPLEMENT, now)),
        ("already_paused", lambda timing, now: clock.pause(clock.pause(timing, PAYMENT, now), PAYMENT, now)),
        ("clock_ended", lambda timing, now: clock.pause(clock.end(timing, now), PAYMENT, now)),
        ("clock_ended", lambda timing, now: clock.end(clock.end(timing, now), now)),
        (
            "pause_ends_before_it_starts",
            lambda timing, now: clock.resume(clock.pause(timing, PAYMENT, now), PAYMENT, now - HOUR),
        ),
        ("extension_in_the_past", lambda timing, now: clock.extend(timing, now, now, "x")),
        (
            "clock_already_extended",
            lambda t, now: clock.extend(clock.extend(t, TEN_DAYS, now, "x"), TEN_DAYS, now, "x"),
        ),
        ("no_clock_to_extend", lambda _, now: clock.extend(started(statutory=None, green=None), TEN_DAYS, now, "x")),
    ],
)
def test_what_cannot_be_recorded(code: str, act: object) -> None:
    """Each refusal has a code and two sentences."""
    with pytest.raises(DomainError) as refused:
        act(started(), at("2026-03-04 09:00"))  # type: ignore[operator]
    assert refused.value.code == code
    assert refused.value.message.vi != refused.value.message.en


def test_a_ledger_survives_its_json() -> None:
    """The intervals read back equal from JSON, since they are part of a dossier's snapshot."""
    timing = paused(started(green=GreenFactor(name="half"), counting=Counting(hours_are_working=False)), MONDAY, MONDAY)
    timing = clock.extend(timing, at("2026-03-20 17:00"), at("2026-03-10 09:00"), "x")
    assert Timing.model_validate_json(timing.model_dump_json()) == timing


def test_a_pause_costs_no_more_than_its_part_after_receipt() -> None:
    """Of a pause that began before the receipt, only the part after the receipt counts."""
    timing = paused(started(), "2026-03-01 09:00", "2026-03-02 09:30")
    assert due(timing) == "2026-03-16 09:30"


def late_holders(timing: Timing, due: str, now: str) -> list[Holder]:
    return list(clock.late_holders(timing, ninh_binh(), at(due), at(now)))


def test_lateness_is_attributed_to_who_had_the_dossier_after_the_date() -> None:
    """Who handed on before the date is not late; who had working time after it is, in order, each once."""
    timing = clock.handed_to(started(), UNIT_B, at("2026-03-10 09:00"))
    timing = clock.handed_to(timing, UNIT_A, at("2026-03-16 09:00"))
    timing = clock.end(clock.handed_to(timing, UNIT_B, at("2026-03-17 09:00")), at("2026-03-17 15:00"))
    assert late_holders(timing, "2026-03-13 17:00", "2026-03-20 09:00") == [UNIT_B, UNIT_A]
    assert late_holders(timing, "2026-03-16 10:00", "2026-03-20 09:00") == [UNIT_A, UNIT_B]


def test_lateness_that_may_come_is_that_of_the_present_holder() -> None:
    """Before the date it is attributed to who has the dossier, after it also to who had it since."""
    timing = clock.handed_to(started(), UNIT_B, at("2026-03-16 09:00"))
    assert late_holders(started(), "2026-03-13 17:00", "2026-03-04 09:00") == [UNIT_A]
    assert late_holders(timing, "2026-03-13 17:00", "2026-03-16 09:00") == [UNIT_A, UNIT_B]
    assert late_holders(timing, "2026-03-16 09:00", "2026-03-16 15:00") == [UNIT_B]


def test_a_pause_after_the_date_is_the_applicants_time() -> None:
    """While a supplement is awaited after the date, the lateness is also the applicant's."""
    applicant = Holder(kind=HolderKind.APPLICANT)
    timing = clock.pause(started(), SUPPLEMENT, at("2026-03-16 09:00"))
    assert late_holders(timing, "2026-03-13 17:00", "2026-03-16 09:00") == [UNIT_A, applicant]
    ended = clock.end(clock.resume(timing, SUPPLEMENT, at("2026-03-17 09:00")), at("2026-03-17 10:00"))
    assert late_holders(ended, "2026-03-13 17:00", "2026-04-01 09:00") == [UNIT_A, applicant]


def test_a_result_of_a_day_off_is_late_by_who_had_the_dossier_then() -> None:
    """Due on Friday evening, ended on Saturday: no working time has passed, and somebody was late."""
    timing = clock.end(clock.handed_to(started(), UNIT_B, at("2026-03-13 17:30")), at("2026-03-14 09:00"))
    assert late_holders(timing, "2026-03-13 17:00", "2026-03-20 09:00") == [UNIT_B]
