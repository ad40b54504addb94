"""Finds the authority that is competent for a matter, with every reason in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from domain.messages.organisation import RoutingReason
from domain.organisation.addresses import Divided, Resolution, Resolved, Unclear, resolve
from domain.organisation.competence import authorities, can_have
from domain.organisation.organisation import Organisation
from domain.organisation.units import ONE_DAY, Unit, UnitLevel
from domain.procedures.procedure import Level, Procedure, TerritoryBasis
from domain.text.sentences import filled
from domain.values import Bilingual, Code, Day, Strict, Text, Value


class Matter(Strict):
    """What decides competence for a dossier: where the residence, the parcel or the seat lies."""

    territory: Code | None = None
    """The code of a commune or ward, present or former."""
    territory_as_of: Day | None = None
    """A day on which the code was that of the unit meant (codes are reused). None: the unit of the day of routing, else
    the last unit with the code."""
    address: Text | None = None


class Reason(Value):
    """One link of the chain of reasons: a stable code and its sentence."""

    code: Code
    text: Bilingual


class Routing(Value):
    """Where a dossier goes. Exactly one of `competent` and `queue` is set."""

    competent: Code | None
    queue: Code | None
    """The coordination centre, when the competent authority cannot be decided."""
    territory: Code | None
    """The commune of the day in which the matter lies, when it is known."""
    reasons: tuple[Reason, ...]
    crossing: bool
    """True: the receiving unit is neither competent, nor of the matter's territory, nor the competent unit's desk."""
    receivable: bool = True
    """False: the procedure is received only where it is resolved, and the receiving unit is not that place."""


Reader = Callable[[str, Organisation, date], Resolution]
"""The function that reads an address: `resolve`; for dossiers that earlier releases routed, `as_punctuated`."""


class _Found(Value):
    """An intermediate result: a unit, or none, and the reasons so far."""

    unit: Unit | None
    reasons: tuple[Reason, ...]


def route(
    procedure: Procedure,
    matter: Matter,
    received_by: str,
    organisation: Organisation,
    on: date,
    *,
    received_on: date | None = None,
    read: Reader = resolve,
) -> Routing:
    """The competent unit on a day, or the coordination queue, with the reasons.

    `received_on` is the day on which `received_by` was the receiver's code, if that is not the day of routing (a
    dossier is routed again after a merger, and codes are reused).

    NotFound: unknown_unit, when `received_by` or the territory is a code that no unit ever had;
    no_provincial_centre, when nobody could coordinate on that day.
    """
    receivers = _receivers(received_by, organisation, received_on or on, on)
    territory = _territory(matter, procedure.territory, organisation, on, read)
    if procedure.level is Level.COMMUNE:
        found = _at_commune_level(procedure, receivers, territory)
    else:
        found = _at_province_level(procedure, organisation, on)
    if found.unit is not None:
        found = _under_mandate(found, found.unit, procedure, territory, organisation, on)
    if found.unit is not None and not can_have(found.unit, procedure, organisation, on):
        excluded = _reason(RoutingReason.CANNOT_HAVE_MATTER, unit=found.unit.name, procedure=procedure.code)
        found = _Found(unit=None, reasons=(*found.reasons, excluded))
    if found.unit is None:
        return _to_coordination(found, territory, receivers, organisation, on)
    return _to_competent(found, found.unit, territory, receivers, procedure)


def _reason(code: RoutingReason, /, **facts: object) -> Reason:
    return Reason(code=code, text=filled(code.sentence, facts))


def handed_over_reason(sender: Unit, receiver: Unit) -> Reason:
    """The reason that the sender handed the dossier over and the receiver acknowledged it."""
    return _reason(RoutingReason.HANDED_OVER, sender=sender.name, receiver=receiver.name)


def to_coordination_reason(centre: Unit) -> Reason:
    """The reason that no unit is known to be competent, so this centre coordinates."""
    return _reason(RoutingReason.TO_COORDINATION, unit=centre.name)


def _receivers(code: str, organisation: Organisation, as_of: date, on: date) -> tuple[Unit, ...]:
    """The receiving unit; if it was closed, its successors, so that a dossier addressed to it is still received."""
    unit = organisation.find(code, as_of)
    if unit is None:
        former = organisation.former(code, on)
        unit = former[0] if former else organisation.unit(code, on)  # raises: unknown, or not open yet
    return organisation.successors_on(unit, on)


def contradiction(matter: Matter, organisation: Organisation, on: date) -> tuple[Unit, Unit] | None:
    """The units of the territory and of the address, if both are known and share no unit of today; else None."""
    if matter.territory is None or matter.address is None:
        return None
    unit = _stated(matter, matter.territory, organisation, on)
    match resolve(matter.address, organisation, on):
        case Resolved(unit=home, former=former):
            by_address, named = {home}, former or home
        case Divided(former=named, candidates=candidates):
            by_address = set(candidates)
        case _:
            return None
    return None if by_address & set(organisation.successors_on(unit, on)) else (unit, named)


def _territory(matter: Matter, basis: TerritoryBasis, organisation: Organisation, on: date, read: Reader) -> _Found:
    """The commune of the day in which the matter lies: by its code, else by its address."""
    if matter.territory is not None:
        return _by_code(matter, matter.territory, basis, organisation, on, read)
    if matter.address is not None:
        return _by_address(read(matter.address, organisation, on), basis)
    return _Found(unit=None, reasons=(_reason(RoutingReason.TERRITORY_MISSING),))


def _stated(matter: Matter, code: str, organisation: Organisation, on: date) -> Unit:
    """The unit that the territory's code means. NotFound: `unknown_unit`, `unit_not_open_yet`."""
    unit = organisation.find(code, matter.territory_as_of or on)
    former = organisation.former(code, on)
    return unit or (former[0] if former else organisation.unit(code, on))


def _by_code(
    matter: Matter, code: str, basis: TerritoryBasis, organisation: Organisation, on: date, read: Reader
) -> _Found:
    unit = _stated(matter, code, organisation, on)
    if not unit.level.is_commune:
        return _Found(unit=None, reasons=(_reason(RoutingReason.TERRITORY_NOT_COMMUNE, unit=unit.name),))
    successors = organisation.successors_on(unit, on)
    if successors == (unit,):
        return _Found(unit=unit, reasons=(_territory_reason(basis, unit),))
    if len(successors) == 1:
        return _Found(
            unit=successors[0],
            reasons=(_succession_reason(unit, successors[0]), _territory_reason(basis, successors[0])),
        )
    found = read(matter.address, organisation, on) if matter.address is not None else None
    return _divided(unit, successors, found, basis)


def _divided(unit: Unit, successors: tuple[Unit, ...], found: Resolution | None, basis: TerritoryBasis) -> _Found:
    """For a divided unit, only an address in one of its parts decides. A default successor would be a guess."""
    if isinstance(found, Resolved) and found.unit in successors:
        by_address = _reason(RoutingReason.SUCCEEDED_BY_ADDRESS, former=unit.name, unit=found.unit.name)
        return _Found(unit=found.unit, reasons=(by_address, _territory_reason(basis, found.unit)))
    return _Found(unit=None, reasons=(_division_reason(unit, successors),))


def _by_address(found: Resolution, basis: TerritoryBasis) -> _Found:
    match found:
        case Resolved(unit=unit):
            return _Found(unit=unit, reasons=(*_address_reasons(found), _territory_reason(basis, unit)))
        case Divided(former=former, candidates=candidates):
            return _Found(unit=None, reasons=(_division_reason(former, candidates),))
        case Unclear(reason=reason, candidates=names):
            return _Found(unit=None, reasons=(_reason(reason, units="; ".join(names)),))
        case _:
            assert_never(found)


def _address_reasons(found: Resolved) -> tuple[Reason, ...]:
    """The reasons that lead from the address as written to the unit of the day."""
    if found.former is None:
        return (_reason(RoutingReason.ADDRESS_RESOLVED, unit=found.unit.name),)
    if found.by_area:
        return (_reason(RoutingReason.SUCCEEDED_BY_ADDRESS, former=found.former.name, unit=found.unit.name),)
    return (
        _reason(RoutingReason.ADDRESS_RESOLVED, unit=_whole_name(found.former)),
        _succession_reason(found.former, found.unit),
    )


_IN = {
    TerritoryBasis.RESIDENCE: RoutingReason.RESIDENCE_IN,
    TerritoryBasis.PARCEL: RoutingReason.PARCEL_IN,
    TerritoryBasis.SEAT: RoutingReason.SEAT_IN,
    TerritoryBasis.ANYWHERE: RoutingReason.ANYWHERE_IN,
}


def _territory_reason(basis: TerritoryBasis, unit: Unit) -> Reason:
    return _reason(_IN[basis], unit=unit.name)


def _succession_reason(former: Unit, successor: Unit) -> Reason:
    closed = former.valid_to
    return _reason(
        RoutingReason.SUCCEEDED_WHOLE, former=former.name, unit=successor.name, day=closed + ONE_DAY if closed else ""
    )


def _division_reason(former: Unit, successors: tuple[Unit, ...]) -> Reason:
    names = ", ".join(successor.name for successor in successors)
    return _reason(RoutingReason.DIVIDED_UNIT, former=_whole_name(former), successors=names)


def _whole_name(unit: Unit) -> str:
    return ", ".join(filter(None, (unit.name, unit.district, unit.province)))


def _at_commune_level(procedure: Procedure, receivers: tuple[Unit, ...], territory: _Found) -> _Found:
    level = _reason(RoutingReason.COMMUNE_LEVEL, procedure=procedure.code)
    anywhere = procedure.territory is TerritoryBasis.ANYWHERE and len(receivers) == 1
    receiver = receivers[0]
    if anywhere and receiver.level.is_commune:
        return _Found(unit=receiver, reasons=(level, _reason(RoutingReason.RECEIVER_IS_COMPETENT, unit=receiver.name)))
    return _Found(unit=territory.unit, reasons=(level, *territory.reasons))


def _at_province_level(procedure: Procedure, organisation: Organisation, on: date) -> _Found:
    level = _reason(RoutingReason.PROVINCE_LEVEL, procedure=procedure.code)
    named = authorities(procedure, organisation, on)
    if len(named) != 1:
        return _Found(unit=None, reasons=(level, _reason(RoutingReason.AUTHORITY_NOT_IN_FORCE, day=on)))
    authority = named[0]
    specialised = _reason(RoutingReason.SPECIALISED_AUTHORITY, unit=authority.name)
    if authority.code == procedure.specialised_authority:
        return _Found(unit=authority, reasons=(level, specialised))
    former = organisation.former(procedure.specialised_authority or "", on)[0]
    return _Found(unit=authority, reasons=(level, _succession_reason(former, authority), specialised))


def _under_mandate(
    found: _Found, giver: Unit, procedure: Procedure, territory: _Found, organisation: Organisation, on: date
) -> _Found:
    """Applies one mandate only: a unit with a delegated competence may not delegate it again."""
    mandate = organisation.mandate(giver.code, procedure.code, on)
    if mandate is None:
        return found
    receiver = territory.unit if mandate.receiver is None else organisation.find(mandate.receiver, on)
    if receiver is None:
        no_territory = _reason(RoutingReason.MANDATE_WITHOUT_TERRITORY, giver=giver.name, source=mandate.source)
        return _Found(unit=None, reasons=(*found.reasons, no_territory, *territory.reasons))
    mandated = _reason(RoutingReason.MANDATED, giver=giver.name, unit=receiver.name, source=mandate.source)
    return _Found(unit=receiver, reasons=(*found.reasons, mandated))


def _to_coordination(
    found: _Found, territory: _Found, receivers: tuple[Unit, ...], organisation: Organisation, on: date
) -> Routing:
    centre = organisation.province_centre(on, near=receivers[0].code)
    return Routing(
        competent=None,
        queue=centre.code,
        territory=territory.unit.code if territory.unit else None,
        reasons=(*found.reasons, _reason(RoutingReason.TO_COORDINATION, unit=centre.name)),
        crossing=False,
    )


def _to_competent(
    found: _Found, unit: Unit, territory: _Found, receivers: tuple[Unit, ...], procedure: Procedure
) -> Routing:
    crossing = not any(_at_home(unit, territory.unit, receiver) for receiver in receivers)
    receiver = receivers[0]
    reasons = found.reasons
    if crossing:
        reasons = (*reasons, _reason(RoutingReason.RECEIVED_ELSEWHERE, receiver=receiver.name, unit=unit.name))
    receivable = procedure.receive_anywhere or not crossing
    if not receivable:
        reasons = (*reasons, _reason(RoutingReason.MUST_BE_RECEIVED_THERE, receiver=receiver.name, unit=unit.name))
    return Routing(
        competent=unit.code,
        queue=None,
        territory=territory.unit.code if territory.unit else None,
        reasons=reasons,
        crossing=crossing,
        receivable=receivable,
    )


def _at_home(competent: Unit, territory: Unit | None, receiver: Unit) -> bool:
    """True if the dossier was received where applicants had to go before boundaries were lifted.

    That is the competent unit itself or the commune of the matter; for a provincial authority also the provincial
    centre, where its desk is.
    """
    if receiver == competent or (territory is not None and receiver == territory):
        return True
    return not competent.level.is_commune and receiver.level is UnitLevel.PROVINCIAL_CENTRE
