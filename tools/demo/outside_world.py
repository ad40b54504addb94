"""A client of the simulator for the demo: citizens, payments, faults, and what the systems received."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from tools.demo.citizens import Person


class OutsideWorld:
    """Pays as citizens, sets faults, and reads what the simulated systems received and did."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def enrol(self, people: Iterable[Person]) -> None:
        """Adds people to the population database."""
        await self._post("/citizens", [person.enrolled() for person in people])

    async def file(self, applications: Iterable[Mapping[str, Any]]) -> None:
        """Files applications in the national interconnection software."""
        await self._post("/applications", list(applications))

    async def set_faults(self, system: str, *faults: Mapping[str, Any]) -> None:
        """Sets the faults of a system from now on. Without faults it works normally again."""
        await self._post(f"/control/{system}", list(faults) or [{"mode": "ok"}])

    async def pay(self, order: str, **how: Any) -> None:
        """Pays an order as the citizen. `how`: the fields of the simulator's `Pay`."""
        await self._post(f"/pay/{order}", how)

    async def expire(self, order: str) -> None:
        """Makes an order expire now."""
        await self._post(f"/expire/{order}", {})

    async def inspect(self, system: str) -> dict[str, Any]:
        """The counts and records of a system, as the simulator gives them."""
        answer = await self._client.get(f"/inspect/{system}")
        answer.raise_for_status()
        records: dict[str, Any] = answer.json()
        return records

    async def _post(self, path: str, body: Any) -> None:
        answer = await self._client.post(path, json=body)
        answer.raise_for_status()


@asynccontextmanager
async def open_outside_world(url: str) -> AsyncIterator[OutsideWorld]:
    """A client of the simulator at this address."""
    async with simulator_client(url) as client:
        yield OutsideWorld(client)


def simulator_client(url: str) -> httpx2.AsyncClient:
    """A client of HTTP for the simulator at this address.

    Each request has a connection of its own: a kept one that the simulator closes at that moment fails a payment of
    which nobody knows then whether it was made.
    """
    no_authorities = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # saves loading authorities: it is plain HTTP
    unkept = httpx2.Limits(max_keepalive_connections=0)
    return httpx2.AsyncClient(base_url=url, timeout=20, trust_env=False, verify=no_authorities, limits=unkept)
