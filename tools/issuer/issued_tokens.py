"""The tokens that the development issuer signs: access tokens (RFC 9068) and ID tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from joserfc import jwt

from tools.issuer.signing_keys import Algorithm, SigningKeys

USUAL_LIFE = timedelta(minutes=60)


@dataclass(frozen=True)
class TokenMaker:
    """Signs the tokens of one issuer for one API."""

    issuer: str
    audience: str
    keys: SigningKeys

    def access_token(
        self,
        who: Mapping[str, str],
        client: str,
        now: datetime,
        life: timedelta = USUAL_LIFE,
        algorithm: Algorithm = "RS256",
    ) -> str:
        """A token for the API. `who`: the claims of a `SignIn`."""
        claims = {
            **self._usual(who, now, life),
            "aud": self.audience,
            "client_id": client,
            "jti": secrets.token_hex(12),
        }
        return self._signed("at+jwt", claims, algorithm)

    def id_token(self, who: Mapping[str, str], client: str, now: datetime, nonce: str | None, access: str) -> str:
        """A token that tells the client program who signed in. The API refuses it."""
        half = hashlib.sha256(access.encode("ascii")).digest()[:16]
        claims: dict[str, Any] = {
            **self._usual(who, now, USUAL_LIFE),
            "aud": client,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii"),
            "auth_time": int(now.timestamp()),
        }
        return self._signed("JWT", claims if nonce is None else {**claims, "nonce": nonce}, "RS256")

    def claims_of(self, access: str) -> dict[str, Any]:
        """The claims of an access token of this issuer. Raises JoseError or ValueError for any other text."""
        read = jwt.decode(access, self.keys.known(), algorithms=list(get_args(Algorithm)))
        jwt.JWTClaimsRegistry(aud={"essential": True, "value": self.audience}).validate(read.claims)
        return read.claims

    def _usual(self, who: Mapping[str, str], now: datetime, life: timedelta) -> dict[str, Any]:
        at = int(now.timestamp())
        return {"iss": self.issuer, "iat": at, "exp": at + int(life.total_seconds()), **who}

    def _signed(self, kind: str, claims: dict[str, Any], algorithm: Algorithm) -> str:
        key = self.keys.signing(algorithm)
        header = {"typ": kind, "alg": algorithm, "kid": str(key.kid)}
        return jwt.encode(header, claims, key, algorithms=[algorithm])
