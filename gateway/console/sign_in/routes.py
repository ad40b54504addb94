"""The pages of signing in and out."""

from __future__ import annotations

import hmac
import json
from typing import Annotated, Final
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from domain.errors import NotAuthorised
from gateway.access.errors import NotAuthenticated
from gateway.access.principals import ServicePrincipal
from gateway.access.sign_in import denied, known_caller
from gateway.console.places import HOME, local_path
from gateway.console.sign_in.exchange import (
    Attempt,
    access_token,
    authorization_address,
    endpoints,
    sign_in_failed,
)
from gateway.console.visits import COOKIE, Passing, PassingBy, passing

log = structlog.get_logger(__name__)
router = APIRouter()

ATTEMPT: Final = "lx_sign_in"
OPERATION = "console_sign_in"
ATTEMPT_SECONDS = 600


@router.get("/sign-in")
async def sign_in(visitor: PassingBy, back: str = HOME) -> Response:
    """Sends the browser to the issuer."""
    attempt = Attempt.begun(local_path(back))
    addresses = await endpoints(visitor.console)
    to = authorization_address(visitor.console, addresses, attempt, _redirect(visitor), visitor.language)
    answer = RedirectResponse(to, 303)
    kept = json.dumps([attempt.state, attempt.verifier, attempt.back])
    answer.set_cookie(
        ATTEMPT, kept.encode().hex(), max_age=ATTEMPT_SECONDS, path="/console/sign-in", httponly=True,
        samesite="lax", secure=_is_secure(visitor.request),
    )  # fmt: skip
    return answer


@router.get("/sign-in/done")
async def signed_in(visitor: PassingBy, code: str = "", state: str = "", error: str = "", iss: str = "") -> Response:
    """The browser comes back from the issuer: opens the session, and goes on to the page that was asked for."""
    attempt = _attempt_of(visitor.request)
    if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise sign_in_failed("state_unknown")
    if iss and iss != visitor.console.issuer.issuer:  # RFC 9207
        raise sign_in_failed("other_issuer")
    if error or not code:
        raise sign_in_failed(error if error.isidentifier() else "no_code")
    token = await access_token(visitor.console, await endpoints(visitor.console), attempt, code, _redirect(visitor))
    secret = await _session(visitor, token)
    answer = RedirectResponse(attempt.back, 303)
    answer.set_cookie(
        COOKIE, secret, path="/console", httponly=True, samesite="lax", secure=_is_secure(visitor.request)
    )
    answer.delete_cookie(ATTEMPT, path="/console/sign-in")
    return answer


async def _session(visitor: Passing, token: str) -> str:
    """A new session for whom the token names. A service has no use for pages."""
    try:
        principal = await visitor.api.tokens.verify(token, visitor.now)
        if isinstance(principal, ServicePrincipal):
            raise sign_in_failed("service")
        caller = known_caller(principal, visitor.api.engine.staff, visitor.now)
    except (NotAuthenticated, NotAuthorised) as refused:
        denied(refused, OPERATION)
        raise
    log.info("console_signed_in", caller=caller.name)
    return await visitor.console.sessions.open(principal.model_dump_json())


@router.post("/sign-out")
async def sign_out(visitor: Annotated[Passing, Depends(passing)]) -> Response:
    """Ends the session, then the one at the issuer."""
    secret = visitor.request.cookies.get(COOKIE)
    if secret is not None:
        await visitor.console.sessions.end(secret)
        visitor.console.changes.end_session(secret)
    answer = RedirectResponse("/console/signed-out", 303)
    answer.delete_cookie(COOKIE, path="/console")
    return answer


@router.get("/signed-out")
async def signed_out(visitor: PassingBy) -> Response:
    """Says that the session has ended, with the way to end it at the issuer too."""
    addresses = await endpoints(visitor.console)
    back = {"client_id": visitor.console.policy.client_id, "post_logout_redirect_uri": _own(visitor) + HOME}
    at_issuer = f"{addresses.end_session}?{urlencode(back)}" if addresses.end_session else None
    return visitor.page("sign_in/signed_out.html", at_issuer=at_issuer)


def _attempt_of(request: Request) -> Attempt | None:
    try:
        state, verifier, back = json.loads(bytes.fromhex(request.cookies.get(ATTEMPT, "")))
        return Attempt(str(state), str(verifier), local_path(str(back)))
    except ValueError:
        return None


def _own(visitor: Passing) -> str:
    return (visitor.console.policy.public_url or str(visitor.request.url.replace(path="/", query=""))).rstrip("/")


def _redirect(visitor: Passing) -> str:
    return f"{_own(visitor)}/console/sign-in/done"


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
