# Made from asynchronous/rules.py by make_sync.py: do not edit.
"""The published rules: procedures, units, calendars; and what is calculated from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from luongxanh_client.models.releases import Releases
from luongxanh_client.models.rollouts import Rollout, RolloutItem, RolloutItemPage, RolloutLine, RolloutPage
from luongxanh_client.models.rules import (
    CalculatedDeadline,
    Calendar,
    DeadlineItem,
    DeadlineQuestion,
    DeadlineResult,
    DeadlineResults,
    Procedure,
    ProcedureLine,
    ProcedurePage,
    Routing,
    RoutingQuestion,
    Unit,
    UnitLine,
    UnitPage,
)
from luongxanh_client.models.words import ItemState, Level, UnitLevel
from luongxanh_client.requests import Query, Request, path
from luongxanh_client.synchronous.connection import Connection


class Rules:
    """The part of a client that is about rules. The law publishes them: only the calculators need a sign-in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def procedures(
        self,
        *,
        level: Level | None = None,
        field: str | None = None,
        text: str | None = None,
        active_on: date | None = None,
        limit: int = 100,
    ) -> Iterator[ProcedureLine]:
        """The catalogue, in the order of the codes. `text`: a part of a name or code, accents are not needed."""
        query: Query = {"level": level, "field": field, "text": text, "active_on": active_on, "limit": limit}
        cursor: str | None = None
        while True:
            page = self._connection.send(
                Request("GET", path("procedures"), ProcedurePage, query={**query, "cursor": cursor}, signed=False)
            )
            for line in page.items:
                yield line
            if page.next is None:
                return
            cursor = page.next

    def procedure(self, code: str, *, on: date | None = None) -> Procedure:
        """A procedure as of a day, by default today."""
        return self._connection.send(
            Request("GET", path("procedures", code), Procedure, query={"on": on}, signed=False)
        )

    def units(
        self,
        *,
        on: date | None = None,
        level: UnitLevel | None = None,
        parent: str | None = None,
        text: str | None = None,
        limit: int = 100,
    ) -> Iterator[UnitLine]:
        """The units of a day, in the order of their codes."""
        query: Query = {"on": on, "level": level, "parent": parent, "text": text, "limit": limit}
        cursor: str | None = None
        while True:
            page = self._connection.send(
                Request("GET", path("units"), UnitPage, query={**query, "cursor": cursor}, signed=False)
            )
            for line in page.items:
                yield line
            if page.next is None:
                return
            cursor = page.next

    def unit(self, code: str, *, on: date | None = None) -> Unit:
        """A unit as of a day, by default today."""
        return self._connection.send(Request("GET", path("units", code), Unit, query={"on": on}, signed=False))

    def calendar(self, code: str, *, first_day: date | None = None, last_day: date | None = None) -> Calendar:
        """A working calendar by its code, within a period."""
        query: Query = {"from": first_day, "to": last_day}
        return self._connection.send(Request("GET", path("calendars", code), Calendar, query=query, signed=False))

    def calendar_of(
        self, unit: str | None = None, *, first_day: date | None = None, last_day: date | None = None
    ) -> Calendar:
        """The working calendar of a unit, or the common one, within a period."""
        query: Query = {"unit": unit, "from": first_day, "to": last_day}
        return self._connection.send(Request("GET", path("calendar"), Calendar, query=query, signed=False))

    def calculate_deadline(self, question: DeadlineQuestion) -> CalculatedDeadline:
        """Both dates with their derivation."""
        return self._connection.send(Request("POST", path("deadlines:calculate"), CalculatedDeadline, body=question))

    def calculate_deadlines(self, items: Sequence[DeadlineItem]) -> tuple[DeadlineResult, ...]:
        """The dates of many questions, each with its own answer or problem, in their order."""
        body = {"items": [item.model_dump(mode="json", exclude_none=True) for item in items]}
        answer = self._connection.send(Request("POST", path("deadlines:calculate"), DeadlineResults, body=body))
        return answer.items

    def calculate_routing(self, question: RoutingQuestion) -> Routing:
        """Where a matter would go, and why."""
        return self._connection.send(Request("POST", path("routing:calculate"), Routing, body=question))

    def releases(self) -> Releases:
        """The builds of the worker, each with its part of the work, and the last orders."""
        return self._connection.send(Request("GET", path("operations", "releases"), Releases))

    def rollouts(self, *, limit: int = 100) -> Iterator[RolloutLine]:
        """The changes of rules that were applied to open dossiers, the newest first."""
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", path("rollouts"), RolloutPage, query=query))
            for line in page.items:
                yield line
            if page.next is None:
                return
            cursor = page.next

    def rollout(self, rollout: UUID) -> Rollout:
        """How far a rollout is, and who did what with it."""
        return self._connection.send(Request("GET", path("rollouts", str(rollout)), Rollout))

    def rollout_items(
        self, rollout: UUID, *, state: ItemState | None = None, limit: int = 100
    ) -> Iterator[RolloutItem]:
        """What a rollout did to each dossier."""
        where = path("rollouts", str(rollout), "items")
        cursor: str | None = None
        while True:
            query: Query = {"state": state, "limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", where, RolloutItemPage, query=query))
            for item in page.items:
                yield item
            if page.next is None:
                return
            cursor = page.next
