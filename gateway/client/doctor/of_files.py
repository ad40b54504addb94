"""The checks of files of this machine: room on the disks, and the log of checkpoints with its copies."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from activities.ledger.checkpoints.copies import Copy
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.checkpoints.places import CheckpointPlaces
from domain.machine_errors import machine_says
from domain.record.checkpoint import checkpoint_in
from gateway.client.doctor.blocking import in_its_own_thread
from gateway.client.doctor.checks import Finding, ok, trouble, warning
from gateway.client.doctor.messages import DoctorFinding
from gateway.client.doctor.of_database import in_bytes
from gateway.i18n.wording import at

LITTLE = (10, 20_000_000_000)
"""A disk with a smaller share free, in percent, and fewer bytes, is nearly full."""
VERY_LITTLE = (3, 2_000_000_000)
AT_LEAST_EVERY = timedelta(hours=1)
"""A worker signs every hour, also when nothing was written."""
GRACE = timedelta(minutes=15)
TOO_OLD = timedelta(hours=3)


async def disks(folders: Iterable[Path]) -> Iterable[Finding]:
    """The room on the disk of each folder; each disk once."""
    return await in_its_own_thread(lambda: list(_disks(folders)))


def _disks(folders: Iterable[Path]) -> Iterator[Finding]:
    seen: set[int] = set()
    for folder in folders:
        there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
        try:
            device, usage = there.stat().st_dev, shutil.disk_usage(there)
        except OSError as problem:
            yield warning(DoctorFinding.FOLDER_UNREADABLE, folder=folder, problem=machine_says(problem))
            continue
        if device not in seen:
            seen.add(device)
            yield room(folder, usage.free, usage.total)


def room(folder: Path, free: int, total: int) -> Finding:
    """What so much free room on a disk means."""
    share = 100 * free // max(total, 1)
    for tell, (percent, fewest) in ((trouble, VERY_LITTLE), (warning, LITTLE)):
        if share < percent and free < fewest:
            return tell(DoctorFinding.DISK_NEARLY_FULL, folder=folder, free=in_bytes(free), share=share)
    return ok(DoctorFinding.DISK_HAS_ROOM, folder=folder, free=in_bytes(free), share=share)


async def checkpoints(places: CheckpointPlaces, every: timedelta, now: datetime) -> Iterable[Finding]:
    """The age of the newest checkpoint, and whether each copy of the log has everything."""
    log = places.log()
    last = await in_its_own_thread(log.last)
    if last is None:
        return [warning(DoctorFinding.CHECKPOINT_NEVER, folder=log.folder)]
    newest, sinks = checkpoint_in(last.note), places.sinks()
    age, names = now - newest.at, ", ".join([str(log.folder), *(one.name for one in sinks)])
    if age > AT_LEAST_EVERY + GRACE:
        tell = trouble if age > TOO_OLD else warning
        minutes, due = int(age.total_seconds() // 60), int(every.total_seconds() // 60)
        first = tell(DoctorFinding.CHECKPOINT_OLD, minutes=minutes, at=at(newest.at), every=max(due, 1))
    else:
        first = ok(DoctorFinding.CHECKPOINT_MADE, at=at(newest.at), size=f"{newest.size:,}", sinks=names)
    return [first, *await in_its_own_thread(lambda: list(_of_copies(sinks, log)))]


def _of_copies(sinks: list[Copy], log: CheckpointLog) -> Iterator[Finding]:
    if not sinks:
        yield warning(DoctorFinding.CHECKPOINT_WITHOUT_COPY)
    for one in sinks:
        try:
            lacks = one.lacks(log)
        except (OSError, ValueError) as problem:
            said = machine_says(problem) if isinstance(problem, OSError) else type(problem).__name__
            yield trouble(DoctorFinding.FOLDER_UNREADABLE, folder=one.name, problem=said)
            continue
        if lacks:
            yield trouble(DoctorFinding.COPY_BEHIND, copy=one.name, bytes=f"{lacks:,}")
