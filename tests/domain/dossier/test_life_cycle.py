"""Tests of the life cycle: which command is allowed in which state, for which role and unit, and that no other is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

import pytest

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    ApproveFee,
    AskOpinion,
    Assign,
    CancelPaymentRequest,
    CancelPost,
    CheckPayment,
    CheckPost,
    Claim,
    CompleteStep,
    ConfirmIdentity,
    ConfirmPayment,
    CorrectDocuments,
    CorrectEntry,
    EscalationCommand,
    Extend,
    GiveOpinion,
    HandOver,
    HumanCommand,
    NoteRepair,
    PostPurpose,
    ProposeFee,
    Rate,
    ReceiveSupplement,
    Refuse,
    RefuseHandover,
    RejectFee,
    RejectResult,
    Release,
    RequestPayment,
    RequestPost,
    RequestSupplement,
    Resolve,
    Resume,
    RetryRefusedCall,
    ReturnResult,
    RulesCommand,
    SendBackStep,
    Sign,
    Stop,
    Submit,
    SubmittedDocument,
    Suspend,
    Terminate,
    Withdraw,
)
from domain.dossier.events import DossierStopped
from domain.dossier.outcomes import (
    EvaluateTimers,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordPostCancelled,
    RecordPostOrder,
    RecordPostSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)
from domain.dossier.post_stages import PostStage
from domain.dossier.state import OPEN, TERMINAL, State
from domain.errors import DomainError
from domain.repairs.orders import RepairKind
from domain.roles import ENGINE, Actor, Role
from tests.support.given import (
    CASHIER,
    CITIZEN,
    CLERK,
    DESK,
    DOCUMENT,
    HEAD,
    MONDAY,
    OFFICER,
    OFFICIAL,
    OPERATOR,
    STRANGER,
    Case,
    a_submission,
    accepted,
    all_steps_done,
    in_state,
    paid_for,
    posted,
    processing,
    ready_to_sign,
    resolved,
    submitted,
    supplement_asked,
    suspended,
)
from tests.support.small_province import CENTRE, COMMITTEE, KNOWN_ONLY, PAID_LATER, PHU_LY

DON = (SubmittedDocument(code="don"),)
CORRECTION = CorrectEntry(correction=CorrectDocuments(value=DON), legal_basis="Điều 3")
UNDER_WAY = {State.ACCEPTED, State.PROCESSING}
MOVABLE = set(OPEN) - {State.SUBMITTED}
RECEIVERS = {Role.RECEPTION, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.COORDINATOR}
DESK_OF_CENTRE = Actor(person="desk.centre", role=Role.RECEPTION, unit=CENTRE)
PAUSABLE = {State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED}


def opinion_asked() -> Case:
    """Given: the officer asked ward Phủ Lý for its opinion."""
    case = processing()
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    return case


def fee_proposed() -> Case:
    """Given: the officer proposed a lower fee."""
    case = accepted(PAID_LATER)
    case.when(OFFICER, ProposeFee(amount=5_000, legal_basis="Điều 10"))
    return case


def identity_differs() -> Case:
    """Given: the applicant differs from the population database."""
    case = accepted(KNOWN_ONLY)
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=False))
    return case


def claimed() -> Case:
    """Given: the officer took the step that nobody had."""
    case = accepted()
    case.when(OFFICER, Claim())
    return case


def processed() -> Case:
    """Given: processed, and the head of unit must approve."""
    case = accepted()
    case.when(OFFICER, CompleteStep(step="process"))
    return case


def _kind(row: Row) -> str:
    return str(row.command.kind)


def handed_over() -> Case:
    """Given: the head of unit sent the dossier to the provincial centre, which has not answered."""
    case = processing()
    case.when(HEAD, HandOver(unit=CENTRE, legal_basis="Điều 4"))
    return case


@dataclass(frozen=True)
class Row:
    """One command: its states, its roles, its unit, and a case in which `actor` may send it."""

    command: Any
    states: set[State]
    given: Callable[[], Case]
    actor: Actor
    roles: set[Role]
    other_unit: str | None = COMMITTEE
    """A unit whose people may not send it; None when the unit does not matter."""


OFFICER_OF_PHU_LY = Actor(person="officer.phuly", role=Role.SPECIALIST, unit=PHU_LY)
S = State
TABLE = [
    Row(Accept(), {S.SUBMITTED}, submitted, DESK, {Role.RECEPTION}),
    Row(Refuse(legal_basis="Điều 7"), {S.SUBMITTED}, submitted, DESK, {Role.RECEPTION}),
    Row(
        RequestSupplement(documents=("don",), legal_basis="Điều 9"),
        {S.SUBMITTED, S.PROCESSING},
        processing,
        OFFICER,
        {Role.SPECIALIST, Role.HEAD_OF_UNIT},
    ),
    Row(
        ReceiveSupplement(documents=DON),
        {S.SUPPLEMENT_REQUESTED},
        supplement_asked,
        DESK,
        {Role.APPLICANT, Role.RECEPTION},
    ),
    Row(Assign(person="officer.2"), UNDER_WAY, accepted, HEAD, {Role.HEAD_OF_UNIT, Role.ASSIGNER, Role.SYSTEM}),
    Row(Claim(), UNDER_WAY, accepted, OFFICER, {Role.SPECIALIST}),
    Row(Release(reason="Nghỉ phép"), UNDER_WAY, claimed, OFFICER, {Role.SPECIALIST, Role.HEAD_OF_UNIT}),
    Row(CompleteStep(step="process"), UNDER_WAY, accepted, OFFICER, {Role.SPECIALIST}),
    Row(
        SendBackStep(to_step="process"),
        {S.PROCESSING},
        ready_to_sign,
        HEAD,
        {Role.HEAD_OF_UNIT, Role.SIGNATORY},
    ),
    Row(
        Approve(step="approve"),
        UNDER_WAY,
        processed,
        HEAD,
        {Role.HEAD_OF_UNIT},
    ),
    Row(AskOpinion(unit=CENTRE), {S.PROCESSING}, processing, OFFICER, {Role.SPECIALIST, Role.HEAD_OF_UNIT}),
    Row(
        GiveOpinion(agrees=True),
        PAUSABLE | {S.SUSPENDED},
        opinion_asked,
        OFFICER_OF_PHU_LY,
        {Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.SIGNATORY, Role.DOCUMENTS},
        other_unit=None,
    ),
    Row(
        RequestPayment(amount=20_000),
        UNDER_WAY | {S.PAYMENT_REQUESTED},
        lambda: accepted(PAID_LATER),
        OFFICER,
        {Role.SPECIALIST, Role.RECEPTION, Role.CASHIER},
    ),
    Row(
        ProposeFee(amount=0, legal_basis="Điều 10"),
        UNDER_WAY | {S.PAYMENT_REQUESTED},
        lambda: accepted(PAID_LATER),
        OFFICER,
        {Role.SPECIALIST, Role.RECEPTION, Role.CASHIER},
    ),
    Row(
        ApproveFee(amount=5_000),
        UNDER_WAY | {S.PAYMENT_REQUESTED, S.SUPPLEMENT_REQUESTED},
        fee_proposed,
        HEAD,
        {Role.HEAD_OF_UNIT, Role.SIGNATORY},
    ),
    Row(
        RejectFee(legal_basis="Điều 10"),
        UNDER_WAY | {S.PAYMENT_REQUESTED, S.SUPPLEMENT_REQUESTED},
        fee_proposed,
        HEAD,
        {Role.HEAD_OF_UNIT, Role.SIGNATORY},
    ),
    Row(
        CancelPaymentRequest(legal_basis="Nhầm"),
        {S.PAYMENT_REQUESTED},
        paid_for,
        CASHIER,
        {Role.SPECIALIST, Role.RECEPTION, Role.CASHIER, Role.HEAD_OF_UNIT},
    ),
    Row(ConfirmPayment(amount=20_000, voucher="BL1"), {S.PAYMENT_REQUESTED}, paid_for, CASHIER, {Role.CASHIER}),
    Row(
        CheckPayment(order="DH1"),
        set(State),
        paid_for,
        CASHIER,
        {Role.SYSTEM, Role.PLATFORM, Role.CASHIER, Role.RECEPTION},
    ),
    Row(Sign(document=DOCUMENT, result_number="12-KS"), UNDER_WAY, ready_to_sign, OFFICIAL, {Role.SIGNATORY}),
    Row(RejectResult(to_step="process"), {S.PROCESSING}, ready_to_sign, OFFICIAL, {Role.SIGNATORY}),
    Row(Resolve(result_number="1"), {S.PROCESSING}, all_steps_done, CLERK, {Role.CLERK, Role.SPECIALIST}),
    Row(ReturnResult(), {S.RESOLVED}, resolved, DESK, {Role.RECEPTION}),
    Row(
        RequestPost(purpose=PostPurpose.DELIVERY, postal_address="d" * 64),
        set(State) - TERMINAL,
        accepted,
        DESK,
        {Role.APPLICANT, Role.RECEPTION},
    ),
    Row(CancelPost(purpose=PostPurpose.DELIVERY), set(State), posted, DESK, {Role.APPLICANT, Role.RECEPTION}),
    Row(CheckPost(item="EH1"), set(State), posted, DESK, {Role.POST, Role.RECEPTION}),
    Row(Rate(stars=5), {S.RESOLVED, S.RETURNED}, resolved, CITIZEN, {Role.APPLICANT}, other_unit=None),
    Row(Suspend(legal_basis="Điều 5"), PAUSABLE, processing, HEAD, {Role.HEAD_OF_UNIT}),
    Row(Resume(), {S.SUSPENDED}, suspended, HEAD, {Role.HEAD_OF_UNIT}),
    Row(Stop(legal_basis="Điều 5"), PAUSABLE | {S.SUSPENDED, S.WITHDRAWN}, processing, HEAD, {Role.HEAD_OF_UNIT}),
    Row(
        Terminate(reason="Nhập hai lần"),
        PAUSABLE | {S.SUSPENDED},
        processing,
        OPERATOR,
        {Role.OPERATOR},
        other_unit=None,
    ),
    Row(
        Withdraw(),
        {S.SUBMITTED, *UNDER_WAY, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED},
        accepted,
        DESK,
        {Role.APPLICANT, Role.RECEPTION},
    ),
    Row(
        Extend(until=MONDAY.date().replace(day=18), legal_basis="Điều 6"),
        UNDER_WAY,
        accepted,
        HEAD,
        {Role.HEAD_OF_UNIT, Role.SIGNATORY},
    ),
    Row(
        ConfirmIdentity(legal_basis="Đã đối chiếu bản chính"),
        {*UNDER_WAY, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.SUSPENDED, S.RESOLVED},
        identity_differs,
        HEAD,
        {Role.HEAD_OF_UNIT, Role.SIGNATORY},
    ),
    Row(CORRECTION, set(OPEN), accepted, DESK, {Role.RECEPTION, Role.HEAD_OF_UNIT}),
    Row(HandOver(unit=CENTRE, legal_basis="Điều 4"), MOVABLE, processing, HEAD, {Role.HEAD_OF_UNIT, Role.COORDINATOR}),
    Row(AcknowledgeHandover(), MOVABLE, handed_over, DESK_OF_CENTRE, RECEIVERS),
    Row(RefuseHandover(legal_basis="Điều 4"), MOVABLE, handed_over, DESK_OF_CENTRE, RECEIVERS),
    Row(
        NoteRepair(repair=RepairKind.RESTART, plan="a" * 64, reason="Sự cố 12", outcome="done"),
        set(State),
        accepted,
        OPERATOR,
        {Role.OPERATOR},
        other_unit=None,
    ),
]
OF_THE_ENGINE = [
    EvaluateTimers(),
    RecordIdentity(effect="identity/1", matches=True),
    RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="http://pay/DH1"),
    RecordPaymentSeen(effect="payment-query/1", order="DH1", paid=0),
    RecordRefund(effect="refund/1", reference="HT1"),
    RecordSignature(effect="sign/1", certificate="c", signature="s", signed_at=MONDAY),
    RecordSeal(effect="seal/1", certificate="c", signature="s"),
    RecordRegistration(effect="register/1", reference="HTK"),
    RecordPostOrder(effect="post-order/1", item="EH1"),
    RecordPostSeen(effect="post-query/1", item="EH1", stage=PostStage.COLLECTED, stated_at=MONDAY),
    RecordPostCancelled(effect="post-cancel/1", cancelled=True),
    RecordFailure(effect="sign/1", system="signing", code="down", final=False),
]


def test_the_table_has_every_command_of_people() -> None:
    """This table has every command of the life cycle.

    Changes of rules and repairs are not part of it: operators order them in any state. Answers to escalations have
    their own tests: they are possible while an escalation is open, in any state.
    """
    by_operators = {*get_args(RulesCommand), RetryRefusedCall}
    elsewhere = {Submit, *by_operators, *get_args(EscalationCommand)}
    assert {type(row.command) for row in TABLE} == set(get_args(HumanCommand)) - elsewhere
    assert len(TABLE) == len({type(row.command) for row in TABLE})


@pytest.mark.parametrize("row", TABLE, ids=_kind)
@pytest.mark.parametrize("state", list(State))
def test_a_command_in_another_state_is_refused(state: State, row: Row) -> None:
    """In a state that is not in the table, a command is refused with `wrong_state`, whoever sends it."""
    case = in_state(state)
    assert case.dossier.state is state
    if state not in row.states:
        assert {case.refused(actor, row.command) for actor in (row.actor, ENGINE, STRANGER)} == {"wrong_state"}
        return
    assert outcome(case, row) != "wrong_state"


def outcome(case: Case, row: Row) -> str:
    """The code of the refusal, or "done"."""
    try:
        case.when(row.actor, row.command)
    except DomainError as refusal:
        return refusal.code
    return "done"


@pytest.mark.parametrize("row", TABLE, ids=_kind)
def test_a_command_is_given_in_its_roles_only(row: Row) -> None:
    """A command in another role of the same unit is refused with `wrong_role`."""
    for role in set(Role) - row.roles:
        person = Actor(person=row.actor.person, role=role, unit=row.actor.unit)
        assert row.given().refused(person, row.command) == "wrong_role"
    assert row.given().when(row.actor, row.command)


@pytest.mark.parametrize("row", [row for row in TABLE if row.other_unit], ids=_kind)
def test_a_command_is_given_in_its_unit_only(row: Row) -> None:
    """A command of the same role in another unit, or in none, is refused with `wrong_unit`."""
    for unit in (row.other_unit, None):
        elsewhere = Actor(person=row.actor.person, role=row.actor.role, unit=unit)
        assert row.given().refused(elsewhere, row.command) == "wrong_unit"


@pytest.mark.parametrize("command", OF_THE_ENGINE, ids=lambda command: str(command.kind))
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
def test_only_the_system_says_what_the_world_answered(role: Role, command: Any) -> None:
    """Only the system role may send outcomes of timers and outside systems."""
    person = Actor(person="someone", role=role, unit=PHU_LY)
    assert ready_to_sign().refused(person, command) == "wrong_role"


@pytest.mark.parametrize("command", [row.command for row in TABLE] + OF_THE_ENGINE, ids=lambda one: str(one.kind))
def test_nothing_can_be_done_before_submission(command: Any) -> None:
    """Before the submission every other command is refused with `not_submitted`."""
    for actor in (DESK, HEAD, CITIZEN, ENGINE):
        code = Case().refused(actor, command)
        assert code == "not_submitted"


@pytest.mark.parametrize("state", list(State))
def test_a_dossier_is_submitted_once(state: State) -> None:
    """An existing dossier cannot be submitted again, in any state."""
    assert in_state(state).refused(CITIZEN, a_submission()) == "already_submitted"


def test_the_portal_codes_are_those_of_the_national_portal() -> None:
    """The eleven states have ten portal codes: *suspended* and *stopped* share code 8."""
    assert {state.portal_code for state in State} == set(range(1, 11))
    assert State.SUSPENDED.portal_code == State.STOPPED.portal_code == 8


def test_a_stale_version_is_refused() -> None:
    """A command for an old version is refused with the present version, before any other check."""
    case = accepted()
    seen = case.dossier.version
    case.when(HEAD, Assign(person="officer.2"))
    assert case.refused(DESK, Accept(), expected_version=seen) == "stale_version"
    assert case.when(HEAD, Assign(person="officer.3"), expected_version=case.dossier.version)


def test_a_withdrawn_dossier_can_be_stopped_and_has_ended_when_it_was_withdrawn() -> None:
    """Code 8 may follow code 7; the clocks ended with the withdrawal and are not judged again."""
    case = in_state(State.WITHDRAWN)
    ended = case.dossier.ended_at
    assert case.later(days=1).kinds(HEAD, Stop(legal_basis="Điều 5")) == ["dossier_stopped"]
    assert (case.dossier.state, case.dossier.ended_at) == (State.STOPPED, ended)


def test_an_operator_ends_a_dossier_that_was_entered_twice() -> None:
    """It is stopped, and the event says that it was no act of the authority. It cannot be ended twice."""
    case = processing()
    [stopped] = case.when(OPERATOR, Terminate(reason="Nhập hai lần"))
    assert stopped == DossierStopped(at=case.now, legal_basis="Nhập hai lần", administrative=True)
    assert (case.dossier.state, case.dossier.ended_at) == (State.STOPPED, case.now)
    assert case.dossier.closed
    assert case.refused(OPERATOR, Terminate(reason="Nhập hai lần")) == "wrong_state"
    other = processing()
    assert other.when(HEAD, Stop(legal_basis="Điều 5")) == [DossierStopped(at=other.now, legal_basis="Điều 5")]


def test_an_applicant_is_of_no_unit() -> None:
    """An applicant with a unit is refused, at submission and later."""
    posing = CITIZEN.model_copy(update={"unit": PHU_LY})
    assert Case().refused(posing, a_submission()) == "applicant_of_unit"
    assert submitted().refused(posing, Withdraw()) == "applicant_of_unit"


def test_another_citizen_has_no_say() -> None:
    """An applicant may act only on their own dossier."""
    assert submitted().refused(STRANGER, Withdraw()) == "wrong_person"
    assert supplement_asked().refused(STRANGER, ReceiveSupplement(documents=DON)) == "wrong_person"
    assert resolved().refused(STRANGER, Rate(stars=1)) == "wrong_person"
