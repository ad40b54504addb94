"""The work-lists of now. Work of an absent person is shown to the stand-in until the person returns.

The ledger has the assignee of a dossier; the staff has the absences and delegations. Each list combines both when it is
read, so an absence or a return changes the lists at once and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from activities.ledger.reading import LedgerReader, WorkListRow
from domain.dossier.view import WorkAct, WorkItem
from domain.organisation.assignment import acting_officer
from domain.organisation.staff import Duty, Staff
from domain.roles import MACHINES, Role
from domain.values import Code

WITHOUT_WORK = (*MACHINES, Role.SUPERVISOR)
"""Roles that have no work-list."""
WITH_WORK = tuple(role for role in Role if role not in WITHOUT_WORK)


class HeldWork(WorkListRow):
    """One item of work, and who does it now: the assignee, the stand-in, or None for anybody in the role."""

    acting: Code | None = None


class WorkLists:
    """Reads the work-lists of a province's units and people."""

    def __init__(self, reader: LedgerReader, staff: Staff, procedures: Collection[str] | None = None) -> None:
        """`procedures`: those of a service that has only these; a unit's list then leaves out all others."""
        self._reader = reader
        self._staff = staff
        self._procedures = procedures

    async def of_unit(
        self, unit: str, at: datetime, roles: Iterable[Role] = WITH_WORK, *, limit: int = 200
    ) -> list[HeldWork]:
        """The work of a unit in these roles, the most urgent first."""
        wanted = tuple(roles)
        rows = [row for role in wanted for row in await self._of_role(unit, role, limit)]
        held = [self._held(row, at) for row in rows]
        if Role.HEAD_OF_UNIT in wanted:
            held += await self._to_assign_anew(unit, at, limit)
        return _most_urgent(held, limit)

    async def of_person(
        self, person: str, at: datetime, *, unit: str | None = None, role: Role | None = None, limit: int = 200
    ) -> list[HeldWork]:
        """The work of a person: own work, unassigned work, and the work of absent people for whom they stand in.

        The list of an absent person is empty. `unit` and `role` restrict the list. Raises NotFound `unknown_person`.
        """
        duties = self._staff.duties(person, at)
        wanted = [duty for duty in duties if unit in (None, duty.unit) and role in (None, duty.role)]
        return await self.of_duties(person, wanted, at, limit=limit)

    async def of_duties(
        self, person: str, duties: Collection[Duty], at: datetime, *, limit: int = 200
    ) -> list[HeldWork]:
        """The work of a person in these of their duties of that instant."""
        assigned = await self._reader.assigned_to({duty.holder for duty in duties}, limit=limit)
        named = (self._held(one, at) for one in assigned)
        held = [row for row in named if row.acting == person and fitting_duties(row, duties)]
        for of_unit, in_role in dict.fromkeys((duty.unit, duty.role) for duty in duties):
            where = None if in_role is Role.OPERATOR else of_unit  # as in `fitting_duties`
            rows = await self._reader.work_list(where, in_role, person, limit=limit)
            held += (self._held(row, at) for row in rows if row.item.person is None)
            if in_role is Role.HEAD_OF_UNIT:
                held += await self._to_assign_anew(of_unit, at, limit)
        return _most_urgent(held, limit)

    async def of_units(
        self, units: Iterable[str], at: datetime, roles: Sequence[Role], *, limit: int = 200
    ) -> list[HeldWork]:
        """The work of several units in these roles, the most urgent first."""
        held = [row for unit in units for row in await self.of_unit(unit, at, roles, limit=limit)]
        return _most_urgent(held, limit)

    async def _of_role(self, unit: str, role: Role, limit: int, person: str | None = None) -> list[WorkListRow]:
        return await self._reader.work_list(unit, role, person, procedures=self._procedures, limit=limit)

    def _held(self, row: WorkListRow, at: datetime) -> HeldWork:
        units = tuple(dict.fromkeys(filter(None, (row.item.unit, row.dossier.competent))))
        acting = acting_officer(row.item.person, row.item.role, units, self._staff, at)
        return HeldWork(item=row.item, dossier=row.dossier, acting=acting)

    async def _to_assign_anew(self, unit: str, at: datetime, limit: int) -> list[HeldWork]:
        """Work that nobody can do: its assignee has left or is absent without a stand-in.

        The head must assign it again.
        """
        found: list[HeldWork] = []
        for person, role in await self._reader.assignees(unit):
            if acting_officer(person, role, (unit,), self._staff, at) is None:
                rows = await self._of_role(unit, role, limit, person)
                held = (self._held(row, at) for row in rows if row.item.person == person)
                found += (_to_assign(row) for row in held if row.acting is None)
        return found


def fitting_duties(row: WorkListRow, duties: Iterable[Duty]) -> list[Duty]:
    """Those duties in which an item can be done: its role in its unit or in the competent one.

    The operators have their posts at the centre, for every unit.
    """
    units, role = (row.item.unit, row.dossier.competent), row.item.role
    return [duty for duty in duties if duty.role is role and (duty.unit in units or role is Role.OPERATOR)]


def _to_assign(row: HeldWork) -> HeldWork:
    item: WorkItem = row.item.model_copy(update={"act": WorkAct.ASSIGN.value, "role": Role.HEAD_OF_UNIT})
    return row.model_copy(update={"item": item})


def _most_urgent(rows: Iterable[HeldWork], limit: int) -> list[HeldWork]:
    """Each item once, in order of the due dates."""
    each = {(row.item.dossier, row.item.act, row.item.unit): row for row in rows}
    return sorted(each.values(), key=lambda row: (row.item.due is None, row.item.due or row.item.since))[:limit]
