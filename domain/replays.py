"""Replays that run on a worker of the build under test: what is replayed, how far it is, and what does not replay."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.repairs.plans import ByCodes, ByFilter, Everything
from domain.values import Bilingual, Code, Instant, Name, Strict, Value

ENOUGH = 500
"""A sample of so many histories, spread over their kinds, counts as a replay of everything open."""
MOST_SAMPLED = 100_000
MOST_KEPT = 500
"""So many failures of a run are kept. Whoever must mend the code needs a few of each kind."""
MOST_TRIES = 5
"""So many workers may die, one after the other, without any progress. Then the run is given up."""


class ReplayChoice(Strict):
    """Which histories: all that are open, those of named dossiers, or those that a filter of the register finds.

    `sample`: only so many of them, spread over state, procedure and build. The same `seed` takes the same ones.
    """

    selected: Annotated[ByCodes | ByFilter | Everything, Field(discriminator="by")] = Everything()
    sample: Annotated[int, Field(ge=1, le=MOST_SAMPLED)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0

    @property
    def tells_of_everything(self) -> bool:
        """True when a good end says that the open dossiers replay."""
        return isinstance(self.selected, Everything) and (self.sample is None or self.sample >= ENOUGH)


class PlaceInCode(Value):
    """A line of the code. `file`: from the folder that has the packages, as `workflows/dossier.py`."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}"


class ReplayDifference(Value):
    """The first event where history and code differ, in Temporal's words. `recorded`, `wanted` None: nothing."""

    event: int | None
    recorded: str | None
    wanted: str | None
    asked_at: PlaceInCode | None


class ToldRemedy(Bilingual):
    """What to do, with its code."""

    code: Code


class ReplayFailure(Value):
    """Why one history does not replay. `problem`: in the words of the program that failed; `message`: for people."""

    code: Code
    problem: str
    message: Bilingual
    difference: ReplayDifference | None
    remedy: ToldRemedy


class FailedHistory(Value):
    """A history that does not replay, in the order of the run. `failure` None: Temporal has no history of it."""

    number: int
    workflow: str
    run: str
    failure: ReplayFailure | None


class ReplayProblem(Bilingual):
    """Why a run was broken off."""

    code: Code


class ReplayState(StrEnum):
    """How far a run is, and how it ended."""

    WAITING = "waiting"
    """No worker of the build has begun it."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    """Every history replays."""
    FAILED = "failed"
    """Some history does not replay."""
    CANCELLED = "cancelled"
    BROKEN_OFF = "broken_off"
    """It could not be carried out to its end."""

    @property
    def words(self) -> Bilingual:
        """The state for people."""
        return _WORDS[self]


_WORDS = {
    ReplayState.WAITING: Bilingual(vi="chờ tiến trình xử lý của bản", en="waits for a worker of the build"),
    ReplayState.RUNNING: Bilingual(vi="đang phát lại", en="under way"),
    ReplayState.SUCCEEDED: Bilingual(vi="mọi lịch sử phát lại được", en="every history replays"),
    ReplayState.FAILED: Bilingual(vi="có lịch sử không phát lại được", en="some histories do not replay"),
    ReplayState.CANCELLED: Bilingual(vi="đã hủy", en="cancelled"),
    ReplayState.BROKEN_OFF: Bilingual(vi="bị ngắt giữa chừng", en="broken off"),
}


class ReplayRun(Value):
    """One run. `histories` None: they are not listed yet. `seconds`: the time in which histories were replayed.

    `absent`: workflows of which Temporal has no history. `seen_at`: when a worker last told of it.
    """

    id: UUID
    build: Name
    choice: ReplayChoice
    who: Code
    begun_at: Instant
    seen_at: Instant | None = None
    histories: int | None = None
    looked: int = 0
    events: int = 0
    failed: int = 0
    absent: int = 0
    seconds: float = 0.0
    cancelled_by: Code | None = None
    problem: ReplayProblem | None = None
    finished_at: Instant | None = None

    @property
    def state(self) -> ReplayState:
        """How far it is."""
        if self.finished_at is None:
            return ReplayState.WAITING if self.seen_at is None else ReplayState.RUNNING
        if self.cancelled_by is not None:
            return ReplayState.CANCELLED
        if self.problem is not None:
            return ReplayState.BROKEN_OFF
        return ReplayState.FAILED if self.failed or self._names_what_is_absent else ReplayState.SUCCEEDED

    @property
    def _names_what_is_absent(self) -> bool:
        """Of dossiers that were named, every one must have a history. An open one may have ended meanwhile."""
        return bool(self.absent) and isinstance(self.choice.selected, ByCodes)

    @property
    def per_second(self) -> float | None:
        """Histories a second. None: not known yet."""
        return self.looked / self.seconds if self.seconds and self.looked else None
