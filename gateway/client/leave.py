"""Absences and delegations that people enter: in force in every process within a second, entered and withdrawn here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from activities.ledger.leave_register import LeaveRegister
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from domain.errors import NotAuthorised
from domain.messages.leave import LeaveRefusal
from domain.messages.organisation import OrganisationRefusal
from domain.operator_orders import require_reason
from domain.organisation.leave import (
    AbsenceToEnter,
    DelegationToEnter,
    LeaveEntry,
    ground_of,
    require_enterable,
    require_withdrawable,
    with_leave,
)
from domain.organisation.staff import Staff
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.access.principals import MachineAccount, PersonPrincipal, Principal

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds after which another process knows what was entered."""


class LeaveInForce:
    """Called as `staff()`: the staff of the files with what people entered.

    While the database does not answer, what was read last counts: nobody could act without it anyway.
    """

    def __init__(self, pool: Pool, files: Callable[[], Staff]) -> None:
        self.files = files
        self._register = LeaveRegister(pool)
        self._entries: tuple[LeaveEntry, ...] = ()
        self._newest = 0
        self._made: tuple[Staff, tuple[LeaveEntry, ...], Staff] | None = None

    def __call__(self) -> Staff:
        """The staff now."""
        files, entries, made = self.files(), self._entries, self._made
        if made is None or made[0] is not files or made[1] is not entries:
            made = self._made = (files, entries, with_leave(files, entries))
        return made[2]

    async def refresh(self) -> None:
        """Reads what was entered since. Raises DatabaseUnavailable, DatabaseRefuses."""
        newest = await self._register.newest()
        if newest != self._newest:
            self._entries, self._newest = await self._register.entries(), newest

    async def watch(self) -> None:
        """Looks again and again, until it is cancelled."""
        while True:
            try:
                await self.refresh()
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("leave_not_read", code=problem.code)
            await asyncio.sleep(LOOK_EVERY)


async def with_entered_leave(pool: Pool, province: Province) -> Province:
    """The province of the files with the absences and delegations that people entered, for a command that runs once."""
    entries = await LeaveRegister(pool).entries()
    return province.model_copy(update={"staff": with_leave(province.staff, entries)})


class LeaveOrders:
    """Enters and withdraws, for a person who signed in."""

    def __init__(self, pool: Pool, in_force: LeaveInForce) -> None:
        self._register = LeaveRegister(pool)
        self._in_force = in_force

    async def entries(self) -> tuple[LeaveEntry, ...]:
        """Every entry, the newest first."""
        return tuple(reversed(await self._register.entries()))

    async def enter(
        self, principal: Principal, entry: AbsenceToEnter | DelegationToEnter, person: str | None = None
    ) -> LeaveEntry:
        """Enters it. `person`: in whose name the account of a machine does.

        Raises the refusals of `require_enterable`, those of `require_reason` for its ground, NotFound `unknown_person`,
        NotAuthorised `person_absent`.
        """
        require_reason(ground_of(entry))
        by = self._person(principal, person, entry.person)

        def check(entered: tuple[LeaveEntry, ...]) -> None:
            staff = with_leave(self._in_force.files(), entered)
            require_enterable(entry, by, staff, datetime.now(VIETNAM))

        made = await self._register.enter(entry, by, check)
        await self._in_force.refresh()
        return made

    async def withdraw(self, principal: Principal, number: int, why: str, person: str | None = None) -> LeaveEntry:
        """Withdraws it from now on. Raises NotFound `unknown_leave`, the refusals of `require_withdrawable` and of
        `require_reason`, and as `enter` does."""
        require_reason(why)
        by = self._person(principal, person, "–")

        def check(entry: LeaveEntry) -> None:
            require_withdrawable(entry, by, self._in_force(), datetime.now(VIETNAM))

        withdrawn = await self._register.withdraw(number, by, why, check)
        await self._in_force.refresh()
        return withdrawn

    def _person(self, principal: Principal, named: str | None, of: str) -> str:
        """Who does it. Somebody who is away cannot sign in; the account of a machine does not act for them either."""
        if isinstance(principal, PersonPrincipal) and named in (None, principal.person):
            return principal.person
        if not isinstance(principal, MachineAccount) or named is None:
            raise NotAuthorised(LeaveRefusal.LEAVE_OF_ANOTHER, person=of)
        staff, now = self._in_force(), datetime.now(VIETNAM)
        absent = next((one for one in staff.absences if one.person == named and one.covers(now)), None)
        if absent is not None:
            raise NotAuthorised(OrganisationRefusal.PERSON_ABSENT, person=named, ground=absent.ground, stand_in="–")
        return named
