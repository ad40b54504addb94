"""Properties of every date, limit and pause, on the shipped and on the odd calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Holder, HolderKind, Pause, PauseGround, Timing, WhichClock
from domain.deadlines.counting import due_at
from domain.deadlines.explain import Derivation, explain
from domain.deadlines.green import promised_due, step_budgets
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, GreenRule, Limit, LimitUnit, Rounding
from domain.deadlines.pauses import merged, moved_by_pauses, paused_between, running_between
from tests.support.calendars import HOUR, at, ninh_binh, odd

often = settings(deadline=None, max_examples=150)

FIRST, LAST = at("2024-01-02 00:00"), at("2027-06-30 00:00")
calendars = st.sampled_from([ninh_binh(), ninh_binh("ninh-binh-saturday"), odd()])
TICK = timedelta(microseconds=1)
instants = st.integers(0, (LAST - FIRST) // TICK).map(lambda n: FIRST + n * TICK)
spans = st.integers(0, 320 * HOUR // TICK).map(lambda n: n * TICK)
countings = st.builds(
    lambda method, working: Counting.model_validate({"working_day": method, "hours_are_working": working}),
    st.sampled_from(["eight_hours", "civil_code"]),
    st.booleans(),
)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    unit = draw(st.sampled_from(list(LimitUnit)))
    most = {LimitUnit.SAME_DAY: 1, LimitUnit.MONTH: 6, LimitUnit.HOUR: 200}.get(unit, 60)
    return Limit(amount=draw(st.integers(1, most)), unit=unit)


greens = st.one_of(
    st.builds(lambda hours: GreenCap(name="cap", working_hours=hours), st.integers(1, 60)),
    st.builds(
        lambda percent, rounding, least: GreenFactor.model_validate(
            {"name": "factor", "factor": f"{percent / 100:.2f}", "rounding": rounding, "legal_minimum_minutes": least}
        ),
        st.integers(1, 100),
        st.sampled_from(list(Rounding)),
        st.integers(0, 3_000),
    ),
)


@st.composite
def timings(draw: st.DrawFn, restarts: bool = False) -> Timing:
    received = draw(instants)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        began = received + timedelta(minutes=draw(st.integers(-600, 20_000)))
        ended = began + timedelta(minutes=draw(st.integers(0, 15_000)))
        ground, anew = draw(st.sampled_from(list(PauseGround))), restarts and draw(st.booleans())
        pauses.append(Pause(ground=ground, began=began, ended=ended, restarts=anew))
    green: GreenRule | None = draw(st.none() | greens)
    return Timing(
        received_at=received,
        statutory=draw(st.none() | limits()),
        own=draw(st.none() | limits()),
        green=green,
        excluded_share=draw(st.integers(0, 100)),
        counting=draw(countings),
        pauses=tuple(pauses),
    )


@often
@given(calendars, instants, spans, spans)
def test_adding_is_additive(calendar: WorkingCalendar, begin: datetime, one: timedelta, two: timedelta) -> None:
    """Adding working time in two parts equals adding it at once."""
    if one and two:
        halfway = calendar.add_working_time(begin, one)
        assert calendar.add_working_time(halfway, two) == calendar.add_working_time(begin, one + two)


@often
@given(calendars, instants, spans)
def test_what_was_added_lies_between(calendar: WorkingCalendar, begin: datetime, span: timedelta) -> None:
    """Between an instant and itself plus a working time there is exactly that working time, and no earlier instant
    has it."""
    end = calendar.add_working_time(begin, span)
    assert calendar.working_time_between(begin, end) == span
    if span:
        assert calendar.working_time_between(begin, end - TICK) < span


@often
@given(calendars, instants, instants, instants)
def test_working_time_is_additive(calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime) -> None:
    """The working time from a to c is that from a to b plus that from b to c, in any order."""
    there = calendar.working_time_between(a, b) + calendar.working_time_between(b, c)
    assert there == calendar.working_time_between(a, c)


@often
@given(calendars, instants, spans, limits(), countings)
def test_monotone_in_start(
    calendar: WorkingCalendar, received: datetime, later: timedelta, limit: Limit, counting: Counting
) -> None:
    """A dossier that is received later is never due earlier."""
    assert due_at(limit, received, calendar, counting) <= due_at(limit, received + later, calendar, counting)


@often
@given(calendars, instants, limits(), countings, st.integers(0, 30))
def test_monotone_in_limit(
    calendar: WorkingCalendar, received: datetime, limit: Limit, counting: Counting, more: int
) -> None:
    """A longer limit of the same unit is never due earlier, and no limit is due before its start."""
    most = {LimitUnit.SAME_DAY: 0, LimitUnit.MONTH: 6}.get(limit.unit, more)
    longer = Limit(amount=limit.amount + min(more, most), unit=limit.unit)
    due = due_at(limit, received, calendar, counting)
    assert calendar.next_working_instant(received) < due <= due_at(longer, received, calendar, counting)


@often
@given(calendars, instants, limits(), countings, greens, st.integers(0, 100))
def test_green_is_never_later_than_statutory(
    calendar: WorkingCalendar, received: datetime, limit: Limit, counting: Counting, green: GreenRule, excluded: int
) -> None:
    """The promise is never later than the statutory date, and never before the start."""
    promised = promised_due(green, limit, received, calendar, counting, excluded_share=excluded)
    assert promised is not None
    assert calendar.next_working_instant(received) < promised <= due_at(limit, received, calendar, counting)


@often
@given(calendars, timings())
def test_pausing_adds_exactly_the_working_time_paused(calendar: WorkingCalendar, timing: Timing) -> None:
    """A pause moves the date by exactly the paused working time."""
    for which in WhichClock:
        unpaused = clock.course(timing.model_copy(update={"pauses": ()}), which, calendar)
        paused = clock.course(timing, which, calendar)
        if unpaused is None or paused is None:
            assert unpaused is paused
            continue
        stretches = paused.stretches
        moved = calendar.working_time_between(unpaused.due, paused.due)
        assert moved == paused_between(paused.begin, paused.due, stretches, calendar)
        ran = running_between(paused.begin, paused.due, stretches, calendar)
        assert ran == calendar.working_time_between(unpaused.begin, unpaused.due)


@often
@given(calendars, timings())
def test_cutting_a_pause_in_two_changes_nothing(calendar: WorkingCalendar, timing: Timing) -> None:
    """Pauses that are cut in two, doubled or reordered move the date by the same time."""
    cut: list[Pause] = []
    for one in timing.pauses:
        assert one.ended is not None
        middle = one.began + (one.ended - one.began) / 2
        cut += [one.model_copy(update={"began": middle}), one, one.model_copy(update={"ended": middle})]
    other = timing.model_copy(update={"pauses": tuple(cut)})
    for which in WhichClock:
        assert clock.due(timing, which, calendar) == clock.due(other, which, calendar)


@often
@given(calendars, timings(restarts=True))
def test_promised_is_never_later_than_statutory_with_pauses(calendar: WorkingCalendar, timing: Timing) -> None:
    """With any pauses and restarts, the promise is never later than the statutory date."""
    statutory = clock.due(timing, WhichClock.STATUTORY, calendar)
    promised = clock.due(timing, WhichClock.PROMISED, calendar)
    if statutory and promised:
        assert promised <= statutory


@often
@given(calendars, timings(restarts=True), st.integers(0, 99))
def test_at_the_instant_of_a_share_that_share_is_used(calendar: WorkingCalendar, timing: Timing, percent: int) -> None:
    """At the instant of a share exactly that share is used, to the microsecond, and the instants are in order."""
    for which in WhichClock:
        instant = clock.instant_of_share(clock.running(timing, which, calendar), calendar, percent)
        if instant is None:
            continue
        whole, used = clock.allowed(timing, which, calendar), clock.used(timing, which, calendar, instant)
        assert whole is not None
        assert used is not None
        assert used == -(-whole * percent // 100)
        due = clock.due(timing, which, calendar)
        assert due is not None
        assert instant <= due


@often
@given(calendars, timings(restarts=True))
def test_explanations_add_up(calendar: WorkingCalendar, timing: Timing) -> None:
    """The lines of an explanation add up to the clock's time, and the last one ends at the due date."""
    for which in WhichClock:
        found = explain(timing, which, calendar)
        if not isinstance(found, Derivation):
            assert clock.due(timing, which, calendar) is None
            continue
        assert found.due == clock.due(timing, which, calendar)
        assert found.counted == sum((line.counted for line in found.days), timedelta(0)) == found.days[-1].total
        assert found.counted == clock.allowed(timing, which, calendar)
        assert found.paused == sum((line.working for line in found.pauses), timedelta(0))
        assert found.counted + found.paused == calendar.working_time_between(found.counted_from, found.due)
        worked = [part for line in found.days for part in line.sessions]
        assert calendar.working_time_between(worked[-1].closes, found.due) == timedelta(0)


@often
@given(calendars, timings(), st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 30_000)), max_size=5))
def test_attribution_adds_up(calendar: WorkingCalendar, timing: Timing, handovers: list[tuple[str, int]]) -> None:
    """Every working minute from receipt to end is attributed exactly once."""
    for code, minutes in sorted(handovers, key=lambda one: one[1]):
        holder = Holder(kind=HolderKind.UNIT, code=code)
        timing = clock.handed_to(timing, holder, timing.received_at + timedelta(minutes=minutes))
    end = timing.received_at + timedelta(days=40)
    spent = clock.attribution(timing, calendar, end)
    total = sum((one.working for one in spent), timedelta(0))
    assert total == calendar.working_time_between(timing.received_at, end)
    assert len({one.holder for one in spent}) == len(spent)


@often
@given(st.lists(st.tuples(instants, spans).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=8))
def test_merged_stretches_are_apart_and_in_order(stretches: list[tuple[datetime, datetime]]) -> None:
    """Merged intervals do not touch, are in order, and cover the same instants."""
    found = merged(stretches)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(found))
    for began, ended in stretches:
        assert any(left <= began and ended <= right for left, right in found)
    assert {left for left, _ in found} <= {began for began, _ in stretches}


@often
@given(calendars, instants, limits(), countings)
def test_a_pause_after_expiry_moves_nothing(
    calendar: WorkingCalendar, received: datetime, limit: Limit, counting: Counting
) -> None:
    """A pause that begins at or after the due instant does not move the date."""
    due, start = due_at(limit, received, calendar, counting), calendar.next_working_instant(received)
    assert moved_by_pauses(due, start, [(due, due + 100 * HOUR)], calendar) == due


@often
@given(st.lists(st.integers(1, 50), min_size=1, max_size=6), spans, st.integers(1, 100), st.data())
def test_step_budgets_add_up(weights: list[int], normal: timedelta, percent: int, data: Any) -> None:
    """The steps' budgets add up to both totals and are never negative."""
    steps = [(f"s{n}", weight) for n, weight in enumerate(weights)]
    excluded = data.draw(st.lists(st.sampled_from([code for code, _ in steps]), unique=True))
    promised = normal * percent / 100
    budgets = step_budgets(steps, excluded, normal, promised)
    assert sum((one.normal for one in budgets), timedelta(0)) == normal
    assert sum((one.promised for one in budgets), timedelta(0)) == promised
    assert all(one.promised >= timedelta(0) for one in budgets)
