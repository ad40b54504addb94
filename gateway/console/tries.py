"""When failed calls of a dossier are tried next, for the pages that show them."""

from __future__ import annotations

from gateway.client import EngineUnavailable
from gateway.client.next_tries import NextTry
from gateway.console.visits import Visit


async def next_tries_of(visit: Visit, code: str) -> tuple[tuple[NextTry, ...], bool]:
    """The calls that are tried again by themselves; and whether that is known: not when Temporal does not answer."""
    try:
        return await visit.api.engine.queues.next_tries(code), True
    except EngineUnavailable:
        return (), False
