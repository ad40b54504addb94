"""Whether the open dossiers were replayed on a build, with a good end, before it gets work."""

from __future__ import annotations

from activities.replays.register import ReplayRegister
from domain.errors import Conflict
from domain.messages.releases import ReleaseRefusal
from domain.replays import ReplayState


async def require_replayed(register: ReplayRegister, build: str) -> None:
    """Accepts a build whose last replay of everything open (or of a large sample of it) succeeded.

    A build is named by its content, so it does not matter how long ago that was: a dossier that began since runs on
    code that the gate of its release has replayed. Any replay with failures after it counts, however small it was.

    Raises Conflict `release_not_replayed`, `release_does_not_replay`; DatabaseUnavailable.
    """
    for run in await register.ended_on(build):
        if run.failed:
            raise Conflict(ReleaseRefusal.RELEASE_DOES_NOT_REPLAY, build=build, failed=run.failed, replay=run.id)
        if run.state is ReplayState.SUCCEEDED and run.choice.tells_of_everything:
            return
    raise Conflict(ReleaseRefusal.RELEASE_NOT_REPLAYED, build=build)
