"""What the deliverer reads and writes: which webhooks have work, how far each is, and whom to tell of a stop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from activities.ledger.feed import Cursor
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from activities.webhooks.register import COLUMNS, IN_FORCE, SECRETS, Owner, Webhook, WebhookState, webhook_of
from domain.values import Code, Instant, Value

NEVER_TRIED = "waits"
"""The code of a dossier whose event was not sent because its receiver rests."""

_READY = "state = 'active' and (rests_until is null or rests_until <= clock_timestamp())"
DUE = f"""
with last as (
    select xid, "position" from event where xid < (select oldest_open_transaction())
    order by xid desc, "position" desc limit 1
)
select id from webhook
where {_READY} and (
    (sent_xid, sent_position) < (select xid, "position" from last)
    or exists (
        select from webhook_behind
        where webhook = webhook.id and dead_at is null and next_try <= clock_timestamp()
    )
)
"""  # noqa: S608  our own words
OPEN = f"select {COLUMNS} from webhook where id = $1 and {_READY}"  # noqa: S608  our own columns
DUE_DOSSIERS = """
select dossier, version, tries from webhook_behind
where webhook = $1 and dead_at is null and next_try <= clock_timestamp() order by next_try, dossier limit $2
"""
AMONG = "select dossier from webhook_behind where webhook = $1 and dossier = any ($2)"
MOVE = """
update webhook set sent_xid = $4, sent_position = $5
where id = $1 and (sent_xid, sent_position) = ($2, $3) and state <> 'deleted' returning true
"""
FALL_BEHIND = """
insert into webhook_behind (webhook, dossier, version, tries, next_try, code, dead_at, untold)
values (
    $1, $2, $3, $4, clock_timestamp() + coalesce($5::interval, '0'), $6,
    case when $5::interval is null then clock_timestamp() end, $5::interval is null
)
"""
GO_ON = """
update webhook_behind set
    version = $4, tries = $5, next_try = clock_timestamp() + coalesce($6::interval, '0'), code = $7,
    dead_at = case when $6::interval is null then clock_timestamp() end, untold = $6::interval is null
where webhook = $1 and dossier = $2 and version = $3
"""
CAUGHT_UP = "delete from webhook_behind where webhook = $1 and dossier = $2 and version = $3"
HEALTH = """
update webhook set failures = $2, rests_until = clock_timestamp() + $3::interval where id = $1
"""
STOP = """
update webhook set state = $2, because = $3, untold = $3, stopped_at = clock_timestamp()
where id = $1 and state = 'active'
"""
UNTOLD = """
select id, owner_kind, owner, untold as because, 0 as dead, null as first_dossier, stopped_at as since
from webhook where untold is not null and state <> 'deleted'
union all
select webhook.id, owner_kind, owner, min(behind.code), count(*), min(behind.dossier), max(behind.dead_at)
from webhook_behind behind join webhook on webhook.id = behind.webhook
where behind.untold group by webhook.id
"""
STOPPED = """
select id as webhook, owner, null as dossier, null as version, because as code, stopped_at as at
from webhook where because is not null and state in ('paused', 'disabled')
union all
select behind.webhook, owner, dossier, version, code, dead_at
from webhook_behind behind join webhook on webhook.id = behind.webhook where dead_at is not null
order by at limit $1
"""
COUNTS = """
select count(*) filter (where dead_at is null) as behind, count(*) filter (where dead_at is not null) as given_up
from webhook_behind
"""
TOLD = "update webhook set untold = null where id = $1 and untold = $2"
TOLD_DEAD = "update webhook_behind set untold = false where webhook = $1 and untold and dead_at <= $2"


class DueDossier(Value):
    """A dossier that is behind and whose next try is due."""

    dossier: Code
    version: int
    tries: int


class Fallen(Value):
    """A dossier whose events wait from `version` on."""

    dossier: Code
    version: int
    tries: int
    next_try_in: timedelta | None
    """None: there is no further try."""
    code: str


class Untold(Value):
    """A stop of which the owner has not been told yet."""

    webhook: Code
    owner: Owner
    because: str
    dead: int
    """How many dossiers were given up; 0: the whole webhook has stopped."""
    first_dossier: str | None
    since: Instant


class StoppedWebhook(Value):
    """An incident of a webhook: a dossier that was given up, or the whole webhook stopped."""

    webhook: Code
    owner: Code
    dossier: str | None
    """None: the whole webhook."""
    version: int | None
    """The event of the dossier at which it stopped."""
    code: str
    at: Instant


class BehindCounts(Value):
    """How many dossiers are behind, over all webhooks."""

    behind: int
    """Those that are tried again."""
    given_up: int


class WebhookProgress:
    """Reads and writes progress. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @staticmethod
    async def due(db: Connection) -> list[str]:
        """The webhooks that have something to send now, on the connection that holds the deliverer's lock."""
        return [row["id"] for row in await db.fetch(DUE)]

    async def open(self, webhook: str) -> tuple[Webhook, list[str]] | None:
        """The webhook and the secrets that sign now, if it is to be sent now."""
        with sql_span("webhook.open"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                row = await db.fetchrow(OPEN, webhook)
                secrets = [one["secret"] for one in await db.fetch(SECRETS.format(IN_FORCE), webhook)]
        return None if row is None else (webhook_of(row), secrets)

    async def due_dossiers(self, webhook: str, limit: int) -> list[DueDossier]:
        """The dossiers that are behind and due, the longest waiting first."""
        with sql_span("webhook.due_dossiers"), unavailable_as_answer():
            rows = await self._pool.fetch(DUE_DOSSIERS, webhook, limit)
        return [DueDossier.model_validate(dict(row)) for row in rows]

    async def among_behind(self, webhook: str, dossiers: Sequence[str]) -> frozenset[str]:
        """Which of these dossiers are behind."""
        with sql_span("webhook.among_behind"), unavailable_as_answer():
            rows = await self._pool.fetch(AMONG, webhook, list(dossiers))
        return frozenset(row["dossier"] for row in rows)

    async def move(self, webhook: Webhook, place: Cursor, fallen: Sequence[Fallen]) -> bool:
        """Moves the webhook to a place, and lists the dossiers that were not sent, in one transaction.

        Returns False, and writes nothing, when somebody has moved it meanwhile.
        """
        was = webhook.sent
        with sql_span("webhook.move"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                if not await db.fetchval(MOVE, webhook.id, was.xid, was.position, place.xid, place.position):
                    return False
                for one in fallen:
                    await db.execute(
                        FALL_BEHIND, webhook.id, one.dossier, one.version, one.tries, one.next_try_in, one.code
                    )
        return True

    async def goes_on(self, webhook: str, due: DueDossier, fallen: Fallen) -> None:
        """A dossier that is behind has got as far as `fallen` says, or was given up there."""
        with sql_span("webhook.goes_on", dossier=due.dossier), unavailable_as_answer():
            await self._pool.execute(
                GO_ON, webhook, due.dossier, due.version, fallen.version, fallen.tries, fallen.next_try_in, fallen.code
            )

    async def caught_up(self, webhook: str, due: DueDossier) -> None:
        """A dossier is no longer behind."""
        with sql_span("webhook.caught_up", dossier=due.dossier), unavailable_as_answer():
            await self._pool.execute(CAUGHT_UP, webhook, due.dossier, due.version)

    async def health(self, webhook: str, failures: int, rest: timedelta | None) -> None:
        """Records the failures in a row, and how long the receiver rests."""
        with sql_span("webhook.health"), unavailable_as_answer():
            await self._pool.execute(HEALTH, webhook, failures, rest)

    async def stop(self, webhook: str, state: WebhookState, because: str) -> None:
        """Stops an active webhook; its owner is told."""
        with sql_span("webhook.stop"), unavailable_as_answer():
            await self._pool.execute(STOP, webhook, state.value, because)

    async def untold(self) -> list[Untold]:
        """Every stop of which the owner has not been told."""
        with sql_span("webhook.untold"), unavailable_as_answer():
            rows = await self._pool.fetch(UNTOLD)
        return [
            Untold.model_validate(
                {**dict(row), "webhook": row["id"], "owner": {"kind": row["owner_kind"], "code": row["owner"]}}
            )
            for row in rows
        ]

    async def stopped(self, limit: int = 1_000) -> list[StoppedWebhook]:
        """What waits for a person, the longest waiting first."""
        with sql_span("webhook.stopped"), unavailable_as_answer():
            rows = await self._pool.fetch(STOPPED, limit)
        return [StoppedWebhook.model_validate(dict(row)) for row in rows]

    async def counts(self) -> BehindCounts:
        """The dossiers behind, counted."""
        with sql_span("webhook.counts"), unavailable_as_answer():
            row = await self._pool.fetchrow(COUNTS)
        return BehindCounts.model_validate(dict(row))

    async def told(self, told: Untold) -> None:
        """The owner was told of it."""
        with sql_span("webhook.told"), unavailable_as_answer():
            if told.dead:
                await self._pool.execute(TOLD_DEAD, told.webhook, told.since)
            else:
                await self._pool.execute(TOLD, told.webhook, told.because)
