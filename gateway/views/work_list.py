"""The work-lists of now. Work of an absent person is shown to the stand-in until the person returns.

The ledger has the assignee of a dossier; the staff has the absences and delegations. Each list combines both when it is
read, so an absence or a return changes the lists at once and writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from activities.ledger.pool import Pool
from activities.ledger.reading import WorkListRow
from activities.ledger.work_pages import Deserted, Held, WorkCounts, WorkPages, WorkPlace, WorkWanted
from domain.dossier.view import WorkAct, WorkItem
from domain.organisation.assignment import acting_officer
from domain.organisation.staff import Duty, Staff
from domain.roles import MACHINES, Role
from domain.values import Code, Value

WITHOUT_WORK = (*MACHINES, Role.SUPERVISOR)
"""Roles that have no work-list."""
WITH_WORK = tuple(role for role in Role if role not in WITHOUT_WORK)


class HeldWork(WorkListRow):
    """One item of work, and who does it now: the assignee, the stand-in, or None for anybody in the role."""

    acting: Code | None = None


class WorkPage(Value):
    """A page of a list, and the places from which the pages beside it are read. None: there is no such page."""

    items: tuple[HeldWork, ...]
    next: WorkPlace | None
    previous: WorkPlace | None


class WorkLists:
    """Reads the work-lists of a province's units and people."""

    def __init__(self, pool: Pool, staff: Staff, procedures: Collection[str] | None = None) -> None:
        """`procedures`: those of a service that has only these; its lists then leave out all others."""
        self._pages = WorkPages(pool)
        self._staff = staff
        self._procedures = None if procedures is None else tuple(sorted(procedures))

    async def of_unit(
        self, unit: str, at: datetime, roles: Iterable[Role] = WITH_WORK, *, limit: int = 200
    ) -> list[HeldWork]:
        """The most urgent work of a unit in these roles."""
        return [*(await self.page(self.wanted_in((unit,), roles), at, limit)).items]

    async def of_person(
        self, person: str, at: datetime, *, unit: str | None = None, role: Role | None = None, limit: int = 200
    ) -> list[HeldWork]:
        """The most urgent work of a person: own, unassigned, and that of absent people for whom they stand in.

        The list of an absent person is empty. `unit` and `role` restrict the list. Raises NotFound `unknown_person`.
        """
        duties = self._staff.duties(person, at)
        duties = tuple(duty for duty in duties if unit in (None, duty.unit) and role in (None, duty.role))
        return [*(await self.page(await self.wanted_of(person, duties, at), at, limit)).items]

    async def wanted_of(self, person: str, duties: Collection[Duty], at: datetime) -> WorkWanted:
        """The work of a person in these duties at that instant: assigned, unassigned, and to be assigned anew."""
        places = dict.fromkeys((duty.unit, duty.role) for duty in duties)
        headed = [unit for unit, role in places if role is Role.HEAD_OF_UNIT]
        return WorkWanted(
            held=(*(Held(person=person, role=role, unit=unit) for unit, role in places), *_of_absent(person, duties)),
            unassigned=tuple((unit, role) for unit, role in places if role is not Role.OPERATOR),
            of_operators=any(role is Role.OPERATOR for _, role in places),
            deserted=await self._deserted(headed, at) if headed else (),
            procedures=self._procedures,
        )

    def wanted_in(self, units: Iterable[str], roles: Iterable[Role]) -> WorkWanted:
        """The work of units in these roles, whoever has it."""
        in_roles = dict.fromkeys(roles)
        places = tuple((unit, role) for unit in dict.fromkeys(units) for role in in_roles)
        return WorkWanted(of_units=places, procedures=self._procedures)

    async def page(self, wanted: WorkWanted, at: datetime, limit: int, place: WorkPlace | None = None) -> WorkPage:
        """A page of a list, with who does each item at that instant."""
        read = await self._pages.rows(wanted, limit, place)
        back = place is not None and place.back
        before, after = (read.more, True) if back else (place is not None, read.more)
        return WorkPage(
            items=tuple(self._held(row, at) for row in read.rows),
            next=read.last if after else None,
            previous=read.first if before else None,
        )

    async def counts(self, wanted: WorkWanted, at: datetime) -> WorkCounts:
        """How many items the list has, how many are overdue or due today, and how many nobody has."""
        return await self._pages.count(wanted, at)

    def _held(self, row: WorkListRow, at: datetime) -> HeldWork:
        units = tuple(dict.fromkeys(filter(None, (row.item.unit, row.dossier.competent))))
        acting = acting_officer(row.item.person, row.item.role, units, self._staff, at)
        held = HeldWork(item=row.item, dossier=row.dossier, acting=acting)
        return _to_assign(held) if acting is None and row.item.person is not None else held

    async def _deserted(self, units: Collection[str], at: datetime) -> tuple[Deserted, ...]:
        """Work that nobody can do: its assignee has left or is absent without a stand-in. The head assigns it anew."""
        found = await self._pages.assignees([*units])
        return tuple(
            Deserted(unit=unit, person=person, role=role, acting_in=self._acting_in(person, role, at))
            for unit, person, role in found
            if acting_officer(person, role, (unit,), self._staff, at) is None
        )

    def _acting_in(self, person: str, role: Role, at: datetime) -> tuple[str, ...]:
        """In which units work of the person in this role is done by somebody: by the person, or by a stand-in."""
        if self._staff.absent(person, at):
            there = self._staff.posts_of(person, at) if self._staff.stand_in(person, role, at) else ()
            return tuple(dict.fromkeys(post.unit for post in there if post.role is role))
        return tuple(dict.fromkeys(duty.unit for duty in self._staff.duties(person, at) if duty.role is role))


def _of_absent(person: str, duties: Iterable[Duty]) -> Iterator[Held]:
    """The work of those for whom a person stands in."""
    for duty in duties:
        if duty.holder != person:
            yield Held(person=duty.holder, role=duty.role, unit=duty.unit)


def fitting_duties(row: WorkListRow, duties: Iterable[Duty]) -> list[Duty]:
    """Those duties in which an item can be done: its role in its unit or in the competent one.

    The operators have their posts at the centre, for every unit.
    """
    units, role = (row.item.unit, row.dossier.competent), row.item.role
    return [duty for duty in duties if duty.role is role and (duty.unit in units or role is Role.OPERATOR)]


def _to_assign(row: HeldWork) -> HeldWork:
    item: WorkItem = row.item.model_copy(update={"act": WorkAct.ASSIGN.value, "role": Role.HEAD_OF_UNIT})
    return row.model_copy(update={"item": item})
