"""What an operator sees first: systems in trouble, relays, what is stuck, and who works."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from activities.ledger.feed import NEAR_END, Feed, FeedReader, ReaderStatus
from activities.ledger.incident_counts import IncidentCounts, SystemIncidents
from activities.ledger.search.query import SearchScope
from activities.relays.begin_again import BegunAgain, RelayBeginnings
from activities.relays.set_aside import SetAsideList
from activities.rollouts.register import RolloutHead, RolloutRegister
from activities.webhooks.progress import BehindCounts, WebhookProgress
from domain.organisation.assignment_rules import AssignmentPolicy
from domain.outside_systems import SYSTEM_NAMES, System
from domain.rollouts.plans import RolloutProgress
from domain.values import Bilingual, Instant, Value
from gateway.api.parts import Api
from gateway.client import EngineUnavailable
from gateway.client.watching.next_tries import NextTry
from gateway.client.watching.task_queues import QueueNow
from gateway.console.operations.wording import relay_name


class SystemNow(Value):
    """One outside system: its open incidents, what is tried next, and what waits for it."""

    system: str
    name: Bilingual
    trouble: SystemIncidents | None
    next_try: NextTry | None
    """Of the oldest incident. None: none is tried by itself, or Temporal does not answer."""
    queue: QueueNow | None


class RelayNow(Value):
    """One relay: how far it is, and what it could not hand on."""

    relay: str
    name: Bilingual
    waiting: int
    or_more: bool
    """True: so many events were counted, and no more of them."""
    waits_since: Instant | None
    moved_at: Instant | None
    set_aside: int
    begun_again: BegunAgain | None
    used: bool = True
    """False: the province does not use it, so nobody waits for it."""


class WorkerNow(Value):
    """One process of the product, its release, and for which queues it works."""

    process: str
    release: str | None
    queues: tuple[str, ...]
    seen_at: Instant


class RolloutNow(Value):
    """A rollout that is not finished, and how far it is."""

    head: RolloutHead
    progress: RolloutProgress


class WorkersNow(Value):
    """Who works, and for which queues nobody does."""

    queues: tuple[QueueNow, ...]
    workers: tuple[WorkerNow, ...]
    temporal: bool
    """False: Temporal does not answer. Then nothing is known of workers and of next tries."""

    @property
    def releases(self) -> tuple[str | None, ...]:
        """The releases that are at work, each once."""
        return tuple(sorted({one.release for one in self.workers}, key=str))

    @property
    def idle(self) -> tuple[QueueNow, ...]:
        """The queues for which nobody works."""
        return tuple(one for one in self.queues if not one.workers)


class OperationsNow(WorkersNow):
    """Everything of the first page."""

    systems: tuple[SystemNow, ...]
    relays: tuple[RelayNow, ...]
    stuck: int
    webhooks_behind: int
    webhooks_given_up: int
    rollouts: tuple[RolloutNow, ...]


async def operations_now(api: Api, scope: SearchScope) -> OperationsNow:
    """Looks at everything, at Temporal and the database side by side.

    Raises DatabaseUnavailable; without Temporal the rest is still told.
    """
    who, told = await asyncio.gather(workers_now(api), _of_database(api, scope))
    tries = await _next_tries(api, told.troubles) if who.temporal else None
    return OperationsNow(
        systems=_systems(told.troubles, tries or {}, who.queues),
        relays=told.relays,
        stuck=told.stuck,
        webhooks_behind=told.webhooks.behind,
        webhooks_given_up=told.webhooks.given_up,
        rollouts=told.rollouts,
        queues=who.queues,
        workers=who.workers,
        temporal=tries is not None,
    )


async def workers_now(api: Api) -> WorkersNow:
    """Who works, asked of Temporal."""
    try:
        queues = await api.engine.queues.now()
    except EngineUnavailable:
        return WorkersNow(queues=(), workers=(), temporal=False)
    return WorkersNow(queues=queues, workers=_workers(queues), temporal=True)


class _OfDatabase(Value):
    troubles: tuple[SystemIncidents, ...]
    stuck: int
    webhooks: BehindCounts
    relays: tuple[RelayNow, ...]
    rollouts: tuple[RolloutNow, ...]


async def _of_database(api: Api, scope: SearchScope) -> _OfDatabase:
    counts = IncidentCounts(api.pool)
    return _OfDatabase(
        troubles=tuple(await counts.of(scope)),
        stuck=await counts.stuck(scope),
        webhooks=await WebhookProgress(api.pool).counts(),
        relays=await relays_now(api),
        rollouts=await _unfinished(api),
    )


async def relays_now(api: Api) -> tuple[RelayNow, ...]:
    """Every relay of this release, and every other reader in the database."""
    status, aside = await Feed(api.pool).status(whole=False), await SetAsideList(api.pool).counts()
    begun = await RelayBeginnings(api.pool).latest()
    by_hand = api.engine.province.assignment.policy is AssignmentPolicy.BY_HAND
    unused = {FeedReader.ASSIGNER.value} if by_hand else set()
    return tuple(
        _relay(one, aside.get(one.reader, 0), begun.get(one.reader), one.reader not in unused) for one in status
    )


def _relay(one: ReaderStatus, aside: int, begun: BegunAgain | None, used: bool) -> RelayNow:
    return RelayNow(
        relay=one.reader,
        name=relay_name(one.reader),
        waiting=one.waiting,
        or_more=one.waiting >= NEAR_END,
        waits_since=one.waits_since,
        moved_at=one.moved_at,
        set_aside=aside,
        begun_again=begun,
        used=used,
    )


async def _next_tries(api: Api, troubles: Sequence[SystemIncidents]) -> dict[str, NextTry] | None:
    """The next try of each system's oldest incident. None: Temporal does not answer."""
    try:
        found = await asyncio.gather(*(api.engine.queues.next_tries(one.oldest) for one in troubles))
    except EngineUnavailable:
        return None
    return {one.system: one for of_dossier in found for one in of_dossier}


def _systems(
    troubles: Sequence[SystemIncidents], tries: dict[str, NextTry], queues: Sequence[QueueNow]
) -> tuple[SystemNow, ...]:
    """Those in trouble first, the longest first; then the others."""
    in_trouble = {one.system: one for one in troubles}
    waiting = {one.serves: one for one in queues}
    codes = [*in_trouble, *(one.value for one in System if one.value not in in_trouble)]
    return tuple(
        SystemNow(
            system=code,
            name=SYSTEM_NAMES[System(code)] if code in tuple(System) else Bilingual(vi=code, en=code),
            trouble=in_trouble.get(code),
            next_try=tries.get(code),
            queue=waiting.get(code),
        )
        for code in codes
    )


async def _unfinished(api: Api) -> tuple[RolloutNow, ...]:
    register = RolloutRegister(api.pool)
    heads = [one for one in await register.heads() if one.finished_at is None and one.abandoned_at is None]
    return tuple([RolloutNow(head=one, progress=await register.progress(one.id)) for one in heads])


def _workers(queues: Sequence[QueueNow]) -> tuple[WorkerNow, ...]:
    """Each process once, with every queue for which it works."""
    found: dict[str, WorkerNow] = {}
    for queue in queues:
        for one in queue.workers:
            before = found.get(one.process)
            found[one.process] = WorkerNow(
                process=one.process,
                release=one.release,
                queues=(*(before.queues if before else ()), queue.serves),
                seen_at=max(one.seen_at, before.seen_at) if before else one.seen_at,
            )
    return tuple(found[process] for process in sorted(found))
