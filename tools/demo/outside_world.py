"""The outside world of the demo: the simulator's citizens, its payment page, its faults, and what it saw."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from tools.demo.citizens import Person


class OutsideWorld:
    """Speaks to the simulator at this address as its citizens and its stage-hands do."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def enrol(self, people: Iterable[Person]) -> None:
        """The population database learns who lives here."""
        await self._post("/citizens", [person.enrolled() for person in people])

    async def misbehave(self, system: str, *faults: Mapping[str, Any]) -> None:
        """What a system does wrong from now on; nothing named: it behaves again."""
        await self._post(f"/control/{system}", list(faults) or [{"mode": "ok"}])

    async def pay(self, order: str, **how: Any) -> None:
        """The citizen pays an order (`amount`, `callback`, `after_expiry`: as the simulator's payment page takes)."""
        await self._post(f"/pay/{order}", how)

    async def expire(self, order: str) -> None:
        """The time to pay is over now."""
        await self._post(f"/expire/{order}", {})

    async def inspect(self, system: str) -> dict[str, Any]:
        """What a system has received and done."""
        answer = await self._client.get(f"/inspect/{system}")
        answer.raise_for_status()
        seen: dict[str, Any] = answer.json()
        return seen

    async def _post(self, path: str, body: Any) -> None:
        answer = await self._client.post(path, json=body)
        answer.raise_for_status()


@asynccontextmanager
async def visit(url: str) -> AsyncIterator[OutsideWorld]:
    """The town behind this address."""
    plain = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # this machine, plain HTTP: no authorities to read
    async with httpx2.AsyncClient(base_url=url, timeout=20, trust_env=False, verify=plain) as client:
        yield OutsideWorld(client)
