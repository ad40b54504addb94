"""Tests of the simulated month: it is played by the domain's rules, and its result is what the default rests on."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from statistics import fmean

import pytest

from domain.organisation.assignment_rules import AssignmentRules
from tests.support.ninh_binh import ninh_binh
from tools.assignment_month import Comparison, Parameters, compare
from tools.assignment_month.choosers import ByEngine, RoundRobin
from tools.assignment_month.comparing import SWAMPED, WHOLE
from tools.assignment_month.drawing import Month, draw
from tools.assignment_month.measuring import gini, variation
from tools.assignment_month.month import PlayedMonth, play

SHORT = Parameters(units=2, working_days=6)
RULES = AssignmentRules()


@cache
def month() -> Month:
    """Six working days of two communes."""
    return draw(ninh_binh(), SHORT, 1)


@cache
def by_engine() -> PlayedMonth:
    """The same, assigned by the rule of the province."""
    return play(month(), ByEngine(RULES, SHORT, 1), RULES, SHORT)


@cache
def compared() -> Comparison:
    """Two seeds under the engine, the head and the simple rules."""
    return compare(ninh_binh(), SHORT, (1, 2), ("automatic", "by_hand", "fewest_open", "round_robin"))


def mean(policy: str, figure: str, group: str) -> float:
    """A figure of the two seeds."""
    return fmean(run[figure] for run in compared().runs[policy][group])


def test_the_same_seed_is_the_same_month() -> None:
    """Drawn again it is the same; another seed is another."""
    again, other = draw(ninh_binh(), SHORT, 1), draw(ninh_binh(), SHORT, 2)
    assert [(one.code, one.received, one.factor) for one in again.arrivals] == [
        (one.code, one.received, one.factor) for one in month().arrivals
    ]
    assert other.arrivals[0].received != again.arrivals[0].received


def test_every_dossier_ends_and_nobody_works_while_away() -> None:
    """No dossier is lost, none ends before it came, and no officer works longer than they are there."""
    played = by_engine()
    assert {one.code for one in played.items} == {one.code for one in month().arrivals}
    assert all(one.ended is not None and one.ended > one.received for one in played.items)
    calendar, last = month().units[0].calendar, max(one.ended for one in played.items if one.ended)

    def minutes(begin: datetime, end: datetime) -> float:
        return calendar.working_time_between(begin, end).total_seconds() / 60

    for unit in month().units:
        for person, worked in played.worked[unit.code].items():
            leaves = [one.absence for one in unit.leaves if one.person == person]
            away = sum(minutes(one.began, one.ended) for one in leaves if one.ended is not None)
            assert 0 < worked <= minutes(month().days[0], last) - away + 1


def test_one_policy_plays_the_same_work_as_another() -> None:
    """Paired: the arrivals are the same, and playing changes nothing in what was drawn."""
    before = [(one.code, one.timing, one.step, one.officer) for one in month().arrivals]
    other = play(month(), RoundRobin(RULES, SHORT, 1), RULES, SHORT)
    assert [(one.code, one.timing, one.step, one.officer) for one in month().arrivals] == before
    assert {one.code: one.received for one in other.items} == {one.code: one.received for one in by_engine().items}


@pytest.mark.parametrize("figure", ["in_time_statutory", "in_time_promised", "finish_median_hours", "finish_p90_hours"])
def test_automatic_assignment_finishes_sooner_and_more_in_time_than_by_hand(figure: str) -> None:
    """In every seed, over all units."""
    assert compared().better(figure, "by_hand", WHOLE) == 2


@pytest.mark.parametrize("than", ["fewest_open", "round_robin"])
def test_automatic_assignment_finishes_sooner_than_by_the_simple_rules(than: str) -> None:
    """On average of the seeds, over all units."""
    assert mean("automatic", "finish_median_hours", WHOLE) < mean(than, "finish_median_hours", WHOLE)
    assert mean("automatic", "finish_p90_hours", WHOLE) < mean(than, "finish_p90_hours", WHOLE)


@pytest.mark.parametrize("than", ["fewest_open", "round_robin"])
def test_automatic_assignment_spreads_the_work_more_evenly_than_the_simple_rules(than: str) -> None:
    """Of the swamped unit, both by the work done and by the open work."""
    assert mean("automatic", "worked_cv", SWAMPED) < mean(than, "worked_cv", SWAMPED)
    assert mean("automatic", "open_spread_hours", SWAMPED) < mean(than, "open_spread_hours", SWAMPED)


def test_the_measures_of_spread() -> None:
    """Equal shares are zero; one who has everything is the most."""
    assert (variation([2, 2, 2]), gini([2, 2, 2])) == (0, 0)
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert variation([0, 2]) == pytest.approx(1)
    assert (variation([0, 0]), gini([0, 0])) == (0, 0)


def test_a_leave_is_known_only_once_it_is_entered() -> None:
    """Sickness is entered when it begins; planned leave before."""
    long = Parameters(units=12, working_days=20, utilisation=0.01, swamped=0.01)
    leaves = [leave for unit in draw(ninh_binh(), long, 1).units for leave in unit.leaves]
    assert {leave.entered < leave.absence.began for leave in leaves} == {True, False}
    assert all(isinstance(leave.entered, datetime) and leave.entered <= leave.absence.began for leave in leaves)
