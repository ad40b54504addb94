"""With whom somebody may share a saved search, and which ones are shared with them."""

from __future__ import annotations

from activities.ledger.saved_searches import SearchToSave, SharedWith, Viewer
from domain.errors import NotAuthorised
from domain.messages.search import SavedSearchRefusal
from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit, UnitLevel
from domain.values import VIETNAM
from gateway.access.callers import Caller, subtree
from gateway.access.permissions import WATCHING

OF_PROVINCE = frozenset({UnitLevel.PROVINCIAL_CENTRE, UnitLevel.PROVINCIAL_COMMITTEE})


def own_units(caller: Caller) -> frozenset[str]:
    """The units in which the caller works today."""
    return frozenset(
        {duty.unit for duty in caller.duties} | set((caller.service.units if caller.service else ()) or ())
    )


def viewer_of(caller: Caller, organisation: Organisation) -> Viewer:
    """A caller of the staff as a viewer of searches.

    It sees what is shared with its units, those above, or former units that went into these; a service of every unit
    what is shared with any.
    """
    if caller.service is not None and caller.service.units is None:
        return Viewer(name=caller.name, units=None)
    today = caller.at.astimezone(VIETNAM).date()
    units = [unit for code in own_units(caller) if (unit := organisation.find(code, today)) is not None]
    units += [above for unit in units for above in organisation.chain(unit.code, today)]
    former = {old.code for unit in units for old in organisation.predecessors(unit)}
    in_use = {unit.code for unit in organisation.in_force(today)}
    return Viewer(name=caller.name, units=tuple(sorted({unit.code for unit in units} | former - in_use)))


def sharable_units(caller: Caller, organisation: Organisation) -> list[Unit]:
    """The units with which the caller may share: their own and those below, in the order of their names."""
    today = caller.at.astimezone(VIETNAM).date()
    reached = subtree(own_units(caller), organisation, caller.at)
    return sorted((one for one in organisation.in_force(today) if one.code in reached), key=lambda one: one.name)


def may_share_with_province(caller: Caller, organisation: Organisation) -> bool:
    """Whether the caller may share with everybody: who watches over the whole, or works at the province's level."""
    today = caller.at.astimezone(VIETNAM).date()
    units = (organisation.find(code, today) for code in own_units(caller))
    return not caller.roles.isdisjoint(WATCHING) or any(unit and unit.level in OF_PROVINCE for unit in units)


def require_sharable(wanted: SearchToSave, caller: Caller, organisation: Organisation) -> None:
    """Raises NotAuthorised `saved_search_unit_not_reached`, `saved_search_province_not_reached`."""
    match wanted.shared_with:
        case SharedWith.UNIT:
            if wanted.shared_unit not in {unit.code for unit in sharable_units(caller, organisation)}:
                raise NotAuthorised(SavedSearchRefusal.UNIT_NOT_REACHED, unit=wanted.shared_unit)
        case SharedWith.PROVINCE:
            if not may_share_with_province(caller, organisation):
                raise NotAuthorised(SavedSearchRefusal.PROVINCE_NOT_REACHED)
        case SharedWith.NOBODY:
            pass
