"""Restores the stack from a backup, over nothing or over data that is kept aside, and lets the ledger go on."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from activities.backups.keys import BackupKey
from activities.backups.manifest import Manifest
from activities.backups.room import full_disk_named
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.migrations import migrate
from activities.ledger.pool import open_pool
from activities.ledger.servers import Continued, LogThen, after_restore
from activities.province import load_province
from domain.errors import Conflict, NotFound
from domain.messages.backups import BackupRefusal
from domain.values import Instant, Value
from tools.backup.base_copy import give_to
from tools.backup.files_copy import OF_THE_STACK, PROVINCE, ROLES, STACK
from tools.backup.messages import BackupStep
from tools.backup.opening import checked_chain, open_files, open_ledger, open_temporal, require_ours, require_room_for
from tools.backup.places import Places
from tools.backup.swapping import Swap, Swaps, carry_out, finish, swap, undo_of
from tools.local_stack import Stack
from tools.local_stack.checkpoints import CHECKPOINTS
from tools.local_stack.clock import now
from tools.local_stack.lock import only_one
from tools.local_stack.messages import Announce, wait
from tools.local_stack.postgres import OWNER_ROLE
from tools.local_stack.server_account import home_for, make_passable, ordinary_account
from tools.local_stack.stack import BEFORE_RESTORE, RESTORED, RESTORING
from tools.local_stack.state import write_private
from workers.connections import patiently
from workflows.search_attributes import SEARCH_ATTRIBUTES

ASIDE, KEPT = RESTORING, BEFORE_RESTORE
DATA = "data"


class Placed(Value):
    """What was put in place."""

    backup: str
    chain: tuple[str, ...]
    kept: Path | None
    """Where the data that was there before is kept; None when there was none."""
    province: Path | None
    """Where the province's files of the backup are, when those in use differ: they are not overwritten."""
    workflows: int | None
    continued: bool = False
    """Whether the ledger goes on from there already: only dossiers are still to be woken."""


class WentOn(Value):
    """How the ledger goes on."""

    continued: Continued
    newest: Instant | None
    """The time of the last event: what was done later is lost here, and others may know it."""
    log_kept: Path | None
    """Where the log of checkpoints was moved, when it had events that the ledger lacks."""


def place(places: Places, announce: Announce, backup: str | None = None, *, over_existing: bool = False) -> Placed:
    """Opens a backup (the newest one by default) and puts it in the place of the stack's data.

    What an interrupted command has put in place stays there: it is the answer, and nothing is opened again, unless
    another backup is asked for. Nothing starts before `restored_wholly`. Raises Conflict `restore_over_running`,
    `restore_over_data`, `backup_of_another_province`; NotFound `backup_unknown`; InvalidInput for what was cut, altered
    or swapped, of a later release, for another key, and without room, also where the disk fills in the middle
    (`backup_disk_full`); then the data in place is as it was.
    """
    key = places.key()
    with full_disk_named(places.stack), only_one(places.stack, announce), places.folder.reading():
        finish(places.stack)
        if (before := unfinished(places.stack)) is not None and backup in (None, before.backup):
            return before
        _require_stopped(places.stack)
        had_data = _has_data(places.stack)
        if had_data and not over_existing:
            raise Conflict(BackupRefusal.RESTORE_OVER_DATA, folder=places.stack)
        chain = checked_chain(places.folder, backup, key, announce)
        require_ours(chain[-1], load_province(places.province).code)
        with _opened(places, chain, key, announce) as (swaps, province, workflows):
            wait(announce, BackupStep.SWAPPING)
            placed = Placed(
                backup=chain[-1].id,
                chain=tuple(one.id for one in chain),
                kept=swaps.kept if had_data else None,
                province=province,
                workflows=workflows,
            )
            swap(places.stack, swaps.model_copy(update={"restored": placed.model_dump_json(indent=1)}))
    return placed


def unfinished(stack: Path) -> Placed | None:
    """What a restore has put in place whose command was interrupted afterwards."""
    try:
        return Placed.model_validate_json((stack / RESTORED).read_bytes())
    except FileNotFoundError:
        return None


def restored_wholly(stack: Path) -> None:
    """Notes that nothing of a restore is left to do: the stack may be started."""
    (stack / RESTORED).unlink(missing_ok=True)


def undo(stack: Path, kept: Path, announce: Announce) -> Path:
    """Brings back the data that a restore has kept in `kept`. What was restored is kept in its place.

    Raises Conflict `restore_over_running`; NotFound `nothing_kept`.
    """
    with only_one(stack, announce):
        done = finish(stack)
        if done is not None and done.restored is None and done.kept == kept:
            return kept  # the rest of an undo that was interrupted
        carry_out(stack, require_kept(stack, kept))
    return kept


def require_kept(stack: Path, kept: Path) -> Swaps:
    """The swaps that bring back what is kept in `kept`. Raises as `undo`."""
    _require_stopped(stack)
    try:
        swaps = undo_of(kept)
    except (OSError, ValueError):
        raise NotFound(BackupRefusal.NOTHING_KEPT, folder=kept) from None
    if kept.resolve().parent != stack.resolve():  # of another stack, which may run
        raise NotFound(BackupRefusal.NOTHING_KEPT, folder=kept)
    if not swaps.steps or not all(one.new.exists() for one in swaps.steps):
        raise NotFound(BackupRefusal.NOTHING_KEPT, folder=kept)
    return swaps


async def go_on(places: Places, who: str, why: str, announce: Announce) -> WentOn:
    """Starts the servers and lets the ledger go on: its new numbers and codes lie above everything that was lost.

    Where it went on already, in a command that was interrupted later, it is not numbered anew. Raises StackError, and
    the errors of `after_restore`.
    """
    stack = Stack(places.stack, search_attributes=SEARCH_ATTRIBUTES, restoring=True, announce=announce)
    stack.up()
    wait(announce, BackupStep.CONTINUING)
    await patiently("postgres", lambda: migrate(stack.postgres_url(OWNER_ROLE)), 60)  # the copy of an earlier release
    log = CheckpointLog(places.stack / CHECKPOINTS)
    owner = await open_pool(stack.postgres_url(OWNER_ROLE), 1, name="luongxanh-backup")
    try:
        placed = unfinished(places.stack)
        earlier = placed is None or not placed.continued
        found = await after_restore(owner, who, why, log, earlier=earlier)
        newest = await owner.fetchval("select max(at) from event")
    finally:
        await owner.close()
    kept = _set_aside(log, found)
    if placed is not None:
        write_private(places.stack / RESTORED, placed.model_copy(update={"continued": True}).model_dump_json(indent=1))
    return WentOn(continued=found, newest=newest, log_kept=kept)


def _set_aside(log: CheckpointLog, found: Continued) -> Path | None:
    """Moves a log away whose last events the ledger lacks. It is evidence; a new one begins."""
    if found.log is not LogThen.SET_ASIDE:
        return None
    kept = log.file.with_name(f"{log.file.name}.{now():%Y%m%dT%H%M%SZ}")
    log.file.rename(kept)
    return kept


@contextmanager
def _opened(
    places: Places, chain: Sequence[Manifest], key: BackupKey, announce: Announce
) -> Iterator[tuple[Swaps, Path | None, int | None]]:
    """The backup, opened beside the live data, and the swaps that put it in place."""
    stack, account = places.stack, ordinary_account()
    make_passable(stack / "postgres", account)
    home = home_for(stack / "postgres", account)
    aside, data = stack / ASIDE, home / f"{DATA}{ASIDE}"
    for left in (aside, data):
        shutil.rmtree(left, ignore_errors=True)
    aside.mkdir(mode=0o700)
    try:
        require_room_for(chain, aside, home)
        wait(announce, BackupStep.UNPACKING, backup=chain[-1].id, folder=stack)
        open_files(places.folder, chain[-1], key, aside)
        (aside / "temporal").mkdir(mode=0o700)
        workflows = open_temporal(places.folder, chain[-1], key, aside / "temporal")
        open_ledger(places.folder, chain, key, data)
        give_to(account, data)
        stamp = _new_name(stack)
        yield _swaps(stack, home, stamp), _other_province(places, aside, stack / f"province-{stamp}"), workflows
    finally:
        for left in (aside, data):
            shutil.rmtree(left, ignore_errors=True)


def _new_name(stack: Path) -> str:
    """The name of a folder for the old data. Two restores may have the same time, when the clock was put back."""
    stamp = f"{KEPT}{now():%Y%m%dT%H%M%SZ}"
    names = (stamp, *(f"{stamp}-{number}" for number in range(2, 1_000)))
    return next(name for name in names if not (stack / name).exists())


def _swaps(stack: Path, home: Path, stamp: str) -> Swaps:
    aside, kept = stack / ASIDE, stack / stamp
    steps = [Swap(new=home / f"{DATA}{ASIDE}", live=home / DATA, kept=home / f"{DATA}.{stamp}")]
    for part in (ROLES, *OF_THE_STACK):
        new = aside / STACK / part
        if part != ROLES:
            new.mkdir(mode=0o700, parents=True, exist_ok=True)  # so that what is live goes, also when nothing comes
        steps.append(Swap(new=new, live=stack / part, kept=kept / part))
    steps.append(Swap(new=aside / "temporal", live=stack / "temporal", kept=kept / "temporal"))
    return Swaps(steps=tuple(steps), kept=kept)


def _other_province(places: Places, aside: Path, target: Path) -> Path | None:
    """Keeps the province's files of the backup beside those in use when they differ. A person decides."""
    restored = aside / PROVINCE
    if not restored.exists() or _same(restored, places.province):
        return None
    restored.rename(target)
    return target


def _same(one: Path, other: Path) -> bool:
    names = {path.relative_to(one) for path in one.rglob("*") if path.is_file()}
    there = {path.relative_to(other) for path in other.rglob("*") if path.is_file() and not path.is_symlink()}
    return names == there and all(filecmp.cmp(one / name, other / name, shallow=False) for name in names)


def _require_stopped(stack: Path) -> None:
    status = Stack(stack).status()
    running = [*(one.name for one in status.components if one.condition == "running"), *status.forgotten]
    if running:
        raise Conflict(BackupRefusal.RESTORE_OVER_RUNNING, folder=stack, running=", ".join(sorted(running)))


def _has_data(stack: Path) -> bool:
    home = home_for(stack / "postgres", ordinary_account()) if (stack / "postgres").exists() else stack
    return any(path.exists() for path in (home / DATA, stack / "temporal", stack / ROLES, stack / CHECKPOINTS))
