"""Tests of the circuit breaker, with a clock that the test sets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from activities.adapters.address import BreakerPolicy
from activities.adapters.breaker import Breaker, BreakerState, Permit

POLICY = BreakerPolicy(failures=3, open_seconds=30, probes=2)


class Clock:
    """A monotonic clock in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def admitted(breaker: Breaker) -> Permit:
    """The permit of a call, which the breaker must admit."""
    permit = breaker.admit()
    assert permit is not None
    return permit


def opened(clock: Clock, policy: BreakerPolicy = POLICY) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(policy, clock)
    for _ in range(policy.failures):
        admitted(breaker).failed()
    return breaker


def test_failures_in_a_row_open_it() -> None:
    """Three failures in a row open the breaker, and then no call is admitted."""
    breaker = opened(Clock())
    assert breaker.state is BreakerState.OPEN
    assert breaker.admit() is None
    assert breaker.times_opened == 1


def test_a_success_between_failures_keeps_it_closed() -> None:
    """Only failures in a row count: a success between them resets the count."""
    breaker = Breaker(POLICY, Clock())
    for _ in range(10):
        admitted(breaker).failed()
        admitted(breaker).failed()
        admitted(breaker).succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_it_lets_only_probes_through_after_its_time() -> None:
    """After its time the breaker is half-open, and admits at most as many calls at once as the policy has probes."""
    clock = Clock()
    breaker = opened(clock)
    clock.seconds = 29.9
    assert breaker.admit() is None
    clock.seconds = 30.0
    assert breaker.state is BreakerState.HALF_OPEN
    assert [breaker.admit() is None for _ in range(3)] == [False, False, True]


def test_probes_that_succeed_close_it() -> None:
    """When all probes have succeeded, the breaker closes."""
    clock = Clock()
    breaker = opened(clock)
    clock.seconds = 30.0
    states = []
    for _ in range(2):
        admitted(breaker).succeeded()
        states.append(breaker.state)
    assert states == [BreakerState.HALF_OPEN, BreakerState.CLOSED]


def test_a_probe_that_fails_opens_it_again() -> None:
    """One failed probe opens the breaker again for its whole time."""
    clock = Clock()
    breaker = opened(clock)
    clock.seconds = 40.0
    admitted(breaker).failed()
    assert breaker.opens_again_in == 30.0


def test_an_abandoned_probe_gives_its_place_back() -> None:
    """A caller that gives up does not count for or against the system, and another probe may take its place."""
    clock = Clock()
    breaker = opened(clock, BreakerPolicy(failures=1, open_seconds=1, probes=1))
    clock.seconds = 1.0
    for _ in range(5):
        admitted(breaker).abandoned()
    admitted(breaker).succeeded()
    assert breaker.state is BreakerState.CLOSED


def test_a_call_from_before_says_nothing_now() -> None:
    """A call that was admitted before the breaker opened neither closes it nor keeps it open when it ends late."""
    clock = Clock()
    breaker = Breaker(POLICY, clock)
    late_success, late_failure = admitted(breaker), admitted(breaker)
    for _ in range(3):
        admitted(breaker).failed()
    clock.seconds = 10.0
    late_success.succeeded()
    late_failure.failed()
    assert breaker.state is BreakerState.OPEN
    assert breaker.opens_again_in == 20.0


def test_a_permit_tells_once() -> None:
    """Only the first result of a permit counts."""
    breaker = Breaker(BreakerPolicy(failures=2), Clock())
    permit = admitted(breaker)
    permit.succeeded()
    permit.failed()
    permit.failed()
    assert breaker.state is BreakerState.CLOSED


@given(st.lists(st.booleans(), max_size=60))
def test_it_opens_exactly_when_failures_in_a_row_reach_the_limit(outcomes: list[bool]) -> None:
    """For any sequence of results the breaker opens at the first three failures in a row, and not before."""
    breaker = Breaker(POLICY, Clock())
    run = 0
    for succeeded in outcomes:
        permit = admitted(breaker)
        _ = permit.succeeded() if succeeded else permit.failed()  # type: ignore[func-returns-value]
        run = 0 if succeeded else run + 1
        assert (breaker.state is BreakerState.OPEN) == (run >= POLICY.failures)
        if run >= POLICY.failures:
            return


class AnyOrder(RuleBasedStateMachine):
    """Calls begin and end in any order while time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = Breaker(POLICY, self.clock)
        self.under_way: list[Permit] = []
        self.half_open_at_once = 0

    @rule()
    def begin(self) -> None:
        """A caller asks for a permit, which an open breaker never gives."""
        before = self.breaker.state
        permit = self.breaker.admit()
        if permit is not None:
            assert before is not BreakerState.OPEN
            self.under_way.append(permit)
        if before is BreakerState.CLOSED:
            assert permit is not None

    @precondition(lambda self: self.under_way)
    @rule(place=st.integers(0, 1_000), end=st.sampled_from(["succeeded", "failed", "abandoned"]))
    def end(self, place: int, end: str) -> None:
        """One of the running calls ends."""
        getattr(self.under_way.pop(place % len(self.under_way)), end)()

    @rule(seconds=st.floats(0, 40))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.clock.seconds += seconds

    @invariant()
    def probes_are_counted_right(self) -> None:
        """The number of running probes is never above the policy's limit and never below zero."""
        assert 0 <= self.breaker._probing <= POLICY.probes

    @invariant()
    def it_never_stays_shut_for_ever(self) -> None:
        """The breaker is open for no longer than its time."""
        assert self.breaker.opens_again_in <= POLICY.open_seconds


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
