"""When failed calls of a dossier are tried next, for the pages that show them."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.client import EngineUnavailable
from gateway.client.watching.next_tries import NextTry
from gateway.console.visits import Visit


async def next_tries_of(visit: Visit, code: str) -> tuple[tuple[NextTry, ...], bool]:
    """The calls that are tried again by themselves; and whether that is known: not when Temporal does not answer."""
    try:
        return await visit.api.engine.queues.next_tries(code), True
    except EngineUnavailable:
        return (), False


def by_system(tries: Iterable[NextTry]) -> dict[str, list[NextTry]]:
    """The calls of each system. Temporal does not say of a try which of several open calls to a system it is."""
    found: dict[str, list[NextTry]] = {}
    for one in tries:
        found.setdefault(one.system, []).append(one)
    return found
