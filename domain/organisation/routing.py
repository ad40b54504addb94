"""Which authority is competent for a matter, and why: pure, total, and told link by link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import assert_never

from domain.messages.organisation import ROUTING_REASONS
from domain.organisation.addresses import Divided, Resolution, Resolved, Unclear, resolve
from domain.organisation.competence import authorities, can_have
from domain.organisation.organisation import Organisation
from domain.organisation.units import ONE_DAY, Unit, UnitLevel
from domain.procedures.procedure import Level, Procedure, TerritoryBasis
from domain.text.sentences import filled
from domain.values import Bilingual, Code, Day, Strict, Text, Value


class Matter(Strict):
    """What a dossier is about, as far as competence goes: where the residence, the parcel or the seat lies."""

    territory: Code | None = None
    """The code of a commune or ward, present or former."""
    territory_as_of: Day | None = None
    """A day on which the code stood for the unit meant (codes are reused); None: the unit of the day of routing, else
    the last one that had the code."""
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
    """True: received by a unit that is neither competent, nor of the matter's territory, nor the competent desk."""
    receivable: bool = True
    """False: the procedure is received only where it is resolved, and this is not that place."""


Reader = Callable[[str, Organisation, date], Resolution]
"""How an address is read: `resolve`; for dossiers that earlier releases routed, `as_punctuated`."""


class _Found(Value):
    """An answer on the way: a unit, or none, and the reasons so far."""

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

    `received_on` is the day on which `received_by` was the receiver's code, when that is not the day of routing (a
    dossier routed again after a merger): codes are reused.

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
        told = _reason("cannot_have_matter", unit=found.unit.name, procedure=procedure.code)
        found = _Found(unit=None, reasons=(*found.reasons, told))
    if found.unit is None:
        return _to_coordination(found, territory, receivers, organisation, on)
    return _to_competent(found, found.unit, territory, receivers, procedure)


def _reason(code: str, **facts: object) -> Reason:
    return Reason(code=code, text=filled(ROUTING_REASONS[code], facts))


def handed_over_reason(sender: Unit, receiver: Unit) -> Reason:
    """Another unit handed it over, and this one has acknowledged."""
    return _reason("handed_over", sender=sender.name, receiver=receiver.name)


def to_coordination_reason(centre: Unit) -> Reason:
    """Nobody is known to be competent: this centre coordinates."""
    return _reason("to_coordination", unit=centre.name)


def _receivers(code: str, organisation: Organisation, as_of: date, on: date) -> tuple[Unit, ...]:
    """The receiving unit; for one that was closed its heirs, so that what was addressed to it still lands."""
    unit = organisation.find(code, as_of)
    if unit is None:
        former = organisation.former(code, on)
        unit = former[0] if former else organisation.unit(code, on)  # unknown, or not open yet: the error that says so
    return organisation.heirs(unit, on)


def contradiction(matter: Matter, organisation: Organisation, on: date) -> tuple[Unit, Unit] | None:
    """The unit of the territory and that of the address, where both are known and no unit of today is in both."""
    if matter.territory is None or matter.address is None:
        return None
    unit = _stated(matter, matter.territory, organisation, on)
    match resolve(matter.address, organisation, on):
        case Resolved(unit=home, former=former):
            there, named = {home}, former or home
        case Divided(former=named, candidates=candidates):
            there = set(candidates)
        case _:
            return None
    return None if there & set(organisation.heirs(unit, on)) else (unit, named)


def _territory(matter: Matter, basis: TerritoryBasis, organisation: Organisation, on: date, read: Reader) -> _Found:
    """The commune of the day in which the matter lies: by its code, else by its address."""
    if matter.territory is not None:
        return _by_code(matter, matter.territory, basis, organisation, on, read)
    if matter.address is not None:
        return _by_address(read(matter.address, organisation, on), basis)
    return _Found(unit=None, reasons=(_reason("territory_missing"),))


def _stated(matter: Matter, code: str, organisation: Organisation, on: date) -> Unit:
    """The unit that a territory's code stands for. NotFound: `unknown_unit`, `unit_not_open_yet`."""
    unit = organisation.find(code, matter.territory_as_of or on)
    former = organisation.former(code, on)
    return unit or (former[0] if former else organisation.unit(code, on))


def _by_code(
    matter: Matter, code: str, basis: TerritoryBasis, organisation: Organisation, on: date, read: Reader
) -> _Found:
    unit = _stated(matter, code, organisation, on)
    if not unit.level.is_commune:
        return _Found(unit=None, reasons=(_reason("territory_not_commune", unit=unit.name),))
    heirs = organisation.heirs(unit, on)
    if heirs == (unit,):
        return _Found(unit=unit, reasons=(_in(basis, unit),))
    if len(heirs) == 1:
        return _Found(unit=heirs[0], reasons=(_whole(unit, heirs[0]), _in(basis, heirs[0])))
    found = read(matter.address, organisation, on) if matter.address is not None else None
    return _divided(unit, heirs, found, basis)


def _divided(unit: Unit, heirs: tuple[Unit, ...], found: Resolution | None, basis: TerritoryBasis) -> _Found:
    """A divided unit: only an address that lies in one of its parts decides. A default successor is a guess."""
    if isinstance(found, Resolved) and found.unit in heirs:
        told = _reason("succeeded_by_address", former=unit.name, unit=found.unit.name)
        return _Found(unit=found.unit, reasons=(told, _in(basis, found.unit)))
    return _Found(unit=None, reasons=(_split(unit, heirs),))


def _by_address(found: Resolution, basis: TerritoryBasis) -> _Found:
    match found:
        case Resolved(unit=unit):
            return _Found(unit=unit, reasons=(*_way_to(found), _in(basis, unit)))
        case Divided(former=former, candidates=candidates):
            return _Found(unit=None, reasons=(_split(former, candidates),))
        case Unclear(reason=reason, candidates=names):
            return _Found(unit=None, reasons=(_reason(reason, units="; ".join(names)),))
        case _:
            assert_never(found)


def _way_to(found: Resolved) -> tuple[Reason, ...]:
    """From the address as written to the unit of the day."""
    if found.former is None:
        return (_reason("address_resolved", unit=found.unit.name),)
    if found.by_area:
        return (_reason("succeeded_by_address", former=found.former.name, unit=found.unit.name),)
    return (_reason("address_resolved", unit=_whole_name(found.former)), _whole(found.former, found.unit))


def _in(basis: TerritoryBasis, unit: Unit) -> Reason:
    return _reason(f"{basis.value}_in", unit=unit.name)


def _whole(former: Unit, heir: Unit) -> Reason:
    closed = former.valid_to
    return _reason("succeeded_whole", former=former.name, unit=heir.name, day=closed + ONE_DAY if closed else "")


def _split(former: Unit, heirs: tuple[Unit, ...]) -> Reason:
    return _reason("divided_unit", former=_whole_name(former), successors=", ".join(heir.name for heir in heirs))


def _whole_name(unit: Unit) -> str:
    return ", ".join(filter(None, (unit.name, unit.district, unit.province)))


def _at_commune_level(procedure: Procedure, receivers: tuple[Unit, ...], territory: _Found) -> _Found:
    level = _reason("commune_level", procedure=procedure.code)
    anywhere = procedure.territory is TerritoryBasis.ANYWHERE and len(receivers) == 1
    receiver = receivers[0]
    if anywhere and receiver.level.is_commune:
        return _Found(unit=receiver, reasons=(level, _reason("receiver_is_competent", unit=receiver.name)))
    return _Found(unit=territory.unit, reasons=(level, *territory.reasons))


def _at_province_level(procedure: Procedure, organisation: Organisation, on: date) -> _Found:
    level = _reason("province_level", procedure=procedure.code)
    named = authorities(procedure, organisation, on)
    if len(named) != 1:
        return _Found(unit=None, reasons=(level, _reason("authority_not_in_force", day=on)))
    authority = named[0]
    told = _reason("specialised_authority", unit=authority.name)
    if authority.code == procedure.specialised_authority:
        return _Found(unit=authority, reasons=(level, told))
    former = organisation.former(procedure.specialised_authority or "", on)[0]
    return _Found(unit=authority, reasons=(level, _whole(former, authority), told))


def _under_mandate(
    found: _Found, giver: Unit, procedure: Procedure, territory: _Found, organisation: Organisation, on: date
) -> _Found:
    """One step and no further: who exercises a delegated competence may not delegate it again."""
    mandate = organisation.mandate(giver.code, procedure.code, on)
    if mandate is None:
        return found
    receiver = territory.unit if mandate.receiver is None else organisation.find(mandate.receiver, on)
    if receiver is None:
        told = _reason("mandate_without_territory", giver=giver.name, source=mandate.source)
        return _Found(unit=None, reasons=(*found.reasons, told, *territory.reasons))
    told = _reason("mandated", giver=giver.name, unit=receiver.name, source=mandate.source)
    return _Found(unit=receiver, reasons=(*found.reasons, told))


def _to_coordination(
    found: _Found, territory: _Found, receivers: tuple[Unit, ...], organisation: Organisation, on: date
) -> Routing:
    centre = organisation.province_centre(on, near=receivers[0].code)
    return Routing(
        competent=None,
        queue=centre.code,
        territory=territory.unit.code if territory.unit else None,
        reasons=(*found.reasons, _reason("to_coordination", unit=centre.name)),
        crossing=False,
    )


def _to_competent(
    found: _Found, unit: Unit, territory: _Found, receivers: tuple[Unit, ...], procedure: Procedure
) -> Routing:
    crossing = not any(_at_home(unit, territory.unit, receiver) for receiver in receivers)
    receiver = receivers[0]
    reasons = found.reasons
    if crossing:
        reasons = (*reasons, _reason("received_elsewhere", receiver=receiver.name, unit=unit.name))
    receivable = procedure.receive_anywhere or not crossing
    if not receivable:
        reasons = (*reasons, _reason("must_be_received_there", receiver=receiver.name, unit=unit.name))
    return Routing(
        competent=unit.code,
        queue=None,
        territory=territory.unit.code if territory.unit else None,
        reasons=reasons,
        crossing=crossing,
        receivable=receivable,
    )


def _at_home(competent: Unit, territory: Unit | None, receiver: Unit) -> bool:
    """Received where the applicant would have gone before boundaries were lifted.

    That is the competent unit itself; for a provincial authority also the provincial centre, where its desk stands,
    and the commune of the matter.
    """
    if receiver == competent or (territory is not None and receiver == territory):
        return True
    return not competent.level.is_commune and receiver.level is UnitLevel.PROVINCIAL_CENTRE
