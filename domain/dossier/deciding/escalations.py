"""What follows from an escalation: somebody answers, explains, or nobody does and it climbs; or its cause is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from domain.dossier.commands import AcknowledgeEscalation, ExplainEscalation, HandBack
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.deadlines import after_working_hours, known_on
from domain.dossier.deciding.guards import require_accepted, require_not_signing, require_role, require_unit
from domain.dossier.events import (
    AnyEvent,
    ClimbCause,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
    ResponsibilityHandedBack,
)
from domain.dossier.occasions import end_of
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, Escalation, EscalationOutcome
from domain.errors import NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.roles import MACHINES, Role
from domain.rules.audience import Addressee, Audience, AudienceWanted
from domain.rules.escalation import Whom

ANSWERERS = (Role.HEAD_OF_UNIT, Role.COORDINATOR, Role.SUPERVISOR)
"""Who may answer for a unit that was told, also without being named."""


def acknowledge(dossier: Dossier, command: AcknowledgeEscalation, context: Context) -> list[AnyEvent]:
    """The unit that was told answers: one of the people who were told, or its head."""
    escalation = _require_open(dossier, command.escalation)
    if escalation.answered_at is not None:
        raise RuleViolation(DossierRefusal.ESCALATION_ANSWERED, dossier=dossier.code, escalation=escalation.number)
    if not escalation.wants_answer:
        raise RuleViolation(DossierRefusal.NO_ANSWER_WANTED, dossier=dossier.code, escalation=escalation.number)
    unit = _require_answers(escalation, context)
    return [
        EscalationAcknowledged(
            at=context.now,
            escalation=escalation.number,
            unit=unit,
            person=context.actor.person,
            note=command.note,
        )
    ]


def explain(dossier: Dossier, command: ExplainEscalation, context: Context) -> list[AnyEvent]:
    """The head of the unit that kept the dossier waiting explains, once; after the time it is marked late."""
    escalation = _require_open(dossier, command.escalation)
    if escalation.explained_at is not None:
        raise RuleViolation(DossierRefusal.ESCALATION_EXPLAINED, dossier=dossier.code, escalation=escalation.number)
    if escalation.explains is None:
        raise RuleViolation(DossierRefusal.NO_EXPLANATION_WANTED, dossier=dossier.code, escalation=escalation.number)
    require_role(context, *ANSWERERS)
    unit = require_unit(context, escalation.explains)
    return [
        EscalationExplained(
            at=context.now,
            escalation=escalation.number,
            unit=unit,
            person=context.actor.person,
            cause=command.cause,
            late=escalation.explain_by is not None and context.now > escalation.explain_by,
            note=command.note,
        )
    ]


def hand_back(dossier: Dossier, command: HandBack, context: Context) -> list[AnyEvent]:
    """The level that took the dossier over hands it back to the competent authority, with a time to finish it."""
    require_accepted(dossier, context)
    require_not_signing(dossier)
    if dossier.ended_at is not None or not dossier.routing.taken_over:
        raise RuleViolation(DossierRefusal.NOT_TAKEN_OVER, dossier=dossier.code)
    routing, rules = dossier.routing, context.rules(dossier)
    require_role(context, Role.HEAD_OF_UNIT, Role.SIGNATORY)
    unit = require_unit(context, routing.responsible)
    hours = rules.escalation.handed_back_working_hours
    return [
        ResponsibilityHandedBack(
            at=context.now,
            escalation=dossier.next_escalation,
            from_unit=unit,
            to_unit=routing.competent or routing.queue or routing.received_by,
            legal_basis=command.legal_basis,
            finish_by=after_working_hours(context.now, hours, rules),
            note=command.note,
        )
    ]


class Climb(NamedTuple):
    """An escalation that is told to another unit at an instant, if nothing happens before."""

    at: datetime
    escalation: Escalation
    because: ClimbCause

    @property
    def key(self) -> str:
        """Names the climb within the dossier."""
        return f"{self.because}/{self.escalation.number}/{self.escalation.level}"


def climbs_ahead(dossier: Dossier, rules: Rules) -> Iterator[Climb]:
    """The climbs of the open escalations. Runs under an earlier revision have none."""
    if rules.revision < Revision.SIXTH:
        return
    for one in dossier.escalations:
        if one.answer_by is not None:
            because = ClimbCause.UNFINISHED if one.handed_back_by else ClimbCause.UNANSWERED
            yield Climb(one.answer_by, one, because)
        if one.wants_explanation and one.explain_by is not None and one.unexplained_since is None:
            yield Climb(one.explain_by, one, ClimbCause.UNEXPLAINED)


def climbing_audiences(dossier: Dossier, rules: Rules, now: datetime) -> tuple[AudienceWanted, ...]:
    """Whose people must be looked up for the climbs that are due now."""
    return tuple(_wanted(climb, dossier, rules, now) for climb in climbs_ahead(dossier, rules) if climb.at <= now)


def _wanted(climb: Climb, dossier: Dossier, rules: Rules, now: datetime) -> AudienceWanted:
    unit, notify = _told(climb, rules, now)
    field = rules.procedure.field
    return AudienceWanted(key=climb.key, notify=notify, unit=unit, on=known_on(dossier), field=field)


def _told(climb: Climb, rules: Rules, now: datetime) -> tuple[str, tuple[Whom, ...]]:
    """The unit that is told next, and who there: its heads; at the top the supervisors of the committee."""
    one = climb.escalation
    if climb.because is ClimbCause.UNFINISHED and one.handed_back_by is not None:
        return one.handed_back_by, (Whom.HEAD_OF_UNIT,)
    asked = one.explains if climb.because is ClimbCause.UNEXPLAINED and one.explains else one.unit
    above = rules.above(asked, now.date())
    return (asked, (Whom.SUPERVISOR,)) if above is None else (above.code, (Whom.HEAD_OF_UNIT,))


def climbed(dossier: Dossier, command: EvaluateTimers, rules: Rules, now: datetime) -> list[AnyEvent]:
    """The climbs that are due. One whose people were not looked up waits for the next look at the clock."""
    found: list[AnyEvent] = []
    for climb in climbs_ahead(dossier, rules):
        unit, notify = _told(climb, rules, now)
        audience = _audience(climb.key, unit, command)
        if climb.at <= now and audience is not None:
            at_top = notify == (Whom.SUPERVISOR,)
            found.append(_climb(climb, audience, audience.answers or unit, rules, now, at_top=at_top))
    return found


def _audience(key: str, unit: str, command: EvaluateTimers) -> Audience | None:
    if command.audiences is None:
        return Audience(key=key, units=(unit,), answers=unit)
    return next((one for one in command.audiences if one.key == key), None)


def _climb(
    climb: Climb, audience: Audience, unit: str, rules: Rules, now: datetime, *, at_top: bool
) -> EscalationClimbed:
    one = climb.escalation
    hours = one.answer_within_working_hours or rules.escalation.handed_back_working_hours
    again = climb.because is not ClimbCause.UNEXPLAINED and not at_top
    return EscalationClimbed(
        at=now,
        escalation=one.number,
        because=climb.because,
        unit=unit,
        notified_units=audience.units or (unit,),
        addressees=audience.addressees,
        passed_over=audience.passed_over,
        answer_by=after_working_hours(now, hours, rules) if again else None,
        at_top=at_top,
    )


def ended_after(dossier: Dossier, at: datetime) -> list[AnyEvent]:
    """The ends of the open escalations whose cause is gone in this state of the dossier."""
    found = ((one.number, end_of(one.occasion, one.competent, dossier)) for one in dossier.escalations)
    return [EscalationEnded(at=at, escalation=number, because=because) for number, because in found if because]


def _require_open(dossier: Dossier, number: int) -> Escalation:
    """The open escalation with this number. Its refusals tell apart: never there, settled, ended by itself."""
    escalation = dossier.escalation(number)
    if escalation is not None:
        return escalation
    done = next((one.outcome for one in dossier.done_escalations if one.number == number), None)
    match done:
        case None:
            raise NotFound(DossierRefusal.UNKNOWN_ESCALATION_OF_DOSSIER, dossier=dossier.code, escalation=number)
        case EscalationOutcome.SETTLED:
            raise RuleViolation(DossierRefusal.ESCALATION_ANSWERED, dossier=dossier.code, escalation=number)
        case EscalationOutcome.ENDED:
            raise RuleViolation(DossierRefusal.ESCALATION_ENDED, dossier=dossier.code, escalation=number)


def _require_answers(escalation: Escalation, context: Context) -> str:
    """The unit for which the actor answers: the actor was told, or heads the unit that must answer."""
    actor = context.actor
    told = any(actor.person in (one.person, one.stands_in_for) for one in _answering(escalation))
    if told and actor.unit is not None and actor.role not in (Role.APPLICANT, *MACHINES):
        return actor.unit
    require_role(context, *ANSWERERS)
    return require_unit(context, escalation.unit)


def _answering(escalation: Escalation) -> Iterator[Addressee]:
    return (one for one in escalation.addressees if one.unit == escalation.unit or one.of_council)
