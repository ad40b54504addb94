"""The plan of the faults is a pure function of the seed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command_line import CHECKOUT
from tools.chaos.schedule import TAKES, Facts, Planned, Strike, counted, plan

SYSTEMS = ("portal", "population", "civil", "payments", "signing")
FACTS = Facts(
    seconds=600,
    systems=SYSTEMS,
    processes=("postgres", "temporal", "api", "worker-1", "worker-2"),
    links=("postgres", "temporal", "simulator", "api"),
    disk=True,
)
PRINTED = f"from tools.chaos.schedule import *; print(plan(7, Facts.model_validate_json('{FACTS.model_dump_json()}')))"


def test_the_same_seed_gives_the_same_plan_in_another_process() -> None:
    """A seed that failed replays, also where Python draws other hashes."""
    command = [sys.executable, "-c", PRINTED]
    ran = subprocess.run(command, cwd=CHECKOUT, env={"PYTHONHASHSEED": "1"}, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(plan(7, FACTS))
    assert plan(7, FACTS) != plan(8, FACTS)


@given(seed=st.integers(0, 10**9), seconds=st.floats(10, 10_000))
def test_every_kind_and_every_system_has_its_turn(seed: int, seconds: float) -> None:
    """However short the run: each kind at least once, and each system is down once."""
    strikes = plan(seed, FACTS.model_copy(update={"seconds": seconds}))
    kinds = set(counted(strikes))
    assert set(Strike) - {Strike.OUTAGE, Strike.SILENCE} <= kinds
    down = [one.target for one in strikes if one.strike in (Strike.OUTAGE, Strike.SILENCE)]
    assert sorted(down) == sorted(SYSTEMS)
    assert list(strikes) == sorted(strikes, key=lambda one: (one.at, one.strike, one.target))


@given(seed=st.integers(0, 10**9), seconds=st.floats(10, 3_000))
def test_no_target_is_struck_while_an_earlier_strike_lasts(seed: int, seconds: float) -> None:
    """What was killed is running again before it is frozen."""
    free: dict[str, float] = {}
    for one in plan(seed, FACTS.model_copy(update={"seconds": seconds})):
        assert one.at >= free.get(one.target, 0) - 0.01, one
        free[one.target] = one.at + one.lasts + TAKES.get(one.strike, 0)


@pytest.mark.parametrize("strike", [Strike.KILL, Strike.FREEZE, Strike.RESET, Strike.CUT, Strike.STALL])
def test_every_target_is_struck_about_as_often(strike: Strike) -> None:
    """Over a long run no process and no link is spared."""
    found = [one for one in plan(3, FACTS.model_copy(update={"seconds": 3_600})) if one.strike is strike]
    by_target = [sum(one.target == target for one in found) for target in {one.target for one in found}]
    assert len(by_target) == (5 if strike in (Strike.KILL, Strike.FREEZE) else 4)
    assert max(by_target) - min(by_target) <= 1


def test_a_machine_without_small_disks_has_no_full_disk() -> None:
    """What cannot be done is not in the plan."""
    strikes: tuple[Planned, ...] = plan(1, FACTS.model_copy(update={"disk": False}))
    assert Strike.DISK_FULL not in {one.strike for one in strikes}
