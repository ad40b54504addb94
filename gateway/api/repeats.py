"""Requests that act, each carried out once: the same key gives the same answer (Idempotency-Key).

The command id of a request is derived from the caller and the key, so that the ledger itself refuses a second effect,
also after the kept answer is gone.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from activities.ledger.kept_answers import SWEEP_ROWS, Answer, Found, KeptAnswers, KeyedRequest
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import DomainError
from domain.messages.rules import RulesRefusal
from domain.values import Bilingual
from gateway.access.callers import ON_BEHALF_OF, Caller
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import JSON
from gateway.api.callers import Signed
from gateway.api.keys import Purpose
from gateway.api.messages import RequestRefusal
from gateway.api.parts import Api, Parts
from gateway.api.problems import problem_answer, response_of, status_of
from gateway.api.refusals import BadRequest
from gateway.dossiers.command_ids import KEY, LONGEST_KEY, command_id_of

log = structlog.get_logger(__name__)

_KEY = re.compile(KEY)
UNREADABLE = Bilingual(
    vi=f"phải có từ 1 đến {LONGEST_KEY} ký tự ASCII, không có dấu cách",
    en=f"it must have 1 to {LONGEST_KEY} ASCII characters without spaces",
)
NOT_KEPT = (401, 403, 408, 413, 415, 429, 500, 503)
"""Answers that say nothing about the act itself: the same request may get another answer later."""
NOT_KEPT_CODES = frozenset({RulesRefusal.RULES_NOT_PUBLISHED})
"""Refusals that an operator ends."""
IN_LEDGER = (200, 201)
"""Answers to an act that the ledger has."""
REMOVED_EVERY = 3_600.0
"""Seconds between two removals of old answers."""
REPEATED = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Khóa của việc làm này, do người gọi đặt; gửi lại cùng khóa thì chỉ làm một lần "
        "(the caller's own key of this act; the same key acts once).",
        examples=["khai-sinh-2026-000123"],
        json_schema_extra={"minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    ),
]


def prefers_async(request: Request) -> bool:
    """True when the caller does not wait for the record (RFC 7240: `Prefer: respond-async`)."""
    preferences = ",".join(request.headers.getlist("prefer"))[:LONGEST_KEY].lower().split(",")
    return any(one.split(";")[0].strip() == "respond-async" for one in preferences)


def require_key(key: str | None) -> str:
    """The key of the request. Raises BadRequest `idempotency_key_missing`, `header_invalid`."""
    if key is None or not key.strip():
        raise BadRequest(RequestRefusal.IDEMPOTENCY_KEY_MISSING, header="Idempotency-Key")
    if not _KEY.fullmatch(key):
        raise BadRequest(RequestRefusal.HEADER_INVALID, header="Idempotency-Key", problem=UNREADABLE)
    return key


@dataclass(frozen=True)
class ActingRequest:
    """A request that acts, with its caller and its key."""

    request: Request
    parts: Api
    signed: SignedIn
    given_key: str | None

    async def once(
        self,
        act: Callable[[str], Awaitable[Answer]],
        command_id: Callable[[Caller, str], UUID] = command_id_of,
        *,
        recorded: bool = False,
    ) -> Response:
        """Carries out the request once and keeps its answer; gives the kept answer when it was answered before.

        `act` is called with the key; `command_id` gives the id of its command. `recorded`: the ledger itself refuses a
        second act with this id, and has its receipt. Raises BadRequest `idempotency_key_missing`,
        `idempotency_key_reused` (422) and `request_in_flight` (409), and what `act` raises when that is not kept.
        """
        key = require_key(self.given_key)
        keyed = await self._keyed(key, command_id(self.signed.caller, key))
        taken = await self.parts.answers.take(keyed, lasting=not recorded)
        if taken.answer is not None:
            return await self._again(act, key, taken.answer)
        if taken.found is Found.IN_FLIGHT:
            raise BadRequest(RequestRefusal.REQUEST_IN_FLIGHT)
        if taken.found is Found.OTHER_REQUEST:
            raise BadRequest(RequestRefusal.IDEMPOTENCY_KEY_REUSED)
        assert taken.taken_at is not None, "the key is new"
        try:
            answer = await _answer(self.request, act, key)
        except BaseException:
            await _release(self.parts.answers, keyed, taken.taken_at)
            raise
        await _keep(self.parts.answers, keyed, answer, lasting=not (recorded and answer.status in IN_LEDGER))
        return response_of(answer)

    async def _keyed(self, key: str, command_id: UUID) -> KeyedRequest:
        """The request as it is known again. Nobody guesses personal data of the body from its signature."""
        request, keys = self.request, self.parts.keys
        body = hashlib.sha256(await request.body()).hexdigest()
        headers = (request.headers.get(name, "") for name in ("if-match", ON_BEHALF_OF))
        asked = "\n".join((request.method, request.url.path, *headers, body)).encode()
        return KeyedRequest(
            caller=self.signed.caller.name,
            key=key,
            fingerprint=keys.signature(Purpose.FINGERPRINT, asked),
            older_fingerprints=keys.older_signatures(Purpose.FINGERPRINT, asked),
            command_id=command_id,
            for_applicant=self.signed.caller.for_applicant,
        )

    async def _again(self, act: Callable[[str], Awaitable[Answer]], key: str, kept: Answer) -> Response:
        """The kept answer. Who now waits for the record of an act that was only accepted gets its outcome.

        A preference is no part of what is asked (RFC 7240), and the act is carried out once with either.
        """
        if kept.status == 202 and not prefers_async(self.request):
            return response_of(await _answer(self.request, act, key))
        return response_of(kept.model_copy(update={"headers": {**kept.headers, REPEATED: "true"}}))


async def _acting_request(
    request: Request, parts: Parts, signed: Signed, idempotency_key: IdempotencyKey = None
) -> ActingRequest:
    return ActingRequest(request, parts, signed, idempotency_key)


Acting = Annotated[ActingRequest, Depends(_acting_request)]
"""The request, as a parameter of an operation that acts."""


def answer_kept(status: int, answer: BaseModel, **headers: str) -> Answer:
    """The answer to an act, as it is kept for its key."""
    return Answer(status=status, headers={"Content-Type": JSON, **headers}, body=answer.model_dump_json())


async def remove_old_answers(answers: KeptAnswers, older_than: timedelta, stopping: asyncio.Event) -> None:
    """Removes the answers that are older, when the process starts and every hour, until `stopping` is set."""
    while not stopping.is_set():
        try:
            while await answers.sweep(older_than) == SWEEP_ROWS:
                log.info("old_answers_removed", count=SWEEP_ROWS)
        except (DatabaseUnavailable, DatabaseRefuses) as problem:
            log.warning("old_answers_not_removed", code=problem.code)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), REMOVED_EVERY)


async def _answer(request: Request, act: Callable[[str], Awaitable[Answer]], key: str) -> Answer:
    """The answer of the act; a refusal that will stay the same is an answer too."""
    try:
        return await act(key)
    except DomainError as refused:
        if status_of(refused) in NOT_KEPT or refused.code in NOT_KEPT_CODES:
            raise
        return problem_answer(refused, request)


async def _keep(answers: KeptAnswers, keyed: KeyedRequest, answer: Answer, *, lasting: bool) -> None:
    """Keeps the answer. Without the database the answer is given all the same: the ledger knows what has acted."""
    try:
        await answers.keep(keyed, answer, lasting=lasting)
    except DatabaseUnavailable as problem:
        log.warning("answer_not_kept", code=problem.code)


async def _release(answers: KeptAnswers, keyed: KeyedRequest, taken_at: datetime) -> None:
    try:
        await answers.release(keyed, taken_at)
    except DatabaseUnavailable as problem:
        log.warning("key_not_released", code=problem.code)
