"""The key that seals backups: 32 random bytes in a file that only its owner may read.

It must not be kept beside the backups, and not only on the machine that they are made of: without it no backup opens.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from activities.backups.files import NotPlain, plain_file, sync_folder
from domain.errors import InvalidInput
from domain.machine_errors import machine_says
from domain.messages.backups import BackupRefusal

BYTES = 32
PREFIX = "luongxanh-backup-key-1:"
"""How the one line of a key file begins."""


class BackupKey:
    """A key. `id` names it in every manifest and tells nothing about it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.id = hashlib.sha256(b"luongxanh backup key\n" + secret).hexdigest()[:16]

    @classmethod
    def read(cls, file: Path) -> BackupKey:
        """The key of a file.

        Raises InvalidInput: `backup_key_missing`, `backup_key_open` (other users may read it), `backup_key_forbidden`
        (this account may not), `backup_key_unreadable` (it is something else).
        """
        try:
            with plain_file(file) as stream:
                mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
                text = stream.read(1_000).decode("ascii").strip()
        except FileNotFoundError:
            raise InvalidInput(BackupRefusal.BACKUP_KEY_MISSING, path=file) from None
        except (NotPlain, UnicodeDecodeError):
            raise InvalidInput(BackupRefusal.BACKUP_KEY_UNREADABLE, path=file) from None
        except OSError as problem:
            raise InvalidInput(BackupRefusal.BACKUP_KEY_FORBIDDEN, path=file, problem=machine_says(problem)) from None
        if mode & 0o077:
            raise InvalidInput(BackupRefusal.BACKUP_KEY_OPEN, path=file, mode=f"{mode:04o}")
        try:
            secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            secret = b""
        if not text.startswith(PREFIX) or len(secret) != BYTES:
            raise InvalidInput(BackupRefusal.BACKUP_KEY_UNREADABLE, path=file)
        return cls(secret)

    def derived(self, purpose: str, salt: bytes = b"") -> bytes:
        """A key of 32 bytes for one purpose only (HKDF with SHA-256)."""
        return HKDF(algorithm=SHA256(), length=BYTES, salt=salt or None, info=purpose.encode()).derive(self._secret)

    def mark(self, text: bytes) -> str:
        """The code that only an owner of the key can make for this text (HMAC-SHA-256, in hexadecimal)."""
        return hmac.new(self.derived("luongxanh manifest"), text, hashlib.sha256).hexdigest()


def make_key(file: Path) -> BackupKey:
    """Makes a new key in a file that does not exist yet, with mode 0600. It gets its name when the disk has it whole.

    Raises InvalidInput `backup_key_exists`; OSError.
    """
    secret = os.urandom(BYTES)
    aside = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.write(f"{PREFIX}{base64.b64encode(secret).decode()}\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(aside, file)
    except FileExistsError:
        raise InvalidInput(BackupRefusal.BACKUP_KEY_EXISTS, path=file) from None
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(file.absolute().parent)
    return BackupKey(secret)
