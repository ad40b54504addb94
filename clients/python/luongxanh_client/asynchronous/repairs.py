"""Repairs of dossiers that do not go on, for operators; supervisors may read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from uuid import UUID

from luongxanh_client.asynchronous.connection import AsyncConnection
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


class AsyncRepairs:
    """The part of a client that is about repairs. A plan is named by its hash; it changes nothing before it runs."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, wanted: RepairToPlan, *, key: str | None = None) -> RepairPlan:
        """Looks at each of at most 100 dossiers and registers the plan, once for each key."""
        request = Request("POST", path("repairs"), RepairPlan, body=wanted, headers=acting(key))
        return await self._connection.send(request)

    async def begin_planning(self, wanted: RepairToPlan, *, key: str | None = None) -> RepairPlanning:
        """Has the plan of up to 10,000 dossiers made in the background, once for each key."""
        request = Request("POST", path("repairs", "plannings"), RepairPlanning, body=wanted, headers=acting(key))
        return await self._connection.send(request)

    async def planning(self, planning: UUID) -> RepairPlanning:
        """How far it is; at the end the address of the plan, or why there is none."""
        return await self._connection.send(Request("GET", path("repairs", "plannings", str(planning)), RepairPlanning))

    async def plannings(self, *, limit: int = 50) -> tuple[RepairPlanning, ...]:
        """The newest that gave no plan, or none yet."""
        query: Query = {"limit": limit}
        request = Request("GET", path("repairs", "plannings"), RepairPlanningList, query=query)
        return (await self._connection.send(request)).items

    async def cancel_planning(self, planning: UUID, reason: str, *, key: str | None = None) -> RepairPlanning:
        """Cancels it. No dossier was changed."""
        where, body = path("repairs", "plannings", f"{planning}:cancel"), {"reason": reason}
        return await self._connection.send(Request("POST", where, RepairPlanning, body=body, headers=acting(key)))

    async def plans(self, *, limit: int = 100) -> AsyncIterator[RepairPlanLine]:
        """The plans, the newest first."""
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", path("repairs"), RepairPlanPage, query=query))
            for line in page.items:
                yield line
            if page.next is None:
                return
            cursor = page.next

    async def read(self, plan: str) -> RepairPlan:
        """The plan, who approved it, and how far its run is."""
        return await self._connection.send(Request("GET", path("repairs", plan), RepairPlan))

    async def findings(
        self, plan: str, *, refused: bool | None = None, limit: int = 100
    ) -> AsyncIterator[RepairFinding]:
        """What the plan saw of each dossier within the caller's scope; `refused`: only those left alone, or not."""
        where = path("repairs", plan, "findings")
        cursor: str | None = None
        while True:
            query: Query = {"refused": refused, "limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", where, RepairFindingPage, query=query))
            for finding in page.items:
                yield finding
            if page.next is None:
                return
            cursor = page.next

    async def approve(self, plan: str, reason: str, *, key: str | None = None) -> RepairPlan:
        """Approves the plan of another operator."""
        return await self._act(plan, "approve", {"reason": reason}, key)

    async def run(self, plan: str, *, key: str | None = None) -> RepairPlan:
        """Lets the plan run; `rollout_items` of its run are the outcomes."""
        return await self._act(plan, "run", None, key)

    async def stop(self, plan: str, reason: str, *, key: str | None = None) -> RepairPlan:
        """Stops the run between two dossiers."""
        return await self._act(plan, "stop", {"reason": reason}, key)

    async def resume(self, plan: str, *, key: str | None = None) -> RepairPlan:
        """Lets a stopped run go on."""
        return await self._act(plan, "resume", None, key)

    async def _act(self, plan: str, act: str, body: Mapping[str, str] | None, key: str | None) -> RepairPlan:
        where = path("repairs", f"{plan}:{act}")
        return await self._connection.send(Request("POST", where, RepairPlan, body=body, headers=acting(key)))
