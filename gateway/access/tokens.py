"""Verifies access tokens: bearer JWTs of the configured OIDC issuer."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp
import certifi
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry, deserialize_compact

from gateway.access.errors import NotAuthenticated
from gateway.access.issuer_documents import IssuerKey
from gateway.access.issuer_keys import IssuerKeys
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.messages import TokenRefusal
from gateway.access.principals import Principal
from gateway.access.token_claims import principal_of, require_audience, require_issuer, require_times
from gateway.access.token_reading import TokenAsSent, read_token


class TokenVerifier:
    """Says who stands behind an access token. What a principal may do today is not its subject."""

    def __init__(self, policy: IssuerPolicy, keys: IssuerKeys) -> None:
        self._policy = policy
        self._keys = keys

    async def verify(self, token: str, now: datetime) -> Principal:
        """Who signed in with this token.

        Raises NotAuthenticated with the code of the first check that fails, and IssuerUnavailable. A token that was
        not issued by the configured issuer causes no request to it.
        """
        sent = read_token(token, self._policy)
        require_issuer(sent.claims, self._policy)
        key = await self._keys.key(sent.kid)
        _require_signature(sent, key, self._policy.longest_token)
        require_times(sent.claims, self._policy, now)
        require_audience(sent.claims, self._policy)
        return principal_of(sent.claims, self._policy)


def _require_signature(sent: TokenAsSent, key: IssuerKey, longest: int) -> None:
    """The key and the one algorithm come from the issuer's document and the policy, never from the token alone."""
    if not key.fits(sent.algorithm):
        raise NotAuthenticated(TokenRefusal.SIGNATURE_WRONG)
    registry = JWSRegistry(algorithms=[sent.algorithm], strict_check_header=False)
    registry.max_header_length = longest  # some issuers put their certificates into the header
    try:
        deserialize_compact(sent.compact, key.public, registry=registry)
    except (JoseError, ValueError, TypeError):
        raise NotAuthenticated(TokenRefusal.SIGNATURE_WRONG) from None


@asynccontextmanager
async def issuer_connections() -> AsyncIterator[aiohttp.ClientSession]:
    """Connections for the issuer alone.

    No setting comes from the environment, so there is no proxy. The issuer's certificate is that of an authority which
    this machine trusts, or a public one.
    """
    tls = ssl.create_default_context()
    tls.load_verify_locations(certifi.where())
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=tls, limit=2),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    ) as http:
        yield http


@asynccontextmanager
async def open_verifier(
    policy: IssuerPolicy, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[TokenVerifier]:
    """A verifier with its own connections to the issuer. The first token makes it ask for the keys."""
    async with issuer_connections() as http:
        keys = IssuerKeys(policy, http, clock)
        try:
            yield TokenVerifier(policy, keys)
        finally:
            await keys.close()
