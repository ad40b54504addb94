"""What the console asks the issuer: where to send a browser, and which access token a code stands for."""

from __future__ import annotations

from urllib.parse import urlencode

import aiohttp
from pydantic import ValidationError

from gateway.access.errors import NotAuthenticated
from gateway.access.issuer_documents import PLAIN_JSON, IssuerFailed, answering, fetched_discovery, read_object
from gateway.access.issuer_policy import IssuerPolicy
from gateway.console.messages import ConsoleRefusal
from gateway.console.parts import Console, Endpoints
from gateway.console.sign_in.attempts import Attempt
from gateway.views.timeline import Language

LARGEST_ANSWER = 64_000


async def endpoints(console: Console) -> Endpoints:
    """The issuer's addresses, on its own origin. Raises NotAuthenticated `sign_in_failed`."""
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
    """The access token for a code. Raises NotAuthenticated `sign_in_failed`."""
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
        async with (
            answering(console.issuer),
            console.http.post(
                addresses.token, data=asked, auth=login, headers=PLAIN_JSON, allow_redirects=False
            ) as answer,
        ):
            granted = await read_object(answer, LARGEST_ANSWER)
    except IssuerFailed as failure:
        raise sign_in_failed(failure.reason) from failure
    token = granted.get("access_token")
    if answer.status != 200 or not isinstance(token, str):
        reason = granted.get("error")
        raise sign_in_failed(reason if isinstance(reason, str) and reason.isidentifier() else "no_token")
    return token


def sign_in_failed(reason: str) -> NotAuthenticated:
    """The refusal of a sign-in, with a reason for the operators."""
    return NotAuthenticated(ConsoleRefusal.SIGN_IN_FAILED, reason=reason[:64])
