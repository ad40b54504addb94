"""Which work a caller asks for, and the cursors of its pages: the same for the API and the console."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from pydantic import ValidationError

from activities.ledger.work_pages import WorkPlace, WorkWanted
from domain.dossier.view import WorkAct
from domain.errors import InvalidInput
from domain.field_errors import InvalidField
from domain.messages.search import ListRefusal
from domain.organisation.staff import Duty
from domain.roles import Role
from domain.values import Bilingual, Code
from gateway.access.principals import PersonPrincipal
from gateway.access.sign_in import SignedIn
from gateway.api.pages import Listing, Place
from gateway.views.work_list import WITH_WORK, WorkLists

UNIT_NEEDED = Bilingual(
    vi="dịch vụ này được làm ở mọi đơn vị, nên phải nêu một đơn vị",
    en="this service acts in every unit, so one must be named",
)
OF_UNITS = tuple(role for role in WITH_WORK if role is not Role.APPLICANT)
"""The roles whose work is a unit's."""
STEPS = (WorkAct.COMPLETE_STEP.value,)
"""What is given to one officer."""


class WhichWork(StrEnum):
    """Whose work is shown, and which of it."""

    MINE = "mine"
    UNIT = "unit"
    UNASSIGNED = "unassigned"
    """Processing steps in the caller's units that nobody has."""
    OVERDUE = "overdue"
    """The work in the caller's units on dossiers that are overdue."""


@dataclass(frozen=True)
class WorkAsked:
    """What is asked for: `unit` and `role` restrict it."""

    which: WhichWork = WhichWork.MINE
    unit: Code | None = None
    role: Role | None = None

    async def wanted(self, lists: WorkLists, signed: SignedIn) -> WorkWanted:
        """The parts of the list. Raises InvalidField for a service of every unit that names none."""
        caller = signed.caller
        units = self._units(signed)
        if self.which is WhichWork.MINE:
            if isinstance(caller.principal, PersonPrincipal):
                return await lists.wanted_of(caller.principal.person, self._duties(signed), caller.at)
            return lists.wanted_in(units, sorted(self._roles(signed)))
        whole = lists.wanted_in(units, [role for role in OF_UNITS if self.role in (None, role)])
        if self.which is WhichWork.UNASSIGNED:
            return whole.model_copy(update={"of_units": (), "unassigned": whole.of_units, "acts": STEPS})
        if self.which is WhichWork.OVERDUE:
            return whole.model_copy(update={"overdue_at": caller.at})
        return whole

    def about(self, signed: SignedIn) -> tuple[object, ...]:
        """What a cursor is bound to: the caller, their duties, and what they ask for."""
        duties = sorted(product(self._units(signed), self._roles(signed)))
        told = hashlib.sha256(repr(duties).encode()).hexdigest()[:16]
        return ("list_work", signed.caller.name, told, self.which, self.unit or "", self.role or "")

    def _roles(self, signed: SignedIn) -> Collection[Role]:
        return signed.roles if self.role is None else signed.roles & {self.role}

    def _duties(self, signed: SignedIn) -> list[Duty]:
        roles = self._roles(signed)
        return [duty for duty in signed.caller.duties if duty.role in roles and self.unit in (None, duty.unit)]

    def _units(self, signed: SignedIn) -> list[Code]:
        caller = signed.caller
        if isinstance(caller.principal, PersonPrincipal):
            return list(dict.fromkeys(duty.unit for duty in caller.duties if self.unit in (None, duty.unit)))
        scoped = caller.service.units if caller.service else ()
        if scoped is None and self.unit is None:
            raise InvalidField("query/unit", UNIT_NEEDED)
        return [one for one in (scoped or (self.unit,)) if one is not None and self.unit in (None, one)]


def cursor_of(listing: Listing, place: WorkPlace | None) -> str | None:
    """The cursor of a page beside one that was read. None: there is no such page."""
    return None if place is None else listing.cursor(Place(key=place.model_dump_json(exclude_defaults=True)))


def place_in(key: str | None) -> WorkPlace | None:
    """The place that a cursor carries. Raises InvalidInput `cursor_invalid`: an older release may have written it."""
    if key is None:
        return None
    try:
        return WorkPlace.model_validate_json(key)
    except ValidationError:
        raise InvalidInput(ListRefusal.CURSOR_INVALID) from None
