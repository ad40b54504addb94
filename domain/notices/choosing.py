"""By which channel a notice goes next, and what becomes of a try that failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

from domain.channels.notice_channel import NoticeChannel


class NoticeState(StrEnum):
    """Where one notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    """A channel refused it, or it stays in doubt: a person looks at it."""
    OUT_OF_DATE = "out_of_date"
    """The dossier had gone on before it could be sent."""
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"
    """The person has no contact that a channel could use, or was erased."""


def next_channel(
    channels: Sequence[NoticeChannel],
    contacts: Collection[NoticeChannel],
    opted_out: Collection[NoticeChannel],
    left: Collection[NoticeChannel],
    *,
    mandatory: bool,
) -> NoticeChannel | NoticeState:
    """The channel by which a notice goes; or UNREACHABLE or OPTED_OUT when none is left.

    `contacts`: the channels that have a contact of the person. `left`: channels that have refused this notice or cannot
    be reached. A mandatory notice goes by a channel that the person has not opted out of; where there is none, by the
    first that reaches them: the law demands that they are told.
    """
    reaching = [one for one in channels if one in contacts and one not in left]
    if not reaching:
        return NoticeState.UNREACHABLE
    wanted = [one for one in reaching if one not in opted_out]
    if wanted:
        return wanted[0]
    return reaching[0] if mandatory else NoticeState.OPTED_OUT


PAUSES: Mapping[int, timedelta] = {
    1: timedelta(minutes=1), 2: timedelta(minutes=2), 3: timedelta(minutes=5), 4: timedelta(minutes=15),
    5: timedelta(minutes=30),
}  # fmt: skip
LONGEST_PAUSE = timedelta(hours=1)


def pause_after(tries: int) -> timedelta:
    """How long a notice waits after so many tries of which it is not known whether they had an effect."""
    return PAUSES.get(tries, LONGEST_PAUSE)
