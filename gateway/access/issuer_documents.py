"""Fetches what an OIDC issuer publishes: the discovery document and the keys (JWKS), within the limits of a policy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from gateway.access.issuer_policy import LONGEST_KEY_ID, IssuerPolicy

MOST_KEYS = 100
RSA_BITS = range(2_048, 8_193)
"""A shorter key can be broken; a longer one takes too long to verify with."""
PLAIN_JSON = {"Accept": "application/json", "Accept-Encoding": "identity"}
"""The headers of a request to the issuer: its answers are read as they are."""
_PUBLIC_PARTS = {"RSA": ("kty", "n", "e"), "EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}

PublicKey = RSAKey | ECKey | OKPKey


class IssuerFailed(Exception):
    """The issuer did not answer, or not as its policy demands. `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class IssuerKey:
    """A key that the issuer signs with. `algorithm`: the only one it may be used for, where the issuer says so."""

    public: PublicKey
    algorithm: str | None

    def fits(self, algorithm: str) -> bool:
        """Whether a signature of this algorithm may be verified with the key."""
        return self.algorithm in (None, algorithm)


async def fetched_discovery(http: aiohttp.ClientSession, policy: IssuerPolicy) -> Mapping[str, Any]:
    """The issuer's discovery document. Raises IssuerFailed."""
    async with answering(policy):
        discovery = await _document(http, policy.discovery_url, policy)
    if discovery.get("issuer") != policy.issuer:
        raise IssuerFailed("discovery_names_another_issuer")
    return discovery


async def fetched_keys(http: aiohttp.ClientSession, policy: IssuerPolicy) -> Mapping[str, IssuerKey]:
    """The issuer's keys by their id. Raises IssuerFailed."""
    async with answering(policy):
        discovery = await fetched_discovery(http, policy)
        address = discovery.get("jwks_uri")
        if not isinstance(address, str) or not policy.keys_may_be_at(address):
            raise IssuerFailed("keys_at_another_origin")
        keys = keys_in(await _document(http, address, policy))
    if not keys:
        raise IssuerFailed("no_usable_key")
    return keys


@asynccontextmanager
async def answering(policy: IssuerPolicy) -> AsyncIterator[None]:
    """Turns a missing or broken answer into IssuerFailed."""
    try:
        async with asyncio.timeout(policy.answer_seconds):
            yield
    except TimeoutError:
        raise IssuerFailed("timeout") from None
    except aiohttp.ClientConnectorError:
        raise IssuerFailed("not_connected") from None
    except aiohttp.ClientError:
        raise IssuerFailed("broken_off") from None


async def _document(http: aiohttp.ClientSession, address: str, policy: IssuerPolicy) -> dict[str, Any]:
    """A JSON object at an address. No redirect is followed, and the body must not be compressed."""
    async with http.get(address, headers=PLAIN_JSON, allow_redirects=False) as response:
        if response.status != 200:
            raise IssuerFailed(f"http_{response.status}")
        return await read_object(response, policy.largest_answer)


async def read_object(response: aiohttp.ClientResponse, largest: int) -> dict[str, Any]:
    """The JSON object in an answer of at most so many bytes, which must not be compressed. Raises IssuerFailed."""
    if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise IssuerFailed("encoding")
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) > largest:
            raise IssuerFailed("too_large")
    try:
        document = read_json(body.decode("utf-8"))
    except (Inconsistent, UnicodeDecodeError):
        raise IssuerFailed("not_json") from None
    if not isinstance(document, dict):
        raise IssuerFailed("not_json")
    return document


def keys_in(document: Mapping[str, Any]) -> dict[str, IssuerKey]:
    """The keys of a JWKS that verify signatures. Others are left out: a newer issuer may have new kinds of keys."""
    entries = document.get("keys")
    if not isinstance(entries, list) or len(entries) > MOST_KEYS:
        raise IssuerFailed("not_a_key_set")
    found: dict[str, IssuerKey] = {}
    for entry in entries:
        key = _key(entry) if isinstance(entry, dict) else None
        if key is not None:
            found.setdefault(entry["kid"], key)
    return found


def _key(entry: Mapping[str, Any]) -> IssuerKey | None:
    """The key of an entry; None when it is not for signatures, or cannot be used safely."""
    kid, kty, algorithm = entry.get("kid"), entry.get("kty"), entry.get("alg")
    operations = entry.get("key_ops", ["verify"])
    parts = _PUBLIC_PARTS.get(kty) if isinstance(kty, str) else None
    if parts is None or not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KEY_ID:
        return None
    if entry.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
        return None
    if not (algorithm is None or isinstance(algorithm, str)) or "d" in entry:
        return None  # a private key that is public: anybody could sign with it
    try:
        public = JWKRegistry.import_key({name: entry[name] for name in parts})
        if isinstance(public, RSAKey) and public.raw_value.key_size not in RSA_BITS:
            return None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return IssuerKey(public, algorithm) if isinstance(public, RSAKey | ECKey | OKPKey) else None
