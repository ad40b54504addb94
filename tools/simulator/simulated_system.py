"""Where calls arrive: each is read by its system's contract, counted, and answered, or struck by a fault."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from tools.simulator.fault_injection import Call, FaultInjector, FaultMode
from tools.simulator.world import World

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What a system says."""

    body: bytes
    status: int = 200
    content_type: str = JSON


def json_answer(body: Mapping[str, Any], status: int = 200) -> Answer:
    """An answer in JSON, Vietnamese letters as they are."""
    return Answer(json.dumps(body, ensure_ascii=False).encode(), status)


@dataclass(frozen=True)
class RawRequest:
    """The raw request, below the system's own address."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any] | None:
        """The body as one JSON object, or None when it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return None
        return value if isinstance(value, dict) else None


class Contract(Protocol):
    """One system's behaviour when it behaves. `perform` is one indivisible step: it waits for nothing."""

    system: str
    modes: frozenset[FaultMode]

    def read(self, request: RawRequest) -> Call | Answer:
        """The call, or the answer to something that is none (unknown path, no credentials, not readable)."""

    def perform(self, call: Call) -> Answer:
        """Do it."""

    def failing(self, mode: FaultMode) -> Answer:
        """How this system says error_in_200, refused, session_expired or token_failed."""

    def records(self, key: str | None) -> dict[str, Any]:
        """What a test may look at."""


class SimulatedSystem:
    """One system's counter."""

    def __init__(self, world: World, contract: Contract) -> None:
        self.contract = contract
        self.faults = FaultInjector(contract.system, world.seed, world.monotonic)
        self.received: Counter[str] = Counter()
        self._store = world.store

    async def serve(self, request: Request) -> Response:
        """Answer one request, well or badly."""
        path = "/" + request.path_params["path"]
        raw = RawRequest(request.method, path, request.headers, await request.body())
        call = self.contract.read(raw)
        if isinstance(call, Answer):
            return _response(call)
        self.received[call.service] += 1
        fault = self.faults.strike(call)
        if fault is None:
            return _response(self.contract.perform(call))
        return await self._misbehave(fault.mode, fault.delay, call, request)

    async def _misbehave(self, mode: FaultMode, delay: float, call: Call, request: Request) -> Response:
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
            case FaultMode.CUT:
                return _cut(self.contract.perform(call))
            case _:
                return _response(self.contract.failing(mode))


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, media_type=answer.content_type)


def _cut(answer: Answer) -> Response:
    """Half of the body, under a Content-Length that promises all of it: the server closes the connection."""

    async def half() -> AsyncIterator[bytes]:
        yield answer.body[: len(answer.body) // 2]
        raise BrokenOff

    headers = {"Content-Length": str(len(answer.body))}
    return StreamingResponse(half(), answer.status, headers=headers, media_type=answer.content_type)


class BrokenOff(Exception):
    """The connection is to be dropped in the middle of an answer; nothing is wrong with the simulator."""
