"""Tests that the acts which a page offers would be accepted, with data of this dossier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest

from domain.changed import changed
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    CompleteStep,
    HandOver,
    HumanCommand,
    ProposeFee,
    RequestSupplement,
)
from domain.dossier.context import Rules
from domain.dossier.outcomes import RecordPaymentOrder
from domain.dossier.state import TERMINAL, State
from domain.procedures.procedure import Channel, RequiredDocument
from domain.roles import ENGINE
from gateway.views.possible_acts import NOT_FIELDS, NOT_HERE, PossibleAct, _values, possible_acts
from tests.support.given import (
    DESK,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    Case,
    in_state,
    processing,
    resolved,
    submitted,
)
from tests.support.small_province import HA_NAM, OPEN_FEE, PAID, PHU_LY, RULEBOOK


def offered(case: Case) -> dict[str, PossibleAct]:
    acts = possible_acts(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK), case.now)
    return {act.command: act for act in acts}


@pytest.mark.parametrize("state", State)
def test_every_open_state_offers_something(state: State) -> None:
    """Every open state offers an act; an ended dossier offers at most a rating, or a stop after a withdrawal."""
    found = set(offered(in_state(state)))
    assert found <= {"rate", "stop"} if state in TERMINAL else found


def test_the_data_is_that_of_this_dossier() -> None:
    """The data has the dossier's current step, its documents, and the unit and person who must act."""
    acts = offered(processing())
    step = acts["complete_step"]
    assert (step.data, step.unit, step.person) == ({"step": "process"}, HA_NAM, "officer.hanam")
    assert acts["request_supplement"].data == {"documents": ["don"], "legal_basis": "<căn cứ pháp lý>"}
    assert "approve" not in acts, "the step is not one that is approved"
    assert "accept" not in acts


def test_what_only_the_person_can_know_is_not_made_up() -> None:
    """A signature's document and number are placeholders, and sending them unchanged is refused."""
    from tests.support.given import ready_to_sign

    assert offered(ready_to_sign())["sign"].data == {
        "document": "<SHA-256 của tệp kết quả>",
        "result_number": "<số kết quả>",
    }


def test_after_a_short_payment_the_rest_is_asked_or_taken() -> None:
    """When 4,000 of 20,000 were paid, the cashier is offered the other 16,000."""
    case = submitted(PAID)
    case.when(DESK, Accept())
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH-1", pay_url="https://pay.example/DH-1"))
    case.pay("DH-1", 4_000)
    acts = offered(case)
    assert acts["confirm_payment"].data == {"amount": 16_000, "voucher": "<số biên lai>"}
    assert acts["request_payment"].data == {"amount": 16_000}
    assert acts["propose_fee"].data == {"amount": "<số đồng>", "legal_basis": "<căn cứ pháp lý>"}


def test_a_correction_of_documents_begins_with_those_that_were_handed_in() -> None:
    """The offered correction of documents has those that were handed in."""
    case = processing()
    value = offered(case)["correct_entry"].data["correction"]["value"]
    assert value == [{"code": one.code} for one in case.dossier.intake.documents] != []


def test_a_proposed_fee_is_approved_as_it_was_proposed() -> None:
    """A proposed fee is offered for approval as proposed, also an amount of 0."""
    case = submitted(PAID)
    case.when(DESK, Accept())
    case.when(DESK, ProposeFee(amount=0, legal_basis="Điều 10 Nghị quyết 1"))
    assert offered(case)["approve_fee"].data == {"amount": 0}
    assert "propose_fee" not in offered(case)


def test_before_intake_a_dossier_that_waits_for_a_supplement_is_not_suspended_or_handed_over() -> None:
    """Before intake, a dossier that waits for a supplement can be completed, corrected, withdrawn or stopped."""
    case = submitted()
    case.when(DESK, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    assert set(offered(case)) == {"receive_supplement", "correct_entry", "withdraw", "stop", "request_post"}


def test_what_was_routed_to_a_unit_is_worked_on_there_and_that_acknowledges() -> None:
    """A routed unit is offered its step before it acknowledges, and doing it acknowledges (decision 011)."""
    case = submitted()
    case.when(DESK, Accept())
    assert case.dossier.handovers.open is not None
    step = offered(case)["complete_step"]
    assert step.unit == HA_NAM
    assert case.kinds(OFFICER, CompleteStep(step=step.data["step"]))[0] == "handover_acknowledged"


def test_what_was_handed_over_by_hand_is_its_sender_s_until_it_is_acknowledged() -> None:
    """After a manual handover the steps are offered only to the sender, and after the acknowledgement only to the
    receiver."""
    case = processing()
    case.when(HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    steps = ("assign", "complete_step", "ask_opinion", "request_supplement")
    assert {act.unit for kind, act in offered(case).items() if kind in steps} == {HA_NAM}
    case.when(HEAD_OF_DESK, AcknowledgeHandover())
    assert {act.unit for kind, act in offered(case).items() if kind in steps} == {PHU_LY}


@pytest.mark.parametrize("model", get_args(HumanCommand), ids=lambda model: model.__name__)
def test_every_field_of_every_command_has_an_example(model: Any) -> None:
    """Every field of every command has an example."""
    if model.model_fields["kind"].default in NOT_HERE:
        return
    case = processing()
    known = {
        name.rpartition(".")[2] for name in _values(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK), case.now)
    }
    assert {n for n, field in model.model_fields.items() if field.is_required() and n not in NOT_FIELDS} <= known


def test_where_the_catalogue_states_no_fee_intake_is_offered_with_a_proposal() -> None:
    """Without a published fee the acceptance is offered with an amount and a legal basis."""
    acts = offered(submitted(OPEN_FEE))
    assert acts["accept"].data == {"fee": "<số đồng>", "legal_basis": "<căn cứ pháp lý>"}


def test_a_fee_that_stands_is_not_offered_as_a_proposal() -> None:
    """No proposal is offered when nothing is due; otherwise the amount is a placeholder."""
    assert "propose_fee" not in offered(processing())
    case = submitted(PAID)
    case.when(DESK, Accept())
    assert offered(case)["propose_fee"].data["amount"] == "<số đồng>"


def test_what_is_missing_is_asked_for() -> None:
    """The offered supplement request has exactly the missing documents."""
    case = processing()
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    more = [RequiredDocument(code=code, name=code, required=code != "uy-quyen") for code in ("anh", "uy-quyen", "dat")]
    wider = rules.procedure.model_copy(update={"documents": (*rules.procedure.documents, *more)})
    assert _values(case.dossier, replace(rules, procedure=wider), case.now)["documents"] == [["anh", "dat"]]
    assert _values(case.dossier, rules, case.now)["documents"] == [["don"]]


@pytest.mark.parametrize("channel", Channel)
def test_a_result_goes_out_the_way_the_dossier_came(channel: Channel) -> None:
    """The offered return has the dossier's own channel."""
    case = resolved()
    case.dossier = changed(case.dossier, intake=changed(case.dossier.intake, channel=channel))
    assert offered(case)["return_result"].data == {"by": channel.value}


def test_whoever_would_approve_a_fee_may_reject_it() -> None:
    """Approving and rejecting a fee are both offered to the head of unit."""
    case = submitted(OPEN_FEE)
    case.when(DESK, Accept(fee=40_000, legal_basis="Nghị quyết 12"))
    acts = offered(case)
    assert acts["reject_fee"].unit == acts["approve_fee"].unit == PHU_LY


def test_another_unit_is_not_made_up_for_a_handover() -> None:
    """The receiving unit of an offered handover is a placeholder."""
    assert offered(processing())["hand_over"].data["unit"] == "<mã đơn vị nhận>"
