"""Which histories are replayed: of named dossiers, of those that a filter of the register finds, or a sample."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from workers.histories import Listed, listed

if TYPE_CHECKING:
    from temporalio.client import Client

    from activities.ledger.pool import Pool
    from activities.ledger.search.reader import Search


@dataclass(frozen=True)
class Sample:
    """So many of the found ones. `spread`: over their kinds, in turns; else all of them are alike.

    The same seed takes the same ones out of the same list.
    """

    number: int
    seed: int
    spread: bool = True

    def of(self, found: Iterable[Listed]) -> list[Listed]:
        """The sample."""
        chance = random.Random(self.seed)  # noqa: S311  no secret
        everything = sorted(found, key=lambda one: one.workflow)
        chance.shuffle(everything)
        if not self.spread:
            return everything[: self.number]
        kinds: dict[tuple[str, ...], list[Listed]] = {}
        for one in everything:
            kinds.setdefault(one.kind, []).append(one)
        in_turns = (one for row in zip_longest(*kinds.values()) for one in row if one is not None)
        return [one for one, _ in zip(in_turns, range(self.number), strict=False)]


@dataclass(frozen=True)
class Choice:
    """`named`: these workflows. `search`: those that the register finds. Neither: all that Temporal lists.

    `ended`: also those that have ended. `queues`: of what Temporal lists only those on these task queues.
    """

    named: tuple[str, ...] = ()
    search: Search | None = None
    ended: bool = False
    limit: int | None = None
    sample: Sample | None = None
    queues: tuple[str, ...] = ()


async def found_in_register(pool: Pool, search: Search, *, ended: bool) -> list[Listed]:
    """The dossiers of a search, each with its state and procedure as its kind. Raises DatabaseUnavailable."""
    from activities.ledger.search.reader import DossierSearch

    return [
        Listed(row.code, None, (row.state.value, row.procedure, ""))
        async for row in DossierSearch(pool).all(search)
        if ended or row.ended_at is None
    ]


async def chosen(client: Client, choice: Choice, registered: Sequence[Listed]) -> AsyncIterator[Listed]:
    """The workflows of a choice. `registered`: what the register found. Raises EngineUnavailable."""
    if choice.sample is None:
        for one in _limited([*map(Listed, choice.named), *registered], choice.limit):
            yield one
        if not choice.named and choice.search is None:
            async for one in listed(client, ended=choice.ended, limit=choice.limit, queues=choice.queues):
                yield one
        return
    known = {one.workflow: one for one in registered}
    running = {one.workflow: one async for one in listed(client, ended=choice.ended, queues=choice.queues)}
    asked = running.values() if choice.search is None else known.values()
    for one in choice.sample.of(_of_kind(one, known, running) for one in asked):
        yield one


def _limited(found: Sequence[Listed], limit: int | None) -> Sequence[Listed]:
    return found if limit is None else found[:limit]


def _of_kind(one: Listed, known: dict[str, Listed], running: dict[str, Listed]) -> Listed:
    """With the state and the procedure of the register, and the build that Temporal names."""
    here, there = known.get(one.workflow), running.get(one.workflow)
    build = there.kind[-1] if there is not None and there.kind else ""
    kind = (here.kind[:2] if here is not None else one.kind[:2]) + (build,)
    return replace(one, kind=kind)
