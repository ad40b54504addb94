"""The guards with which every rule begins: the right state, the right role, the right unit, the right person."""

from __future__ import annotations

from pydantic import BaseModel

from domain.dossier.context import Context, Rules
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, Identity, SigningStatus, State
from domain.errors import InvalidInput, NotAuthorised, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Step, StepKind
from domain.roles import Role
from domain.text.plain_text import texts_of, unseen

UNDER_WAY = (State.ACCEPTED, State.PROCESSING)


def require_state(dossier: Dossier, *states: State) -> State:
    """The dossier's state, which must be one of these; RuleViolation `wrong_state` otherwise."""
    if dossier.state not in states:
        raise RuleViolation(
            DossierRefusal.WRONG_STATE,
            dossier=dossier.code,
            state=dossier.state,
            state_vi=dossier.state.vi,
            wanted=states,
            wanted_vi=", ".join(state.vi for state in states),
        )
    return dossier.state


def require_accepted(dossier: Dossier, context: Context) -> None:
    """`before_intake` unless the dossier was accepted: before, no clock runs that could be paused, and no authority was
    found."""
    if context.revision >= Revision.SECOND and dossier.intake.accepted_at is None:
        raise RuleViolation(DossierRefusal.BEFORE_INTAKE, dossier=dossier.code)


def require_not_signing(dossier: Dossier) -> None:
    """`signature_under_way` while the result is being signed or sealed."""
    if dossier.signing.under_way:
        raise RuleViolation(DossierRefusal.SIGNATURE_UNDER_WAY, dossier=dossier.code)


def require_not_signed(dossier: Dossier) -> None:
    """`already_signed` once the official has signed and only the seal is missing."""
    if dossier.signing.status is SigningStatus.SIGNED:
        raise RuleViolation(DossierRefusal.ALREADY_SIGNED, dossier=dossier.code)


def require_no_open_handover(dossier: Dossier) -> None:
    """`handover_awaited` while the receiving unit has not answered."""
    handover = dossier.handovers.open
    if handover is not None:
        raise RuleViolation(DossierRefusal.HANDOVER_AWAITED, dossier=dossier.code, unit=handover.to_unit)


def require_identity_settled(dossier: Dossier, rules: Rules, context: Context) -> None:
    """`identity_differs` if the procedure allows no result while the population database has other data about the
    applicant, and nobody has taken responsibility."""
    if context.revision >= Revision.SECOND and identity_stops(dossier, rules):
        raise RuleViolation(DossierRefusal.IDENTITY_DIFFERS, dossier=dossier.code)


def identity_stops(dossier: Dossier, rules: Rules) -> bool:
    """True if the identity differs, nobody has taken responsibility, and the procedure then allows no signature."""
    return rules.procedure.outside.identity_must_match and dossier.applicant.identity is Identity.DIFFERS


def require_role(context: Context, *roles: Role) -> None:
    """NotAuthorised `wrong_role` unless the actor acts in one of these roles.

    InvalidInput `applicant_of_unit`: an applicant is recorded without a unit.
    """
    actor = context.actor
    if actor.role not in roles:
        raise NotAuthorised(DossierRefusal.WRONG_ROLE, role=actor.role, wanted=roles)
    if actor.role is Role.APPLICANT and actor.unit is not None and context.revision >= Revision.SECOND:
        raise InvalidInput(DossierRefusal.APPLICANT_OF_UNIT, unit=actor.unit)


def require_unit(context: Context, *units: str | None) -> str:
    """The actor's unit, which must be one of these; NotAuthorised `wrong_unit` otherwise."""
    wanted = list(dict.fromkeys(unit for unit in units if unit is not None))
    if context.actor.unit is None or context.actor.unit not in wanted:
        raise NotAuthorised(DossierRefusal.WRONG_UNIT, unit=context.actor.unit, wanted=wanted)
    return context.actor.unit


def require_unit_of_dossier(dossier: Dossier, context: Context) -> str:
    """The actor's unit, which must be the receiving desk, the competent unit or the responsible unit."""
    routing = dossier.routing
    return require_unit(context, routing.received_by, routing.competent, routing.responsible)


def require_competence(dossier: Dossier, context: Context) -> None:
    """`no_competent_authority` while the dossier is coordinated: nobody takes a step before the authority is known."""
    if context.revision < Revision.SECOND or dossier.intake.accepted_at is None:
        return
    if context.rules(dossier).competent(dossier) is None:
        holder = dossier.routing.queue or dossier.routing.competent or "–"
        raise RuleViolation(DossierRefusal.NO_COMPETENT_AUTHORITY, dossier=dossier.code, unit=holder)


def require_handling_unit(dossier: Dossier, context: Context) -> str:
    """The actor's unit, which must be the competent one, or the one that an escalation made responsible."""
    require_competence(dossier, context)
    return require_unit(context, dossier.routing.competent, dossier.routing.responsible)


def require_applicant(dossier: Dossier, context: Context) -> None:
    """An applicant acts only on their own dossier: `wrong_person`, `filed_at_desk` otherwise.

    If a desk filed the dossier, nobody has proved here to be the applicant. The desk checks the papers, and acts.
    """
    by_applicant = context.actor.role is Role.APPLICANT
    if by_applicant and dossier.applicant.submitted_by is None and context.revision >= Revision.SECOND:
        raise NotAuthorised(DossierRefusal.FILED_AT_DESK, dossier=dossier.code, unit=dossier.routing.received_by)
    if by_applicant and dossier.applicant.submitted_by not in (None, context.actor.person):
        raise NotAuthorised(DossierRefusal.WRONG_PERSON, dossier=dossier.code)


def require_current_step(dossier: Dossier, rules: Rules, code: str, *kinds: StepKind) -> Step:
    """The step with this code, which must be the current one and of one of these kinds."""
    step, current = rules.step(code), dossier.processing.step
    if current != code:
        raise RuleViolation(DossierRefusal.WRONG_STEP, dossier=dossier.code, step=code, current=current or "–")
    if step.kind not in kinds:
        raise RuleViolation(DossierRefusal.WRONG_STEP_KIND, dossier=dossier.code, step=code, step_kind=step.kind)
    return step


def require_step_left(dossier: Dossier) -> str:
    """The current step; `no_step_left` when every step is done."""
    if dossier.processing.step is None:
        raise RuleViolation(DossierRefusal.NO_STEP_LEFT, dossier=dossier.code)
    return dossier.processing.step


def require_assignee(dossier: Dossier, context: Context) -> None:
    """Work that is assigned to a person is done by that person or a stand-in; `not_assignee` otherwise."""
    allowed = (None, context.actor.person, context.actor.stands_in_for)
    if dossier.processing.assignee not in allowed:
        raise NotAuthorised(DossierRefusal.NOT_ASSIGNEE, dossier=dossier.code, assignee=dossier.processing.assignee)


def require_plain_texts(command: BaseModel) -> None:
    """InvalidInput `control_character` where a text of the command has an invisible or a control character."""
    for place, text in texts_of(command.model_dump(mode="json")):
        hidden = unseen(text)
        if hidden is not None:
            field = ".".join(map(str, place))
            raise InvalidInput(DossierRefusal.CONTROL_CHARACTER, field=field, character=hidden[0], position=hidden[1])
