"""The dossier of a child: opened for the dossier of the whole, and ended, supplied and handed back with it."""

from __future__ import annotations

from domain.deadlines.timing import Timing
from domain.dossier.commands import CorrectApplicant, CorrectEntry, CorrectMatter, Refuse
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.amendments import corrected
from domain.dossier.deciding.awaited_calls import leaving_calls
from domain.dossier.deciding.documents import require_known_documents
from domain.dossier.deciding.guards import UNDER_WAY, require_handling_unit, require_not_signing, require_role
from domain.dossier.deciding.payment_looks import look_at_orders
from domain.dossier.deciding.routed import routed
from domain.dossier.deciding.supplements import supplied
from domain.dossier.events import (
    AnyEvent,
    DossierAccepted,
    DossierRefused,
    DossierStopped,
    DossierSubmitted,
    DossierWithdrawn,
    ResultReturned,
)
from domain.dossier.group_commands import CorrectChild, EndChild, HandBackChild, OpenChild, PassOnSupplement
from domain.dossier.state import Dossier, State
from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from domain.procedures.critical_path import child_terms
from domain.procedures.started_clocks import started
from domain.roles import Role


def open_child(code: str, command: OpenChild, context: Context) -> list[AnyEvent]:
    """Submitted and accepted at once. It has no fee, no receipt and no look-up of its own: the whole has them."""
    require_role(context, Role.LINKER)
    rules = context.rules_of(command.pins)
    if rules.procedure.code != command.procedure:
        raise InvalidInput(
            DossierRefusal.PINS_OF_ANOTHER_PROCEDURE, procedure=command.procedure, pinned=rules.procedure.code
        )
    require_known_documents(command.documents, rules)
    found = routed(command.matter, command.received_by, rules, context, anywhere=True)
    return [_submitted(code, command, context), _accepted(command, rules, context), found]


def _submitted(code: str, command: OpenChild, context: Context) -> DossierSubmitted:
    return DossierSubmitted(
        at=context.now,
        code=code,
        procedure=command.procedure,
        pins=command.pins,
        channel=command.channel,
        case=1,
        received_by=command.received_by,
        assisted_by=command.assisted_by,
        matter=command.matter,
        applicant=command.applicant,
        submitted_by=command.submitted_by,
        documents=command.documents,
        brought_over=None,
        parent=command.parent,
    )


def _accepted(command: OpenChild, rules: Rules, context: Context) -> DossierAccepted:
    timing = _timing(command, rules, context)
    return DossierAccepted(
        at=context.now,
        pins=command.pins,
        received_at=context.now,
        statutory=timing.statutory,
        own=timing.own,
        green=timing.green,
        excluded_share=timing.excluded_share,
        step_shares=timing.step_shares,
        counting=timing.counting,
        first_step=rules.procedure.steps[0].code,
        verify_identity=False,
        due=rules.due(timing, context.now),
    )


def _timing(command: OpenChild, rules: Rules, context: Context) -> Timing:
    """Its clocks. The time that the group plans binds its authority too: the promise of the whole counts on it."""
    timing = started(rules.procedure, child_terms(rules.procedure, command.channel).limit, context.now)
    if command.limit is None:
        return timing
    return timing.model_copy(update={"own": command.limit, "green": None})


def refuse_child(dossier: Dossier, command: Refuse, context: Context) -> list[AnyEvent]:
    """The head of the authority refuses: the desk of the whole has looked at the papers, the authority had not."""
    require_role(context, Role.HEAD_OF_UNIT)
    require_handling_unit(dossier, context)
    require_not_signing(dossier)
    return [DossierRefused(at=context.now, legal_basis=command.legal_basis, note=command.note)]


def may_be_refused(dossier: Dossier) -> bool:
    """True for a child that is under way; any other dossier is refused only at intake."""
    return dossier.intake.parent is not None and dossier.state in UNDER_WAY


def pass_on_supplement(dossier: Dossier, command: PassOnSupplement, context: Context) -> list[AnyEvent]:
    """The papers that were received for the whole. A repetition changes nothing."""
    require_role(context, Role.LINKER)
    if dossier.state is not State.SUPPLEMENT_REQUESTED:
        return []
    return supplied(dossier, command.documents, None, context)


def correct_child(dossier: Dossier, command: CorrectChild, context: Context) -> list[AnyEvent]:
    """The particulars and the matter as the whole has them now. A repetition changes nothing, as does a result."""
    require_role(context, Role.LINKER)
    if dossier.ended_at is not None:
        return []
    wrong: list[CorrectApplicant | CorrectMatter] = []
    if dossier.applicant.commitment != command.applicant:
        wrong.append(CorrectApplicant(value=command.applicant))
    if dossier.intake.matter != command.matter:
        wrong.append(CorrectMatter(value=command.matter))
    orders = (CorrectEntry(correction=one, legal_basis=command.legal_basis) for one in wrong)
    return [event for order in orders for event in corrected(dossier, order, context)]


def end_child(dossier: Dossier, command: EndChild, context: Context) -> list[AnyEvent]:
    """The whole ends. What has a result or has ended already is left as it is."""
    require_role(context, Role.LINKER)
    if dossier.ended_at is not None:
        return []
    require_not_signing(dossier)
    if command.withdrawn:
        ended: DossierStopped | DossierWithdrawn = DossierWithdrawn(at=context.now)
    else:
        ended = DossierStopped(at=context.now, legal_basis=command.legal_basis)
    return [leaving_calls(ended, dossier, context), *look_at_orders(dossier, context)]


def hand_back(dossier: Dossier, command: HandBackChild, context: Context) -> list[AnyEvent]:
    """Handed back with the results of the whole."""
    require_role(context, Role.LINKER)
    return [ResultReturned(at=context.now, by=command.by)] if dossier.state is State.RESOLVED else []
