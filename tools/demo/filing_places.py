"""Draws where the matter of a dossier lies and which unit receives it: its own, another, a former one, or unclear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter, route
from domain.organisation.units import Unit, UnitLevel
from domain.procedures.procedure import Channel, Level, Procedure, TerritoryBasis
from domain.values import Value

WARD_OF_THE_NEWS = "13366"
"""Ward Hà Nam, where two dossiers were late in the news; in the demo they are on time. Other provinces use their first
ward."""
UNITS_AT_WORK = 24
"""How many communes have dossiers: enough to cross boundaries, and few enough to compare units."""
ELSEWHERE = {Channel.COUNTER: 0.4, Channel.POST: 0.4, Channel.ONLINE: 0.1}
"""The share of dossiers that another unit than the own one receives."""
UNDER_AN_OLD_NAME = 0.2
"""The share of dossiers whose matter is given under the code or name of a former unit."""


class Place(Value):
    """A dossier's matter and the unit that received it. `assisted_by`: the unit that helped to file it."""

    matter: Matter
    received_by: str
    assisted_by: str | None = None


@dataclass(frozen=True)
class UnitsAtWork:
    """The units that have dossiers on the day of the demo."""

    organisation: Organisation
    on: date
    centre: Unit
    ward: Unit
    communes: tuple[Unit, ...]

    def place(self, lot: Random, procedure: Procedure, channel: Channel, home: Unit) -> Place:
        """A place for a matter in the commune `home`, received there or elsewhere."""
        received_by = self._receiver(lot, procedure, channel, home)
        assisted = channel is Channel.COUNTER and lot.random() < 0.1
        matter = Matter(territory=home.code)
        if lot.random() < UNDER_AN_OLD_NAME:
            matter = self._under_old_name(lot, procedure, home, received_by) or matter
        return Place(matter=matter, received_by=received_by, assisted_by=received_by if assisted else None)

    def unclear(self, lot: Random, procedure: Procedure) -> Place:
        """A matter in a divided unit, without an address that decides between its successors."""
        divided = [unit for unit in self._former() if len(self.organisation.successors_on(unit, self.on)) > 1]
        if not divided:
            return Place(matter=Matter(address="thôn chưa rõ địa chỉ"), received_by=self.ward.code)
        former = lot.choice(divided)
        received_by = lot.choice(self.organisation.successors_on(former, self.on)).code
        written = Matter(address=_full_name(former))
        by_code = Matter(territory=former.code, territory_as_of=former.valid_to)
        matter = lot.choice((written, by_code))
        decided = route(procedure, matter, received_by, self.organisation, self.on).competent is not None
        return Place(matter=by_code if decided else matter, received_by=received_by)

    def _receiver(self, lot: Random, procedure: Procedure, channel: Channel, home: Unit) -> str:
        own = home if procedure.level is Level.COMMUNE else lot.choice((self.centre, home))
        bound = not procedure.receive_anywhere or procedure.territory is TerritoryBasis.ANYWHERE
        if bound or lot.random() >= ELSEWHERE[channel]:
            return self.centre.code if bound and procedure.level is Level.PROVINCE else own.code
        return lot.choice([unit for unit in (self.centre, *self.communes) if unit != own]).code

    def _under_old_name(self, lot: Random, procedure: Procedure, home: Unit, received_by: str) -> Matter | None:
        """A matter in a former unit that became part of `home` as a whole, given by old code or by old name."""
        if procedure.territory is TerritoryBasis.ANYWHERE:
            return None
        former = [unit for unit in self._former() if self.organisation.successors_on(unit, self.on) == (home,)]
        if not former:
            return None
        unit = lot.choice(former)
        old_code = Matter(territory=unit.code, territory_as_of=unit.valid_to)
        matter = lot.choice((old_code, Matter(address=_full_name(unit))))
        found = route(procedure, matter, received_by, self.organisation, self.on).territory
        return matter if found == home.code else None

    def _former(self) -> list[Unit]:
        closed = (unit for unit in self.organisation.units if unit.valid_to is not None and unit.valid_to < self.on)
        return [unit for unit in closed if unit.level.is_commune]


def draw_units(lot: Random, organisation: Organisation, on: date) -> UnitsAtWork:
    """The units of the day, drawn at random. `WARD_OF_THE_NEWS` is always among them."""
    communes = organisation.communes(on)
    wards = [unit for unit in communes if unit.level is UnitLevel.WARD] or list(communes)
    ward = next((unit for unit in wards if unit.code == WARD_OF_THE_NEWS), wards[0])
    others = lot.sample([unit for unit in communes if unit != ward], min(UNITS_AT_WORK, len(communes)) - 1)
    centre = organisation.province_centre(on)
    return UnitsAtWork(organisation=organisation, on=on, centre=centre, ward=ward, communes=(ward, *others))


def _full_name(unit: Unit) -> str:
    return ", ".join(part for part in (unit.name, unit.district, unit.province) if part)
