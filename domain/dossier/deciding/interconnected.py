"""Interconnected procedures: the plan of the whole at its intake, and what follows from what its children report."""

from __future__ import annotations

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import (
    Approve,
    AskOpinion,
    Assign,
    CompleteStep,
    CorrectApplicant,
    CorrectEntry,
    CorrectMatter,
    ProposeFee,
    Rate,
    ReceiveSupplement,
    RejectResult,
    RequestPost,
    RequestSupplement,
    Resolve,
    ReturnResult,
    SendBackStep,
    Sign,
    Suspend,
)
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.awaited_calls import leaving_calls
from domain.dossier.deciding.guards import UNDER_WAY, require_role
from domain.dossier.deciding.payment_looks import look_at_orders
from domain.dossier.deciding.results import resolved
from domain.dossier.events import (
    AnyEvent,
    ChildGivenUp,
    ChildLate,
    ChildrenPlanned,
    ChildReported,
    DossierStopped,
    DossierWithdrawn,
    SupplementLapsed,
    SupplementRequested,
)
from domain.dossier.evolve import evolve_all
from domain.dossier.group_acts import after_failure, all_ended
from domain.dossier.group_commands import ENDED, WITH_RESULT, ChildStatus, ReportChild
from domain.dossier.state import ChildOfDossier, Dossier, Intake, State
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.critical_path import Plan, plan_of
from domain.procedures.group import AfterFailure, Child
from domain.procedures.procedure import Channel, ChannelTerms
from domain.roles import Role
from domain.rules.rulebook import Pins

WITHOUT_RESULT = "Các thủ tục thành phần đã kết thúc mà không có kết quả"
"""The ground of a whole none of whose children has a result. Their own dossiers state the grounds in law."""
OF_THE_CHILDREN = (
    Assign,
    CompleteStep,
    SendBackStep,
    Approve,
    AskOpinion,
    Sign,
    RejectResult,
    Resolve,
    Suspend,
)
"""Work on a matter, which is done in the dossiers of the children."""
OF_THE_WHOLE = (ReceiveSupplement, ProposeFee, ReturnResult, RequestPost, Rate)
"""What is done once for all children, in the dossier that the applicant knows."""


def plan(rules: Rules, pins: Pins, intake: Intake) -> Plan | None:
    """The plan of an interconnected dossier under the pinned versions; None for any other procedure."""
    children = rules.procedure.children
    if not children:
        return None
    procedures = {pin.child: rules.rulebook.procedure(pin.procedure) for pin in pins.children}
    return plan_of(children, procedures, Channel(intake.channel))


def with_fee(terms: ChannelTerms, planned: Plan | None) -> ChannelTerms:
    """The terms of a dossier. Where the group publishes no fee of its own, it is the sum of its parts."""
    if planned is None or terms.fee is not None:
        return terms
    return terms.model_copy(update={"fee": planned.fee})


def children_planned(planned: Plan, context: Context) -> ChildrenPlanned:
    """The plan as it is recorded: the parts of the fee and the chain that gives the promised date."""
    return ChildrenPlanned(at=context.now, children=planned.children, limit=planned.limit, fee=planned.fee)


def require_own_work(dossier: Dossier, command: object) -> None:
    """Refuses on the whole what its children's authorities do, and on a child what is done once for all."""
    asked_later = isinstance(command, RequestSupplement) and dossier.intake.accepted_at is not None
    if dossier.children and (isinstance(command, OF_THE_CHILDREN) or asked_later):
        raise RuleViolation(DossierRefusal.WORK_OF_CHILDREN, dossier=dossier.code)
    parent = dossier.intake.parent
    of_all = isinstance(command, CorrectEntry) and isinstance(command.correction, CorrectApplicant | CorrectMatter)
    if parent is not None and (of_all or isinstance(command, OF_THE_WHOLE)):
        raise RuleViolation(DossierRefusal.DONE_IN_THE_WHOLE, dossier=dossier.code, parent=parent.dossier)


def report(dossier: Dossier, command: ReportChild, context: Context) -> list[AnyEvent]:
    """What a child's dossier reports, with everything that follows from it for the whole.

    A report that is not newer changes nothing of the child. What then still follows is decided all the same: the whole
    may have waited for something else, such as its fee.
    """
    require_role(context, Role.LINKER)
    child = _child(dossier, command)
    events: list[AnyEvent] = []
    if command.seen > child.seen and child.status not in ENDED - {ChildStatus.RESOLVED} and _says_more(child, command):
        events.append(_reported(child, command, context))
    return [*events, *settled(evolve_all(dossier, events), context)]


def _child(dossier: Dossier, command: ReportChild) -> ChildOfDossier:
    found = next((one for one in dossier.children if one.child == command.child), None)
    if found is None or found.dossier not in (None, command.dossier):
        raise InvalidInput(DossierRefusal.NOT_ITS_CHILD, dossier=dossier.code, child=command.dossier)
    return found


def _says_more(child: ChildOfDossier, command: ReportChild) -> bool:
    known = (child.status, child.due, child.result_number, child.documents)
    return known != (command.status, command.due, command.result_number, command.documents)


def _reported(child: ChildOfDossier, command: ReportChild, context: Context) -> ChildReported:
    return ChildReported(
        at=context.now,
        child=child.child,
        name=child.name,
        dossier=command.dossier,
        seen=command.seen,
        status=command.status,
        due=command.due,
        result_number=command.result_number,
        documents=command.documents,
    )


def settled(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """What follows for the whole from how its children stand. So the whole always ends when they have ended."""
    if dossier.ended_at is not None or not dossier.children:
        return []
    events: list[AnyEvent] = []
    for follow in (_given_up, _lapsed, _supplement, _concluded):
        events += follow(evolve_all(dossier, events), context)
    return events


def _given_up(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The children that will never be opened, because a result that they need will never come, or all are ended."""
    rules = {child.code: child for child in context.rules(dossier).procedure.children}
    events: list[AnyEvent] = []
    while (event := _next_given_up(evolve_all(dossier, events), rules, context)) is not None:
        events.append(event)
    return events


def _next_given_up(dossier: Dossier, rules: dict[str, Child], context: Context) -> ChildGivenUp | None:
    for failed in dossier.children:
        outcome = after_failure(failed, rules)
        if outcome is None:
            continue
        for other in dossier.children:
            needs = failed.child in rules[other.child].needs_result_of if other.child in rules else False
            if other.status is ChildStatus.WAITING and (needs or outcome is AfterFailure.END_ALL):
                return ChildGivenUp(
                    at=context.now,
                    child=other.child,
                    name=other.name,
                    because_of=failed.name,
                    ended=failed.status,
                )
    return None


def _supplement(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """What the children ask of the applicant is asked once, for the whole."""
    asking = [one for one in dossier.children if one.status is ChildStatus.SUPPLEMENT]
    if not asking or dossier.state not in UNDER_WAY:
        return []
    documents = tuple(dict.fromkeys(code for one in asking for code in one.documents))
    return [
        SupplementRequested(
            at=context.now,
            documents=documents,
            legal_basis=", ".join(dict.fromkeys(one.name for one in asking)),
            pauses=dossier.deadlines.has_clock,
        )
    ]


def _lapsed(dossier: Dossier, context: Context) -> list[AnyEvent]:
    asking = any(one.status is ChildStatus.SUPPLEMENT for one in dossier.children)
    if asking or dossier.state is not State.SUPPLEMENT_REQUESTED:
        return []
    timing = dossier.deadlines.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.SUPPLEMENT, context.now)
    return [SupplementLapsed(at=context.now, due=context.rules(dossier).due(timing, context.now))]


def _concluded(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """When every child has ended, the whole has its result: those of its children. Without any, it has ended too.

    A fee that is still open is settled first, as for any dossier.
    """
    fees = dossier.fees
    open_fee = fees.proposed is not None or fees.fee_open or dossier.fee_due > 0
    if not all_ended(dossier) or dossier.state not in UNDER_WAY:
        return []
    statuses = {one.status for one in dossier.children}
    if statuses & WITH_RESULT:
        return [] if open_fee else [resolved(dossier, dossier.code, None, context)]
    ended: DossierStopped | DossierWithdrawn = DossierStopped(at=context.now, legal_basis=WITHOUT_RESULT)
    if statuses <= {ChildStatus.WITHDRAWN, ChildStatus.GIVEN_UP}:
        ended = DossierWithdrawn(at=context.now)
    return [leaving_calls(ended, dossier, context), *look_at_orders(dossier, context)]


def late_ahead(dossier: Dossier) -> list[ChildOfDossier]:
    """The children whose date can still pass: those under way that do not wait for the applicant."""
    if dossier.ended_at is not None:
        return []
    return [
        one
        for one in dossier.children
        if one.status is ChildStatus.OPEN and one.due is not None and one.late_at is None
    ]


def late(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The children whose own date has passed, each recorded once."""
    return [
        ChildLate(at=context.now, child=one.child, name=one.name, dossier=one.dossier or one.child, due=one.due)
        for one in late_ahead(dossier)
        if one.due is not None and one.due <= context.now
    ]
