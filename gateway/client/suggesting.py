"""Who should get an open item of a dossier: reads the loads of the moment and asks the one rule of assignment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from activities.ledger.officer_loads import HeldDossier, OfficerLoads
from activities.ledger.pool import Pool
from domain.dossier.context import Rules
from domain.dossier.state import Dossier, State
from domain.dossier.view import WorkItem
from domain.errors import NotFound
from domain.organisation.staff import Staff
from domain.organisation.suggestions import Basis, Suggestion, suggestions
from domain.organisation.workload import Load, OpenWork, WorkToGive, effort
from domain.roles import Role
from domain.rules.province import Province
from domain.values import VIETNAM

WAITING = frozenset({State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.SUSPENDED})
"""The states in which an officer cannot go on."""


class Suggesting:
    """Reads what a choice rests on. `staff` is called for every choice, because people change."""

    def __init__(self, pool: Pool, province: Province, staff: Callable[[], Staff]) -> None:
        self._loads = OfficerLoads(pool)
        self._province = province
        self._staff = staff

    async def suggestions(self, dossier: Dossier, rules: Rules, item: WorkItem, at: datetime) -> tuple[Suggestion, ...]:
        """Everybody who could get the item now, the best first. NotFound `unknown_unit`, `unit_closed`."""
        return suggestions(await self.work(dossier, rules, item), await self.basis(item.unit, item.role, at))

    async def work(self, dossier: Dossier, rules: Rules, item: WorkItem) -> WorkToGive:
        """The item as the rule sees it."""
        step, terms = dossier.processing.step, self._province.assignment
        alike = [one.code for one in rules.procedure.steps if one.role is item.role]
        return WorkToGive(
            unit=item.unit,
            role=item.role,
            field=rules.procedure.field,
            minutes=effort(rules.procedure, dossier.intake.channel, step, terms),
            due=item.due,
            before=None if step is None else await self._loads.before(dossier.code, alike),
        )

    async def basis(self, unit: str, role: Role, at: datetime) -> Basis:
        """The staff and the loads of a unit at an instant. NotFound `unknown_unit`, `unit_closed`."""
        staff, on = self._staff(), at.astimezone(VIETNAM).date()
        people = {person for _, person in staff.holders(unit, role, at)}
        held = await self._loads.held(unit, [one for one in people if staff.back_since(one, at) is not None])
        lately = await self._loads.lately(people, at)
        return Basis(
            staff=staff,
            loads=self._by_person(held, lately, on),
            calendar=self._province.calendar_of(unit, on),
            rules=self._province.assignment,
            at=at,
        )

    def _by_person(self, held: list[HeldDossier], lately: dict[str, int], on: date) -> dict[str, Load]:
        work = defaultdict[str, list[OpenWork]](list)
        for one in held:
            work[one.person].append(self._open_work(one, on))
        people = work.keys() | lately.keys()
        return {one: Load(work=tuple(work.get(one, ())), lately=lately.get(one, 0)) for one in people}

    def _open_work(self, held: HeldDossier, on: date) -> OpenWork:
        terms = self._province.assignment
        try:
            procedure = self._province.published(held.procedure, on).procedure
            minutes = effort(procedure, held.channel, held.step, terms)
        except NotFound:  # a procedure that is no longer in effect: the least is counted
            minutes = terms.least_minutes
        return OpenWork(
            dossier=held.dossier,
            minutes=minutes,
            due=held.due,
            waits=held.state in WAITING,
            given_at=held.given_at,
        )
