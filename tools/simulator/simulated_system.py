"""Serves the calls to one system: the contract reads each call, then it is counted and answered, or hit by a fault."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime
from typing import Any, Protocol, runtime_checkable

from fastapi import Request, Response

from tools.simulator import broken_answers as broken
from tools.simulator.answers import JSON, Answer, RawRequest, json_answer
from tools.simulator.connections import Ending, ended
from tools.simulator.fault_injection import IN_XML, Call, Fault, FaultInjector, FaultMode
from tools.simulator.world import World

__all__ = ["JSON", "Answer", "Contract", "RawRequest", "SimulatedSystem", "json_answer"]

_RETRY_AFTER = "Retry-After"


class Contract(Protocol):
    """The normal behaviour of one system. `perform` never waits, so it is one indivisible step."""

    system: str
    modes: frozenset[FaultMode]

    def read(self, request: RawRequest) -> Call | Answer:
        """The call, or an error answer (unknown path, no credentials, not readable)."""

    def perform(self, call: Call) -> Answer:
        """Carries out the call."""

    def failing(self, mode: FaultMode) -> Answer:
        """The system's own answer for a fault that is a word of its contract, as error_in_200 or refused."""

    def records(self, key: str | None) -> dict[str, Any]:
        """The records that a test may read, of one key or of all."""


@runtime_checkable
class OfVersions(Protocol):
    """A contract whose failures are said differently in each of its versions."""

    def failing_call(self, mode: FaultMode, call: Call) -> Answer:
        """The answer of `failing`, in the version of the call."""


class SimulatedSystem:
    """One system, with its faults and counters."""

    def __init__(self, world: World, contract: Contract) -> None:
        self.contract = contract
        self.faults = FaultInjector(contract.system, world.seed, world.monotonic)
        self.received: Counter[str] = Counter()
        self.rejected = 0
        """The requests that break the contract: another path, no credentials, or a body that cannot be read."""
        self.lied: list[dict[str, Any]] = []
        """The calls that were answered as done and not carried out, with the dossiers of a list."""
        self._world = world
        self._answers: dict[str, dict[str, Answer]] = {}
        self._late: dict[asyncio.TimerHandle, Call] = {}

    def carry_out_late(self) -> int:
        """Carries out now what `late_effect` holds back, in the order of its arrival. Returns how many calls."""
        late, self._late = self._late, {}
        for timer, call in late.items():
            timer.cancel()
            self.contract.perform(call)
        return len(late)

    def forget_late(self) -> None:
        """Never carries out what `late_effect` holds back."""
        late, self._late = self._late, {}
        for timer in late:
            timer.cancel()

    async def serve(self, request: Request) -> Response:
        """Answers one request, normally or with a fault."""
        path = "/" + request.path_params["path"]
        raw = RawRequest(request.method, path, request.headers, await request.body(), request.query_params)
        call = self.contract.read(raw)
        if isinstance(call, Answer):
            self.rejected += 1
            return self._response(call)
        self.received[call.service] += 1
        fault = self.faults.next_fault(call)
        if fault is None:
            return self._response(self._performed(call))
        return await self._answer_with_fault(fault, call, request)

    async def _answer_with_fault(self, fault: Fault, call: Call, request: Request) -> Response:
        if fault.mode in _NOTHING_SENT:
            if fault.mode is FaultMode.TIMEOUT:
                self.contract.perform(call)
            if fault.mode is FaultMode.LATE_EFFECT:
                self._hold_back(call, fault.delay)
            return await ended(request, b"", _NOTHING_SENT[fault.mode])
        if fault.mode in _BROKEN:
            return await self._broken(fault, self._performed(call), request)
        match fault.mode:
            case FaultMode.DOWN | FaultMode.TOO_MANY | FaultMode.SERVER_ERROR | FaultMode.UNKNOWN_STATUS:
                return self._status(fault)
            case FaultMode.EFFECT_THEN_ERROR:
                self.contract.perform(call)
                return self._status(fault)
            case FaultMode.SLOW:
                await asyncio.sleep(fault.delay)
                return self._response(self._performed(call))
            case FaultMode.CLOCK_OFF:
                with self._world.date.wrong(fault.hours):
                    return self._response(self._performed(call))
            case _:
                return self._response(self._instead(fault.mode, call))

    def _hold_back(self, call: Call, seconds: float) -> None:
        def carry_out() -> None:
            if self._late.pop(timer, None) is not None:
                self.contract.perform(call)

        timer = asyncio.get_running_loop().call_later(seconds, carry_out)
        self._late[timer] = call

    def _instead(self, mode: FaultMode, call: Call) -> Answer:
        """What is answered instead of the answer."""
        if mode in _LIES:
            self.lied.append({"service": call.service, "key": call.key, "dossiers": _dossiers(call)})
        match mode:
            case FaultMode.GARBLED:
                page = "<html><body>Hệ thống đang bảo trì</body></html>"
                return Answer(page.encode(), content_type="text/html; charset=utf-8")
            case FaultMode.DUPLICATE:
                self.contract.perform(call)
                return self._performed(call)
            case FaultMode.NO_EFFECT:
                with self._world.store.undone():
                    return self.contract.perform(call)
            case FaultMode.EXPIRED_CERTIFICATE:
                return self._performed(replace(call, fault=mode))
            case FaultMode.DEEP:
                return broken.deep(xml=bool(self.contract.modes & IN_XML))
            case FaultMode.XML_BOMB:
                return broken.xml_bomb()
            case FaultMode.MANY_TAGS:
                return broken.many_tags(self.contract.perform(call))
            case FaultMode.EXTERNAL_ENTITY:
                return broken.external_entity(self._world.where())
            case FaultMode.ANOTHERS_REPLY:
                others = [
                    answer
                    for key, answer in self._answers.get(f"{call.service} {call.version}", {}).items()
                    if key != call.key
                ]
                return others[-1] if others else self._failing(FaultMode.ERROR_IN_200, call)
            case _:
                return self._failing(mode, call)

    def _failing(self, mode: FaultMode, call: Call) -> Answer:
        contract = self.contract
        return contract.failing_call(mode, call) if isinstance(contract, OfVersions) else contract.failing(mode)

    async def _broken(self, fault: Fault, answer: Answer, request: Request) -> Response:
        """The answer of a call that was carried out, damaged on its way."""
        match fault.mode:
            case FaultMode.CUT_IN_HEAD:
                return await broken.cut_in_head(answer, request)
            case FaultMode.RESET_IN_BODY:
                return await broken.reset_in_body(answer, request)
            case FaultMode.CUT:
                return broken.cut(answer)
            case FaultMode.DRIP:
                return broken.dripping(answer, fault.delay)
            case FaultMode.ENDLESS:
                return broken.endless(answer)
            case FaultMode.HUGE:
                return broken.huge(answer, fault.size)
            case FaultMode.COMPRESSED:
                return broken.compressed(answer, fault.size)
            case FaultMode.TRUNCATED:
                return self._response(broken.truncated(answer))
            case FaultMode.WRONG_CHARSET:
                return self._response(broken.in_utf_16(answer))
            case _:
                return self._response(broken.as_page(answer))

    def _performed(self, call: Call) -> Answer:
        """The answer of a call that is carried out. The last two are kept for `anothers_reply`."""
        answer = self.contract.perform(call)
        if call.service not in ("auth", "token"):
            kept = self._answers.setdefault(f"{call.service} {call.version}", {})
            kept.pop(call.key, None)
            kept[call.key] = answer
            if len(kept) > 2:
                del kept[next(iter(kept))]
        return answer

    def _status(self, fault: Fault) -> Response:
        after = fault.retry_after or ("1" if fault.mode is FaultMode.TOO_MANY else None)
        headers = {} if after is None else {_RETRY_AFTER: after}
        text, status = _STATUSES[fault.mode]
        return Response(text, status, headers={**headers, **self._date()}, media_type="text/plain; charset=utf-8")

    def _response(self, answer: Answer) -> Response:
        return Response(answer.body, answer.status, headers=self._date(), media_type=answer.content_type)

    def _date(self) -> dict[str, str]:
        """The header Date, by the clock of the system: uvicorn's would always be right."""
        return {"Date": format_datetime(self._world.date.now().astimezone(UTC), usegmt=True)}


def _dossiers(call: Call) -> list[str]:
    rows = call.fields.get("data")
    listed = rows if isinstance(rows, list) else []
    return [str(row.get("MaHoSo")) for row in listed if isinstance(row, dict)]


_LIES = frozenset({FaultMode.NO_EFFECT, FaultMode.ANOTHERS_REPLY})
_NOTHING_SENT = {
    FaultMode.TIMEOUT: Ending.OPEN,
    FaultMode.UNANSWERED: Ending.OPEN,
    FaultMode.RESET: Ending.RESET,
    FaultMode.LATE_EFFECT: Ending.RESET,
    FaultMode.HALF_CLOSED: Ending.HALF_CLOSED,
}
_BROKEN = frozenset(
    {
        FaultMode.CUT_IN_HEAD,
        FaultMode.CUT,
        FaultMode.RESET_IN_BODY,
        FaultMode.DRIP,
        FaultMode.ENDLESS,
        FaultMode.HUGE,
        FaultMode.COMPRESSED,
        FaultMode.TRUNCATED,
        FaultMode.WRONG_CHARSET,
        FaultMode.OTHER_UNICODE,
    }
)
_STATUSES = {
    FaultMode.DOWN: ("Service Unavailable", 503),
    FaultMode.TOO_MANY: ("Too Many Requests", 429),
    FaultMode.SERVER_ERROR: ("Internal Server Error", 500),
    FaultMode.EFFECT_THEN_ERROR: ("Internal Server Error", 500),
    FaultMode.UNKNOWN_STATUS: ("I'm a teapot", 418),
}
