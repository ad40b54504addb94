"""Tests that a command has the way back that its form promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from domain.dossier.commands import (
    AcknowledgeHandover,
    Approve,
    ApproveFee,
    Assign,
    CancelPaymentRequest,
    CancelPost,
    Claim,
    CompleteStep,
    ConfirmIdentity,
    CorrectDocuments,
    CorrectEntry,
    HandOver,
    PostPurpose,
    ProposeFee,
    ReceiveSupplement,
    RefuseHandover,
    RejectFee,
    RejectResult,
    Release,
    Resume,
    SendBackStep,
    SubmittedDocument,
)
from domain.dossier.context import Rules
from domain.dossier.outcomes import RecordIdentity
from domain.roles import ENGINE, Actor
from gateway.dossiers.bodies import COMMAND_BODIES
from gateway.views.possible_acts import possible_acts
from gateway.views.ways_back import WAYS_BACK, way_back_of
from tests.support.given import (
    CASHIER,
    DESK,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    Case,
    accepted,
    paid_for,
    posted,
    processing,
    ready_to_sign,
    supplement_asked,
    suspended,
)
from tests.support.small_province import PAID, PHU_LY, RULEBOOK

BASIS = "Điều 9"
DON = (SubmittedDocument(code="don"),)


def after(case: Case, *acts: tuple[Actor, Any]) -> Case:
    for actor, command in acts:
        case.when(actor, command)
    return case


def stepped() -> Case:
    return after(processing(), (OFFICER, CompleteStep(step="process")))


def proposed() -> Case:
    return after(accepted(PAID), (DESK, ProposeFee(amount=5_000, legal_basis=BASIS)))


def handed_over() -> Case:
    return after(processing(), (HEAD, HandOver(unit=PHU_LY, legal_basis=BASIS)))


def differing() -> Case:
    return after(accepted(PAID), (ENGINE, RecordIdentity(effect="identity/1", matches=False)))


GIVEN: dict[str, Callable[[], Case]] = {
    "receive_supplement": lambda: after(supplement_asked(), (DESK, ReceiveSupplement(documents=DON))),
    "assign": lambda: after(accepted(), (HEAD, Assign(person=OFFICER.person))),
    "claim": lambda: after(accepted(), (OFFICER, Claim())),
    "release": lambda: after(accepted(), (OFFICER, Claim()), (OFFICER, Release(reason="Nghỉ phép"))),
    "complete_step": stepped,
    "send_back_step": lambda: after(stepped(), (HEAD, SendBackStep(to_step="process"))),
    "approve": lambda: after(stepped(), (HEAD, Approve(step="approve"))),
    "propose_fee": proposed,
    "approve_fee": lambda: after(proposed(), (HEAD_OF_DESK, ApproveFee(amount=5_000))),
    "reject_fee": lambda: after(proposed(), (HEAD_OF_DESK, RejectFee(legal_basis=BASIS))),
    "request_payment": paid_for,
    "cancel_payment_request": lambda: after(paid_for(), (CASHIER, CancelPaymentRequest(legal_basis=BASIS))),
    "reject_result": lambda: after(ready_to_sign(), (OFFICIAL, RejectResult(to_step="process"))),
    "request_post": posted,
    "cancel_post": lambda: after(posted(), (DESK, CancelPost(purpose=PostPurpose.DELIVERY))),
    "suspend": suspended,
    "resume": lambda: after(suspended(), (HEAD, Resume())),
    "correct_entry": lambda: after(
        processing(), (HEAD, CorrectEntry(correction=CorrectDocuments(value=DON), legal_basis=BASIS))
    ),
    "confirm_identity": lambda: after(differing(), (HEAD, ConfirmIdentity(legal_basis=BASIS))),
    "hand_over": handed_over,
    "acknowledge_handover": lambda: after(handed_over(), (HEAD_OF_DESK, AcknowledgeHandover())),
    "refuse_handover": lambda: after(handed_over(), (HEAD_OF_DESK, RefuseHandover(legal_basis=BASIS))),
}
"""A dossier after each command that has a way back."""


def test_every_command_says_whether_it_can_be_taken_back() -> None:
    """Every command that may come from outside has an entry; those with a way back name a command."""
    assert set(WAYS_BACK) == set(COMMAND_BODIES)
    assert {kind for kind, way in WAYS_BACK.items() if way.command} == set(GIVEN)
    assert way_back_of("of_another_release") is None


@pytest.mark.parametrize("kind", GIVEN)
def test_the_way_back_is_open(kind: str) -> None:
    """After the command, the dossier accepts the one that takes it back."""
    case = GIVEN[kind]()
    offered = {act.command for act in possible_acts(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK), case.now)}
    assert WAYS_BACK[kind].command in offered
