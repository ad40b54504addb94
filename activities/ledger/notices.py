"""The register of notices to applicants: each is a row before it is sent, and says afterwards what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from activities.ledger.feed import Cursor
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.notices.choosing import NoticeState
from domain.record.restores import span_of
from domain.values import Code, Instant, Value

ADD = """
insert into notice (key, dossier, version, kind, facts, channels, channel, span)
select $1, $2, $3, $4, $5, $6, $7, $8
where not exists (select from notice_before as before where ($9, $10) <= (before.xid, before.position))
on conflict (key) do nothing
"""
DUE = """
select number, key, dossier, version, kind, facts, channels, channel, gone, made_at, doubt_since, tries,
    span from notice
where state = 'waiting' and channel = $1 and next_try <= $2 and not kind = any ($3)
order by number limit $4
"""
BEGUN = """
update notice set doubt_since = coalesce(doubt_since, $2), tries = tries + 1 where number = $1 and state = 'waiting'
returning tries
"""
WITHOUT_EFFECT = """
update notice set doubt_since = $2, tries = $3, code = $4, gone = $5
where number = $1 and state = 'waiting' and tries = $6
"""
DOUBTFUL = "update notice set next_try = $2, code = $3 where number = $1 and state = 'waiting'"
LATER = """
update notice set next_try = $2, code = $3, doubt_since = $4 where number = $1 and state = 'waiting' and tries = $5
"""
MOVED = """
update notice set channel = $2, tries = 0, next_try = clock_timestamp()
where number = $1 and state = 'waiting' and tries = $3
"""
DONE = """
update notice set state = $2, code = coalesce($3, code), message_id = $4, doubt_since = null,
    done_at = clock_timestamp()
where number = $1 and (state = 'waiting' or ($2 = 'sent' and state <> 'sent'))
"""
AGAIN = """
update notice set state = 'waiting', done_at = null, gone = '{}', tries = 0, doubt_since = null, channel = channels[1],
    next_try = clock_timestamp()
from relay_problem as ordered
where ordered.reader = 'notices' and ordered.mended_at is null and ordered.again_at > notice.done_at
  and (ordered.dossier, ordered.version) = (notice.dossier, notice.version) and notice.state = 'refused'
"""
COUNTS = """
select channel, count(*) filter (where state = 'waiting') as waiting,
    min(made_at) filter (where state = 'waiting') as waiting_since, count(*) filter (where state = 'refused') as refused
from notice where state in ('waiting', 'refused') group by channel order by channel
"""
BEHIND = """
select channel, min(next_try) filter (where next_try <= $1 and not kind = any ($2)) as due_since,
    count(*) filter (where next_try <= $1 and not kind = any ($2)) as due,
    count(*) filter (where doubt_since <= $3) as in_doubt
from notice where state = 'waiting' group by channel order by channel
"""
OF_DOSSIER = """
select key, version, kind, channel, state, code, tries, gone, made_at, next_try, doubt_since, done_at
from notice where dossier = $1 order by number
"""


class WaitingNotice(Value):
    """One notice that is to be sent by a channel."""

    number: int
    key: Code
    dossier: str
    version: int
    kind: NoticeKind
    facts: dict[str, str]
    channels: tuple[NoticeChannel, ...]
    channel: NoticeChannel
    gone: tuple[str, ...]
    """`zalo:no_way_to_person.-118`: the channel and why."""
    made_at: Instant
    doubt_since: Instant | None
    tries: int
    span: int
    """Not 0: the event came after a restore, and a lost event may have had the same key."""

    @property
    def key_of_its_own(self) -> str:
        """A key that no lost event had."""
        return f"{self.key}.{self.span}" if self.span else self.key

    @property
    def left(self) -> frozenset[NoticeChannel]:
        """The channels that have refused it or could not be reached."""
        return frozenset(NoticeChannel(one.partition(":")[0]) for one in self.gone)


class ChannelCounts(Value):
    """What waits for one channel, and since when; and what a person has to look at."""

    channel: NoticeChannel
    waiting: int
    waiting_since: Instant | None
    refused: int


class ChannelBehind(Value):
    """What a channel should have sent already, the oldest since when, and what has been in doubt for long."""

    channel: NoticeChannel
    due: int
    due_since: Instant | None
    in_doubt: int


class NoticeLine(Value):
    """One notice of a dossier, as operators see it."""

    key: Code
    version: int
    kind: NoticeKind
    channel: NoticeChannel
    state: NoticeState
    code: str | None
    """Why it was not sent, or why the last try failed."""
    tries: int
    """Tries by this channel that it may have taken. One of which it is known that it had no effect does not count."""
    gone: tuple[str, ...]
    """The channels that were left, each with the reason: `zalo:no_way_to_person.-118`."""
    made_at: Instant
    next_try: Instant
    doubt_since: Instant | None
    done_at: Instant | None


class NoticeRegister:
    """Reads and writes the notices. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def now(self) -> datetime:
        """The database's time, which all workers share."""
        with sql_span("notices.now"), unavailable_as_answer():
            at: datetime = await self._pool.fetchval("select clock_timestamp()")
        return at

    async def add(
        self,
        key: str,
        dossier: str,
        version: int,
        kind: NoticeKind,
        facts: dict[str, str],
        channels: Sequence[NoticeChannel],
        place: Cursor,
    ) -> None:
        """Writes a notice of the event at `place` down. Written again under its key it stays as it was.

        Of an event that an earlier release told, before there were rows, nothing is written.
        """
        first, span = channels[0], span_of(place.xid)
        values = (key, dossier, version, kind, facts, list(channels), first, span, place.xid, place.position)
        with sql_span("notices.add", dossier=dossier), unavailable_as_answer():
            await self._pool.execute(ADD, *values)

    async def due(
        self, channel: NoticeChannel, now: datetime, quiet: Collection[NoticeKind], limit: int
    ) -> list[WaitingNotice]:
        """What is to be sent by a channel now, in the order in which it happened, without the kinds that are quiet."""
        with sql_span("notices.due"), unavailable_as_answer():
            rows = await self._pool.fetch(DUE, channel, now, list(quiet), limit)
        return [WaitingNotice.model_validate(dict(row)) for row in rows]

    async def begun(self, notice: WaitingNotice, now: datetime) -> WaitingNotice | None:
        """Notes that a try begins: from here on its effect is in doubt. None: somebody else has ended the notice.

        What is returned has the number of this try. When the lock of a lane is lost, two processes may try the same
        notice: what the one knows of its try must not hide that the other's is in doubt.
        """
        with sql_span("notices.begun", dossier=notice.dossier), unavailable_as_answer():
            tries = await self._pool.fetchval(BEGUN, notice.number, now)
        return None if tries is None else notice.model_copy(update={"tries": tries - 1})

    async def without_effect(
        self, notice: WaitingNotice, code: str, gone: str | None = None, *, begun: bool = True
    ) -> None:
        """Notes that the try that began had no effect. `gone`: the channel is left, and why. `begun`: False where the
        channel is left without a try. Nothing changes when another try has begun meanwhile."""
        listed = [*notice.gone, *([] if gone is None else [f"{notice.channel}:{gone}"])]
        expected = notice.tries + 1 if begun else notice.tries
        await self._changed(notice, WITHOUT_EFFECT, notice.doubt_since, notice.tries, code, listed, expected)

    async def doubtful(self, notice: WaitingNotice, code: str, next_try: datetime) -> None:
        """Notes that it is not known whether the try had its effect. The same channel gets it again then."""
        await self._changed(notice, DOUBTFUL, next_try, code)

    async def later(self, notice: WaitingNotice, code: str, next_try: datetime) -> None:
        """Notes that the channel has asked to come again later, and took nothing."""
        await self._changed(notice, LATER, next_try, code, notice.doubt_since, notice.tries + 1)

    async def moved(self, notice: WaitingNotice, channel: NoticeChannel) -> None:
        """Gives the notice to another channel."""
        await self._changed(notice, MOVED, channel, notice.tries)

    async def done(
        self, notice: WaitingNotice, state: NoticeState, code: str | None = None, message_id: str | None = None
    ) -> bool:
        """Notes what became of the notice. False: it had ended already. That it was sent is noted in any case."""
        return await self._changed(notice, DONE, state, code, message_id) == "UPDATE 1"

    async def again(self) -> int:
        """Takes up the refused notices whose entries an operator has ordered to be sent again; returns how many."""
        with sql_span("notices.again"), unavailable_as_answer():
            status: str = await self._pool.execute(AGAIN)
        return int(status.removeprefix("UPDATE "))

    async def counts(self) -> list[ChannelCounts]:
        """What waits and what was refused, by channel."""
        with sql_span("notices.counts"), unavailable_as_answer():
            rows = await self._pool.fetch(COUNTS)
        return [ChannelCounts.model_validate(dict(row)) for row in rows]

    async def behind(
        self, now: datetime, quiet: Collection[NoticeKind] = (), doubt_before: datetime | None = None
    ) -> list[ChannelBehind]:
        """What each channel should have sent by now, without the kinds that are quiet.

        `doubt_before`: what has been in doubt since then or longer is counted; None: all that is.
        """
        with sql_span("notices.behind"), unavailable_as_answer():
            rows = await self._pool.fetch(BEHIND, now, list(quiet), doubt_before or now)
        return [ChannelBehind.model_validate(dict(row)) for row in rows]

    async def of_dossier(self, dossier: str) -> list[NoticeLine]:
        """The notices of a dossier, the oldest first."""
        with sql_span("notices.of_dossier", dossier=dossier), unavailable_as_answer():
            rows = await self._pool.fetch(OF_DOSSIER, dossier)
        return [NoticeLine.model_validate(dict(row)) for row in rows]

    async def _changed(self, notice: WaitingNotice, sql: str, *arguments: object) -> str:
        with sql_span("notices.changed", dossier=notice.dossier), unavailable_as_answer():
            status: str = await self._pool.execute(sql, notice.number, *arguments)
        return status
