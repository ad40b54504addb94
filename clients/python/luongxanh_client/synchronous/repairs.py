# Made from asynchronous/repairs.py by make_sync.py: do not edit.
"""Repairs of dossiers that do not go on, for operators; supervisors may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from luongxanh_client.models.repairs import (
    RepairFinding,
    RepairFindingPage,
    RepairPlan,
    RepairPlanLine,
    RepairPlanning,
    RepairPlanningList,
    RepairPlanPage,
    RepairToPlan,
)
from luongxanh_client.requests import Query, Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Repairs:
    """The part of a client that is about repairs. A plan is named by its hash; it changes nothing before it runs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, wanted: RepairToPlan, *, key: str | None = None) -> RepairPlan:
        """Looks at each of at most 100 dossiers and registers the plan, once for each key."""
        request = Request("POST", path("repairs"), RepairPlan, body=wanted, headers=acting(key))
        return self._connection.send(request)

    def begin_planning(self, wanted: RepairToPlan, *, key: str | None = None) -> RepairPlanning:
        """Has the plan of up to 10,000 dossiers made in the background, once for each key."""
        request = Request("POST", path("repairs", "plannings"), RepairPlanning, body=wanted, headers=acting(key))
        return self._connection.send(request)

    def planning(self, planning: UUID) -> RepairPlanning:
        """How far it is; at the end the address of the plan, or why there is none."""
        return self._connection.send(Request("GET", path("repairs", "plannings", str(planning)), RepairPlanning))

    def plannings(self, *, limit: int = 50) -> tuple[RepairPlanning, ...]:
        """The newest that gave no plan, or none yet."""
        query: Query = {"limit": limit}
        request = Request("GET", path("repairs", "plannings"), RepairPlanningList, query=query)
        return (self._connection.send(request)).items

    def cancel_planning(self, planning: UUID, reason: str, *, key: str | None = None) -> RepairPlanning:
        """Cancels it. No dossier was changed."""
        where, body = path("repairs", "plannings", f"{planning}:cancel"), {"reason": reason}
        return self._connection.send(Request("POST", where, RepairPlanning, body=body, headers=acting(key)))

    def plans(self, *, limit: int = 100) -> Iterator[RepairPlanLine]:
        """The plans, the newest first."""
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", path("repairs"), RepairPlanPage, query=query))
            for line in page.items:
                yield line
            if page.next is None:
                return
            cursor = page.next

    def read(self, plan: str) -> RepairPlan:
        """The plan, who approved it, and how far its run is."""
        return self._connection.send(Request("GET", path("repairs", plan), RepairPlan))

    def findings(self, plan: str, *, refused: bool | None = None, limit: int = 100) -> Iterator[RepairFinding]:
        """What the plan saw of each dossier within the caller's scope; `refused`: only those left alone, or not."""
        where = path("repairs", plan, "findings")
        cursor: str | None = None
        while True:
            query: Query = {"refused": refused, "limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", where, RepairFindingPage, query=query))
            for finding in page.items:
                yield finding
            if page.next is None:
                return
            cursor = page.next

    def approve(self, plan: str, reason: str, *, key: str | None = None) -> RepairPlan:
        """Approves the plan of another operator."""
        return self._act(plan, "approve", {"reason": reason}, key)

    def run(self, plan: str, *, key: str | None = None) -> RepairPlan:
        """Lets the plan run; `rollout_items` of its run are the outcomes."""
        return self._act(plan, "run", None, key)

    def stop(self, plan: str, reason: str, *, key: str | None = None) -> RepairPlan:
        """Stops the run between two dossiers."""
        return self._act(plan, "stop", {"reason": reason}, key)

    def resume(self, plan: str, *, key: str | None = None) -> RepairPlan:
        """Lets a stopped run go on."""
        return self._act(plan, "resume", None, key)

    def _act(self, plan: str, act: str, body: Mapping[str, str] | None, key: str | None) -> RepairPlan:
        where = path("repairs", f"{plan}:{act}")
        return self._connection.send(Request("POST", where, RepairPlan, body=body, headers=acting(key)))
