"""Verifies a backup: restores it into a scratch folder, starts the database there, walks every chain, ends it again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import asyncpg

from activities.backups.keys import BackupKey
from activities.backups.manifest import Manifest
from activities.backups.room import full_disk_named
from activities.ledger.checkpoints.keys import PublicKey
from activities.ledger.checkpoints.log import PUBLIC_KEY, CheckpointLog
from activities.ledger.contracts import Progress, no_progress
from activities.ledger.integrity_report import Finding
from activities.ledger.pool import open_pool
from activities.ledger.verification.walk import Anchored
from activities.ledger.verification.walk import verify as verify_ledger
from domain.values import VIETNAM, Instant, Value
from gateway.views.projection import fold_under_published_rules
from tools.backup.base_copy import give_to
from tools.backup.files_copy import ROLES, STACK
from tools.backup.messages import BackupStep
from tools.backup.opening import checked_chain, open_files, open_ledger, open_temporal, require_room_for
from tools.backup.places import Places
from tools.local_stack import Stack
from tools.local_stack.checkpoints import CHECKPOINTS
from tools.local_stack.messages import Announce, silently, wait
from tools.local_stack.postgres import OWNER_ROLE
from tools.local_stack.server_account import home_for, make_passable, ordinary_account
from tools.local_stack.stack import temporary_folder

HELD = """
select count(*) filter (where "position" <= $1) as events, count(*) as all_events, max(at) as newest,
       (select count(*) from dossier) as dossiers from event
"""


class VerifiedLedger(Value):
    """What the restored ledger has, and what is wrong with it."""

    chains: int
    events: int
    newest: Instant | None
    """The time of the last event: later ones are lost with a restore of this backup."""
    lacking: int
    """Events that the manifest counted and the copy lacks."""
    problems: tuple[Finding, ...]
    checkpoints: int | None
    """Signed checkpoints that were compared; None without a log."""


class VerifiedBackup(Value):
    """The outcome for one backup."""

    id: str
    chain: tuple[str, ...]
    files: int
    workflows: int | None
    """The workflows in Temporal's copy; None when there is no copy of Temporal."""
    ledger: VerifiedLedger | None
    """None when the database had no ledger yet."""
    seconds: float

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return self.ledger is None or not (self.ledger.problems or self.ledger.lacking)


async def verify(
    places: Places, announce: Announce, backup: str | None = None, progress: Progress = no_progress
) -> VerifiedBackup:
    """Restores a backup (the newest one by default) into a scratch folder and checks everything in it.

    The scratch folder is under TMPDIR, and is erased also when this process is killed. Raises NotFound
    `backup_unknown`; InvalidInput for what was cut, altered or swapped, for another key, and without room; StackError.
    """
    began, key, folder = time.monotonic(), places.key(), places.folder
    with folder.reading(), temporary_folder() as scratch, full_disk_named(scratch):
        chain = checked_chain(folder, backup, key, announce)
        postgres = scratch / "postgres"
        make_passable(postgres, ordinary_account())
        require_room_for(chain, scratch, postgres)
        wait(announce, BackupStep.UNPACKING, backup=chain[-1].id, folder=scratch)
        files = open_files(folder, chain[-1], key, scratch / "files")
        workflows = open_temporal(folder, chain[-1], key, scratch / "files" / "temporal")
        _place_ledger(places, chain, key, scratch)
        ledger = None
        if chain[-1].ledger is not None:
            ledger = await _walked(scratch, chain[-1], announce, progress)
    return VerifiedBackup(
        id=chain[-1].id,
        chain=tuple(one.id for one in chain),
        files=files,
        workflows=workflows,
        ledger=ledger,
        seconds=round(time.monotonic() - began, 1),
    )


def _place_ledger(places: Places, chain: Sequence[Manifest], key: BackupKey, scratch: Path) -> None:
    account = ordinary_account()
    home = home_for(scratch / "postgres", account)
    open_ledger(places.folder, chain, key, home / "data")
    give_to(account, home / "data")
    roles = scratch / "files" / STACK / ROLES
    roles.rename(scratch / ROLES)


async def _walked(scratch: Path, manifest: Manifest, announce: Announce, progress: Progress) -> VerifiedLedger:
    wait(announce, BackupStep.STARTING)
    stack = Stack(scratch, servers=("postgres",), durable=False, announce=silently)
    stack.up()
    try:
        wait(announce, BackupStep.WALKING)
        return await _checked(stack, scratch / "files" / STACK / CHECKPOINTS, manifest, progress)
    finally:
        stack.reset()


async def _checked(stack: Stack, log: Path, manifest: Manifest, progress: Progress) -> VerifiedLedger:
    assert manifest.ledger is not None, "asked only for a backup with a ledger"
    held = await _held(stack, manifest)
    pool = await open_pool(stack.postgres_url(), 4, name="luongxanh-backup")
    owner = await open_pool(stack.postgres_url(OWNER_ROLE), 1, name="luongxanh-backup")
    try:
        fold = await fold_under_published_rules(pool)
        anchored = _anchored(log)
        found = await verify_ledger(pool, None, fold=fold, progress=progress, anchored=anchored, owner=owner)
    finally:
        await pool.close()
        await owner.close()
    return VerifiedLedger(
        chains=found.chains,
        events=held["all_events"],
        newest=held["newest"],
        lacking=max(0, manifest.ledger.events - held["events"], manifest.ledger.dossiers - held["dossiers"]),
        problems=found.problems,
        checkpoints=None if found.compared is None else found.compared.checkpoints,
    )


async def _held(stack: Stack, manifest: Manifest) -> asyncpg.Record:
    assert manifest.ledger is not None, "asked only for a backup with a ledger"
    connection = await asyncpg.connect(stack.postgres_url(OWNER_ROLE))
    try:
        row = await connection.fetchrow(HELD, manifest.ledger.position)
    finally:
        await connection.close()
    assert row is not None, "one row always"
    return row


def _anchored(folder: Path) -> Anchored | None:
    """The log of checkpoints of the backup; None when it has none yet."""
    if not (folder / PUBLIC_KEY).exists():
        return None
    key = PublicKey.read((folder / PUBLIC_KEY).read_text(encoding="utf-8"))
    return Anchored(CheckpointLog(folder), key, datetime.now(VIETNAM))
