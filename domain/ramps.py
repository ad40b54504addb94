"""Watched ramps: a build of the worker gets a growing part of the dossiers, and loses it where it does not serve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from domain.errors import InvalidInput
from domain.messages.releases import ReleaseRefusal
from domain.repairs.causes import Cause
from domain.values import Bilingual, Code, Instant, Name, Value

LONGEST_PAUSE = 7 * 24 * 3_600
"""Seconds between two steps, at most."""
MOST_EXAMPLES = 50
"""So many stuck dossiers are kept with a ramp that went back."""
SILENT_FOR = timedelta(seconds=30)
"""A ramp at which nobody has looked for so long waits for a worker."""


class StuckByCause(Value):
    """A dossier that does not go on, with its cause; the system (`where`) and the code of the error, if known."""

    dossier: str
    cause: Cause
    where: str = ""
    code: str = ""


class RampProblem(Bilingual):
    """Why the work went back, with the code of the refusal."""

    code: Code


class RampState(StrEnum):
    """How far a ramp is, and how it ended."""

    WAITING = "waiting"
    """No worker looks at it now. No step is given; it goes on as soon as a worker looks."""
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    """The last step was given and nothing got stuck. The build keeps that part."""
    WENT_BACK = "went_back"
    """The build has no work of it any more."""
    STOPPED = "stopped"
    """By order. The build keeps the part that it had."""
    OVERTAKEN = "overtaken"
    """The work was given otherwise, past the ramp. It changed nothing more."""

    @property
    def words(self) -> Bilingual:
        """The state for people."""
        return _WORDS[self]


_WORDS = {
    RampState.WAITING: Bilingual(vi="chờ tiến trình xử lý canh", en="waits for a worker that watches"),
    RampState.UNDER_WAY: Bilingual(vi="đang giao dần, có canh", en="under way, watched"),
    RampState.FINISHED: Bilingual(vi="đã giao xong các bước", en="every step was given"),
    RampState.WENT_BACK: Bilingual(vi="việc đã trả về bản trước", en="the work went back"),
    RampState.STOPPED: Bilingual(vi="đã dừng, giữ phần đang có", en="stopped, the build keeps its part"),
    RampState.OVERTAKEN: Bilingual(vi="việc đã được giao theo cách khác", en="the work was given otherwise"),
}


class RampOrder(Value):
    """What was ordered. `replayed` False: a replay on the build is not asked for. `why` is recorded with each step."""

    build: Name
    steps: tuple[int, ...]
    pause_seconds: int
    replayed: bool
    who: Code
    why: Name


class Ramp(RampOrder):
    """One ramp. `given`: so many steps were given, the last one at `given_at`. `stuck`: so many dossiers at the last
    look, which began at `looked_at` and was the ramp's `looks`th."""

    id: UUID
    begun_at: Instant
    given: int = 0
    given_at: Instant | None = None
    looks: int = 0
    looked_at: Instant | None = None
    stuck: int = 0
    examples: tuple[StuckByCause, ...] = ()
    ended: RampState | None = None
    ended_at: Instant | None = None
    ended_by: Code | None = None
    problem: RampProblem | None = None
    read_at: Instant

    @property
    def state(self) -> RampState:
        """How far it is."""
        if self.ended is not None:
            return self.ended
        watched = self.looked_at is not None and self.read_at - self.looked_at <= SILENT_FOR
        return RampState.UNDER_WAY if watched else RampState.WAITING

    @property
    def percent(self) -> int:
        """The part of the last step that was given."""
        return self.steps[self.given - 1] if self.given else 0

    @property
    def next_step(self) -> int | None:
        """The part that comes next. None: no step is left, or it has ended."""
        return self.steps[self.given] if self.ended is None and self.given < len(self.steps) else None

    @property
    def next_at(self) -> Instant | None:
        """When the pause after the last step ends. None: nothing was given yet, or it has ended."""
        if self.given_at is None or self.ended is not None:
            return None
        return self.given_at + timedelta(seconds=self.pause_seconds)


class RampAct(StrEnum):
    """What comes after a look."""

    WAIT = "wait"
    GIVE = "give"
    """The next step."""
    FINISH = "finish"
    GO_BACK = "go_back"
    LEAVE = "leave"
    """The work was given otherwise: the ramp ends, and changes nothing."""


def after_look(ramp: Ramp, *, ramping: str | None, percent: float, refused: bool) -> RampAct:
    """What comes after a look that found this build `ramping` with this part. `refused`: it may get no work now."""
    if ramp.given and not (ramping == ramp.build and percent in ramp.steps[ramp.given - 1 : ramp.given + 1]):
        return RampAct.LEAVE
    if refused:
        return RampAct.GO_BACK
    if ramp.next_at is not None and (ramp.looked_at is None or ramp.looked_at < ramp.next_at):
        return RampAct.WAIT
    return RampAct.FINISH if ramp.next_step is None else RampAct.GIVE


def require_steps(steps: Sequence[int]) -> tuple[int, ...]:
    """Accepts parts from 1 to 100 per cent that grow. Raises InvalidInput `percent_out_of_range`."""
    if not steps or list(steps) != sorted(set(steps)) or not 1 <= steps[0] <= steps[-1] <= 100:
        raise InvalidInput(ReleaseRefusal.PERCENT_OUT_OF_RANGE, given=" ".join(map(str, steps)) or "–")
    return tuple(steps)


def require_pause(seconds: int) -> int:
    """Accepts a pause between two steps. Raises InvalidInput `release_pause_out_of_range`."""
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise InvalidInput(ReleaseRefusal.RELEASE_PAUSE_OUT_OF_RANGE, given=seconds, most=LONGEST_PAUSE)
    return seconds
