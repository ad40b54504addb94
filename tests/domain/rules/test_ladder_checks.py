"""Tests of the ladder as data: published hashes stay, days follow each other, and every rung reaches somebody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.deadlines import clock
from domain.deadlines.counting import IN_WORKING_TIME, rule_of
from domain.procedures.started_clocks import started
from domain.roles import Role
from domain.rules.escalation import EscalationPolicy, PastDue, Rung, WhichClock, Whom
from domain.rules.ladder_checks import problems
from domain.rules.province import Province
from domain.rules.province_rules import LadderPeriod
from domain.rules.rulebook import content_hash
from domain.values import VIETNAM
from tests.support.ninh_binh import ninh_binh
from tests.support.small_province import (
    ACTING,
    ANSWERED,
    COMMITTEE,
    ESCALATION,
    FREE,
    a_small_province,
    people,
    pins,
)

FIRST, SECOND = date(2026, 10, 31), date(2026, 11, 1)


def a_province(*ladders: EscalationPolicy, **changes: Any) -> Province:
    """The small province with these ladders, without the checks of a whole."""
    small = a_small_province()
    fields = {name: getattr(small, name) for name in type(small).model_fields}
    return Province.model_construct(**{**fields, "escalations": ladders or (ESCALATION,), **changes})


def codes(province: Province) -> set[str]:
    return {str(one.code) for one in problems(province)}


def test_the_hash_of_a_published_ladder_stays() -> None:
    """A ladder that was published before has the same text and hash: new fields with their default are left out."""
    assert content_hash(ESCALATION) == "e89d113d5167eded6bf87f295cce76c257a379ae24eb8e8d3d84ec30e8b452f9"


def test_a_dossier_pins_the_ladder_of_the_day_of_its_acceptance() -> None:
    """The day decides, and the days are no part of the ladder's hash."""
    periods = (
        LadderPeriod(code=ESCALATION.code, effective_to=FIRST),
        LadderPeriod(code=ANSWERED.code, effective_from=SECOND),
    )
    province = a_province(ESCALATION, ANSWERED, ladder_periods=periods)
    assert province.escalation is ANSWERED
    assert province.pins_for(FREE.code, FIRST).escalation == pins(FREE).escalation
    assert province.pins_for(FREE.code, SECOND).escalation == pins(FREE, ANSWERED).escalation


def test_without_days_the_default_ladder_is_in_force() -> None:
    """As in the files of the releases before."""
    province = a_province(ESCALATION, ANSWERED)
    assert (province.escalation, province.escalation_on(SECOND)) == (ESCALATION, ESCALATION)


@pytest.mark.parametrize(
    ("ends", "begins", "code"),
    [(FIRST, FIRST, "ladders_overlap"), (None, SECOND, None), (FIRST, date(2026, 11, 2), "ladders_leave_a_gap")],
)
def test_the_days_of_ladders_follow_each_other(ends: date | None, begins: date, code: str | None) -> None:
    """An overlap and a gap are refused. A ladder without any day is kept to be read, and is in force on none."""
    periods = (
        LadderPeriod(code=ESCALATION.code, effective_to=ends),
        LadderPeriod(code=ANSWERED.code, effective_from=begins),
    )
    found = codes(a_province(ESCALATION, ANSWERED, ladder_periods=periods, staff=_whole_staff()))
    assert found & {"ladders_overlap", "ladders_leave_a_gap"} == ({code} if code else set())


def _whole_staff() -> Any:
    return people(*ACTING, ("head.top", Role.HEAD_OF_UNIT, COMMITTEE), ("sup.top", Role.SUPERVISOR, COMMITTEE))


def test_every_trigger_of_a_sound_ladder_is_accepted() -> None:
    """The ladder with every trigger has no fault where its posts are filled."""
    assert codes(a_province(ANSWERED, staff=_whole_staff())) == set()


def test_an_audience_that_resolves_to_nobody_is_refused() -> None:
    """No level of the chain has a head, and the top has no supervisor: nobody could be told."""
    assert codes(a_province(ESCALATION)) == {"audience_of_nobody"}
    assert codes(a_province(ESCALATION, staff=_whole_staff())) == set()


def test_a_rung_without_effect_is_refused() -> None:
    """It tells nobody, takes nothing over and goes to no council."""
    rung = Rung(code="mute", clock=WhichClock.STATUTORY, trigger=PastDue(working_hours=1), notify=())
    assert codes(a_province(EscalationPolicy(code="mute", rungs=(rung,)))) == {"rung_without_effect"}


def test_a_level_below_comes_first() -> None:
    """The committee is told before the head of the unit: refused, since levels only rise."""
    first = Rung(
        code="top", clock=WhichClock.STATUTORY, trigger=PastDue(working_hours=1), notify=(Whom.TWO_LEVELS_ABOVE,)
    )
    later = Rung(code="own", clock=WhichClock.STATUTORY, trigger=PastDue(working_hours=2), notify=(Whom.HEAD_OF_UNIT,))
    province = a_province(EscalationPolicy(code="wrong", rungs=(first, later)), staff=_whole_staff())
    assert codes(province) == {"levels_out_of_order"}


def test_a_limit_in_working_time_is_the_same_for_every_receipt() -> None:
    """So one receipt is tried for it, and several for every other limit."""
    province = ninh_binh()
    calendar = next(one for one in province.calendars if one.code == province.defaults.calendar)
    tried = 0
    for published in province.procedures:
        for limit in {terms.limit: None for terms in published.procedure.terms}:
            timing = started(published.procedure, limit, datetime(2026, 2, 10, tzinfo=VIETNAM))
            if timing.statutory is None or rule_of(timing.statutory, timing.counting) not in IN_WORKING_TIME:
                continue
            receipts = [timing.received_at + timedelta(hours=7 * number + 1) for number in range(24)]
            copies = [timing.model_copy(update={"received_at": receipt}) for receipt in receipts]
            assert len({clock.allowed(copy, WhichClock.STATUTORY, calendar) for copy in copies}) == 1
            tried += 1
    assert tried > 10
