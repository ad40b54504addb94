"""The two ways by which the players reach the engine: the client library and the HTTP API, both through the links.

A player sends the same again under the same id until it is answered, as a service must (`CasePlayer`). Here each try
is made once, and its failure is told as the client library tells it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import httpx2

from activities.ledger.reading import DossierRow
from domain.dossier.commands import Rate
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.roles import Actor, Role
from domain.values import Bilingual
from gateway.access.principals import Principal
from gateway.client import ActRequest, Engine, EngineUnavailable, Submission
from gateway.client.engine_errors import Refused
from workflows.messages import Receipt

T = TypeVar("T")
MINUTES = 240
ONE_TRY = 15.0
"""Seconds of one request over HTTP."""
LATER = (408, 425, 429, 500, 502, 503, 504)
"""The answers after which the same request is sent again: the act may or may not have been done."""
IN_FLIGHT = "request_in_flight"


class LibraryDoor:
    """The client library, with a bound on each call: a link that stalls must not hold a player for ever."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def submit(self, principal: Principal, submission: Submission) -> Receipt:
        """Opens a dossier."""
        return await _bounded(self._engine.submit(principal, submission))

    async def act(self, principal: Principal, code: str, request: ActRequest) -> Receipt:
        """Gives a command."""
        return await _bounded(self._engine.act(principal, code, request))

    async def dossier(self, code: str) -> DossierRow:
        """Reads a dossier."""
        return await _bounded(self._engine.dossier(code))


class HttpDoor(LibraryDoor):
    """The HTTP API, for acts. The players read through the library, because they look at the whole dossier."""

    def __init__(self, engine: Engine, http: httpx2.AsyncClient, api: str, tokens: Tokens) -> None:
        super().__init__(engine)
        self._http = http
        self._api = api
        self._tokens = tokens

    async def submit(self, principal: Principal, submission: Submission) -> Receipt:
        """Opens a dossier. What an older system brought over is told through the library."""
        if submission.brought_over is not None:
            return await super().submit(principal, submission)
        body = submission.model_dump(mode="json", exclude={"key", "actor"}, exclude_none=True)
        return await self._post("/v1/dossiers", submission.key, submission.actor, body)

    async def act(self, principal: Principal, code: str, request: ActRequest) -> Receipt:
        """Gives a command, under its id as the key. A rating is told through the library: over HTTP only the applicant
        who filed online reaches the dossier."""
        if request.expected_version is not None or isinstance(request.command, Rate):
            return await super().act(principal, code, request)
        command = request.command
        body = command.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
        body |= {"note": request.note} if request.note else {}
        where = f"/v1/dossiers/{code}/commands/{command.kind}"
        return await self._post(where, str(request.command_id), request.actor, body)

    async def _post(self, path: str, key: str, actor: Actor, body: dict[str, Any]) -> Receipt:
        if actor.role is not Role.APPLICANT:
            body = {**body, "acting_as": {"role": actor.role, "unit": actor.unit}}
        headers = {"Authorization": f"Bearer {await self._tokens.of(actor)}", "Idempotency-Key": key}
        answer = await self._http.post(self._api + path, json=body, headers=headers, timeout=ONE_TRY)
        if answer.is_success:
            return Receipt.model_validate({one: answer.json().get(one) for one in _RECEIPT & set(answer.json())})
        raise _problem(answer)


_RECEIPT = set(Receipt.model_fields)


class Tokens:
    """Access tokens of the stack's issuer, one for each person or applicant."""

    def __init__(self, http: httpx2.AsyncClient, issuer: str) -> None:
        self._http = http
        self._issuer = issuer
        self._kept: dict[tuple[str, bool], str] = {}

    async def of(self, actor: Actor) -> str:
        """The token of the one who acts."""
        applicant = actor.role is Role.APPLICANT
        if (actor.person, applicant) not in self._kept:
            order = {"applicant" if applicant else "person": actor.person, "minutes": MINUTES}
            answer = await self._http.post(f"{self._issuer}/dev/token", json=order, timeout=60)
            answer.raise_for_status()
            self._kept[actor.person, applicant] = str(answer.json()["access_token"])
        return self._kept[actor.person, applicant]


async def _bounded(call: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout(ONE_TRY):
            return await call
    except TimeoutError:
        raise EngineUnavailable(DossierRefusal.ANSWER_PENDING, dossier="–") from None


def _problem(answer: httpx2.Response) -> DomainError:
    """The refusal that the API answered, as the client library raises it."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    code = str(told.get("code", f"http_{answer.status_code}"))
    if answer.status_code in LATER or code == IN_FLIGHT:
        return EngineUnavailable(DossierRefusal.ANSWER_PENDING, dossier=code)
    text = str(told.get("detail", answer.text[:200]))
    return Refused(code, Bilingual(vi=text, en=text), {}, str(answer.status_code))
