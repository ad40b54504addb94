"""Opens a chain of backups into folders: for `verify` into a scratch folder, for `restore` beside the live data."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from activities.backups.keys import BackupKey
from activities.backups.manifest import OURS, Manifest
from activities.backups.packing import unpack
from activities.backups.room import require_room
from activities.backups.store import BLOCK, BackupFolder
from activities.ledger.migrations import read_files
from domain.errors import Conflict, InvalidInput
from domain.messages.backups import BackupRefusal
from tools.backup.base_copy import restored_ledger
from tools.backup.messages import BackupStep
from tools.backup.places import FILES, LEDGER, TEMPORAL, TEMPORAL_FILE
from tools.backup.temporal_copy import require_sound
from tools.local_stack.messages import Announce, wait


def checked_chain(folder: BackupFolder, backup: str | None, key: BackupKey, announce: Announce) -> tuple[Manifest, ...]:
    """The backup (the newest one by default) and what it builds on, with every part compared with its digest.

    Raises NotFound `backup_unknown`; InvalidInput `backup_of_later_release`, and the errors of `BackupFolder.chain` and
    `require_parts`.
    """
    if backup is None:
        stored = folder.all()
        backup = stored[-1].id if stored else "–"
    chain = folder.chain(backup, key)
    _require_known(chain[-1])
    for manifest in chain:
        wait(announce, BackupStep.CHECKING_PARTS, backup=manifest.id)
        folder.require_parts(manifest)
    return chain


def require_ours(manifest: Manifest, province: str) -> None:
    """Raises Conflict `backup_of_another_province`: its dossiers, people and keys are those of other citizens."""
    if manifest.province not in (None, province):
        facts = {"backup": manifest.id, "province": manifest.province, "ours": province}
        raise Conflict(BackupRefusal.BACKUP_OF_ANOTHER_PROVINCE, **facts)


def require_room_for(chain: Sequence[Manifest], folder: Path, data: Path) -> None:
    """Room for the opened chain: in `data` for PostgreSQL, in `folder` for the rest. Raises `backup_no_room`."""
    ledger = sum(manifest.part(LEDGER).plain for manifest in chain) + chain[0].part(LEDGER).plain * (len(chain) > 1)
    rest = sum(part.plain for part in chain[-1].parts if part.name in (FILES, TEMPORAL))
    same_disk = _device(folder) == _device(data)
    require_room(folder, rest + ledger * same_disk)
    require_room(data, ledger)


def open_ledger(folder: BackupFolder, chain: Sequence[Manifest], key: BackupKey, target: Path) -> None:
    """Makes PostgreSQL's data folder `target`, with its own digests checked. Raises InvalidInput, ProgramFailed."""
    work = target.with_name(f"{target.name}.layers")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        restored_ledger(folder, chain, key, work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def open_files(folder: BackupFolder, manifest: Manifest, key: BackupKey, target: Path) -> int:
    """Unpacks the other files into `target`; returns how many."""
    with folder.opened(manifest, FILES, key) as source:
        return unpack(source, target)


def open_temporal(folder: BackupFolder, manifest: Manifest, key: BackupKey, target: Path) -> int | None:
    """Writes Temporal's file into the folder `target` and checks it. Returns its workflow runs; None without a copy."""
    if all(part.name != TEMPORAL for part in manifest.parts):
        return None
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = target / TEMPORAL_FILE
    with folder.opened(manifest, TEMPORAL, key) as source, file.open("xb") as copy:
        file.chmod(0o600)
        while block := source.read(BLOCK):
            copy.write(block)
    return require_sound(file)


def _require_known(manifest: Manifest) -> None:
    """Raises InvalidInput `backup_of_later_release` when its database had a migration that this release lacks."""
    if manifest.migration not in (None, *(one.file for one in read_files())):
        facts = {"backup": manifest.id, "release": manifest.release, "ours": OURS}
        raise InvalidInput(BackupRefusal.BACKUP_OF_LATER_RELEASE, **facts)


def _device(path: Path) -> int:
    while not path.exists():
        path = path.parent
    return path.stat().st_dev
