"""The keys of the HTTP side: one secret, from which a key for each purpose is derived."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a derived key is for. A signature for one purpose says nothing for another."""

    FINGERPRINT = "fingerprint"
    RECEIPT = "receipt"
    CURSOR = "cursor"
    TRACKING = "tracking"


RECEIPT_SECRET_BYTES = 10
"""80 bits, written as 16 letters and digits: nobody guesses it, and a person can type it."""

_BETWEEN = re.compile(r"[\W_]")
"""What may stand between the letters and digits of a typed secret: blanks, and dashes of every kind."""


class Keys:
    """Derived keys. The first secret makes signatures; the others, older ones, are still believed."""

    def __init__(self, *secrets: bytes) -> None:
        self._secrets = secrets

    def signature(self, purpose: Purpose, content: bytes) -> bytes:
        """The signature of the content for a purpose, 32 bytes."""
        return _signature(self._secrets[0], purpose, content)

    def older_signatures(self, purpose: Purpose, content: bytes) -> tuple[bytes, ...]:
        """The signatures that the older secrets made of the content for a purpose."""
        return tuple(_signature(secret, purpose, content) for secret in self._secrets[1:])

    def signed(self, purpose: Purpose, content: bytes, signature: bytes) -> bool:
        """True when one of the secrets, also an older one, made this signature of the content for the purpose."""
        made = (self.signature(purpose, content), *self.older_signatures(purpose, content))
        return any(hmac.compare_digest(one, signature) for one in made)

    def receipt_secret(self, dossier: str) -> str:
        """The secret on the receipt of a dossier, with which the applicant follows it: `XXXX-XXXX-XXXX-XXXX`."""
        return _in_groups(_letters(self.signature(Purpose.RECEIPT, dossier.encode())))

    def is_receipt_secret(self, dossier: str, given: str) -> bool:
        """True when the text is the secret of this dossier; upper and lower case, hyphens and spaces do not matter."""
        typed = _BETWEEN.sub("", given.upper()).encode()
        made = [_letters(_signature(one, Purpose.RECEIPT, dossier.encode())).encode() for one in self._secrets]
        return any([hmac.compare_digest(one, typed) for one in made])  # noqa: C419


@dataclass(frozen=True)
class Seals:
    """The signatures for one purpose."""

    keys: Keys
    purpose: Purpose

    def signature(self, content: bytes) -> bytes:
        """The signature of the content, 32 bytes."""
        return self.keys.signature(self.purpose, content)

    def signed(self, content: bytes, signature: bytes) -> bool:
        """True when one of the secrets made this signature of the content."""
        return self.keys.signed(self.purpose, content, signature)


def _signature(secret: bytes, purpose: Purpose, content: bytes) -> bytes:
    key = hmac.digest(secret, f"luongxanh/{purpose}".encode(), hashlib.sha256)
    return hmac.digest(key, content, hashlib.sha256)


def _letters(signature: bytes) -> str:
    return base64.b32encode(signature[:RECEIPT_SECRET_BYTES]).decode()


def _in_groups(letters: str) -> str:
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
