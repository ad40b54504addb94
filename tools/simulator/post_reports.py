"""Moves the postal items, and sends the post's reports: normal, lost, doubled, late, out of order, or wrong."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from typing import Any

import httpx2

from domain.dossier.post_stages import PostStage
from domain.values import Strict
from tools.simulator.fault_injection import REPORT_MODES, Call, Fault, FaultMode
from tools.simulator.post import ItemRow, Move, PostSystem
from tools.simulator.simulated_system import Answer, SimulatedSystem
from tools.simulator.token_protocol import done, refused
from tools.simulator.world import World

SIGNATURE_HEADER = "X-Post-Signature"
_ATTEMPTS, _FIRST_PAUSE = 6, 0.2
_NORMAL = Fault(mode=FaultMode.OK)


class ReportsTo(Strict):
    """Where the post sends its reports, as its customer sets it up; None: nowhere."""

    url: str | None


class PostReports:
    """What people do in the streets, and the reports that follow."""

    def __init__(self, world: World, system: SimulatedSystem, contract: PostSystem) -> None:
        self._world = world
        self._system = system
        self._contract = contract
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[bytes] = []
        """Reports that are sent after the next one."""
        self.to: str | None = None
        self.sent: list[dict[str, Any]] = []
        no_authorities = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the receiver is on this machine, over plain HTTP
        self._client = httpx2.AsyncClient(timeout=5.0, trust_env=False, verify=no_authorities)

    def move(self, item_code: str, how: Move) -> Answer:
        """Moves an item and reports it."""
        row = self._contract.row_of(item_code)
        if row is None:
            return refused("unknown_item", 404)
        moved = self._contract.move(row, how)
        if moved is None:
            return refused("no_such_move", 409)
        self._report(moved, how)
        return done(**moved.answer_fields())

    async def close(self) -> None:
        """Drops the reports that were not taken. A restart of a real service loses them too."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def _report(self, row: ItemRow, how: Move) -> None:
        fault = self._fault(row, how)
        body = self._body(row, wrong=fault.mode is FaultMode.REPORT_WRONG_STAGE)
        if self.to is None or fault.mode is FaultMode.REPORT_LOST:
            return
        if fault.mode is FaultMode.REPORT_OUT_OF_ORDER:
            self._held.append(body)
            return
        pause = fault.delay if fault.mode is FaultMode.REPORT_LATE else 0.0
        bodies = [body] * (2 if fault.mode is FaultMode.REPORT_TWICE else 1) + self._held
        self._held = []
        task = asyncio.create_task(self._deliver(self.to, bodies, pause))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _fault(self, row: ItemRow, how: Move) -> Fault:
        if how.report in REPORT_MODES:
            return Fault(mode=how.report, delay=how.delay)
        if how.report is FaultMode.OK:
            return _NORMAL
        return self._system.faults.next_fault(Call("callback", row.key, {})) or _NORMAL

    def _body(self, row: ItemRow, *, wrong: bool) -> bytes:
        fields = row.answer_fields()
        fields.pop("evidence")
        stage = {"stage": PostStage.DELIVERED.value} if wrong else {}
        return json.dumps({"event_id": self._world.name("BP", row.key, row.moves), **fields, **stage}).encode()

    async def _deliver(self, url: str, bodies: list[bytes], pause: float) -> None:
        await asyncio.sleep(pause)
        for body in bodies:
            await self._until_taken(url, body)

    async def _until_taken(self, url: str, body: bytes) -> None:
        """Sends the report until it is taken, at most six times, with growing pauses. A refusal is final."""
        secret = self._world.access.post_secret.get_secret_value().encode()
        signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        for attempt in range(_ATTEMPTS):
            try:
                outcome = str((await self._client.post(url, content=body, headers=headers)).status_code)
            except httpx2.HTTPError as error:
                outcome = type(error).__name__
            self.sent.append({**json.loads(body), "attempt": attempt + 1, "outcome": outcome})
            if outcome[0] in "24":
                return
            await asyncio.sleep(_FIRST_PAUSE * 2**attempt)
