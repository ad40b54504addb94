"""The province on the day before its merger, and the merger itself, both made from the province's configuration."""

from __future__ import annotations

from datetime import date, timedelta

from domain.errors import NotFound
from domain.messages.rollouts import RolloutRefusal
from domain.organisation.merger import Closing, Merger, Opening
from domain.organisation.organisation import Organisation
from domain.organisation.people import Appointment, Post
from domain.organisation.staff import Staff
from domain.organisation.units import ONE_DAY, Unit
from domain.procedures.procedure import Level, Procedure
from domain.roles import Role
from domain.rules.province import Province
from domain.rules.province_rules import PublishedProcedure
from domain.values import Strict

MERGER_DAY = date(2025, 7, 1)
"""From this day three provinces are one, and their 398 communes and wards are 129."""
SOURCE = "Sắp xếp đơn vị hành chính từ ngày 1/7/2025"


class PreMerger(Strict):
    """What a drill starts with. `shifted_days` was added to every day of the organisation."""

    province: Province
    merger: Merger
    shifted_days: int

    def communes(self) -> tuple[Unit, ...]:
        """The communes, wards and townships of that day, in the order of the data."""
        return tuple(unit for unit in self.province.organisation.units if unit.level.is_commune)


def before_merger(province: Province, today: date, merger_day: date = MERGER_DAY) -> PreMerger:
    """The day before the merger in the configuration, with all days shifted so that the merger is today.

    The old units are open and have no successor yet. Only procedures that communes resolve are taken, because the
    configuration does not have the departments of that day. Raises NotFound `no_merger_on`.
    """
    shift = today - merger_day
    known = province.organisation.units
    old = tuple(unit for unit in known if unit.in_force(merger_day - ONE_DAY))
    closing = tuple(unit for unit in old if unit.valid_to == merger_day - ONE_DAY)
    if not closing:
        raise NotFound(RolloutRefusal.NO_MERGER_ON, day=merger_day)
    merger = Merger(
        effective=today,
        source=SOURCE,
        closed=tuple(Closing(code=unit.code, successors=unit.successors) for unit in closing),
        opened=tuple(_opening(unit) for unit in known if unit.valid_from == merger_day),
    )
    organisation = Organisation(units=tuple(_before_closing(unit, shift) for unit in old))
    return PreMerger(province=_province(province, organisation), merger=merger, shifted_days=shift.days)


def _opening(unit: Unit) -> Opening:
    return Opening.model_validate(unit.model_dump(include=set(Opening.model_fields)))


def _before_closing(unit: Unit, shift: timedelta) -> Unit:
    update = {"valid_from": unit.valid_from + shift, "valid_to": None, "successors": ()}
    return unit.model_copy(update=update)


def _province(province: Province, organisation: Organisation) -> Province:
    fields = {name: getattr(province, name) for name in type(province).model_fields}
    of_communes = tuple(published for published in province.procedures if _can_be_played(published))
    changed = {"organisation": organisation, "staff": _staff(organisation), "procedures": of_communes}
    return Province.model_validate({**fields, **changed})


def _staff(organisation: Organisation) -> Staff:
    """The people of every old unit who open and process its dossiers. The configuration has none for that day."""
    roles = (Role.RECEPTION, Role.HEAD_OF_UNIT, Role.SPECIALIST)
    posts, held = [], []
    for unit in organisation.units:
        for role in roles if unit.level.is_commune else ():
            post = Post(code=f"{unit.code}.{role.value}.1", unit=unit.code, role=role, title=role.value)
            posts.append(post)
            held.append(Appointment(person=f"cb.{post.code}", post=post.code, valid_from=unit.valid_from))
    return Staff(posts=tuple(posts), appointments=tuple(held))


def _can_be_played(published: PublishedProcedure) -> bool:
    """Whether a commune resolves it, without a fee and without a call to the population database."""
    procedure = published.procedure
    at_commune = procedure.level is Level.COMMUNE and procedure.specialised_authority is None
    return at_commune and not procedure.outside.population_lookup and _free(procedure)


def _free(procedure: Procedure) -> bool:
    return all(term.fee == 0 for term in procedure.terms)
