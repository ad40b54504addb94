"""The pages of signing in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from domain.errors import NotAuthorised
from gateway.access.errors import NotAuthenticated
from gateway.access.principals import ServicePrincipal
from gateway.access.sign_in import denied, known_caller
from gateway.console.cookies import give_session, session_secret, take_session
from gateway.console.places import HOME
from gateway.console.sign_in.attempts import Attempt, attempt_of, forget, keep
from gateway.console.sign_in.exchange import access_token, authorization_address, endpoints, sign_in_failed
from gateway.console.visits import Passing, PassingBy, passing

log = structlog.get_logger(__name__)
router = APIRouter()

OPERATION = "console_sign_in"


@router.get("/sign-in")
async def sign_in(visitor: PassingBy, back: str = HOME) -> Response:
    """Sends the browser to the issuer."""
    attempt = Attempt.begun(back)
    addresses = await endpoints(visitor.console)
    to = authorization_address(visitor.console, addresses, attempt, _redirect(visitor), visitor.language)
    answer = RedirectResponse(to, 303)
    keep(answer, visitor.request, attempt)
    return answer


@router.get("/sign-in/done")
async def signed_in(visitor: PassingBy, code: str = "", state: str = "", error: str = "", iss: str = "") -> Response:
    """The browser comes back from the issuer: opens the session, and goes on to the page that was asked for.

    A session that the browser had before ends: nobody can go on with it. Who comes here once more with the browser's
    button for going back has signed in already.
    """
    attempt = attempt_of(visitor.request, state)
    if attempt is None and await _has_session(visitor):
        return RedirectResponse(HOME, 303)
    if attempt is None:
        raise sign_in_failed("state_unknown")
    if iss and iss != visitor.console.issuer.issuer:  # RFC 9207
        raise sign_in_failed("other_issuer")
    if error or not code:
        raise sign_in_failed(error if error.isidentifier() else "no_code")
    token = await access_token(visitor.console, await endpoints(visitor.console), attempt, code, _redirect(visitor))
    secret, before = await _session(visitor, token), session_secret(visitor.request)
    if before is not None:
        await visitor.console.sessions.end(before)
    answer = RedirectResponse(attempt.back, 303)
    give_session(answer, visitor.request, secret)
    forget(answer, visitor.request, attempt)
    return answer


async def _has_session(visitor: Passing) -> bool:
    secret = session_secret(visitor.request)
    return secret is not None and await visitor.console.sessions.find(secret) is not None


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
    secret = session_secret(visitor.request)
    if secret is not None:
        await visitor.console.sessions.end(secret)
        visitor.console.changes.end_session(secret)
    answer = RedirectResponse("/console/signed-out", 303)
    take_session(answer, visitor.request)
    return answer


@router.get("/signed-out")
async def signed_out(visitor: PassingBy) -> Response:
    """Says that the session has ended, with the way to end it at the issuer too, if it answers."""
    try:
        at_issuer = (await endpoints(visitor.console)).end_session
    except NotAuthenticated as failure:
        log.warning("issuer_failed", code=str(failure.code), facts=failure.facts)
        at_issuer = None
    back = {"client_id": visitor.console.policy.client_id, "post_logout_redirect_uri": _own(visitor) + HOME}
    return visitor.page("sign_in/signed_out.html", at_issuer=at_issuer and f"{at_issuer}?{urlencode(back)}")


def _own(visitor: Passing) -> str:
    return (visitor.console.policy.public_url or str(visitor.request.url.replace(path="/", query=""))).rstrip("/")


def _redirect(visitor: Passing) -> str:
    return f"{_own(visitor)}/console/sign-in/done"
