# Made from asynchronous/work.py by make_sync.py: do not edit.
"""What there is to do, which dossiers are in trouble, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

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
from luongxanh_client.synchronous.connection import Connection


class Work:
    """The part of a client that is about work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def work(
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
        return self._connection.send(Request("GET", path("work"), WorkList, query=query))

    def assign(self, wanted: AssignmentToGive, *, key: str | None = None) -> Assignment:
        """Gives several dossiers at once, and says what became of each. `key`: your own; the same acts once."""
        return self._connection.send(Request("POST", path("assignments"), Assignment, body=wanted, headers=acting(key)))

    def assignment(self, assignment: str) -> Assignment:
        """What became of an order of the caller."""
        return self._connection.send(Request("GET", path("assignments", assignment), Assignment))

    def undo_assignment(self, assignment: str, reason: str, *, key: str | None = None) -> Assignment:
        """Each of its dossiers back to whom it had before, unless it has moved on."""
        return self._connection.send(
            Request(
                "POST",
                path("assignments", f"{assignment}:undo"),
                Assignment,
                body={"reason": reason},
                headers=acting(key),
            )
        )

    def leave(self) -> tuple[Leave, ...]:
        """What was entered about the people of the caller's units, the newest first."""
        return (self._connection.send(Request("GET", path("leave"), LeaveList))).items

    def enter_leave(self, entry: AbsenceToEnter | DelegationToEnter, *, key: str | None = None) -> Leave:
        """Enters an absence or a delegation. It counts in every process within a second or two."""
        return self._connection.send(
            Request("POST", path("leave"), Leave, body=LeaveToEnter(entry=entry), headers=acting(key))
        )

    def withdraw_leave(self, number: int, reason: str, *, key: str | None = None) -> Leave:
        """Withdraws one from now on. Nothing is deleted."""
        return self._connection.send(
            Request("POST", path("leave", f"{number}:withdraw"), Leave, body={"reason": reason}, headers=acting(key))
        )

    def incidents(self, *, system: str | None = None, limit: int = 100) -> Iterator[TroubledDossier]:
        """The dossiers within the caller's scope whose calls to outside systems fail, or that are stuck."""
        cursor: str | None = None
        while True:
            query: Query = {"system": system, "limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", path("incidents"), TroubledPage, query=query))
            for dossier in page.items:
                yield dossier
            if page.next is None:
                return
            cursor = page.next

    def escalations(
        self, *, unit: str | None = None, state: EscalationState | None = None, limit: int = 100
    ) -> Iterator[OpenEscalation]:
        """The escalations within the caller's scope that somebody must answer or explain, the most urgent first."""
        cursor: str | None = None
        while True:
            query: Query = {"unit": unit, "state": state, "limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", path("escalations"), OpenEscalationPage, query=query))
            for escalation in page.items:
                yield escalation
            if page.next is None:
                return
            cursor = page.next

    def doctor(self) -> Doctor:
        """The checks of the installation, each with what was found and what to do."""
        return self._connection.send(Request("GET", path("operations", "doctor"), Doctor))

    def failed(self, *, cause: str | None = None, limit: int = 3) -> Failed:
        """What is stuck within the caller's scope, by cause; `limit`: how many dossiers of each."""
        query: Query = {"cause": cause, "limit": limit}
        return self._connection.send(Request("GET", path("operations", "failed"), Failed, query=query))

    def statistics(
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
        return self._connection.send(Request("GET", path("statistics"), Statistics, query=query))
