"""Makes a backup of the running stack.

The order keeps the copies consistent: the files (with the log of checkpoints) and Temporal first, the ledger last. The
ledger is the record: a workflow that is behind it, and a log of checkpoints that ends earlier, go on from it. What is
ahead of it could not.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from activities.backups.keys import BackupKey
from activities.backups.manifest import OURS, BackupKind, LedgerCounts, Manifest
from activities.backups.packing import pack
from activities.backups.room import require_room
from activities.backups.store import BackupFolder, Draft
from activities.province import load_province
from domain.errors import DomainError
from domain.values import Value
from tools.backup.base_copy import copy_ledger, extract_list
from tools.backup.files_copy import files_of, size_of
from tools.backup.messages import BackupStep
from tools.backup.places import FILES, LEDGER, TEMPORAL_FILE, Places
from tools.backup.programs import SUMMARIES_MISSING, ProgramFailed
from tools.backup.temporal_copy import copy_temporal
from tools.local_stack import StackError, read_state
from tools.local_stack.clock import now
from tools.local_stack.lock import only_one
from tools.local_stack.messages import Announce, wait
from tools.local_stack.postgres import DATABASE, SUPERUSER, with_database
from tools.local_stack.status import is_running
from workers.messages import SettingsRefusal

LONGEST_CHAIN = 14
"""After so many incremental backups a full one is made: each one more makes a restore longer."""
ROOM_FOR_THE_REST = 32 << 20

SERVER = """
select (select system_identifier::text from pg_control_system()) as server, pg_current_wal_lsn()::text as lsn,
       (select sum(pg_database_size(oid))::bigint from pg_database) as size,
       coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), $1::text::pg_lsn), 0)::bigint as since,
       to_regclass('public.event') is not null as has_ledger
"""
LAST_MIGRATION = "select max(file) from migration"
COUNTS = """
select (select count(*) from event) as events, (select count(*) from dossier) as dossiers,
       coalesce(max("position"), 0) as "position", max(at) as newest from event
"""


class ServerNow(Value):
    """The running server: its identity, its place in the log, sizes in bytes, and what the ledger has."""

    server: str
    lsn: str
    size: int
    since: int
    """How much log was written since the base backup began."""
    ledger: LedgerCounts | None
    migration: str | None


async def create(places: Places, announce: Announce, *, full: bool = False) -> Manifest:
    """Makes a backup: incremental where the last one can be built on, else full.

    Raises Conflict `backup_under_way`; InvalidInput `backup_no_room`, `backup_program_failed` and those of the key;
    StackError when PostgreSQL does not run; OSError. Nothing is left behind then.
    """
    key, folder = places.key(), places.folder
    with only_one(places.stack, announce), folder.only_one(), _work(places.stack) as work:
        url = _running_ledger(places.stack)
        base = None if full else _base(folder, key)
        found = await _look(url, base)
        if base is not None and base.server != found.server:
            base = None
        _require_room(places, found, base)
        try:
            return _made(places, key, found, base, url, work, announce)
        except ProgramFailed as failed:
            if base is None or SUMMARIES_MISSING not in failed.printed:
                raise
            wait(announce, BackupStep.FULL_INSTEAD)
            _require_room(places, found, None)
            return _made(places, key, found, None, url, work, announce)


def _running_ledger(folder: Path) -> str:
    """The address of the running database. Raises StackError `stack_not_running`."""
    found = read_state(folder).component("postgres")
    if found is None or not is_running(found):
        facts = {"component": "PostgreSQL", "folder": folder, "variable": "LUONGXANH_STACK"}
        raise StackError(SettingsRefusal.STACK_NOT_RUNNING, **facts)
    return with_database(found.urls[SUPERUSER], DATABASE)


def _made(
    places: Places, key: BackupKey, found: ServerNow, base: Manifest | None, url: str, work: Path, announce: Announce
) -> Manifest:
    folder, began = places.folder, now()
    kind = BackupKind.FULL if base is None else BackupKind.INCREMENTAL
    with folder.draft(kind, began, key) as draft:
        _copy_all(draft, places, key, base, url, work, announce)
        manifest = Manifest(
            id=draft.id,
            kind=kind,
            base=None if base is None else folder.base(base),
            key=key.id,
            release=OURS,
            province=_province(places.province),
            migration=found.migration,
            server=found.server,
            lsn=found.lsn,
            began=began,
            ended=now(),
            ledger=found.ledger,
            parts=tuple(draft.parts),
        )
        folder.finish(draft, manifest, key)
    return manifest


def _copy_all(
    draft: Draft,
    places: Places,
    key: BackupKey,
    base: Manifest | None,
    url: str,
    work: Path,
    announce: Announce,
) -> None:
    wait(announce, BackupStep.COPYING_FILES)
    with draft.part(FILES) as part:
        pack(files_of(places.stack, places.province), part)
    if (file := places.stack / "temporal" / TEMPORAL_FILE).exists():
        wait(announce, BackupStep.COPYING_TEMPORAL)
        copy_temporal(draft, file, work)
    wait(announce, BackupStep.COPYING_LEDGER)
    since = None
    if base is not None:
        since = extract_list(places.folder, base, key, work / f"{base.id}.list")
    copy_ledger(draft, url, work, since)


def _base(folder: BackupFolder, key: BackupKey) -> Manifest | None:
    """The backup to build on: the newest one, if its chain is whole and not too long."""
    latest = folder.latest(key)
    if latest is None:
        return None
    try:
        chain = folder.chain(latest.id, key)
        for manifest in chain:
            folder.require_sizes(manifest)
    except DomainError:
        return None  # a full backup needs none of it; `verify` names what is wrong
    return latest if len(chain) <= LONGEST_CHAIN else None


def _province(folder: Path) -> str | None:
    """The code of the province. Files that are wrong now are no reason against a backup."""
    try:
        return load_province(folder).code
    except DomainError:
        return None


async def _look(url: str, base: Manifest | None) -> ServerNow:
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(SERVER, base.lsn if base else None)
        assert row is not None, "one row always"
        counts = await connection.fetchrow(COUNTS) if row["has_ledger"] else None
        migration = await connection.fetchval(LAST_MIGRATION) if row["has_ledger"] else None
    finally:
        await connection.close()
    ledger = None if counts is None else LedgerCounts(**dict(counts))
    return ServerNow(
        server=row["server"],
        lsn=row["lsn"],
        size=row["size"],
        since=row["since"],
        ledger=ledger,
        migration=migration,
    )


def _require_room(places: Places, found: ServerNow, base: Manifest | None) -> None:
    """The sealed copy is at most as large as what is copied. An incremental one has what the log has, twice at most."""
    temporal = places.stack / "temporal" / TEMPORAL_FILE
    copied = temporal.stat().st_size if temporal.exists() else 0
    ledger = found.size if base is None else min(found.size, 2 * found.since)
    rest = copied + size_of(places.stack, places.province) + ROOM_FOR_THE_REST
    if base is not None:
        rest += base.part(LEDGER).plain // 50  # PostgreSQL's list, and a stub of each file
    require_room(places.backups, ledger + rest)
    require_room(places.stack, copied)


@contextmanager
def _work(stack: Path) -> Iterator[Path]:
    """A private folder for what is in the clear on the way: within the stack, which has the same in the clear."""
    folder = stack / "run" / "backup"
    shutil.rmtree(folder, ignore_errors=True)  # of a command that was killed
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
