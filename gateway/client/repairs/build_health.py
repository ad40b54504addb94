"""The dossiers that do not go on because of a build: its failing tasks, ended workflows, and calls that only it fails.

A call to an outside system fails for every build while the system is down, and one dossier may have bad data. So calls
count against a build only when several of its dossiers have the same trouble, and no dossier of another build has it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.found_causes import CauseInRegister, CausesInRegisters, CountOfCause
from activities.ledger.pool import Pool
from activities.ledger.search.query import ALL_DOSSIERS
from domain.messages.dossier import DossierRefusal
from domain.ramps import StuckByCause
from domain.repairs.causes import Cause
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.releases.deployment import deployment_of
from gateway.client.releases.shares import Shares
from gateway.client.repairs.stuck_workflows import running_among, stuck_workflows, version_of
from gateway.client.repairs.unserved import version_named

REFUSALS = (Cause.REFUSED_FOR_GOOD, Cause.NEEDS_PERSON)
CALLS = (Cause.CALL_NOT_ANSWERED, Cause.UNKNOWN_REPLY, *REFUSALS, Cause.BREAKER_OPEN)
LOOKED_AT = 2_000
"""So many calls that fail since then are looked at: it is clear by then that something is wrong."""
SAME_TROUBLE = 3
"""So many dossiers of a build with the same trouble are no chance any more."""


class BuildHealth:
    """Looks at the builds of one engine. Every method raises EngineUnavailable, DatabaseUnavailable."""

    def __init__(self, temporal: Client, pool: Pool, task_queue: str) -> None:
        self._temporal = temporal
        self._pool = pool
        self._registers = CausesInRegisters(pool)
        self._deployment = deployment_of(task_queue)
        self._shares = Shares(temporal, task_queue, self._deployment)

    async def stuck_on(self, build: str, since: datetime | None) -> tuple[StuckByCause, ...]:
        """What does not go on because of the build. `since`: when it got its first work; None: it has none."""
        failing = [
            StuckByCause(dossier=one.dossier, cause=Cause.TASK_FAILS)
            for one in await self._shares.stuck()
            if one.build == build
        ]
        if since is None:
            return tuple(failing)
        try:
            ended, calls = await self._ended(build, since), await self._calls(build, since)
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return (*failing, *ended, *calls)

    async def _ended(self, build: str, since: datetime) -> list[StuckByCause]:
        """The workflows that ended on the build before their dossier."""
        version = version_named(self._deployment, build)
        return [
            StuckByCause(dossier=one.dossier, cause=one.cause, code=one.code)
            for one in (await stuck_workflows(self._temporal, self._pool, ALL_DOSSIERS)).found
            if one.cause is Cause.ENDED_EARLY and one.version == version and one.since and one.since >= since
        ]

    async def _calls(self, build: str, since: datetime) -> list[StuckByCause]:
        """The calls that fail on the build since then, and on no other."""
        found = await self._registers.since(CALLS, since, LOOKED_AT)
        running = await running_among(self._temporal, {one.dossier for one in found})
        version = version_named(self._deployment, build)
        here = [one for one in found if one.dossier in running and version_of(running[one.dossier]) == version]
        everywhere = Counter[tuple[str, str]]()
        for one in await self._registers.counts(ALL_DOSSIERS):
            if one.cause in CALLS and one.where is not None:
                everywhere[_trouble(one)] += one.dossiers
        blamed = {
            trouble
            for trouble, count in Counter(map(_trouble, here)).items()
            if SAME_TROUBLE <= count == everywhere[trouble]
        }
        return [
            StuckByCause(dossier=one.dossier, cause=one.cause, where=one.where, code=one.code)
            for one in here
            if _trouble(one) in blamed
        ]


def _trouble(one: CauseInRegister | CountOfCause) -> tuple[str, str]:
    """The system, and why it refused. A system that does not answer is one trouble, whatever was tried."""
    return one.where or "", (one.code or "") if one.cause in REFUSALS else ""
