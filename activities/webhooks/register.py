"""The register of webhooks, for the people and services that own them: create, change, rotate, replay, repair.

A process may be sending meanwhile. It writes what it did only if the place at which it began still stands, so an order
is never undone by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID, uuid4

from activities.events_out.filters import EventFilter
from activities.ledger.feed import Cursor, Feed
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from activities.webhooks.addresses import require_receiver
from activities.webhooks.signing import new_secret
from domain.errors import Conflict, NotFound
from domain.messages.events_out import EventsRefusal
from domain.values import Bilingual, Code, Instant, Value

MOST_OF_ONE_OWNER = 20
MOST_SECRETS = 5
ANY = Bilingual(vi="nào", en="any dossier")
"""Stands in a sentence for the code of a dossier."""
OVERLAP = timedelta(days=1)
"""How long an old secret signs beside the new one, unless the caller says otherwise."""
SECRETS = "select secret from webhook_secret where webhook = $1 and {} order by number desc"
IN_FORCE = "(ends_at is null or ends_at > clock_timestamp())"


class WebhookState(StrEnum):
    """Whether a webhook is sent."""

    ACTIVE = "active"
    PAUSED = "paused"
    """Its owner has stopped it, or may see no event any more. It goes on from its place when it is resumed."""
    DISABLED = "disabled"
    """The receiver said that it is gone (410)."""


class Owner(Value):
    """Whose webhook it is: what it gets is what its owner may see as of now."""

    kind: Literal["service", "person"]
    code: Code


class Webhook(Value):
    """A webhook as its owner sees it, without its secrets."""

    id: Code
    owner: Owner
    url: str
    filter: EventFilter
    state: WebhookState
    because: str | None
    """Why it is paused or disabled, where nobody ordered it."""
    sent: Cursor
    """Every event up to here was sent, was not wanted, or belongs to a dossier that is behind."""
    failures: int
    """Failures in a row."""
    rests_until: Instant | None
    created_at: Instant
    created_by: Code
    changed_at: Instant
    changed_by: Code


class Behind(Value):
    """A dossier whose events wait for the receiver, from a version on."""

    dossier: Code
    version: int
    tries: int
    next_try: Instant
    code: str
    since: Instant
    dead_at: Instant | None
    """When the last try failed; None while there is another."""


class WebhookChange(Value):
    """What to change; None: leave it."""

    url: str | None = None
    filter: EventFilter | None = None


class WebhookRegister:
    """Reads and writes the register. Every method raises DatabaseUnavailable when the database does not answer, and
    NotFound `webhook_unknown` for a webhook that is not this owner's.

    `owner` None: an operator's view of all. `allowed_hosts`: hosts that may be in an internal network.
    """

    def __init__(self, pool: Pool, allowed_hosts: AbstractSet[str] = frozenset()) -> None:
        self._pool = pool
        self._allowed = allowed_hosts

    async def create(
        self,
        owner: Owner,
        url: str,
        wanted: EventFilter,
        who: Code,
        after: Cursor | None = None,
        *,
        command: UUID | None = None,
    ) -> tuple[Webhook, str]:
        """A new webhook and its secret, which is shown only now. It begins after a place; with new events when None.

        `command`: the act that makes it. The same act, sent again, gives the webhook that it made.

        Raises InvalidInput `webhook_url_not_https`, `webhook_address_private`; Conflict `webhooks_too_many`.
        """
        require_receiver(url, self._allowed)
        place = await Feed(self._pool).end() if after is None else after
        secret, named = new_secret(), f"wh-{uuid4().hex[:12]}"
        with sql_span("webhook.create"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute("select pg_advisory_xact_lock(hashtext($1))", f"webhooks of {owner.kind} {owner.code}")
                made = await db.fetchrow(MADE_BY, command)
                if made is not None:
                    return await self._one(db, made["webhook"], owner), made["secret"]
                if await db.fetchval(COUNT, owner.kind, owner.code) >= MOST_OF_ONE_OWNER:
                    raise Conflict(EventsRefusal.WEBHOOKS_TOO_MANY, most=MOST_OF_ONE_OWNER)
                written = wanted.model_dump(mode="json")
                row = await db.fetchrow(
                    CREATE, named, owner.kind, owner.code, url, written, place.xid, place.position, who
                )
                await db.execute(KEEP, named, secret, command)
        return webhook_of(row), secret

    async def get(self, webhook: str, owner: Owner | None) -> Webhook:
        """One webhook."""
        with sql_span("webhook.get"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                return await self._one(db, webhook, owner)

    async def of(
        self, owner: Owner | None, key: str | None = None, back: bool = False, *, limit: int = 100
    ) -> list[Webhook]:
        """The webhooks of an owner in the order of their ids, after a key; of all owners when None.

        `back`: those before the key, the nearest first.
        """
        with sql_span("webhook.of"), unavailable_as_answer():
            rows = await self._pool.fetch(LIST_BACK if back else LIST, *_owner(owner), key or "", limit)
        return [webhook_of(row) for row in rows]

    async def change(self, webhook: str, owner: Owner | None, change: WebhookChange, who: Code) -> Webhook:
        """Changes address or filter, and records who. A receiver at a new address is tried at once.

        Raises InvalidInput `webhook_url_not_https`, `webhook_address_private`.
        """
        if change.url is not None:
            require_receiver(change.url, self._allowed)
        written = None if change.filter is None else change.filter.model_dump(mode="json")
        with sql_span("webhook.change"), unavailable_as_answer():
            row = await self._pool.fetchrow(CHANGE, webhook, *_owner(owner), change.url, written, who)
        return webhook_of(_found(row, webhook))

    async def pause(self, webhook: str, owner: Owner | None, who: Code) -> Webhook:
        """Sends nothing until it is resumed. Events wait in the ledger."""
        with sql_span("webhook.pause"), unavailable_as_answer():
            row = await self._pool.fetchrow(SET, webhook, *_owner(owner), WebhookState.PAUSED.value, who)
        return webhook_of(_found(row, webhook))

    async def resume(self, webhook: str, owner: Owner | None, who: Code) -> Webhook:
        """Goes on where it stopped, also after a 410; a receiver at rest and the dossiers behind are tried at once."""
        with sql_span("webhook.resume"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                row = await db.fetchrow(SET, webhook, *_owner(owner), WebhookState.ACTIVE.value, who)
                await db.execute(DUE_AT_ONCE, _found(row, webhook)["id"])
        return webhook_of(row)

    async def delete(self, webhook: str, owner: Owner | None, who: Code) -> None:
        """Ends a webhook for ever. Its secrets and what waits for it are removed; who ended it stays recorded."""
        with sql_span("webhook.delete"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await self._one(db, webhook, owner, lock=True)
                await db.execute(DELETE, webhook, who)
                await db.execute("delete from webhook_secret where webhook = $1", webhook)
                await db.execute("delete from webhook_behind where webhook = $1", webhook)

    async def rotate(
        self,
        webhook: str,
        owner: Owner | None,
        who: Code,
        overlap: timedelta = OVERLAP,
        *,
        command: UUID | None = None,
    ) -> str:
        """A new secret, which is shown only now. The others sign beside it for `overlap` and then end.

        `command`: the act that makes it. The same act, sent again, gives the secret that it made.

        Raises Conflict `webhook_secrets_too_many`.
        """
        secret = new_secret()
        with sql_span("webhook.rotate"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await self._one(db, webhook, owner, lock=True)
                made = await db.fetchrow(MADE_BY, command)
                if made is not None:
                    return str(made["secret"])
                await db.execute(REMOVE_ENDED, webhook)
                if len(await db.fetch(SECRETS.format(IN_FORCE), webhook)) >= MOST_SECRETS:
                    raise Conflict(EventsRefusal.WEBHOOK_SECRETS_TOO_MANY, webhook=webhook, most=MOST_SECRETS)
                await db.execute(END_SECRETS, webhook, overlap)
                await db.execute(KEEP, webhook, secret, command)
                await db.execute(TOUCH, webhook, who)
        return secret

    async def secrets(self, webhook: str, owner: Owner | None) -> list[str]:
        """The secrets that sign now, the newest first. They never leave this process."""
        with sql_span("webhook.secrets"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                await self._one(db, webhook, owner)
                return [row["secret"] for row in await db.fetch(SECRETS.format(IN_FORCE), webhook)]

    async def replay(self, webhook: str, owner: Owner | None, after: Cursor, who: Code) -> Webhook:
        """Sends everything after a place once more. A dossier that is behind begins again there too.

        Raises Conflict `webhook_replay_forward` when the webhook has not come so far.
        """
        with sql_span("webhook.replay"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                found = await self._one(db, webhook, owner, lock=True)
                if (after.xid, after.position) > (found.sent.xid, found.sent.position):
                    raise Conflict(EventsRefusal.WEBHOOK_REPLAY_FORWARD, webhook=webhook)
                await db.execute(BEHIND_FROM, webhook, after.xid, after.position)
                return webhook_of(await db.fetchrow(REPLAY, webhook, after.xid, after.position, who))

    async def behind(
        self,
        webhook: str,
        owner: Owner | None,
        key: str | None = None,
        back: bool = False,
        *,
        dead: bool | None = None,
        limit: int = 100,
    ) -> list[Behind]:
        """The dossiers that are behind, by their codes, after a key. `dead`: only those given up, or only the others.

        `back`: those before the key, the nearest first.
        """
        with sql_span("webhook.behind"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                await self._one(db, webhook, owner)
                rows = await db.fetch(BEHIND_BACK if back else BEHIND, webhook, dead, key or "", limit)
        return [Behind.model_validate(dict(row)) for row in rows]

    async def retry(self, webhook: str, owner: Owner | None, dossier: Code | None, who: Code) -> int:
        """Sends the events of a dossier that was given up from where it stopped; of all when None. Returns how many.

        Raises Conflict `webhook_nothing_dead`.
        """
        with sql_span("webhook.retry"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await self._one(db, webhook, owner, lock=True)
                rows = await db.fetch(RETRY, webhook, dossier)
                if not rows:
                    raise Conflict(EventsRefusal.WEBHOOK_NOTHING_DEAD, webhook=webhook, dossier=dossier or ANY)
                await db.execute(TOUCH, webhook, who)
        return len(rows)

    async def skip(self, webhook: str, owner: Owner | None, dossier: Code, who: Code) -> int:
        """Leaves out the event at which a dossier was given up, and sends those after it. Returns its version.

        Raises Conflict `webhook_nothing_dead`.
        """
        with sql_span("webhook.skip", dossier=dossier), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await self._one(db, webhook, owner, lock=True)
                version: int | None = await db.fetchval(SKIP, webhook, dossier)
                if version is None:
                    raise Conflict(EventsRefusal.WEBHOOK_NOTHING_DEAD, webhook=webhook, dossier=dossier)
                await db.execute(TOUCH, webhook, who)
        return version - 1

    async def _one(self, db: Connection, webhook: str, owner: Owner | None, *, lock: bool = False) -> Webhook:
        row = await db.fetchrow(GET + (" for update" if lock else ""), webhook, *_owner(owner))
        return webhook_of(_found(row, webhook))


COLUMNS = (
    "id, owner_kind, owner, url, filter, state, because, sent_xid, sent_position, failures, rests_until, created_at, "
    "created_by, changed_at, changed_by"
)
COUNT = "select count(*) from webhook where owner_kind = $1 and owner = $2 and state <> 'deleted'"
OWNED = "($2::text is null or (owner_kind, owner) = ($2, $3)) and state <> 'deleted'"
GET = f"select {COLUMNS} from webhook where id = $1 and {OWNED}"  # noqa: S608  our own columns
LIST = f"""
select {COLUMNS} from webhook
where ($1::text is null or (owner_kind, owner) = ($1, $2)) and state <> 'deleted' and id > $3 order by id limit $4
"""  # noqa: S608  our own columns
LIST_BACK = f"""
select {COLUMNS} from webhook
where ($1::text is null or (owner_kind, owner) = ($1, $2)) and state <> 'deleted' and id < $3 order by id desc limit $4
"""  # noqa: S608  our own columns
CREATE = f"""
insert into webhook (
    id, owner_kind, owner, url, filter, state, sent_xid, sent_position, created_by, changed_by
) values ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $8) returning {COLUMNS}
"""  # noqa: S608  our own columns
CHANGE = f"""
update webhook set
    url = coalesce($4, url), filter = coalesce($5::jsonb, filter),
    failures = case when $4::text is null then failures else 0 end,
    rests_until = case when $4::text is null then rests_until end,
    changed_at = clock_timestamp(), changed_by = $6
where id = $1 and {OWNED} returning {COLUMNS}
"""  # noqa: S608  our own columns
SET = f"""
update webhook set
    state = $4, because = null, stopped_at = null, untold = null, failures = 0, rests_until = null,
    changed_at = clock_timestamp(), changed_by = $5
where id = $1 and {OWNED} returning {COLUMNS}
"""  # noqa: S608  our own columns
DUE_AT_ONCE = """
update webhook_behind set next_try = clock_timestamp() where webhook = $1 and dead_at is null
"""
DELETE = """
update webhook set state = 'deleted', changed_at = clock_timestamp(), changed_by = $2, untold = null where id = $1
"""
TOUCH = """
update webhook set changed_at = clock_timestamp(), changed_by = $2, failures = 0, rests_until = null where id = $1
"""
KEEP = "insert into webhook_secret (webhook, secret, command_id) values ($1, $2, $3)"
MADE_BY = "select webhook, secret from webhook_secret where command_id = $1"
REMOVE_ENDED = "delete from webhook_secret where webhook = $1 and ends_at <= clock_timestamp()"
END_SECRETS = f"""
update webhook_secret set ends_at = clock_timestamp() + $2::interval
where webhook = $1 and ends_at is null and {IN_FORCE}
"""  # noqa: S608  our own words
REPLAY = f"""
update webhook set sent_xid = $2, sent_position = $3, failures = 0, rests_until = null,
    changed_at = clock_timestamp(), changed_by = $4
where id = $1 returning {COLUMNS}
"""  # noqa: S608  our own columns
BEHIND_FROM = """
update webhook_behind entry set
    version = least(entry.version, (
        select min(event.version) from event
        where event.dossier = entry.dossier and (event.xid, event."position") > ($2, $3)
    )),
    tries = 0, next_try = clock_timestamp(), dead_at = null, untold = false
where webhook = $1
"""
"""`least` passes over a null: a dossier without a later event stays where it is."""
BEHIND = """
select dossier, version, tries, next_try, code, since, dead_at from webhook_behind
where webhook = $1 and ($2::boolean is null or (dead_at is not null) = $2) and dossier > $3 order by dossier limit $4
"""
BEHIND_BACK = """
select dossier, version, tries, next_try, code, since, dead_at from webhook_behind
where webhook = $1 and ($2::boolean is null or (dead_at is not null) = $2) and dossier < $3
order by dossier desc limit $4
"""
RETRY = """
update webhook_behind set tries = 0, next_try = clock_timestamp(), dead_at = null, untold = false
where webhook = $1 and ($2::text is null or dossier = $2) and dead_at is not null returning dossier
"""
SKIP = """
update webhook_behind
set version = version + 1, tries = 0, next_try = clock_timestamp(), dead_at = null, untold = false
where webhook = $1 and dossier = $2 and dead_at is not null returning version
"""


def webhook_of(row: Any) -> Webhook:
    """A row of the register."""
    fields = dict(row)
    return Webhook.model_validate(
        {
            **fields,
            "owner": Owner(kind=fields["owner_kind"], code=fields["owner"]),
            "sent": Cursor(xid=fields["sent_xid"], position=fields["sent_position"]),
        }
    )


def _owner(owner: Owner | None) -> Sequence[str | None]:
    return (None, None) if owner is None else (owner.kind, owner.code)


def _found(row: Any, webhook: str) -> Any:
    if row is None:
        raise NotFound(EventsRefusal.WEBHOOK_UNKNOWN, webhook=webhook)
    return row
