"""The arithmetic: percentiles, the interval of a median, the steady window, processor time."""

from __future__ import annotations

import os

import pytest

from tools.benchmark.driving.driven_dossier import Driven
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.processor_time import ProcessorTime, Reading, seconds_of_tree
from tools.benchmark.measuring.spread import Spread, median_interval, percentile
from tools.benchmark.measuring.steady_window import SteadyWindow, dossiers_between

NOTHING = ProcessorTime(temporal=0, postgres=0, worker=0, simulator=0, driver=0)


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (1, 1), (50, 50), (90, 90), (99, 99), (99.5, 100), (100, 100)])
def test_a_percentile_is_one_of_the_values(percent: float, value: float) -> None:
    """The smallest value that is not below so many percent of all, in any order of the values."""
    assert percentile(list(range(100, 0, -1)), percent) == value


def test_the_percentiles_of_one_value_are_that_value() -> None:
    """One value has no other percentile."""
    assert [percentile([7.0], percent) for percent in (0, 50, 99, 100)] == [7.0] * 4


def test_a_spread_has_the_smallest_the_middle_and_the_largest() -> None:
    """The order of the values does not matter."""
    assert Spread.of([3, 1, 2, 9, 4]) == Spread(min=1, median=3, max=9)


@pytest.mark.parametrize(
    ("values", "low", "high", "confidence"),
    [
        ([1], 1, 1, 0.0),
        ([1, 2, 3, 4, 5], 1, 5, 0.938),
        ([1, 2, 3, 4, 5, 6], 1, 6, 0.969),
        ([9, 8, 7, 6, 5, 4, 3, 2, 1], 2, 8, 0.961),
    ],
)
def test_the_interval_of_a_median_is_that_of_the_sign_test(
    values: list[float], low: float, high: float, confidence: float
) -> None:
    """It leaves out as many values at both ends as 95 % allow, and says how sure it is when there are too few."""
    interval = median_interval(values)
    assert (interval.low, interval.high, interval.confidence) == (low, high, confidence)


def window(at_once: int, dossiers: int) -> SteadyWindow:
    """A window whose clock shows 10, then 20 seconds; in them the worker uses 5, and the whole machine 7."""
    looks = iter((Reading(10, NOTHING, 100), Reading(20, NOTHING.model_copy(update={"worker": 5}), 107)))
    return SteadyWindow(at_once, dossiers, lambda: next(looks))


def a_dossier(answered_from: float, problem: str | None = None) -> Driven:
    """A dossier whose commands were answered at this second and at the next four."""
    return Driven("one", answered={c: answered_from + n for n, c in enumerate(Command)}, problem=problem)


def test_the_window_measures_what_is_answered_between_the_first_and_the_last_dossiers() -> None:
    """It opens after as many ends as run at once, and closes while as many are still to come."""
    steady = window(at_once=2, dossiers=3)
    assert steady.number_to_drive == 7
    driven = [a_dossier(start) for start in (1, 5, 9, 11, 14, 18, 21)]
    for one in driven:
        steady.ended(one)
    measured = steady.measured(driven)
    assert measured is not None
    assert measured.dossiers == (0 + 0 + 3 + 5 + 5 + 3 + 0) / 5
    assert (measured.took.seconds, measured.dossiers_per_s) == (10, measured.dossiers / 10)
    assert (measured.took.used.total, measured.took.used_by_others) == (5, 2)


def test_a_dossier_that_did_not_finish_is_no_throughput() -> None:
    """Its answered commands are no work done."""
    assert dossiers_between([a_dossier(1), a_dossier(1, problem="slow")], 0, 10) == 1


def test_a_window_in_which_nothing_was_answered_measures_nothing() -> None:
    """No speed is told of dossiers that all were lost."""
    steady = window(at_once=1, dossiers=2)
    driven = [a_dossier(12, problem="slow")] * steady.number_to_drive
    for one in driven:
        steady.ended(one)
    assert steady.measured(driven) is None


def test_a_process_that_has_ended_used_nothing() -> None:
    """A server's child may end between two looks; that is no error."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert seconds_of_tree(child) == 0.0


def test_processor_time_is_added_and_subtracted_by_part() -> None:
    """Each part keeps its own time."""
    earlier = ProcessorTime(temporal=1, postgres=2, worker=3, simulator=4, driver=5)
    later = ProcessorTime(temporal=2, postgres=4, worker=6, simulator=8, driver=10)
    assert later - earlier == earlier
    assert (earlier.servers, earlier.total) == (3, 15)
    assert earlier.times(2) == later
