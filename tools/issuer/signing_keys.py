"""The issuer's own keys, in one private file of the stack's folder. A rotation keeps the former keys published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from joserfc.jwk import ECKey, JWKRegistry, Key, KeySet, RSAKey

from tools.local_stack.state import write_private

Algorithm = Literal["RS256", "ES256"]
KEYS_FILE = "keys.json"


class SigningKeys:
    """A key for each algorithm to sign with, and those of the generation before, with which tokens are still verified.

    Reads the file in `folder`, or makes new keys there.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / KEYS_FILE
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._file.exists():
            self._keep(_new_keys(), [])
        kept = json.loads(self._file.read_bytes())
        self._current = [JWKRegistry.import_key(key) for key in kept["current"]]
        self._former = [JWKRegistry.import_key(key) for key in kept["former"]]

    def signing(self, algorithm: Algorithm) -> Key:
        """The key that signs now."""
        return next(key for key in self._current if key.alg == algorithm)

    def known(self) -> KeySet:
        """Every key with which a token of this issuer may be signed."""
        return KeySet([*self._current, *self._former])

    def published(self) -> dict[str, Any]:
        """The public halves, as a JWKS."""
        return {"keys": [key.as_dict(private=False) for key in self.known().keys]}

    def rotate(self) -> dict[str, Any]:
        """Signs with new keys from now on; those before stay published until the next rotation. Returns the JWKS."""
        self._current, self._former = _new_keys(), self._current
        self._keep(self._current, self._former)
        return self.published()

    def _keep(self, current: list[Key], former: list[Key]) -> None:
        kept = {"current": current, "former": former}
        text = json.dumps({name: [key.as_dict(private=True) for key in keys] for name, keys in kept.items()})
        write_private(self._file, text)


def _new_keys() -> list[Key]:
    keys: list[Key] = [
        RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}),
        ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}),
    ]
    for key in keys:
        key.ensure_kid()
    return keys
