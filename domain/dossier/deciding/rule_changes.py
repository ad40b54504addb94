"""The rules of an open dossier change only by an explicit event: a merger of units, a letter on the calendar."""

from __future__ import annotations

from domain.deadlines.limits import WhichClock
from domain.dossier.commands import ChangeCalendar, ChangeRules, MoveToSuccessor
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.documents import require_codes_known
from domain.dossier.deciding.guards import require_role
from domain.dossier.deciding.lateness import late_minutes
from domain.dossier.deciding.succession import Succession
from domain.dossier.events import AnyEvent, CalendarChanged, MovedToSuccessor, ResultRejected, RulesChanged, UnitMove
from domain.dossier.revision import Revision
from domain.dossier.state import TERMINAL, Dossier, SigningStatus
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.organisation.routing import Reason, route, to_coordination_reason
from domain.roles import Role


def change_calendar(dossier: Dossier, command: ChangeCalendar, context: Context) -> list[AnyEvent]:
    """Both dates are computed again. The promise on the receipt stays printed, and binds unless the letter says no.

    The old calendar may be too short for the old dates; then they are None, and the new dates are given. A dossier with
    a result has been judged, and no letter changes that; if its calendar was too short to judge, it is judged now. No
    letter makes a late dossier on time: its old dates bind in any case.
    """
    _require_changeable(dossier, context, ended_too=dossier.judgement_open)
    pins, timing = dossier.pins, dossier.deadlines.timing
    if command.calendar == pins.calendar or (dossier.ended_at is not None and not dossier.judgement_open):
        return []
    new = context.rules_of(pins.with_calendar(command.calendar))
    late = {which: _judged_late(dossier, which, new, context) for which in WhichClock}
    return [
        CalendarChanged(
            at=context.now,
            calendar=command.calendar,
            letter=command.letter,
            keeps_promise=timing is not None and (command.keeps_promise or _is_late(dossier, context)),
            before=context.rules(dossier).due(timing, context.now),
            due=new.due(timing, context.now),
            late_statutory_minutes=late[WhichClock.STATUTORY],
            late_promised_minutes=late[WhichClock.PROMISED],
            note=command.note,
        )
    ]


def _require_changeable(dossier: Dossier, context: Context, *, ended_too: bool) -> None:
    """By an operator or the engine; `rules_of_ended_dossier` for an ended dossier, unless `ended_too`."""
    require_role(context, Role.OPERATOR, Role.SYSTEM)
    if dossier.state in TERMINAL and not ended_too:
        raise RuleViolation(DossierRefusal.RULES_OF_ENDED_DOSSIER, dossier=dossier.code)


def _is_late(dossier: Dossier, context: Context) -> bool:
    if context.revision < Revision.SECOND:
        return False
    late = (late_minutes(dossier, which, context.rules(dossier), context.now) for which in WhichClock)
    return any(minutes is not None and minutes > 0 for minutes in late)


def _judged_late(dossier: Dossier, which: WhichClock, new: Rules, context: Context) -> int | None:
    """A judgement that was made stays; an open one is made under the new calendar. None before the result."""
    if not dossier.judgement_open:
        return None
    before = dossier.deadlines.late_minutes(which)
    return late_minutes(dossier, which, new, context.now) if before is None else before


def change_rules(dossier: Dossier, command: ChangeRules, context: Context) -> list[AnyEvent]:
    """The dossier goes on under other versions of its procedure or its ladder. No event if it pins them already.

    The limit, the promise and the fee were given at intake and stay: they are part of the dossier, not of the version.
    Its present step must exist in the new version and be of the same kind, and what was asked of the applicant must
    still be a document of the procedure. RuleViolation: `rules_of_ended_dossier`, `pins_of_another_procedure`,
    `channel_not_offered`, `children_differ`, `step_not_in_version`, `unknown_document`. NotFound: `unknown_rule`.
    """
    require_role(context, Role.OPERATOR)
    if dossier.state in TERMINAL or dossier.ended_at is not None:
        raise RuleViolation(DossierRefusal.RULES_OF_ENDED_DOSSIER, dossier=dossier.code)
    before = dossier.pins
    pins = before.with_versions(command.procedure or before.procedure, command.escalation or before.escalation)
    new = context.rules_of(pins)
    if pins == before:
        return []
    _require_same_way(dossier, context.rules(dossier), new)
    return [
        RulesChanged(
            at=context.now,
            procedure=pins.procedure,
            procedure_before=before.procedure,
            escalation=pins.escalation,
            escalation_before=before.escalation,
            reason=command.reason,
            note=command.note,
        )
    ]


def _require_same_way(dossier: Dossier, before: Rules, new: Rules) -> None:
    """Accepts a version of the same procedure in which the dossier can go on where it is."""
    intake, code = dossier.intake, new.procedure.code
    if code != intake.procedure:
        raise RuleViolation(DossierRefusal.PINS_OF_ANOTHER_PROCEDURE, procedure=intake.procedure, pinned=code)
    if new.procedure.terms_for(intake.channel, intake.case) is None:
        raise RuleViolation(
            DossierRefusal.CHANNEL_NOT_OFFERED, procedure=code, channel=intake.channel, case=intake.case
        )
    children = {child.code: child.procedure for child in new.procedure.children}
    if children != {child.code: child.procedure for child in before.procedure.children}:
        raise RuleViolation(
            DossierRefusal.CHILDREN_DIFFER, dossier=dossier.code, procedure=code, children=tuple(children.values())
        )
    step, steps = dossier.processing.step, {one.code: one.kind for one in new.procedure.steps}
    if step is not None and steps.get(step) is not before.step(step).kind:
        raise RuleViolation(
            DossierRefusal.STEP_NOT_IN_VERSION, dossier=dossier.code, step=step, procedure=code, steps=tuple(steps)
        )
    supplement = dossier.processing.open_supplement
    if supplement is not None:
        require_codes_known(supplement.documents, new)


def move_to_successor(dossier: Dossier, command: MoveToSuccessor, context: Context) -> list[AnyEvent]:
    """Each closed unit of the dossier is replaced by its successor. If it was divided, the matter's address decides.

    No event for a dossier that pins this organisation already and has no closed unit.
    """
    _require_changeable(dossier, context, ended_too=False)
    if command.effective > context.now.date():
        raise RuleViolation(DossierRefusal.MERGER_NOT_IN_FORCE, dossier=dossier.code, effective=command.effective)
    pins = dossier.pins
    new = context.rules_of(pins.with_organisation(command.organisation))
    followed = Succession(dossier, context.rules(dossier).organisation, new.organisation, command.effective)
    competent, queue, reasons = _holder(dossier, new, followed)
    desk = followed.desk(competent)
    moves = followed.moves(desk, competent or queue)
    if command.organisation == pins.organisation and not moves:
        return []
    return [
        MovedToSuccessor(
            at=context.now,
            organisation=command.organisation,
            effective=command.effective,
            source=command.source,
            moves=moves,
            received_by=desk,
            competent=competent,
            queue=queue,
            responsible=_responsible(dossier, followed, competent or queue or desk, context),
            signing_unit=_signing_unit(dossier, followed, competent or queue),
            handover_lapsed=_handover_lapsed(dossier, followed, competent, context),
            reasons=reasons,
            note=command.note,
        ),
        *_unsigned(dossier, competent, moves, context),
    ]


def _holder(dossier: Dossier, new: Rules, followed: Succession) -> tuple[str | None, str | None, tuple[Reason, ...]]:
    """The competent unit, else the coordination queue, with the reasons; neither before intake.

    The only successor; for a divided unit, the part that the matter's address names, else the queue: never a default.
    """
    routing = dossier.routing
    if routing.competent is None:
        return None, _queue(dossier, new, followed), ()
    sole = followed.sole_successor(routing.competent, followed.routed_on)
    if sole is not None and _could_have(sole, new, followed):
        return sole, None, ()
    desk = followed.unit_meant(routing.received_by, followed.received_on)
    effective = followed.effective
    found = route(
        new.procedure,
        followed.matter(),
        desk.code,
        new.organisation,
        effective,
        received_on=desk.valid_from,
        read=new.reader,
    )
    successors = {unit.code for unit in followed.successors(routing.competent, followed.routed_on)}
    if found.competent is None or found.competent in successors:
        return found.competent, found.queue, found.reasons
    # The dossier was handed to the divided unit against the routing, so only a coordinator can choose the part.
    centre = new.organisation.province_centre(effective, near=followed.desk(None))
    return None, centre.code, (to_coordination_reason(centre),)


def _could_have(successor: str, new: Rules, followed: Succession) -> bool:
    """False for a successor of another level or field: it takes over the unit, but not its competence."""
    unit = new.organisation.unit(successor, followed.effective)
    return new.revision < Revision.SECOND or new.can_have(unit, followed.effective)


def _unsigned(dossier: Dossier, competent: str | None, moves: tuple[UnitMove, ...], context: Context) -> list[AnyEvent]:
    """Takes back a signing by a closed unit: the unit that is now competent must sign, not a coordinator.

    Nothing is sealed in the name of a successor whose official has not signed. Also, the call under way names the old
    unit, and the signing service would refuse the same call with another unit.
    """
    signing, step = dossier.signing, dossier.processing.step
    lost = dossier.routing.competent is not None and competent is None
    gone = signing.unit in {move.old for move in moves}
    if context.revision < Revision.SECOND or not (signing.under_way and (lost or gone)) or step is None:
        return []
    return [ResultRejected(at=context.now, step=step, to_step=step)]


def _queue(dossier: Dossier, new: Rules, followed: Succession) -> str | None:
    """The successor of the coordination queue, else the provincial centre."""
    if dossier.routing.queue is None:
        return None
    sole = followed.sole_successor(dossier.routing.queue, followed.routed_on)
    return sole or new.organisation.province_centre(followed.effective, near=followed.desk(None)).code


def _responsible(dossier: Dossier, followed: Succession, holder: str, context: Context) -> str:
    """The holder; but if an escalation made a level above responsible, the successor of that level."""
    routing = dossier.routing
    gives_back = context.revision < Revision.FOURTH and routing.responsible == routing.received_by
    if gives_back or not routing.taken_over:
        return holder
    return followed.sole_successor(routing.responsible, followed.escalated_on) or holder


def _handover_lapsed(dossier: Dossier, followed: Succession, competent: str | None, context: Context) -> bool:
    """True if nobody can answer the open handover, or its receiver is now the unit that is competent anyway.

    Such a handover moves nothing any more. Only what routing sent to the competent unit is the receiver's to refuse.
    """
    if followed.handover_lapsed or context.revision < Revision.FOURTH:
        return followed.handover_lapsed
    handover = dossier.handovers.open
    moves = handover is not None and handover.to_unit != dossier.routing.competent
    return moves and competent is not None and followed.receiver == competent


def _signing_unit(dossier: Dossier, followed: Succession, holder: str | None) -> str | None:
    """A sealed result keeps the unit that sealed it. If the result is not sealed yet, the successor signs."""
    if dossier.signing.unit is None or dossier.signing.status is SigningStatus.SEALED:
        return dossier.signing.unit
    return followed.sole_successor(dossier.signing.unit, followed.routed_on) or holder
