"""Which units can have a matter: one rule for routing, handovers, opinions, successions, the ladder and signing.

`routing.py` decides which unit *is* competent for a matter. This module says which units *could* be, by their level and
field. No act and no person may make any other unit competent.
"""

from __future__ import annotations

from datetime import date

from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit, UnitLevel
from domain.procedures.procedure import Level, Procedure

OVER_ALL = frozenset({UnitLevel.PROVINCIAL_CENTRE, UnitLevel.PROVINCIAL_COMMITTEE})
"""The levels to which the ladder goes up. They act in the place of a unit below, never by a competence of their own."""


def can_have(unit: Unit, procedure: Procedure, organisation: Organisation, on: date) -> bool:
    """True when the unit's level and field allow it to be competent on that day, by its own right or by a mandate."""
    if _by_own_right(unit, procedure, organisation, on):
        return True
    for mandate in organisation.mandates:
        received = mandate.receiver == unit.code if mandate.receiver else unit.level.is_commune
        if received and procedure.code in mandate.procedures and mandate.in_force(on):
            giver = organisation.find(mandate.giver, on)
            if giver is not None and _by_own_right(giver, procedure, organisation, on):
                return True
    return False


def can_be_asked(unit: Unit, procedure: Procedure, organisation: Organisation, on: date) -> bool:
    """True for units whose opinion on a matter needs no legal ground of its own.

    These are the units that could be competent, the levels above, and any commune, because the matter lies in one.
    """
    return unit.level in OVER_ALL or unit.level.is_commune or can_have(unit, procedure, organisation, on)


def coordinates(unit: Unit) -> bool:
    """True for a provincial centre: it finds the competent authority. Coordinating does not make it competent."""
    return unit.level is UnitLevel.PROVINCIAL_CENTRE


def next_level(unit: Unit, procedure: Procedure, organisation: Organisation, on: date) -> Unit | None:
    """The nearest level above that may act in the unit's place; None at the top."""
    return next(
        (above for above in organisation.chain(unit.code, on) if _acts_above(above, procedure, organisation, on)), None
    )


def acts_for(above: Unit, unit: Unit, procedure: Procedure, organisation: Organisation, on: date) -> bool:
    """True when `above` is a level over the unit that may act in its place."""
    return above in organisation.chain(unit.code, on) and _acts_above(above, procedure, organisation, on)


def authorities(procedure: Procedure, organisation: Organisation, on: date) -> tuple[Unit, ...]:
    """The specialised authority on a day; if it was closed, its successors (several if it was divided)."""
    code = procedure.specialised_authority
    if code is None:
        return ()
    today = organisation.find(code, on)
    if today is not None:
        return (today,)
    former = organisation.former(code, on)
    return organisation.successors_on(former[0], on) if former else ()


def _by_own_right(unit: Unit, procedure: Procedure, organisation: Organisation, on: date) -> bool:
    if procedure.level is Level.COMMUNE:
        return unit.level.is_commune
    named = authorities(procedure, organisation, on)
    return unit in named if named else unit.level in (UnitLevel.DEPARTMENT, UnitLevel.PROVINCIAL_COMMITTEE)


def _acts_above(above: Unit, procedure: Procedure, organisation: Organisation, on: date) -> bool:
    return above.level in OVER_ALL or can_have(above, procedure, organisation, on)
