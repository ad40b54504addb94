"""Reads an access token (RFC 7519, compact form) strictly, before anything in it is believed. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from gateway.access.errors import NotAuthenticated
from gateway.access.issuer_policy import LONGEST_KEY_ID, IssuerPolicy
from gateway.access.messages import TokenRefusal

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)
_RFC_9068 = ("at+jwt", "application/at+jwt")
"""The values of the header `typ` of an access token, in lower case. Many issuers write only `JWT`, or nothing."""
_ELSEWHERE = ("at_hash", "c_hash", "s_hash", "events")
"""Claims of ID tokens and of logout tokens."""
_OTHER_TOKENS = ("id", "refresh", "offline", "logout")
"""Values of the claim `typ`, with which Keycloak tells its tokens apart."""


@dataclass(frozen=True)
class TokenAsSent:
    """A token that is well-formed. Its signature has not been verified."""

    compact: str
    algorithm: str
    kid: str
    claims: Mapping[str, Any]


def read_token(compact: str, policy: IssuerPolicy) -> TokenAsSent:
    """The token, read. NotAuthenticated: token_malformed, token_signature_wrong, token_key_unknown,
    token_not_for_access.
    """
    if len(compact) > policy.longest_token or not _COMPACT.fullmatch(compact):
        raise NotAuthenticated(TokenRefusal.MALFORMED)
    header, claims = (_object_of(part) for part in compact.split(".")[:2])
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or "crit" in header or "b64" in header:
        raise NotAuthenticated(TokenRefusal.MALFORMED)
    if algorithm not in policy.algorithms:  # `none`, and HS256 with a public key as its secret
        raise NotAuthenticated(TokenRefusal.SIGNATURE_WRONG)
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KEY_ID:
        raise NotAuthenticated(TokenRefusal.KEY_UNKNOWN, seconds=f"{policy.unknown_key_pause:g}")
    if not _is_for_access(header, claims):
        raise NotAuthenticated(TokenRefusal.NOT_FOR_ACCESS)
    return TokenAsSent(compact, algorithm, kid, claims)


def _object_of(part: str) -> dict[str, Any]:
    """The JSON object in a part of the token. A key that stands twice is refused: two readers could differ."""
    try:
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        if base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii") != part:
            raise NotAuthenticated(TokenRefusal.MALFORMED)
        value = read_json(content.decode("utf-8"))
    except (binascii.Error, UnicodeDecodeError, Inconsistent):
        raise NotAuthenticated(TokenRefusal.MALFORMED) from None
    if not isinstance(value, dict):
        raise NotAuthenticated(TokenRefusal.MALFORMED)
    return value


def _is_for_access(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """False where the token shows that it is an ID token, a refresh token or a logout token."""
    typ, written = header.get("typ", "JWT"), claims.get("typ", "")
    if not isinstance(typ, str) or typ.lower() not in ("jwt", *_RFC_9068):
        return False
    if not isinstance(written, str) or written.lower() in _OTHER_TOKENS or any(name in claims for name in _ELSEWHERE):
        return False
    # An ID token has the client's nonce. Some issuers put it into access tokens too, which then say what they are.
    return "nonce" not in claims or typ.lower() in _RFC_9068 or written.lower() == "bearer"
