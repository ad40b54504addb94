"""What there is to do, which dossiers are in trouble, and how many there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.operations import Doctor, Failed
from luongxanh_client.models.statistics import Statistics
from luongxanh_client.models.words import EscalationState, Group, Role, WhichWork
from luongxanh_client.models.work import (
    AbsenceToEnter,
    Assignment,
    AssignmentToGive,
    DelegationToEnter,
    Leave,
    LeaveList,
    LeaveToEnter,
    OpenEscalation,
    OpenEscalationPage,
    TroubledDossier,
    TroubledPage,
    WorkList,
)
from luongxanh_client.requests import Query, Request, acting, path


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

    async def assign(self, wanted: AssignmentToGive, *, key: str | None = None) -> Assignment:
        """Gives several dossiers at once, and says what became of each. `key`: your own; the same acts once."""
        return await self._connection.send(
            Request("POST", path("assignments"), Assignment, body=wanted, headers=acting(key))
        )

    async def assignment(self, assignment: str) -> Assignment:
        """What became of an order of the caller."""
        return await self._connection.send(Request("GET", path("assignments", assignment), Assignment))

    async def undo_assignment(self, assignment: str, reason: str, *, key: str | None = None) -> Assignment:
        """Each of its dossiers back to whom it had before, unless it has moved on."""
        return await self._connection.send(
            Request(
                "POST",
                path("assignments", f"{assignment}:undo"),
                Assignment,
                body={"reason": reason},
                headers=acting(key),
            )
        )

    async def leave(self) -> tuple[Leave, ...]:
        """What was entered about the people of the caller's units, the newest first."""
        return (await self._connection.send(Request("GET", path("leave"), LeaveList))).items

    async def enter_leave(self, entry: AbsenceToEnter | DelegationToEnter, *, key: str | None = None) -> Leave:
        """Enters an absence or a delegation. It counts in every process within a second or two."""
        return await self._connection.send(
            Request("POST", path("leave"), Leave, body=LeaveToEnter(entry=entry), headers=acting(key))
        )

    async def withdraw_leave(self, number: int, reason: str, *, key: str | None = None) -> Leave:
        """Withdraws one from now on. Nothing is deleted."""
        return await self._connection.send(
            Request("POST", path("leave", f"{number}:withdraw"), Leave, body={"reason": reason}, headers=acting(key))
        )

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
