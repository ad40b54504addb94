"""The work-list of a dossier: who should do what next."""

from __future__ import annotations

from collections.abc import Iterator

from domain.deadlines.bound_dates import bound_dates
from domain.deadlines.limits import WhichClock
from domain.dossier.commands import Charge, PostPurpose
from domain.dossier.context import Rules
from domain.dossier.deciding.fees import DECIDABLE
from domain.dossier.deciding.guards import UNDER_WAY, identity_stops
from domain.dossier.deciding.handovers import can_be_taken_over
from domain.dossier.deciding.post import COLLECTED_IN
from domain.dossier.post_stages import FAILED, WITH_THE_POST
from domain.dossier.revision import Revision
from domain.dossier.state import (
    TERMINAL,
    Dossier,
    Escalation,
    Identity,
    PaymentStatus,
    PostalItem,
    SigningStatus,
    State,
)
from domain.dossier.state.post import current
from domain.dossier.view import WorkAct, WorkItem
from domain.procedures.procedure import StepKind
from domain.roles import Role

_ACT_OF_STEP = {StepKind.PROCESS: WorkAct.COMPLETE_STEP, StepKind.APPROVE: WorkAct.APPROVE, StepKind.SIGN: WorkAct.SIGN}


def work_of(dossier: Dossier, rules: Rules) -> tuple[WorkItem, ...]:
    """Everything that somebody should do now; empty when the dossier waits for nobody.

    The items are due by the date that binds: an earlier date, if a letter left it binding. Answers to escalations are
    due by their own time.
    """
    return (*_by_the_dossier(dossier, rules), *_escalations(dossier))


def _by_the_dossier(dossier: Dossier, rules: Rules) -> tuple[WorkItem, ...]:
    items = _items(dossier, rules)
    deadlines = dossier.deadlines
    bound = bound_dates(deadlines.timing, rules.calendars(dossier)) if deadlines.timing else ()
    which = WhichClock.PROMISED if deadlines.promised_due else WhichClock.STATUTORY
    due = next((date.due for date in bound if date.which is which), None)
    return items if due is None else tuple(item.model_copy(update={"due": due}) for item in items)


def _items(dossier: Dossier, rules: Rules) -> tuple[WorkItem, ...]:
    has_authority = _has_authority(dossier, rules)
    return (
        *_main(dossier, rules),
        *_fee(dossier, rules),
        *(_opinions(dossier) if has_authority else ()),
        *(_identity(dossier) if has_authority else ()),
        *_handover(dossier),
        *(() if has_authority else _coordination(dossier)),
        *_repair(dossier),
        *_post(dossier),
    )


def _has_authority(dossier: Dossier, rules: Rules) -> bool:
    """False after intake while no unit is competent: then nobody takes a step, and somebody coordinates."""
    return dossier.intake.accepted_at is None or rules.competent(dossier) is not None


def _main(dossier: Dossier, rules: Rules) -> Iterator[WorkItem]:
    match dossier.state:
        case State.ACCEPTED | State.PROCESSING | State.SUSPENDED if not _has_authority(dossier, rules):
            return
        case State.SUBMITTED:
            yield _item(dossier, dossier.routing.received_by, Role.RECEPTION, WorkAct.ACCEPT)
        case State.ACCEPTED | State.PROCESSING if dossier.children:
            return  # the work is in the dossiers of the children
        case State.SUPPLEMENT_REQUESTED | State.RESOLVED if dossier.intake.parent is not None:
            return  # the papers are received, and the result is handed back, in the dossier of the whole
        case State.ACCEPTED | State.PROCESSING if not dossier.signing.under_way:
            if not _waits_for_others(dossier, rules):
                yield _step(dossier, rules)
        case State.SUPPLEMENT_REQUESTED:
            role = Role.RECEPTION if dossier.applicant.submitted_by is None else Role.APPLICANT
            yield _item(dossier, dossier.routing.received_by, role, WorkAct.RECEIVE_SUPPLEMENT)
        case State.PAYMENT_REQUESTED:
            yield from _payment(dossier, rules)
        case State.SUSPENDED:
            yield _item(dossier, dossier.routing.responsible, Role.HEAD_OF_UNIT, WorkAct.RESUME)
        case State.RESOLVED:
            yield from _return(dossier)
        case _:
            return


def _return(dossier: Dossier) -> Iterator[WorkItem]:
    """The desk returns the result, or gives it to the post. While the post has it, nobody has anything to do."""
    item = current(dossier.postal_items, PostPurpose.DELIVERY)
    if item is None or item.stage not in WITH_THE_POST:
        yield _item(dossier, dossier.routing.received_by, Role.RECEPTION, WorkAct.RETURN_RESULT)


def _post(dossier: Dossier) -> Iterator[WorkItem]:
    """An item that did not arrive, or that nobody hears of: the desk finds out another address, sends it again, or
    cancels it and hands the result over at the counter."""
    wanted = (current(dossier.postal_items, purpose) for purpose in PostPurpose)
    if dossier.state not in TERMINAL and any(one and _needs_desk(dossier, one) for one in wanted):
        yield _item(dossier, dossier.routing.received_by, Role.RECEPTION, WorkAct.REQUEST_POST)


def _needs_desk(dossier: Dossier, item: PostalItem) -> bool:
    if item.purpose is PostPurpose.COLLECTION and dossier.state not in COLLECTED_IN:
        return False
    refused = any(one.effect == item.order and one.final for one in dossier.incidents)
    return item.stage in FAILED or item.long_under_way or refused


def _result_is_next(dossier: Dossier, rules: Rules) -> bool:
    step = dossier.processing.step
    return step is None or rules.step(step).kind is StepKind.SIGN


def _waits_for_others(dossier: Dossier, rules: Rules) -> bool:
    """True if somebody else must act first and has an item for it: an approval or a signature would be refused."""
    step = dossier.processing.step
    if step is not None and rules.step(step).kind is StepKind.PROCESS:
        return False
    if any(opinion.agrees is None for opinion in dossier.processing.opinions):
        return True
    fee = dossier.fees.proposed is not None or dossier.fees.fee_open or dossier.fee_due > 0
    issuing = _result_is_next(dossier, rules) and rules.revision >= Revision.SECOND
    return issuing and (fee or identity_stops(dossier, rules))


def _step(dossier: Dossier, rules: Rules) -> WorkItem:
    if dossier.processing.step is None:
        return _item(dossier, dossier.routing.responsible, Role.CLERK, WorkAct.RESOLVE)
    step = rules.step(dossier.processing.step)
    act = _ACT_OF_STEP[step.kind]
    if dossier.signing.status is SigningStatus.HANDED_OVER:
        return _item(dossier, dossier.signing.unit, step.role, act)
    return _item(dossier, dossier.routing.responsible, step.role, act, person=dossier.processing.assignee)


def _payment(dossier: Dossier, rules: Rules) -> Iterator[WorkItem]:
    if dossier.payment.status not in (PaymentStatus.EXPIRED, PaymentStatus.MISMATCHED):
        yield _item(dossier, dossier.routing.received_by, Role.APPLICANT, WorkAct.PAY)
    elif _has_authority(dossier, rules):
        yield _item(dossier, dossier.routing.received_by, Role.CASHIER, WorkAct.REQUEST_PAYMENT)


def _fee(dossier: Dossier, rules: Rules) -> Iterator[WorkItem]:
    """A proposal waits for the head of the unit; a fee that was not requested waits for the cashier."""
    proposed = dossier.fees.proposed
    if proposed is not None and dossier.state in DECIDABLE:
        deciding = dossier.routing.responsible if proposed.charge is Charge.TAX else dossier.routing.received_by
        yield _item(dossier, deciding, Role.HEAD_OF_UNIT, WorkAct.APPROVE_FEE)
    if proposed is not None or dossier.state not in UNDER_WAY or dossier.signing.under_way:
        return
    if dossier.fees.fee_open:
        yield _item(dossier, dossier.routing.received_by, Role.RECEPTION, WorkAct.PROPOSE_FEE)
    requestable = _result_is_next(dossier, rules) or rules.procedure.payment.before_processing
    if dossier.fee_due > 0 and requestable and _has_authority(dossier, rules):
        yield _item(dossier, dossier.routing.received_by, Role.CASHIER, WorkAct.REQUEST_PAYMENT)


def _opinions(dossier: Dossier) -> Iterator[WorkItem]:
    for opinion in dossier.processing.opinions:
        if opinion.agrees is None and dossier.ended_at is None:
            yield _item(dossier, opinion.unit, Role.SPECIALIST, WorkAct.GIVE_OPINION)


def _identity(dossier: Dossier) -> Iterator[WorkItem]:
    """Somebody must correct the applicant's particulars, or take responsibility for going on."""
    if dossier.applicant.identity is Identity.DIFFERS and dossier.state not in (*TERMINAL, State.SUBMITTED):
        yield _item(dossier, dossier.routing.responsible, Role.HEAD_OF_UNIT, WorkAct.CONFIRM_IDENTITY)


def _handover(dossier: Dossier) -> Iterator[WorkItem]:
    handover = dossier.handovers.open
    if handover is not None and dossier.ended_at is None and can_be_taken_over(dossier, handover):
        yield _item(dossier, handover.to_unit, Role.RECEPTION, WorkAct.ACKNOWLEDGE_HANDOVER)


def _coordination(dossier: Dossier) -> Iterator[WorkItem]:
    """For the queue's coordinator; if a unit is named that cannot have the matter, for its head."""
    if dossier.handovers.open is not None or dossier.ended_at is not None:
        return
    if dossier.routing.queue is not None:
        yield _item(dossier, dossier.routing.queue, Role.COORDINATOR, WorkAct.HAND_OVER)
    elif dossier.routing.competent is not None:
        yield _item(dossier, dossier.routing.competent, Role.HEAD_OF_UNIT, WorkAct.HAND_OVER)


def _repair(dossier: Dossier) -> Iterator[WorkItem]:
    if any(incident.final for incident in dossier.incidents):
        yield _item(dossier, dossier.routing.responsible or dossier.routing.received_by, Role.OPERATOR, WorkAct.REPAIR)


def _escalations(dossier: Dossier) -> tuple[WorkItem, ...]:
    """For the head of the unit that was told, and of the one that must explain. In a unit the earliest of each."""
    found: dict[tuple[str, WorkAct], WorkItem] = {}
    for one in sorted(dossier.escalations, key=lambda one: one.answer_by or one.explain_by or one.since):
        if one.wants_answer:
            item = _of_escalation(dossier, one, one.unit, WorkAct.ACKNOWLEDGE_ESCALATION)
            found.setdefault((item.unit, WorkAct.ACKNOWLEDGE_ESCALATION), item)
        if one.wants_explanation and one.explains is not None:
            item = _of_escalation(dossier, one, one.explains, WorkAct.EXPLAIN_ESCALATION)
            found.setdefault((item.unit, WorkAct.EXPLAIN_ESCALATION), item)
    return tuple(found.values())


def _of_escalation(dossier: Dossier, one: Escalation, unit: str, act: WorkAct) -> WorkItem:
    """The role is that of whoever was told in the unit, a head before others."""
    answers = act is WorkAct.ACKNOWLEDGE_ESCALATION
    roles = [told.role for told in one.addressees if told.unit == unit] if answers else []
    role = Role.HEAD_OF_UNIT if Role.HEAD_OF_UNIT in roles or not roles else roles[0]
    due = one.answer_by if answers else one.explain_by
    return WorkItem(dossier=dossier.code, unit=unit, role=role, act=act, due=due, since=one.since)


def _item(dossier: Dossier, unit: str | None, role: Role, act: WorkAct, person: str | None = None) -> WorkItem:
    return WorkItem.model_validate(
        {
            "dossier": dossier.code,
            "unit": unit,
            "role": role,
            "person": person,
            "act": act,
            "due": dossier.deadlines.promised_due or dossier.deadlines.statutory_due,
            "since": dossier.moved_at,
        }
    )
