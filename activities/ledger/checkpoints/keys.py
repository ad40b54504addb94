"""The key that signs checkpoints, and its public key, in the form of signed notes (C2SP, Ed25519).

The private key is in a file that only its owner may read, and never in the database. So the owner of the database, who
could rewrite every row and every hash, cannot sign the new text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from domain.errors import InvalidInput
from domain.messages.checkpoints import CheckpointRefusal

ED25519 = b"\x01"
"""The number of this kind of signature in signed notes."""

SIGNED_BY = "— "
"""The beginning of a signature line."""


class PublicKey:
    """Checks whether a note was signed with the private key. `name` is the log's origin."""

    def __init__(self, name: str, key: Ed25519PublicKey) -> None:
        self.name = name
        self._key = key
        self._raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.number = hashlib.sha256(name.encode() + b"\n" + ED25519 + self._raw).digest()[:4]

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """The key from its one line, `name+number+base64`. Raises InvalidInput (`public_key_unreadable`)."""
        given = text.strip()
        try:
            name, number, encoded = given.split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            key = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        except (ValueError, binascii.Error):
            raise InvalidInput(CheckpointRefusal.PUBLIC_KEY_UNREADABLE, given=given[:80]) from None
        if raw[:1] != ED25519 or key.number.hex() != number:
            raise InvalidInput(CheckpointRefusal.PUBLIC_KEY_UNREADABLE, given=given[:80])
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(ED25519 + self._raw).decode()}"

    def text_signed(self, note: str) -> str | None:
        """The text of a note if this key signed it; None if not."""
        text, _, signatures = note.partition("\n\n")
        text += "\n"
        for line in signatures.splitlines():
            name, _, encoded = line.removeprefix(SIGNED_BY).partition(" ")
            if line.startswith(SIGNED_BY) and name == self.name and self._signed(encoded, text):
                return text
        return None

    def _signed(self, encoded: str, text: str) -> bool:
        try:
            signature = base64.b64decode(encoded, validate=True)
            self._key.verify(signature[4:], text.encode())
        except (binascii.Error, InvalidSignature):
            return False
        return signature[:4] == self.number


class Signer:
    """Signs checkpoints."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(name, key.public_key())

    @classmethod
    def read(cls, name: str, file: Path) -> Signer:
        """The signer with the key of a PEM file.

        Raises InvalidInput: `checkpoint_key_missing`, `checkpoint_key_open` (other users may read the file),
        `checkpoint_key_unreadable`.
        """
        try:
            with file.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                pem = stream.read(10_000)
        except FileNotFoundError:
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_KEY_MISSING, path=file) from None
        except OSError:
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_KEY_UNREADABLE, path=file) from None
        if stat.S_IMODE(mode) & 0o077:
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_KEY_OPEN, path=file, mode=f"{stat.S_IMODE(mode):04o}")
        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError):
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_KEY_UNREADABLE, path=file) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_KEY_UNREADABLE, path=file)
        return cls(name, key)

    def note(self, text: str) -> str:
        """The text followed by its signature."""
        signature = self.public.number + self._key.sign(text.encode())
        return f"{text}\n{SIGNED_BY}{self.public.name} {base64.b64encode(signature).decode()}\n"


def new_key() -> bytes:
    """A new private key as PEM, for a file that nobody else may read."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
