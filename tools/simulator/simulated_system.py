"""Serves the calls to one system: the contract reads each call, then it is counted and answered, or hit by a fault."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from tools.simulator.fault_injection import Call, FaultInjector, FaultMode
from tools.simulator.world import World

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """The answer of a system."""

    body: bytes
    status: int = 200
    content_type: str = JSON


def json_answer(body: Mapping[str, Any], status: int = 200) -> Answer:
    """An answer in JSON. Vietnamese letters are not escaped."""
    return Answer(json.dumps(body, ensure_ascii=False).encode(), status)


@dataclass(frozen=True)
class RawRequest:
    """The raw request, with the path below the system's own."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is not one."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


class Contract(Protocol):
    """The normal behaviour of one system. `perform` never waits, so it is one indivisible step."""

    system: str
    modes: frozenset[FaultMode]

    def read(self, request: RawRequest) -> Call | Answer:
        """The call, or an error answer (unknown path, no credentials, not readable)."""

    def perform(self, call: Call) -> Answer:
        """Carries out the call."""

    def failing(self, mode: FaultMode) -> Answer:
        """The system's answer for error_in_200, refused, session_expired or token_failed."""

    def records(self, key: str | None) -> dict[str, Any]:
        """The records that a test may read, of one key or of all."""


class SimulatedSystem:
    """One system, with its faults and counters."""

    def __init__(self, world: World, contract: Contract) -> None:
        self.contract = contract
        self.faults = FaultInjector(contract.system, world.seed, world.monotonic)
        self.received: Counter[str] = Counter()
        self._store = world.store

    async def serve(self, request: Request) -> Response:
        """Answers one request, normally or with a fault."""
        path = "/" + request.path_params["path"]
        raw = RawRequest(request.method, path, request.headers, await request.body(), request.query_params)
        call = self.contract.read(raw)
        if isinstance(call, Answer):
            return _response(call)
        self.received[call.service] += 1
        fault = self.faults.next_fault(call)
        if fault is None:
            return _response(self.contract.perform(call))
        return await self._answer_with_fault(fault.mode, fault.delay, call, request)

    async def _answer_with_fault(self, mode: FaultMode, delay: float, call: Call, request: Request) -> Response:
        match mode:
            case FaultMode.DOWN:
                return Response("Service Unavailable", status_code=503)
            case FaultMode.GARBLED:
                return Response("<html><body>Hệ thống đang bảo trì</body></html>", media_type="text/html")
            case FaultMode.DUPLICATE:
                self.contract.perform(call)
                return _response(self.contract.perform(call))
            case FaultMode.NO_EFFECT:
                with self._store.undone():
                    return _response(self.contract.perform(call))
            case FaultMode.SLOW:
                await asyncio.sleep(delay)
                return _response(self.contract.perform(call))
            case FaultMode.TIMEOUT:
                self.contract.perform(call)
                await request.receive()  # until the caller hangs up, or the simulator is stopped
                return Response("Gateway Timeout", status_code=504)
            case FaultMode.OTHER_UNICODE:
                return _response(_as_page(self.contract.perform(call)))
            case FaultMode.CUT:
                return _cut(self.contract.perform(call))
            case _:
                return _response(self.contract.failing(mode))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.content_type)


def _as_page(answer: Answer) -> Answer:
    """The same words in another Unicode form, inside a page of HTML."""
    words = unicodedata.normalize("NFD", answer.body.decode())
    return Answer(f"<html><body>\n  <p>{words}</p>\n</body></html>".encode(), answer.status, "text/html; charset=utf-8")


def _cut(answer: Answer) -> Response:
    """Half of the body under the Content-Length of the whole, so that the server closes the connection."""

    async def half() -> AsyncIterator[bytes]:
        yield answer.body[: len(answer.body) // 2]
        raise BrokenOff

    headers = {"Content-Length": str(len(answer.body))}
    return StreamingResponse(half(), answer.status, headers=headers, media_type=answer.content_type)


class BrokenOff(Exception):
    """Raised to drop a connection in the middle of an answer, on purpose."""
