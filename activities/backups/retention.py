"""Which backups may go: a rule, and its plan. A backup that a kept one builds on stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from activities.backups.manifest import Manifest
from activities.backups.store import Stored
from domain.values import Value


class WhyKept(StrEnum):
    """Why a backup stays."""

    RECENT = "recent"
    AMONG_THE_LAST = "among_the_last"
    BUILT_ON = "built_on"
    """A backup that stays builds on it."""
    UNREADABLE = "unreadable"
    """Nobody can say what it is, so a person decides."""


class Decision(Value):
    """What happens to one backup: `kept` is None when it goes."""

    id: str
    bytes: int
    kept: WhyKept | None


def _perhaps_built_on(lost: str, readable: Sequence[Manifest]) -> Iterator[str]:
    """What a backup may build on whose manifest is damaged or gone: it may be taken from another copy."""
    for one in reversed(readable):
        if one.id < lost:
            yield one.id
            if one.base is None:
                return


def plan(backups: Sequence[Stored], now: datetime, *, days: int, last: int) -> tuple[Decision, ...]:
    """Keeps those of the last `days` days, at least the `last` newest, and what these build on. Oldest first."""
    readable = [one.manifest for one in backups if one.manifest is not None]
    kept = {one.id: WhyKept.RECENT for one in readable if one.began >= now - timedelta(days=days)}
    for one in readable[len(readable) - min(last, len(readable)) :]:
        kept.setdefault(one.id, WhyKept.AMONG_THE_LAST)
    by_id = {one.id: one for one in readable}
    for one in reversed(readable):  # a base is older than what builds on it
        if one.id in kept and one.base is not None:
            for base in (one.base.id,) if one.base.id in by_id else _perhaps_built_on(one.base.id, readable):
                kept.setdefault(base, WhyKept.BUILT_ON)
    for stored in backups:
        if stored.manifest is None:
            for base in _perhaps_built_on(stored.id, readable):
                kept.setdefault(base, WhyKept.BUILT_ON)
    return tuple(
        Decision(id=one.id, bytes=one.manifest.bytes, kept=kept.get(one.id))
        if one.manifest is not None
        else Decision(id=one.id, bytes=0, kept=WhyKept.UNREADABLE)
        for one in backups
    )
