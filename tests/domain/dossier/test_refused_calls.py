"""Tests of asking an outside system again for what it refused for good."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from domain.changed import changed
from domain.dossier.commands import (
    Approve,
    CompleteStep,
    CorrectApplicant,
    CorrectEntry,
    RetryRefusedCall,
    ReturnResult,
    Sign,
    Withdraw,
)
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.effects import RegisterResult, SignResult, VerifyIdentity
from domain.dossier.events import NothingDoneStated, RefusedCallRetried, ResultRegistered, StatementDisproved
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import (
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)
from domain.dossier.refused_calls import ANSWER_TO_ANOTHER_CALL, REGISTERED_ELSEWHERE, given_up_for, refused_calls
from domain.dossier.revision import Revision
from domain.dossier.state import DOSSIER, Identity, SigningStatus, State, snapshot_of
from domain.dossier.wanted_effects import effects_of
from domain.record.sealing import commitments_of
from domain.roles import ENGINE
from domain.rules.rulebook import Rulebook
from tests.domain.dossier.test_escalations import HEIR, closing, follow
from tests.support.given import (
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
    OPERATOR,
    Case,
    accepted,
    paid,
    paid_for,
    ready_to_sign,
    resolved,
)
from tests.support.small_province import HA_NAM, PAID, PHU_LY, RULEBOOK

SIGN = Sign(document=DOCUMENT, result_number="12/KS-UBND")
CORRECTED = "c" * 64


def retry(effect: str, **more: Any) -> RetryRefusedCall:
    return RetryRefusedCall(effect=effect, reason="Đã sửa theo phiếu 12/PH", **more)


def identity_refused() -> Case:
    case = accepted(PAID)
    case.fails("identity/1", final=True)
    return case


def order_refused() -> Case:
    case = accepted(PAID)
    case.fails("payment-order/1", final=True)
    return case


def question_refused() -> Case:
    case = paid_for()
    case.when(CITIZEN, Withdraw())
    case.fails("payment-query/1", final=True)
    return case


def refund_refused() -> Case:
    case = paid_for()
    case.when(CITIZEN, Withdraw())
    case.seen("DH1", 20_000)
    case.fails("refund/1", final=True)
    return case


def signature_refused() -> Case:
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.fails("sign/1", final=True)
    return case


def seal_refused() -> Case:
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.fails("seal/1", final=True)
    return case


def registration_refused() -> Case:
    case = paid()
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, SIGN)
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    case.fails("register/1", final=True)
    case.when(DESK, ReturnResult())
    return case


REFUSED: dict[str, tuple[Callable[[], Case], str, Any]] = {
    "identity/1": (identity_refused, "identity/2", RecordIdentity(effect="identity/2", matches=True)),
    "payment-order/1": (
        order_refused,
        "payment-order/2",
        RecordPaymentOrder(effect="payment-order/2", order="DH2", pay_url="http://pay/DH2"),
    ),
    "payment-query/1": (
        question_refused,
        "payment-query/2",
        RecordPaymentSeen(effect="payment-query/2", order="DH1", paid=0, closed=True),
    ),
    "refund/1": (refund_refused, "refund/1000001", RecordRefund(effect="refund/1000001", reference="HT1")),
    "seal/1": (seal_refused, "seal/2", RecordSeal(effect="seal/2", certificate="c2", signature="s2")),
    "register/1": (registration_refused, "register/2", RecordRegistration(effect="register/2", reference="HTK-1")),
}


@pytest.mark.parametrize(("before", "again", "answer"), REFUSED.values(), ids=REFUSED)
def test_a_refused_call_is_wanted_again_under_a_new_id(before: Callable[[], Case], again: str, answer: Any) -> None:
    """Each kind of call is wanted again under an id that the system has not seen, and its answer counts."""
    case = before()
    (incident,) = refused_calls(case.dossier)
    assert again not in case.effects()
    (event,) = case.when(OPERATOR, retry(incident.effect))
    assert isinstance(event, RefusedCallRetried)
    assert (event.effect, event.again, event.system, event.code) == (incident.effect, again, "outside", "down")
    assert again in case.effects()
    assert incident.effect not in case.effects()
    assert (case.dossier.incidents, case.dossier.closed) == ((), False)
    assert case.kinds(ENGINE, answer) != []
    assert (again in case.effects(), refused_calls(case.dossier)) == (False, ())
    assert case.refused(OPERATOR, retry(incident.effect)) == "call_retried_already"


@pytest.mark.parametrize(("before", "again", "answer"), REFUSED.values(), ids=REFUSED)
def test_a_call_that_is_refused_again_can_be_asked_a_third_time(
    before: Callable[[], Case], again: str, answer: Any
) -> None:
    """A second refusal is an incident of the new id, and a third try has a third id."""
    case = before()
    (incident,) = refused_calls(case.dossier)
    case.when(OPERATOR, retry(incident.effect))
    assert case.fails(again, final=True) == ["outside_call_failed"]
    assert [one.effect for one in refused_calls(case.dossier)] == [again]
    (event,) = case.when(OPERATOR, retry(again))
    assert isinstance(event, RefusedCallRetried)
    assert event.again not in {again, incident.effect}
    assert event.again in case.effects()


def test_an_identity_is_asked_with_corrected_particulars() -> None:
    """The event has the commitment and the names of the particulars, and the call asks about them."""
    case = identity_refused()
    (event,) = case.when(OPERATOR, retry("identity/1", applicant=CORRECTED, changed=("identity_number",)))
    assert commitments_of(event) == (CORRECTED,)
    (effect,) = (one for one in case.reaction().effects if isinstance(one, VerifyIdentity))
    assert (effect.applicant, case.dossier.applicant.identity) == (CORRECTED, Identity.WANTED)
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=True)) == [], "an answer to the old id"
    case.when(ENGINE, RecordIdentity(effect="identity/2", matches=True))
    assert case.dossier.applicant.identity is Identity.MATCHES


def test_another_official_of_the_unit_signs() -> None:
    """The signature comes back from the next level to the unit that was refused, for another signer."""
    case = signature_refused()
    assert (case.dossier.signing.unit, case.effects()) != (HA_NAM, ["sign/2"])
    case.when(OPERATOR, retry("sign/1", signer="official.2"))
    (effect,) = case.reaction().effects
    assert isinstance(effect, SignResult)
    assert (effect.id, effect.signer, effect.unit, effect.document) == ("sign/2", "official.2", HA_NAM, DOCUMENT)
    signed = RecordSignature(effect="sign/2", certificate="c", signature="s", signed_at=case.now)
    assert case.kinds(ENGINE, signed) == ["result_signed", "result_numbered"]
    assert (case.dossier.signing.signer, case.dossier.incidents) == ("official.2", ())


def test_the_same_official_is_asked_when_nobody_else_is_named() -> None:
    """The token was mended, so the same official signs."""
    case = signature_refused()
    case.when(OPERATOR, retry("sign/1"))
    (effect,) = case.reaction().effects
    assert isinstance(effect, SignResult)
    assert (effect.signer, effect.unit) == (OFFICIAL.person, HA_NAM)


def test_an_official_of_the_next_level_may_be_named_too() -> None:
    """The level that the signing was handed to signs as well; then its signer must be named."""
    case = signature_refused()
    above = OFFICIAL_ABOVE.unit
    assert case.refused(OPERATOR, retry("sign/1", unit=above)) == "signer_not_named"
    assert case.refused(OPERATOR, retry("sign/1", signer="x", unit=PHU_LY)) == "signer_of_another_unit"
    case.when(OPERATOR, retry("sign/1", signer=OFFICIAL_ABOVE.person, unit=above))
    assert (case.dossier.signing.signer, case.dossier.signing.unit) == (OFFICIAL_ABOVE.person, above)


def test_a_refused_signature_is_not_asked_again_once_another_is_ordered() -> None:
    """The next level has ordered its own signature: two must not be asked for."""
    case = signature_refused()
    case.when(OFFICIAL_ABOVE, SIGN)
    assert case.refused(OPERATOR, retry("sign/1")) == "call_not_needed"


def test_a_signing_of_an_earlier_release_needs_the_signer_named() -> None:
    """Earlier releases did not record whose signature failed; then the unit is the one that must sign now."""
    case = signature_refused()
    stored = snapshot_of(case.dossier)
    del stored["signing"]["asked_signer"], stored["signing"]["asked_unit"]
    case.dossier = DOSSIER.validate_python(stored)
    assert case.refused(OPERATOR, retry("sign/1")) == "signer_not_named"
    case.when(OPERATOR, retry("sign/1", signer=OFFICIAL_ABOVE.person))
    assert case.dossier.signing.status is SigningStatus.REQUESTED
    assert case.dossier.signing.unit == OFFICIAL_ABOVE.unit


@pytest.mark.parametrize(
    ("before", "effect", "more", "code"),
    [
        (order_refused, "payment-order/1", {"signer": "x"}, "retry_input_of_money"),
        (refund_refused, "refund/1", {"applicant": CORRECTED}, "retry_input_of_money"),
        (seal_refused, "seal/1", {"unit": HA_NAM}, "retry_input_of_result"),
        (registration_refused, "register/1", {"applicant": CORRECTED}, "retry_input_of_result"),
        (identity_refused, "identity/1", {"signer": "x"}, "retry_input_not_of_call"),
        (signature_refused, "sign/1", {"applicant": CORRECTED}, "retry_input_not_of_call"),
        (identity_refused, "identity/1", {"applicant": "0" * 64}, "applicant_not_kept"),
    ],
)
def test_other_input_is_not_corrected_by_operators(
    before: Callable[[], Case], effect: str, more: dict[str, Any], code: str
) -> None:
    """An amount and a document are not an operator's to change. The refusal says whose they are."""
    assert before().refused(OPERATOR, retry(effect, **more)) == code


def test_a_call_of_which_nobody_knows_what_was_done_is_not_asked_under_a_new_id() -> None:
    """The answer was another call's, so the system may have done it: a new id could do it twice."""
    case = accepted(PAID)
    code = ANSWER_TO_ANOTHER_CALL
    case.when(ENGINE, RecordFailure(effect="payment-order/1", system="payments", code=code, final=True))
    assert case.refused(OPERATOR, retry("payment-order/1")) == "call_outcome_unknown"


def test_only_operators_retry() -> None:
    """Nobody of the process may clear a refusal."""
    case = identity_refused()
    for actor in (DESK, OFFICIAL, CITIZEN, ENGINE):
        assert case.refused(actor, retry("identity/1")) == "wrong_role"


def test_a_call_that_was_not_refused_is_not_asked_again() -> None:
    """A call that is retried by itself keeps its id: its outcome is unknown, and a new id could double it."""
    case = accepted(PAID)
    assert case.refused(OPERATOR, retry("identity/1")) == "call_not_refused"
    case.fails("identity/1")
    assert case.refused(OPERATOR, retry("identity/1")) == "call_not_refused"
    assert case.refused(OPERATOR, retry("identity/2")) == "unknown_call"
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=True))
    assert case.refused(OPERATOR, retry("identity/1")) == "unknown_call"


def test_an_ended_dossier_needs_no_identity_and_no_signature() -> None:
    """What only an open dossier needs is not asked again after its end."""
    case = identity_refused()
    case.when(CITIZEN, Withdraw())
    assert case.dossier.state is State.WITHDRAWN
    assert case.refused(OPERATOR, retry("identity/1")) == "call_not_needed"


def test_a_second_operator_is_told_what_happened() -> None:
    """Two operators at once: one acts, the other reads when it was asked again and under which id."""
    case = identity_refused()
    case.when(OPERATOR, retry("identity/1"))
    case.refused(OPERATOR.model_copy(update={"person": "op.2"}), retry("identity/1"))
    assert [(one.effect, one.again, one.at) for one in case.dossier.retried_calls] == [
        ("identity/1", "identity/2", case.now)
    ]


def test_particulars_corrected_by_the_desk_are_another_way() -> None:
    """The desk's correction asks anew as well; the refused call is then no longer needed."""
    case = identity_refused()
    case.when(DESK, CorrectEntry(correction=CorrectApplicant(value=CORRECTED), legal_basis="Điều 1"))
    assert case.refused(OPERATOR, retry("identity/1")) == "call_not_needed"
    assert "identity/2" in case.effects()


def test_a_dossier_without_a_retry_is_stored_as_before() -> None:
    """A register that an earlier release wrote needs no rebuild: the new fields are stored only when they say
    something."""
    stored = snapshot_of(identity_refused().dossier)
    assert "retried_calls" not in stored
    assert "number" not in stored["registration"]
    assert "asked_signer" not in stored["signing"]
    assert "tries" not in snapshot_of(refund_refused().dossier)["payment"]["refunds"][0]


SECOND = OPERATOR.model_copy(update={"person": "op.2"})
ANSWERED = "Công văn 12: hệ thống chưa ghi gì"


def order_lost() -> Case:
    case = accepted(PAID)
    case.fails("payment-order/1")
    return case


def given_up() -> Case:
    """Two operators have stated that the platform did nothing, and the order is wanted under a new id."""
    case = order_lost()
    case.when(OPERATOR, retry("payment-order/1", nothing_done=ANSWERED))
    case.when(SECOND, retry("payment-order/1", nothing_done=ANSWERED))
    return case


def test_two_operators_state_that_nothing_was_done() -> None:
    """The call goes on under its id until the second one states it too; then it is wanted under a new one. The ledger
    has both persons and their evidence."""
    case = order_lost()
    assert case.refused(OPERATOR, retry("payment-order/1")) == "call_not_refused"
    (stated,) = case.when(OPERATOR, retry("payment-order/1", nothing_done=ANSWERED))
    assert isinstance(stated, NothingDoneStated)
    assert (stated.person, stated.nothing_done, stated.code) == (OPERATOR.person, ANSWERED, "down")
    assert "payment-order/1" in case.effects()
    assert case.fails("payment-order/1") == ["outside_call_failed"], "the statement outlives another failure"
    assert case.refused(OPERATOR, retry("payment-order/1", nothing_done=ANSWERED)) == "statement_of_one_person"
    assert case.refused(SECOND, retry("payment-order/1")) == "call_not_refused"
    (event,) = case.when(SECOND, retry("payment-order/1", nothing_done="Điện thoại 9h"))
    assert isinstance(event, RefusedCallRetried)
    assert (event.again, event.stated_by, event.nothing_done) == ("payment-order/2", OPERATOR.person, "Điện thoại 9h")
    assert {"payment-order/1", "payment-order/2"} & set(case.effects()) == {"payment-order/2"}
    assert given_up_for(case.dossier, "payment-order/2") == "payment-order/1"


def test_an_answer_that_came_before_the_new_call_counts_and_disproves_the_statement() -> None:
    """The platform had made the order after all: it is the order of the dossier, and no second one is asked for."""
    case = given_up()
    answer = RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="http://pay/DH1")
    shown, made = case.when(ENGINE, answer)
    assert isinstance(shown, StatementDisproved)
    assert (shown.again, shown.counted, made.kind) == ("payment-order/2", True, "payment_order_created")
    assert case.dossier.payment.order == "DH1"
    assert not {"payment-order/1", "payment-order/2"} & set(case.effects())


def test_an_answer_that_comes_after_the_new_call_is_told_and_changes_nothing() -> None:
    """The new call was made meanwhile, so the answer to the old one is not taken for its answer."""
    case = given_up()
    case.fails("payment-order/2")
    late = RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="http://pay/DH1")
    (shown,) = case.when(ENGINE, late)
    assert isinstance(shown, StatementDisproved)
    assert (shown.counted, case.dossier.payment.order) == (False, None)
    assert case.fails("payment-order/1") == [], "a failure disproves nothing"


def test_a_statement_is_about_a_call_whose_outcome_is_not_known() -> None:
    """A call that was refused for good or only looks needs none. An answer to another call leaves the outcome open."""
    assert order_refused().refused(OPERATOR, retry("payment-order/1", nothing_done="x")) == "statement_not_needed"
    case = accepted(PAID)
    case.fails("identity/1")
    assert case.refused(OPERATOR, retry("identity/1", nothing_done="x")) == "statement_not_needed"
    assert case.refused(OPERATOR, retry("refund/1", nothing_done="x")) == "unknown_call"
    case.when(
        ENGINE, RecordFailure(effect="payment-order/1", system="payments", code=ANSWER_TO_ANOTHER_CALL, final=True)
    )
    for operator in (OPERATOR, SECOND):
        case.when(operator, retry("payment-order/1", nothing_done=ANSWERED))
    assert "payment-order/2" in case.effects()


def test_a_run_of_an_earlier_revision_gives_no_call_up() -> None:
    """It cannot stop the call that it makes under the old id beside the new one."""
    case = order_lost()
    case.revision = Revision.FOURTH
    assert case.refused(OPERATOR, retry("payment-order/1", nothing_done="x")) == "statement_needs_new_run"


def registered_elsewhere() -> Case:
    """Given: the registry has the result already, under another number; the applicant has it in hand."""
    case = registration_refused()
    (incident,) = case.dossier.incidents
    case.dossier = changed(case.dossier, incidents=(changed(incident, code=REGISTERED_ELSEWHERE),))
    return case


def test_a_number_that_the_registry_has_is_adopted_with_evidence() -> None:
    """The number and the evidence are recorded, nothing is asked again, and the dossier closes by itself."""
    case = registered_elsewhere()
    (event,) = case.when(OPERATOR, retry("register/1", registered_as="HT-1985-77"))
    assert isinstance(event, ResultRegistered)
    assert (event.reference, event.adopted_because) == ("HT-1985-77", "Đã sửa theo phiếu 12/PH")
    assert (case.dossier.result.reference, case.dossier.incidents) == ("HT-1985-77", ())
    assert (case.effects(), case.dossier.closed) == ([], True)
    assert case.refused(OPERATOR, retry("register/1", registered_as="HT-1985-77")) == "call_not_needed"


def test_after_the_other_entry_was_voided_it_is_entered_anew() -> None:
    """Without a number it is the retry of a refused call: under a new id."""
    case = registered_elsewhere()
    (event,) = case.when(OPERATOR, retry("register/1"))
    assert isinstance(event, RefusedCallRetried)
    assert case.effects() == ["register/2"]
    case.when(ENGINE, RecordRegistration(effect="register/2", reference="HTK-1"))
    assert case.dossier.closed


def test_only_a_result_that_is_registered_elsewhere_has_a_number_to_adopt() -> None:
    """Not another refusal of the registry, not another call, not beside a statement, and not by an officer."""
    case = registration_refused()
    assert case.refused(OPERATOR, retry("register/1", registered_as="X-1")) == "not_registered_elsewhere"
    assert seal_refused().refused(OPERATOR, retry("seal/1", registered_as="X-1")) == "retry_input_not_of_call"
    case = registered_elsewhere()
    both = retry("register/1", registered_as="X-1", nothing_done="Công văn 12")
    assert case.refused(OPERATOR, both) == "statement_not_needed"
    assert case.refused(OFFICER, retry("register/1", registered_as="X-1")) == "wrong_role"


def test_a_result_keeps_the_unit_that_issued_it_for_its_registration() -> None:
    """The ward is merged while the registry does not answer: the same key goes on with the same content, since the
    registry may have entered it. A call under a new id names the unit that follows."""
    case = resolved(PAID)
    case.fails("register/1")
    before = registration_of(case)
    follow(case, HA_NAM)
    assert (registration_of(case), case.dossier.routing.competent) == (before, HEIR)
    assert before.unit == HA_NAM
    assert DOSSIER.validate_python(snapshot_of(case.dossier)) == case.dossier
    case.fails("register/1", final=True)
    retried = decide(case.dossier, *merged_retry(case))
    case.dossier = evolve_all(case.dossier, retried)
    assert (registration_of(case).id, registration_of(case).unit) == ("register/2", HEIR)


def registration_of(case: Case) -> RegisterResult:
    (effect,) = [one for one in effects_of(case.dossier) if isinstance(one, RegisterResult)]
    return effect


def merged_retry(case: Case) -> tuple[Act, Context]:
    book = RULEBOOK.adding(*Rulebook.of(closing(HA_NAM)[0]).stored())
    act = Act(command_id=uuid4(), actor=OPERATOR, command=retry("register/1"))
    return act, Context(now=case.now, actor=OPERATOR, rulebook=book)


@pytest.mark.parametrize("order", list(permutations(("fails", "found elsewhere", "returned"))), ids=" ".join)
def test_the_result_is_returned_whatever_the_registry_says_and_when(order: tuple[str, ...]) -> None:
    """In every order of a failure, an entry under another number and the return: the citizen has the result in time,
    and nothing is left when the number is adopted."""
    case = resolved(PAID)
    for what in order:
        if what == "returned":
            case.when(DESK, ReturnResult())
        elif what == "fails" and not any(one.final for one in case.dossier.incidents):
            case.fails("register/1")
        elif what == "found elsewhere":
            found = RecordFailure(effect="register/1", system="civil", code=REGISTERED_ELSEWHERE, final=True)
            case.when(ENGINE, found)
    assert case.dossier.state is State.RETURNED
    assert [one.effect for one in refused_calls(case.dossier)] == ["register/1"]
    assert (case.dossier.deadlines.late_statutory_minutes or 0) <= 0
    case.when(OPERATOR, retry("register/1", registered_as="HT-1"))
    assert (case.dossier.closed, case.dossier.incidents, case.effects()) == (True, (), [])
