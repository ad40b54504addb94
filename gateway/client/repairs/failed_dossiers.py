"""What does not go on, by its cause: how many dossiers, since when, on which worker, where it failed, and examples.

Temporal knows the workflows, the registers know calls, handovers and relays. Both are asked now, so the answer is right
also while no worker runs. Counts are made by queries; only a few dossiers of each cause are looked at.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Collection, Iterable, Sequence
from datetime import UTC, datetime

from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.acts_compared import ActsCompared, ActsComparedRegister
from activities.ledger.found_causes import CauseInRegister, CausesInRegisters, CountOfCause
from activities.ledger.pool import Pool
from activities.ledger.reconciliations import Reconciled, Reconciliations
from activities.ledger.search.query import ALL_DOSSIERS, SearchScope
from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from domain.messages.repairs import RepairRefusal
from domain.repairs.causes import Cause
from domain.values import Code, Instant, Value
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.repairs.behind_the_ledger import Behind, BehindTheLedger
from gateway.client.repairs.failure_traces import FailureTrace
from gateway.client.repairs.stuck_workflows import (
    StuckWorkflow,
    StuckWorkflows,
    counted_versions,
    running_among,
    stuck_workflows,
    trace_of_call,
    trace_of_task,
    version_of,
)
from gateway.client.repairs.unserved import Unserved, pinned_without_worker, unserved, without_worker
from gateway.client.watching.task_queues import TaskQueues
from gateway.i18n.queue_wording import queues_named

VERSIONS_OF = 400
"""Of so many dossiers of a cause, the oldest, the version of the worker is looked up: two questions to Temporal."""
WORKFLOWS = (Cause.TASK_FAILS, Cause.DOES_NOT_REPLAY, Cause.ENDED_EARLY)
"""The causes that are found at Temporal."""


class PartOfCause(Value):
    """How many dossiers of a cause have this code. `where`: the system, relay, unit or queue; "": the workflow."""

    where: str
    code: str
    dossiers: int


class VersionOfCause(Value):
    """How many dossiers of a cause were run last by workers of this version. None: no worker has run them.

    Of the causes that the registers know, the `VERSIONS_OF` oldest dossiers are counted.
    """

    version: str | None
    dossiers: int


class ExampleOfCause(Value):
    """One dossier of a cause. `since` None: it is not known yet."""

    dossier: Code
    where: str
    code: str
    since: Instant | None


class DossiersOfCause(Value):
    """Everything that was found of one cause."""

    cause: Cause
    dossiers: int
    or_more: bool
    """True: so many were listed, and there are more."""
    since: Instant | None
    parts: tuple[PartOfCause, ...]
    versions: tuple[VersionOfCause, ...]
    oldest: tuple[ExampleOfCause, ...]
    trace: FailureTrace | None

    @property
    def versions_of_oldest(self) -> int | None:
        """Of how many dossiers, the oldest, the versions are; None: of all that run."""
        return VERSIONS_OF if self.cause not in WORKFLOWS and self.dossiers > VERSIONS_OF else None


class FailedDossiers:
    """Finds them, for one engine."""

    def __init__(self, temporal: Client, pool: Pool, queues: TaskQueues) -> None:
        self._temporal = temporal
        self._pool = pool
        self._registers = CausesInRegisters(pool)
        self._queues = queues
        self._behind_the_ledger = BehindTheLedger(temporal, pool)

    async def find(
        self, scope: SearchScope = ALL_DOSSIERS, *, cause: Cause | None = None, examples: int = 3
    ) -> tuple[DossiersOfCause, ...]:
        """The causes that were found, in the order of `Cause`; `examples`: how many dossiers of each.

        Raises EngineUnavailable, DatabaseUnavailable.
        """
        try:
            found = await self._all(scope, examples, cause)
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return tuple(one for each in Cause for one in found if one.cause is each and cause in (None, each))

    async def counts(self, scope: SearchScope = ALL_DOSSIERS) -> dict[Cause, int]:
        """How many dossiers each cause has. Raises as `find`."""
        return {one.cause: one.dossiers for one in await self.find(scope, examples=0)}

    async def compared(self) -> Reconciled | None:
        """The newest comparison of every dossier with its workflow. Raises DatabaseUnavailable."""
        return await Reconciliations(self._pool).finished(whole=True)

    async def acts_compared(self) -> ActsCompared:
        """How far the last acts were compared with what their workflows know. Raises DatabaseUnavailable."""
        return await ActsComparedRegister(self._pool).now()

    async def codes(self, causes: Collection[Cause], most: int) -> list[str]:
        """The dossiers that have one of the causes, `most` of them.

        Of `no_worker` those that are pinned to a version without a worker. Raises InvalidInput `repair_of_queues` when
        there are none, nothing else is asked for, and a queue has no worker; EngineUnavailable, DatabaseUnavailable.
        """
        try:
            found = [code for each in await asyncio.gather(*self._lists(causes, most)) for code in each]
            if not found and set(causes) == {Cause.NO_WORKER}:
                await self._require_served()
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return sorted(dict.fromkeys(found))[:most]

    def _lists(self, causes: Collection[Cause], most: int) -> Iterable[Awaitable[list[str]]]:
        """One list for each place where causes are known."""
        at_temporal = {cause for cause in causes if cause in WORKFLOWS}
        if at_temporal:
            yield self._stuck(at_temporal)
        for cause in causes:
            match cause:
                case Cause.NO_WORKER:
                    yield self._pinned(most)
                case Cause.BEHIND_ITS_LEDGER:
                    yield self._codes_behind()
                case _ if cause not in WORKFLOWS:
                    yield self._registers.dossiers(cause, most)

    async def _stuck(self, causes: Collection[Cause]) -> list[str]:
        stuck = await stuck_workflows(self._temporal, self._pool, ALL_DOSSIERS)
        return [one.dossier for one in stuck.found if one.cause in causes]

    async def _pinned(self, most: int) -> list[str]:
        pinned = await pinned_without_worker(self._temporal, self._queues, most)
        return [*await self._registers.open_among(pinned, ALL_DOSSIERS)]

    async def _require_served(self) -> None:
        idle = without_worker(await self._queues.now())
        if idle:
            raise InvalidInput(RepairRefusal.REPAIR_OF_QUEUES, queues=queues_named(one.serves for one in idle))

    async def _all(self, scope: SearchScope, examples: int, only: Cause | None) -> list[DossiersOfCause]:
        workflows, counts, oldest, idle, behind = await asyncio.gather(
            self._workflows(scope, only),
            self._registers.counts(scope),
            self._registers.oldest(scope, VERSIONS_OF if examples else 1),
            unserved(self._temporal, self._queues),
            self._behind(scope, only),
        )
        return [
            *await self._of_workflows(workflows, examples),
            *await self._of_registers(counts, oldest, examples),
            *_of_queues(idle),
            *_of_behind(behind, examples),
        ]

    async def _workflows(self, scope: SearchScope, only: Cause | None) -> StuckWorkflows:
        if only not in (None, *WORKFLOWS):
            return StuckWorkflows((), or_more=False)
        return await stuck_workflows(self._temporal, self._pool, scope)

    async def _behind(self, scope: SearchScope, only: Cause | None) -> Behind:
        if only not in (None, Cause.BEHIND_ITS_LEDGER):
            return Behind(dossiers=(), upto=None, whole=True)
        found = await self._behind_the_ledger.look()
        return found.model_copy(update={"dossiers": tuple(await self._registers.open_among(found.dossiers, scope))})

    async def _codes_behind(self) -> list[str]:
        return [*(await self._behind(ALL_DOSSIERS, None)).dossiers]

    async def _of_workflows(self, stuck: StuckWorkflows, examples: int) -> list[DossiersOfCause]:
        found = []
        for cause in WORKFLOWS:
            ones = sorted((one for one in stuck.found if one.cause is cause), key=_age)
            if not ones:
                continue
            versions = counted_versions({one.dossier: one.version for one in ones})
            found.append(
                DossiersOfCause(
                    cause=cause,
                    dossiers=len(ones),
                    or_more=stuck.or_more,
                    since=next((one.since for one in ones if one.since), None),
                    parts=_parts(Counter(one.code for one in ones)),
                    versions=_versions(versions),
                    oldest=tuple(map(_example, ones[:examples])),
                    trace=await self._trace(ones) if examples and cause is not Cause.ENDED_EARLY else None,
                )
            )
        return found

    async def _trace(self, ones: Sequence[StuckWorkflow]) -> FailureTrace | None:
        """Of the oldest one whose last events have a failure; three are tried."""
        for one in ones[:3]:
            if (trace := await trace_of_task(self._temporal, one)) is not None:
                return trace
        return None

    async def _of_registers(
        self, counts: Sequence[CountOfCause], oldest: Sequence[CauseInRegister], examples: int
    ) -> list[DossiersOfCause]:
        return await asyncio.gather(
            *(
                self._of_register(
                    whole,
                    [one for one in counts if one.cause is whole.cause and one.where is not None],
                    [one for one in oldest if one.cause is whole.cause],
                    examples,
                )
                for whole in counts
                if whole.where is None
            )
        )

    async def _of_register(
        self, whole: CountOfCause, parts: Sequence[CountOfCause], oldest: Sequence[CauseInRegister], examples: int
    ) -> DossiersOfCause:
        calls = whole.cause in (Cause.CALL_NOT_ANSWERED, Cause.UNKNOWN_REPLY, Cause.BREAKER_OPEN) and examples
        return DossiersOfCause(
            cause=whole.cause,
            dossiers=whole.dossiers,
            or_more=False,
            since=whole.since,
            parts=tuple(
                PartOfCause(where=one.where or "", code=one.code or "", dossiers=one.dossiers) for one in parts
            ),
            versions=await self._last_ran(oldest) if examples else (),
            oldest=tuple(
                ExampleOfCause(dossier=one.dossier, where=one.where, code=one.code, since=one.since)
                for one in oldest[:examples]
            ),
            trace=await trace_of_call(self._temporal, oldest[0].dossier) if calls else None,
        )

    async def _last_ran(self, ones: Sequence[CauseInRegister]) -> tuple[VersionOfCause, ...]:
        codes = {one.dossier for one in ones}
        running = await running_among(self._temporal, codes)
        return _versions(counted_versions({code: version_of(running[code]) for code in codes if code in running}))


def _age(one: StuckWorkflow) -> tuple[datetime, str]:
    return one.since or datetime.max.replace(tzinfo=UTC), one.dossier


def _example(one: StuckWorkflow) -> ExampleOfCause:
    return ExampleOfCause(dossier=one.dossier, where="", code=one.code, since=one.since)


def _parts(codes: Counter[str]) -> tuple[PartOfCause, ...]:
    return tuple(PartOfCause(where="", code=code, dossiers=count) for code, count in codes.most_common())


def _versions(counts: dict[str | None, int]) -> tuple[VersionOfCause, ...]:
    return tuple(VersionOfCause(version=version, dossiers=count) for version, count in counts.items())


def _of_queues(idle: Sequence[Unserved]) -> Iterable[DossiersOfCause]:
    if idle:
        yield DossiersOfCause(
            cause=Cause.NO_WORKER,
            dossiers=sum(one.waiting for one in idle),
            or_more=False,
            since=min((one.since for one in idle if one.since), default=None),
            parts=tuple(
                PartOfCause(where=one.queue, code=one.version or "", dossiers=one.waiting)
                for one in sorted(idle, key=lambda each: -each.waiting)
            ),
            versions=_versions({one.version: one.waiting for one in idle if one.version}),
            oldest=(),
            trace=None,
        )


def _of_behind(behind: Behind, examples: int) -> Iterable[DossiersOfCause]:
    codes = behind.dossiers
    if codes:
        yield DossiersOfCause(
            cause=Cause.BEHIND_ITS_LEDGER,
            dossiers=len(codes),
            or_more=not behind.whole,
            since=None,
            parts=(PartOfCause(where="", code=Cause.BEHIND_ITS_LEDGER.value, dossiers=len(codes)),),
            versions=(),
            oldest=tuple(
                ExampleOfCause(dossier=code, where="", code=Cause.BEHIND_ITS_LEDGER.value, since=None)
                for code in codes[:examples]
            ),
            trace=None,
        )
