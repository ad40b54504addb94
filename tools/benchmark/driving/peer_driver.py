"""Sends the commands of a standard dossier to a peer, over HTTP, with the same code and vault rows."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

import aiohttp

from activities.ledger.pool import Pool
from tools.benchmark.driving.driven_dossier import NotYet
from tools.benchmark.driving.intake import ROWS_OF, act_payload, submission_payload, take_code
from tools.benchmark.driving.standard_dossier import Command


@dataclass(frozen=True)
class PeerServers:
    """The connections of a peer's dossiers. `address`: where it takes commands."""

    http: aiohttp.ClientSession
    address: str
    pool: Pool


class PeerDossier:
    """One dossier of a peer."""

    def __init__(self, servers: PeerServers, key: str, accepted_in: float) -> None:
        self.key = key
        self.code = ""
        self._servers = servers
        self._submission = submission_payload(key, accepted_in)
        self._command_ids = {command: str(uuid4()) for command in Command}

    async def send(self, command: Command) -> None:
        """Sends a command and waits for its answer. Raises NotYet for every answer that is no success."""
        if not self.code:
            self.code = await take_code(self._servers.pool, self.key)
        payload = self._submission if command is Command.SUBMIT else act_payload()
        address = f"{self._servers.address}/{self.code}/{ROWS_OF[command]}"
        headers = {"Idempotency-Key": self._command_ids[command]}
        try:
            async with self._servers.http.post(address, json=payload, headers=headers) as answer:
                text = await answer.text()
        except aiohttp.ClientError as failed:
            raise NotYet(str(failed)) from failed
        if not answer.ok:
            raise NotYet(f"{answer.status} {text}")
