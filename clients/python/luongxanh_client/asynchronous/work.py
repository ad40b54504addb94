"""What there is to do, which dossiers are in trouble, and how many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.operations import Doctor, Failed
from luongxanh_client.models.statistics import Statistics
from luongxanh_client.models.words import EscalationState, Group, Role, WhichWork
from luongxanh_client.models.work import OpenEscalation, OpenEscalationPage, TroubledDossier, TroubledPage, WorkList
from luongxanh_client.requests import Query, Request, path


class AsyncWork:
    """The part of a client that is about work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def work(
        self,
        *,
        of: WhichWork = WhichWork.MINE,
        unit: str | None = None,
        role: Role | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> WorkList:
        """A page of the caller's work, or of that of their units, the most urgent first. `cursor`: of a page before."""
        query: Query = {"of": of, "unit": unit, "role": role, "limit": limit, "cursor": cursor}
        return await self._connection.send(Request("GET", path("work"), WorkList, query=query))

    async def incidents(self, *, system: str | None = None, limit: int = 100) -> AsyncIterator[TroubledDossier]:
        """The dossiers within the caller's scope whose calls to outside systems fail, or that are stuck."""
        cursor: str | None = None
        while True:
            query: Query = {"system": system, "limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", path("incidents"), TroubledPage, query=query))
            for dossier in page.items:
                yield dossier
            if page.next is None:
                return
            cursor = page.next

    async def escalations(
        self, *, unit: str | None = None, state: EscalationState | None = None, limit: int = 100
    ) -> AsyncIterator[OpenEscalation]:
        """The escalations within the caller's scope that somebody must answer or explain, the most urgent first."""
        cursor: str | None = None
        while True:
            query: Query = {"unit": unit, "state": state, "limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", path("escalations"), OpenEscalationPage, query=query))
            for escalation in page.items:
                yield escalation
            if page.next is None:
                return
            cursor = page.next

    async def doctor(self) -> Doctor:
        """The checks of the installation, each with what was found and what to do."""
        return await self._connection.send(Request("GET", path("operations", "doctor"), Doctor))

    async def failed(self, *, cause: str | None = None, limit: int = 3) -> Failed:
        """What is stuck within the caller's scope, by cause; `limit`: how many dossiers of each."""
        query: Query = {"cause": cause, "limit": limit}
        return await self._connection.send(Request("GET", path("operations", "failed"), Failed, query=query))

    async def statistics(
        self,
        *,
        first: date | None = None,
        last: date | None = None,
        unit: str | None = None,
        by: Group = Group.UNIT,
    ) -> Statistics:
        """Numbers of the caller's dossiers: over the days from `first` (by default that of this month) to `last` (by
        default today), both included, and as of now. `unit`: only those for which this unit is accountable."""
        query: Query = {"first": first, "last": last, "unit": unit, "by": by}
        return await self._connection.send(Request("GET", path("statistics"), Statistics, query=query))
