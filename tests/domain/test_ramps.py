"""What comes after each look at a watched ramp."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.errors import InvalidInput
from domain.ramps import LONGEST_PAUSE, SILENT_FOR, Ramp, RampAct, RampState, after_look, require_pause, require_steps
from domain.values import VIETNAM

BEGUN = datetime(2026, 12, 1, 8, tzinfo=VIETNAM)
PAUSE = timedelta(seconds=600)


def ramp(given: int = 0, looked: timedelta | None = None) -> Ramp:
    """Of 5 and 25 per cent. The last step was given when it began; the last look was so long after."""
    at = BEGUN + (looked or timedelta())
    return Ramp(
        id=UUID(int=1), build="0.2.0+0f", steps=(5, 25), pause_seconds=600, replayed=True, who="op.1", why="Bản mới",
        begun_at=BEGUN, given=given, given_at=BEGUN if given else None, looked_at=at if looked else None, read_at=at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "ramping", "percent", "refused", "act"),
    [
        (ramp(), None, 0, False, RampAct.GIVE),
        (ramp(), "0.1.5+0e", 10, False, RampAct.GIVE),
        (ramp(), None, 0, True, RampAct.GO_BACK),
        (ramp(1), "0.2.0+0f", 5, False, RampAct.WAIT),
        (ramp(1, PAUSE - timedelta(seconds=1)), "0.2.0+0f", 5, False, RampAct.WAIT),
        (ramp(1, PAUSE), "0.2.0+0f", 5, False, RampAct.GIVE),
        (ramp(1, PAUSE), "0.2.0+0f", 25, False, RampAct.GIVE),  # a worker died after it gave the step
        (ramp(1, PAUSE), "0.2.0+0f", 5, True, RampAct.GO_BACK),
        (ramp(2, PAUSE), "0.2.0+0f", 25, False, RampAct.FINISH),
        (ramp(1, PAUSE), None, 0, False, RampAct.LEAVE),
        (ramp(1, PAUSE), "0.2.0+0f", 60, True, RampAct.LEAVE),
        (ramp(1, PAUSE), "0.3.0+0a", 5, True, RampAct.LEAVE),
    ],
)
def test_what_comes_after_a_look(found: Ramp, ramping: str | None, percent: float, refused: bool, act: RampAct) -> None:
    assert after_look(found, ramping=ramping, percent=percent, refused=refused) is act


def test_a_ramp_at_which_nobody_looks_waits() -> None:
    seen = ramp(1, timedelta(seconds=5))
    later = seen.model_copy(update={"read_at": seen.read_at + SILENT_FOR + timedelta(seconds=1)})
    assert [one.state for one in (ramp(), seen, later)] == [RampState.WAITING, RampState.UNDER_WAY, RampState.WAITING]
    assert (seen.percent, seen.next_step, seen.next_at) == (5, 25, BEGUN + PAUSE)
    ended = seen.model_copy(update={"ended": RampState.STOPPED})
    assert (ended.state, ended.percent, ended.next_step, ended.next_at) == (RampState.STOPPED, 5, None, None)


@pytest.mark.parametrize("steps", [(), (0,), (5, 5), (25, 5), (5, 101), (-1, 5)])
def test_what_is_no_step(steps: tuple[int, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_steps(steps)
    assert refused.value.code == "percent_out_of_range"


@pytest.mark.parametrize("seconds", [-1, LONGEST_PAUSE + 1])
def test_what_is_no_pause(seconds: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_pause(seconds)
    assert refused.value.code == "release_pause_out_of_range"
