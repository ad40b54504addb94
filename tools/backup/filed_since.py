"""What a restored system has done since the restore: what an undo takes away again, named before it does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from domain.values import Code, Instant, Value
from tools.backup.messages import BackupStep
from tools.backup.restoring import require_kept, unfinished
from tools.backup.swapping import STEPS
from tools.local_stack import Stack
from tools.local_stack.errors import StackError
from tools.local_stack.messages import Announce, silently, wait
from tools.local_stack.postgres import OWNER_ROLE
from tools.local_stack.stack import BEFORE_RESTORE

MOST_NAMED = 1_000
SINCE = """
select xid from (
    select xid, number, at >= $1 as later from ledger_server
) as restores order by later desc, case when later then number else -number end limit 1
"""
"""The first restore after the old data was put aside. The last one, when the clock was put back meanwhile."""
FILED = """
select dossier as code, body ->> 'procedure' as procedure, at from event
where version = 1 and xid > $1 order by "position" limit $2
"""
COUNTED = """
select count(*) filter (where version = 1) as filed, count(distinct dossier) as dossiers, count(*) as events
from event where xid > $1
"""


class FiledSince(Value):
    """A dossier that was filed since the restore: the old data has nothing of it."""

    code: Code
    procedure: Code | None
    at: Instant


class Since(Value):
    """What was done since the restore. `dossiers` has those that were filed among them."""

    filed: tuple[FiledSince, ...] = ()
    """The first thousand, in the order in which they were filed."""
    filed_in_all: int = 0
    dossiers: int = 0
    events: int = 0


async def since_restore(stack: Path, kept: Path, announce: Announce) -> Since | None:
    """What an undo to `kept` would take away. None: the restored database does not start, so nobody knows.

    It starts the database alone, and ends it again. Raises as `undo` does.
    """
    if (stack / STEPS).exists() or unfinished(stack) is not None:
        return Since()  # of a command that was interrupted: nothing was started on it
    require_kept(stack, kept)
    wait(announce, BackupStep.LOOKING_BACK)
    alone = Stack(stack, servers=("postgres",), announce=silently)
    try:
        alone.up()
        return await _read(alone.postgres_url(OWNER_ROLE), _put_aside_at(kept))
    except (StackError, asyncpg.PostgresError, OSError):
        return None
    finally:
        alone.down()


async def _read(url: str, put_aside: datetime) -> Since:
    connection = await asyncpg.connect(url)
    try:
        since = await connection.fetchval(SINCE, put_aside)
        if since is None:
            return Since()
        filed = await connection.fetch(FILED, since, MOST_NAMED)
        counted = await connection.fetchrow(COUNTED, since)
    finally:
        await connection.close()
    assert counted is not None, "one row always"
    return Since(
        filed=tuple(FiledSince(**row) for row in filed),
        filed_in_all=counted["filed"],
        dossiers=counted["dossiers"],
        events=counted["events"],
    )


def _put_aside_at(kept: Path) -> datetime:
    """When the old data was put aside: the folder is named after it."""
    stamp = kept.name.removeprefix(BEFORE_RESTORE).partition("-")[0]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
