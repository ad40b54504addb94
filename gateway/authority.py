"""At the door: does this person hold that role in that unit today, or stand in for somebody absent who does?

Who works where is not pinned by dossiers and changes by the day, so it is checked here, before a command is sent. The
dossier then judges the role and the unit by the rules it pinned, and records who acted.
"""

from __future__ import annotations

from datetime import datetime

from domain.dossier.commands import Assign
from domain.dossier.view import DossierSummary
from domain.errors import NotAuthorised
from domain.organisation.people import Duty, Staff
from domain.roles import Actor, Role
from gateway.requests import ActRequest


def actor_for(
    person: str, role: Role, unit: str | None, staff: Staff, at: datetime, *, assignee: str | None = None
) -> Actor:
    """The actor that a person is at an instant, with the absent colleague they stand in for, if any.

    `unit` None: the one in which the person works. `assignee`: who has the dossier; whoever stands in for that person
    does so here, else for whoever gave them the role.

    An applicant has no post, and somebody whom the staff does not know is taken at their word: trusted services of the
    back office act under identifiers of their own and have checked them before they call.

    NotAuthorised: `person_absent`, `not_in_unit`, `not_in_role`.
    """
    if role is Role.APPLICANT or not staff.knows(person):
        return Actor(person=person, role=role, unit=unit)
    if staff.absent(person, at):
        raise _absent(person, role, staff, at)
    unit = unit or staff.unit_of(person, at)
    duties = staff.duties(person, at)
    holders = [duty.holder for duty in duties if (duty.unit, duty.role) == (unit, role)]
    if not holders:
        raise _misplaced(person, role, unit, duties, staff.unit_of(person, at))
    acts_for = next(one for one in (assignee, person, *holders) if one in holders)
    return Actor(person=person, role=role, unit=unit, stands_in_for=None if acts_for == person else acts_for)


def admitted(request: ActRequest, dossier: DossierSummary, staff: Staff, at: datetime) -> ActRequest:
    """The request with its actor as the staff knows them; and nobody absent, or of another unit, is assigned anything.

    NotAuthorised: those of `actor_for`, `assignee_absent`, `assignee_elsewhere`.
    """
    asked = request.actor
    actor = actor_for(asked.person, asked.role, asked.unit, staff, at, assignee=dossier.assignee)
    if isinstance(request.command, Assign):
        _require_assignable(request.command.person, dossier, staff, at)
    kept = {"as_of": asked.as_of, "stands_in_for": actor.stands_in_for or asked.stands_in_for}
    return request.model_copy(update={"actor": actor.model_copy(update=kept)})


def _require_assignable(person: str, dossier: DossierSummary, staff: Staff, at: datetime) -> None:
    """By hand too, the absent get nothing. Who stands in for somebody of the unit may be named by hand."""
    if not staff.knows(person):
        return
    if staff.absent(person, at):
        stand_in = _stand_in(person, staff, at)
        raise NotAuthorised("assignee_absent", dossier=dossier.code, person=person, stand_in=stand_in)
    units = {dossier.competent, dossier.responsible}
    if not any(duty.unit in units for duty in staff.duties(person, at)):
        unit = dossier.responsible or dossier.competent or "–"
        raise NotAuthorised("assignee_elsewhere", dossier=dossier.code, person=person, unit=unit)


def _absent(person: str, role: Role, staff: Staff, at: datetime) -> NotAuthorised:
    ground = next(absence.ground for absence in staff.absences if absence.person == person and absence.covers(at))
    stand_in = staff.stand_in(person, role, at) or "–"
    return NotAuthorised("person_absent", person=person, ground=ground, stand_in=stand_in)


def _misplaced(
    person: str, role: Role, unit: str | None, duties: tuple[Duty, ...], own_unit: str | None
) -> NotAuthorised:
    roles = [duty.role for duty in duties if duty.unit == unit]
    if not roles:
        return NotAuthorised("not_in_unit", person=person, unit=unit or "–", own=own_unit or "–")
    return NotAuthorised("not_in_role", person=person, unit=unit, role=role, roles=", ".join(dict.fromkeys(roles)))


def _stand_in(person: str, staff: Staff, at: datetime) -> str:
    """Who acts for an absent person, in whichever of their roles."""
    roles = dict.fromkeys(post.role for post in staff.posts_of(person, at))
    return ", ".join(dict.fromkeys(filter(None, (staff.stand_in(person, role, at) for role in roles)))) or "–"
