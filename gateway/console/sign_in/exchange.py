"""What the console asks the issuer: where to send a browser, and which access token a code stands for."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from pydantic import ValidationError

from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from gateway.access.issuer_documents import IssuerFailed, fetched_discovery
from gateway.access.issuer_policy import IssuerPolicy
from gateway.api.refusals import BadRequest
from gateway.console.messages import ConsoleRefusal
from gateway.console.parts import Console, Endpoints
from gateway.views.timeline import Language

LARGEST_ANSWER = 64_000


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in: what the browser keeps until it comes back."""

    state: str
    verifier: str
    back: str
    """The page that was asked for."""

    @classmethod
    def begun(cls, back: str) -> Attempt:
        """A new attempt."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(48), back)

    @property
    def challenge(self) -> str:
        """The S256 challenge of PKCE."""
        half = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")


async def endpoints(console: Console) -> Endpoints:
    """The issuer's addresses, on its own origin. Raises BadRequest `sign_in_failed`."""
    try:
        found = await fetched_discovery(console.http, console.issuer)
        given = {
            "authorization": found.get("authorization_endpoint"),
            "token": found.get("token_endpoint"),
            "end_session": found.get("end_session_endpoint"),
        }
        addresses = Endpoints.model_validate(given)
    except IssuerFailed as failure:
        raise sign_in_failed(failure.reason) from failure
    except ValidationError:
        raise sign_in_failed("discovery_incomplete") from None
    for address in (addresses.authorization, addresses.token, addresses.end_session):
        if address is not None and not _is_of(console.issuer, address):
            raise sign_in_failed("endpoint_at_another_origin")
    return addresses


def _is_of(policy: IssuerPolicy, address: str) -> bool:
    return policy.model_copy(update={"keys_url": None}).keys_may_be_at(address)


def authorization_address(
    console: Console, addresses: Endpoints, attempt: Attempt, redirect: str, language: Language
) -> str:
    """Where the browser goes to sign in."""
    asked = {
        "response_type": "code",
        "client_id": console.policy.client_id,
        "redirect_uri": redirect,
        "scope": "openid",
        "state": attempt.state,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    return f"{addresses.authorization}?{urlencode(asked)}"


async def access_token(console: Console, addresses: Endpoints, attempt: Attempt, code: str, redirect: str) -> str:
    """The access token for a code. Raises BadRequest `sign_in_failed`."""
    policy = console.policy
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": policy.client_id,
        "code_verifier": attempt.verifier,
    }
    secret = policy.client_secret
    login = None if secret is None else aiohttp.BasicAuth(policy.client_id, secret.get_secret_value())
    try:
        async with asyncio.timeout(console.issuer.answer_seconds):
            async with console.http.post(addresses.token, data=asked, auth=login, allow_redirects=False) as answer:
                body = await answer.content.read(LARGEST_ANSWER)
    except (TimeoutError, aiohttp.ClientError) as failure:
        raise sign_in_failed("issuer_unavailable") from failure
    granted = _object_of(body)
    token = granted.get("access_token")
    if answer.status != 200 or not isinstance(token, str):
        reason = granted.get("error")
        raise sign_in_failed(reason if isinstance(reason, str) and reason.isidentifier() else "no_token")
    return token


def _object_of(body: bytes) -> dict[str, Any]:
    try:
        found = read_json(body.decode("utf-8"))
    except (UnicodeDecodeError, Inconsistent):
        return {}
    return found if isinstance(found, dict) else {}


def sign_in_failed(reason: str) -> BadRequest:
    """The refusal of a sign-in, with a reason for the operators."""
    return BadRequest(ConsoleRefusal.SIGN_IN_FAILED, reason=reason[:64])
