"""The list of a backup's parts, marked with the backup key. An incremental names the backup that it builds on."""

from __future__ import annotations

import hashlib
import hmac
import json
from enum import StrEnum
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import Field, ValidationError

from activities.backups.keys import BackupKey
from domain.canonical_json import canonical
from domain.errors import InvalidInput
from domain.messages.backups import BackupRefusal
from domain.values import Hash, Instant, Value

FORM = 1
OURS = version("luongxanh")
"""This release, as manifests name it."""
ID_PATTERN = r"^[0-9]{8}T[0-9]{6}Z-(full|incr)-[0-9a-f]{6}$"
"""The time of the start in UTC, the kind, and six random digits."""
PART_PATTERN = r"^[a-z][a-z0-9-]{0,40}$"

BackupId = Annotated[str, Field(pattern=ID_PATTERN)]


class BackupKind(StrEnum):
    """A full backup, or only what has changed since another one."""

    FULL = "full"
    INCREMENTAL = "incremental"


class Base(Value):
    """The backup that an incremental one builds on, and the digest of its manifest."""

    id: BackupId
    manifest: Hash


class Part(Value):
    """One sealed file. `bytes` and `sha256` are of the file as it is stored, `plain` is its size before sealing."""

    name: Annotated[str, Field(pattern=PART_PATTERN)]
    bytes: Annotated[int, Field(ge=0)]
    plain: Annotated[int, Field(ge=0)]
    sha256: Hash

    @property
    def file(self) -> str:
        """The name of its file in the backup's folder."""
        return f"{self.name}.sealed"


class LedgerCounts(Value):
    """What the ledger had when the copy began. The copy has it, and what was written while it was made."""

    events: int
    dossiers: int
    position: int
    """The highest `position` of an event."""
    newest: Instant | None
    """The time of the last event."""


class Manifest(Value):
    """Everything about a backup but its parts' content."""

    form: int = FORM
    id: BackupId
    kind: BackupKind
    base: Base | None = None
    key: str
    release: str
    province: str | None = None
    """The code of the province; None of backups that were made before it was noted."""
    migration: str | None = None
    """The last migration of the database; None without a ledger, and of backups from before it was noted."""
    server: str
    """PostgreSQL's system identifier."""
    lsn: str
    """The place in PostgreSQL's log where the copy of the ledger began."""
    began: Instant
    ended: Instant
    ledger: LedgerCounts | None
    """None when the database had no ledger yet."""
    parts: tuple[Part, ...]

    @property
    def bytes(self) -> int:
        """The size of all parts as they are stored."""
        return sum(part.bytes for part in self.parts)

    def part(self, name: str) -> Part:
        """The part of this name. Raises InvalidInput `backup_part_missing`."""
        for part in self.parts:
            if part.name == name:
                return part
        raise InvalidInput(BackupRefusal.BACKUP_PART_MISSING, backup=self.id, part=name)


def place_of(backup: str, part: str) -> str:
    """The place of a part, which its seal is bound to."""
    return str(PurePosixPath(backup) / part)


def written(manifest: Manifest, key: BackupKey) -> bytes:
    """The content of a manifest's file: the manifest and its mark."""
    body = manifest.model_dump(mode="json")
    return canonical({"manifest": body, "mark": key.mark(canonical(body))}) + b"\n"


def digest(content: bytes) -> str:
    """The digest by which a later backup names this manifest."""
    return hashlib.sha256(content).hexdigest()


def read(backup: str, content: bytes, key: BackupKey) -> Manifest:
    """The manifest in the content of a file.

    Raises InvalidInput: `backup_manifest_altered`, also when it is the manifest of another backup; `backup_key_wrong`;
    `backup_of_later_release`.
    """
    body, mark = _parts_of(backup, content)
    sealed_with = body.get("key")
    if isinstance(sealed_with, str) and sealed_with != key.id:
        raise InvalidInput(BackupRefusal.BACKUP_KEY_WRONG, path=backup, wanted=sealed_with[:40], given=key.id)
    if not hmac.compare_digest(key.mark(canonical(body)).encode(), mark.encode()):
        raise InvalidInput(BackupRefusal.BACKUP_MANIFEST_ALTERED, backup=backup)
    return _validated(backup, body)


def glance(backup: str, content: bytes) -> Manifest:
    """The manifest without a look at its mark, for lists. Raises InvalidInput `backup_manifest_altered`."""
    return _validated(backup, _parts_of(backup, content)[0])


def _parts_of(backup: str, content: bytes) -> tuple[dict[str, object], str]:
    try:
        whole = json.loads(content)
        body, mark = whole["manifest"], whole["mark"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InvalidInput(BackupRefusal.BACKUP_MANIFEST_ALTERED, backup=backup) from None
    if not isinstance(body, dict) or not isinstance(mark, str):
        raise InvalidInput(BackupRefusal.BACKUP_MANIFEST_ALTERED, backup=backup)
    return body, mark


def _validated(backup: str, body: dict[str, object]) -> Manifest:
    if isinstance(form := body.get("form"), int) and form > FORM:
        release = str(body.get("release"))[:40]
        raise InvalidInput(BackupRefusal.BACKUP_OF_LATER_RELEASE, backup=backup, release=release, ours=OURS)
    try:
        manifest = Manifest.model_validate_json(json.dumps(body))
    except ValidationError:
        raise InvalidInput(BackupRefusal.BACKUP_MANIFEST_ALTERED, backup=backup) from None
    if manifest.id != backup or manifest.form != FORM:
        raise InvalidInput(BackupRefusal.BACKUP_MANIFEST_ALTERED, backup=backup)
    return manifest
