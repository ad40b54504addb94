"""The checks that need the servers. What a server that does not answer keeps from being checked, says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from temporalio.client import Client

from activities.ledger.pool import Pool
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.days_off import days_off
from domain.organisation.assignment_rules import AssignmentPolicy
from domain.rules.notice_policy import NoticePolicy
from domain.rules.province import Province
from domain.values import VIETNAM, Bilingual
from gateway.client.doctor import of_database, of_rules, of_temporal
from gateway.client.doctor.checks import Check, CheckName, Finding, Look, warning
from gateway.client.doctor.messages import DoctorFinding
from gateway.client.doctor.of_dossiers import dossiers
from gateway.client.repairs.failed_dossiers import FailedDossiers
from gateway.client.watching.task_queues import TaskQueues
from gateway.i18n.wording import say

A = TypeVar("A")
B = TypeVar("B")
POSTGRESQL, TEMPORAL = say("PostgreSQL", "PostgreSQL"), say("Temporal", "Temporal")
FILES = say("tệp cấu hình của tỉnh", "the folder of the province")
Findings = Awaitable[Iterable[Finding]]


class Servers:
    """The servers of an installation: each is there, or the error by which it is not."""

    def __init__(
        self,
        pool: Pool | Exception,
        temporal: Client | Exception,
        province: Callable[[], Awaitable[Province]],
        task_queue: str,
    ) -> None:
        self._pool = pool
        self._temporal = temporal
        self._province = province
        self._task_queue = task_queue

    def checks(self) -> Iterator[Check]:
        """Every check that needs them."""
        pool, temporal = self._pool, self._temporal
        yield Check(CheckName.DATABASE, lambda: of_database.database_answers(_there(pool)))
        yield Check(CheckName.TEMPORAL, lambda: of_temporal.temporal_answers(_there(temporal)))
        yield Check(CheckName.SCHEMA, with_one(pool, POSTGRESQL, of_database.schema))
        yield Check(CheckName.SEARCH_ATTRIBUTES, with_one(temporal, TEMPORAL, of_temporal.search_attributes))
        yield Check(CheckName.RULES, with_one(pool, POSTGRESQL, self._rules))
        yield Check(CheckName.CALENDARS, self._calendars)
        yield Check(CheckName.STAFF, self._staff)
        yield Check(CheckName.WORKERS, with_one(temporal, TEMPORAL, self._workers))
        yield Check(CheckName.CLOCKS, self._clocks)
        yield Check(CheckName.RELAYS, with_one(pool, POSTGRESQL, self._relays))
        yield Check(CheckName.WEBHOOKS, with_one(pool, POSTGRESQL, of_database.webhooks))
        yield Check(CheckName.DIGESTS, with_one(pool, POSTGRESQL, self._digests))
        yield Check(CheckName.NOTICES, with_one(pool, POSTGRESQL, self._notices))
        yield Check(CheckName.DOCUMENTS, with_one(pool, POSTGRESQL, of_database.documents))
        yield Check(CheckName.DOSSIERS, self._dossiers)
        yield Check(CheckName.BREAKERS, with_one(pool, POSTGRESQL, of_database.breakers))

    async def _rules(self, pool: Pool) -> Iterable[Finding]:
        province = await self._known()
        return not_checked(FILES) if province is None else await of_rules.rules(pool, province)

    async def _calendars(self) -> Iterable[Finding]:
        province = await self._known()
        return not_checked(FILES) if province is None else of_rules.calendars(province, datetime.now(VIETNAM).date())

    async def _staff(self) -> Iterable[Finding]:
        """The error of the province's files is told here, and only here."""
        return of_rules.staff(await self._province(), datetime.now(VIETNAM).date())

    async def _known(self) -> Province | None:
        try:
            return await self._province()
        except Exception:  # `_staff` tells it, whatever it is
            return None

    async def _workers(self, temporal: Client) -> Iterable[Finding]:
        return await of_temporal.workers(temporal, TaskQueues(temporal, self._task_queue))

    async def _clocks(self) -> Iterable[Finding]:
        pool, temporal = _or_none(self._pool), _or_none(self._temporal)
        if pool is None and temporal is None:
            return not_checked(POSTGRESQL)
        return await of_temporal.clocks(temporal, pool)

    async def _relays(self, pool: Pool) -> Iterable[Finding]:
        province = await self._known()
        by_hand = province is None or province.assignment.policy is AssignmentPolicy.BY_HAND
        return await of_database.relays(pool, assigned_by_hand=by_hand)

    async def _digests(self, pool: Pool) -> Iterable[Finding]:
        province = await self._known()
        return await of_database.digests(pool, NoticePolicy() if province is None else province.notices)

    async def _notices(self, pool: Pool) -> Iterable[Finding]:
        province = await self._known()
        if province is None:
            return await of_database.notices(pool, ApplicantNotices(), lambda _: False)
        off = days_off(province.calendars, province.defaults.calendar)
        return await of_database.notices(pool, province.applicant_notices, off)

    async def _dossiers(self) -> Iterable[Finding]:
        pool, temporal = _or_none(self._pool), _or_none(self._temporal)
        if pool is None or temporal is None:
            return not_checked(POSTGRESQL if pool is None else TEMPORAL)
        return await dossiers(FailedDossiers(temporal, pool, TaskQueues(temporal, self._task_queue)))


def with_one(server: A | Exception, name: Bilingual, look: Callable[[A], Findings]) -> Look:
    """The check with this server; without it the check says that it was not made."""

    async def looked() -> Iterable[Finding]:
        return not_checked(name) if isinstance(server, Exception) else await look(server)

    return looked


def not_checked(server: Bilingual) -> list[Finding]:
    """What a check says that could not be made."""
    return [warning(DoctorFinding.NOT_CHECKED, server=server)]


def _there(server: B | Exception) -> B:
    if isinstance(server, Exception):
        raise server
    return server


def _or_none(server: B | Exception) -> B | None:
    return None if isinstance(server, Exception) else server
