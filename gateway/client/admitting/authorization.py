"""Checks whether a person may act: holds the role in the unit today, or stands in for an absent colleague.

Software of the back office that acts by itself must be in the province's people.yaml (`services`).

Dossiers do not pin who works where, because that changes every day. So it is checked here before a command is sent. The
dossier then checks the role and the unit by the rules that it pinned, and records who acted.
"""

from __future__ import annotations

from datetime import date, datetime, time

from domain.dossier.commands import Assign, Claim
from domain.dossier.view import DossierSummary
from domain.errors import NotAuthorised, NotFound
from domain.messages.dossier import DossierRefusal
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.people import Service
from domain.organisation.staff import Duty, Staff
from domain.roles import MACHINES, Actor, Role
from domain.values import VIETNAM
from gateway.client.requests import ActRequest, Submission

NOON = time(12)


def actor_for(
    person: str, role: Role, unit: str | None, staff: Staff, at: datetime, *, assignee: str | None = None
) -> Actor:
    """The person as an actor at an instant. A stand-in is an actor with the absent colleague in `stands_in_for`.

    `unit` None means the unit in which the person works. `assignee` is the person who has the dossier. A stand-in acts
    for the assignee if possible, else for a colleague who holds the role.

    An applicant has no post. Everybody else must be known, as a person with a post or as a trusted service.

    Raises NotFound `unknown_person`; NotAuthorised `person_absent`, `not_in_unit`, `not_in_role`,
    `service_not_in_unit`, `service_not_in_role`.
    """
    if role is Role.APPLICANT:
        return Actor(person=person, role=role, unit=unit)
    service = staff.service(person)
    if service is not None:
        return _as_service(service, role, unit)
    if not staff.knows(person):
        raise NotFound(OrganisationRefusal.UNKNOWN_PERSON, person=person)
    if staff.absent(person, at):
        raise _absent(person, role, staff, at)
    unit = unit or staff.unit_of(person, at)
    duties = staff.duties(person, at)
    holders = [duty.holder for duty in duties if (duty.unit, duty.role) == (unit, role)]
    if not holders:
        raise _misplaced(person, role, unit, duties, staff.unit_of(person, at))
    acts_for = next(one for one in (assignee, person, *holders) if one in holders)
    return Actor(person=person, role=role, unit=unit, stands_in_for=None if acts_for == person else acts_for)


def _as_service(service: Service, role: Role, unit: str | None) -> Actor:
    """The service as an actor, in its own roles and units. A service never stands in for a person."""
    if role not in service.roles:
        raise NotAuthorised(
            OrganisationRefusal.SERVICE_NOT_IN_ROLE, person=service.code, role=role, roles=service.roles
        )
    if service.units is not None:
        unit = unit or service.units[0]
        if unit not in service.units:
            raise NotAuthorised(
                OrganisationRefusal.SERVICE_NOT_IN_UNIT, person=service.code, unit=unit, units=service.units
            )
    return Actor(person=service.code, role=role, unit=unit)


def require_machine(actor: Actor) -> None:
    """Raises NotAuthorised `wrong_role` for every role that is not one of the engine's machine roles."""
    if actor.role not in MACHINES:
        raise NotAuthorised(DossierRefusal.WRONG_ROLE, role=actor.role, wanted=tuple(sorted(MACHINES)))


def asks_the_dossier(actor: Actor, command: object, staff: Staff, at: datetime) -> bool:
    """True when the check of the actor needs the dossier: for an assignment, or for a stand-in."""
    if isinstance(command, Assign | Claim):
        return True
    stands_in = staff.knows(actor.person) and any(
        duty.holder != actor.person for duty in staff.duties(actor.person, at)
    )
    return stands_in and actor.role is not Role.APPLICANT


def admitted(
    request: ActRequest,
    dossier: DossierSummary | None,
    staff: Staff,
    at: datetime,
    *,
    step_role: Role | None = None,
    field: str | None = None,
) -> ActRequest:
    """The request with its actor checked. An assignment must name a person who can do the work today.

    The staff decides for whom the actor stands in; what the request says of it is ignored. The carrier is kept, which
    `gateway.access.acting` has set.

    `dossier` is None when the check does not need it (`asks_the_dossier`). `step_role` is the role of the dossier's
    current step, for `assign`; None when every step is done. `field`: of its procedure, for `claim`.

    Raises NotFound `unknown_person`; NotAuthorised `assignee_absent`, `assignee_elsewhere`, `assignee_not_in_role`,
    `not_in_field`, and those of `actor_for`.
    """
    asked = request.actor
    assignee = dossier.assignee if dossier is not None else None
    actor = actor_for(asked.person, asked.role, asked.unit, staff, at, assignee=assignee)
    if isinstance(request.command, Assign) and dossier is not None:
        units = {dossier.competent, dossier.responsible, actor.unit} - {None}
        _require_assignable(request.command.person, units, step_role, dossier.code, staff, at)
    if isinstance(request.command, Claim) and dossier is not None and field is not None:
        _require_field(actor, field, dossier.code, staff, at)
    actor = actor.model_copy(update={"carried_by": asked.carried_by})
    return request.model_copy(update={"actor": _with_day(actor, asked.as_of, staff, at)})


def admitted_submission(submission: Submission, staff: Staff, at: datetime) -> Submission:
    """The submission with its actor checked and its carrier kept. Raises the errors of `actor_for`."""
    asked = submission.actor
    actor = actor_for(asked.person, asked.role, asked.unit, staff, at)
    actor = actor.model_copy(update={"carried_by": asked.carried_by})
    return submission.model_copy(update={"actor": _with_day(actor, asked.as_of, staff, at)})


def _with_day(actor: Actor, as_of: date | None, staff: Staff, at: datetime) -> Actor:
    """The actor with the day on which the unit had this code. The person must have held the post on that day too."""
    if as_of is None or actor.role is Role.APPLICANT:
        return actor
    then = datetime.combine(as_of, NOON, VIETNAM)
    service = staff.service(actor.person)
    if service is not None:
        if as_of > at.astimezone(VIETNAM).date():
            raise NotAuthorised(
                OrganisationRefusal.SERVICE_NOT_IN_UNIT,
                person=actor.person,
                unit=actor.unit or "–",
                units=service.units,
            )
        return actor.model_copy(update={"as_of": as_of})
    if then > at or not staff.may_act(actor.person, actor.unit or "", actor.role, then):
        raise _misplaced(actor.person, actor.role, actor.unit, staff.duties(actor.person, then), None)
    return actor.model_copy(update={"as_of": as_of})


def _require_field(actor: Actor, field: str, dossier: str, staff: Staff, at: datetime) -> None:
    """Refuses who takes work of a field that none of their posts there handles, nor one of those they stand in for."""
    if not staff.knows(actor.person) or actor.unit is None:
        return
    acting = staff.acting_in(actor.unit, actor.role, at, field)
    if all(one.acting != actor.person for one in acting):
        posts = [one.post for one in staff.acting_in(actor.unit, actor.role, at) if one.acting == actor.person]
        fields = tuple(dict.fromkeys(name for post in posts for name in post.fields))
        raise NotAuthorised(
            OrganisationRefusal.NOT_IN_FIELD, dossier=dossier, person=actor.person, field=field, fields=fields
        )


def _require_assignable(
    person: str, units: set[str | None], step_role: Role | None, dossier: str, staff: Staff, at: datetime
) -> None:
    """Refuses an assignee who cannot do the step in these units today. A stand-in may be assigned."""
    if staff.absent(person, at):
        stand_in = _stand_in(person, staff, at)
        raise NotAuthorised(OrganisationRefusal.ASSIGNEE_ABSENT, dossier=dossier, person=person, stand_in=stand_in)
    roles = [duty.role for duty in staff.duties(person, at) if duty.unit in units]
    if not roles:
        elsewhere = tuple(sorted(filter(None, units)))
        raise NotAuthorised(OrganisationRefusal.ASSIGNEE_ELSEWHERE, dossier=dossier, person=person, unit=elsewhere)
    if step_role is not None and step_role not in roles:
        facts = {"role": step_role, "roles": tuple(dict.fromkeys(roles))}
        raise NotAuthorised(OrganisationRefusal.ASSIGNEE_NOT_IN_ROLE, dossier=dossier, person=person, **facts)


def _absent(person: str, role: Role, staff: Staff, at: datetime) -> NotAuthorised:
    ground = next(absence.ground for absence in staff.absences if absence.person == person and absence.covers(at))
    stand_in = staff.stand_in(person, role, at) or "–"
    return NotAuthorised(OrganisationRefusal.PERSON_ABSENT, person=person, ground=ground, stand_in=stand_in)


def _misplaced(
    person: str, role: Role, unit: str | None, duties: tuple[Duty, ...], own_unit: str | None
) -> NotAuthorised:
    roles = [duty.role for duty in duties if duty.unit == unit]
    if not roles:
        return NotAuthorised(OrganisationRefusal.NOT_IN_UNIT, person=person, unit=unit or "–", own=own_unit or "–")
    return NotAuthorised(
        OrganisationRefusal.NOT_IN_ROLE, person=person, unit=unit, role=role, roles=tuple(dict.fromkeys(roles))
    )


def _stand_in(person: str, staff: Staff, at: datetime) -> str:
    """The stand-ins of an absent person, in all roles of that person, with commas."""
    roles = dict.fromkeys(post.role for post in staff.posts_of(person, at))
    return ", ".join(dict.fromkeys(filter(None, (staff.stand_in(person, role, at) for role in roles)))) or "–"
