"""An OIDC issuer on a socket that a test changes as it likes: its keys, its documents, its faults."""

from __future__ import annotations

import base64
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from domain.values import VIETNAM
from gateway.access.issuer_policy import IssuerPolicy
from tests.support.serving import serving

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM)
AUDIENCE = "luongxanh-api"
RSA = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig", "alg": "RS256"})
EC = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig", "alg": "ES256"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed-1", "use": "sig", "alg": "Ed25519"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa-1"})
"""A key of somebody else, under the id of the issuer's key."""
DISCOVERY, KEYS, TOKEN = "/.well-known/openid-configuration", "/keys", "/token"

Answer = Callable[[], Awaitable[Response]]


@dataclass
class Issuer:
    """What it publishes now, and how often it was asked for each page."""

    url: str = ""
    published: list[Key] = field(default_factory=lambda: [RSA, EC, ED])
    documents: dict[str, Any] = field(default_factory=dict)
    """Changes of the discovery document."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """What is answered instead at a path."""
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def key_set(self) -> dict[str, Any]:
        """The public halves of the published keys."""
        return {"keys": [key.as_dict(private=False) for key in self.published]}

    def policy(self, **changes: Any) -> IssuerPolicy:
        """The policy of an API that accepts this issuer."""
        return IssuerPolicy(**{"issuer": self.url, "audience": AUDIENCE, **changes})

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a person's token at `NOW`. A change to None leaves the claim out."""
        made = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "cb.13285.reception.1",
            "client_id": "man-hinh",
            "principal_kind": "person",
            "iat": seconds(NOW),
            "exp": seconds(NOW + timedelta(minutes=10)),
            **changes,
        }
        return {name: value for name, value in made.items() if value is not None}

    def token(self, key: Key = RSA, algorithm: str = "RS256", header: dict[str, Any] | None = None, **to: Any) -> str:
        """A token with these claims, signed with the key under its id."""
        headers = {"alg": algorithm, "kid": key.kid, "typ": "at+jwt", **(header or {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(headers, self.claims(**to), key, algorithms=[algorithm], default_type=None)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked[path] += 1
        if path in self.answers:
            return await self.answers[path]()
        discovery = {"issuer": self.url, "jwks_uri": self.url + KEYS, **self.documents}
        return JSONResponse(discovery if path == DISCOVERY else self.key_set)


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuer]:
    """An issuer that answers until the end of the block."""
    issuer = Issuer()
    routes = [Route(path, issuer._answer, methods=["GET", "POST"]) for path in (DISCOVERY, KEYS, TOKEN)]
    async with serving(Starlette(routes=routes)) as served:
        issuer.url = served.url
        yield issuer


def seconds(at: datetime) -> int:
    """An instant as the claims of a token have it."""
    return int(at.timestamp())


def encoded(value: object) -> str:
    """A part of a token, from JSON text, bytes or a value."""
    text = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed_with_secret(claims: dict[str, Any], secret: bytes, kid: object = "rsa-1") -> str:
    """A token with HS256 under the id of the issuer's RSA key."""
    content = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(claims)}"
    return f"{content}.{encoded(hmac.digest(secret, content.encode(), 'sha256'))}"


def signed_as_written(header: dict[str, Any], claims: dict[str, Any], key: RSAKey = RSA) -> str:
    """A token with RS256 and any header, also one that a library would not write. A part that is None is left out."""
    written = {name: value for name, value in header.items() if value is not None}
    content = f"{encoded(written)}.{encoded(claims)}"
    private = key.private_key
    assert private is not None
    return f"{content}.{encoded(private.sign(content.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
