"""Tests of an applicant who differs from the population database: the head of unit sees it, and by policy nothing is
signed before it is settled."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.dossier.commands import (
    Accept,
    Approve,
    CompleteStep,
    ConfirmIdentity,
    CorrectApplicant,
    CorrectDocuments,
    CorrectEntry,
    RequestSupplement,
    Sign,
    SubmittedDocument,
)
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.outcomes import RecordIdentity
from domain.dossier.revision import Revision
from domain.dossier.state import Identity
from domain.procedures.procedure import Channel, OutsideChecks, Procedure
from domain.roles import ENGINE
from domain.rules.rulebook import content_hash
from tests.support.given import CLERK, DESK, DOCUMENT, HEAD, OFFICER, OFFICIAL, Case, accepted, submitted
from tests.support.small_province import FREE, HA_NAM, KNOWN_ONLY, RULEBOOK

GOING_ON = ConfirmIdentity(legal_basis="Đã đối chiếu bản chính")
TO_DO = ("confirm_identity", HA_NAM, "head_of_unit")
SIGN = Sign(document=DOCUMENT, result_number="12-KS")
LOOKED_UP = FREE.model_copy(update={"outside": OutsideChecks(population_lookup=True)})


def differing(procedure: Procedure = KNOWN_ONLY) -> Case:
    """Given: every step except the signature is done, and the applicant differs from the population database."""
    case = accepted(procedure)
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=False))
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    return case


def test_it_is_on_the_work_list_of_the_head_of_unit() -> None:
    """The difference is on the head of unit's work-list from the answer until it is settled."""
    case = differing()
    assert TO_DO in case.work()
    case.when(HEAD, GOING_ON)
    assert case.dossier.applicant.identity is Identity.CONFIRMED
    assert TO_DO not in case.work()


def test_by_policy_nothing_is_signed_before_it_is_settled() -> None:
    """The refusal to sign says what to do, and after a confirmation the signature goes on."""
    case = differing()
    assert case.refused(OFFICIAL, SIGN) == "identity_differs"
    assert case.work() == [TO_DO], "nobody is asked to sign what would be refused"
    case.when(HEAD, GOING_ON)
    assert ("sign", HA_NAM, "signatory") in case.work()
    assert "signature_requested" in case.kinds(OFFICIAL, SIGN)


def test_a_corrected_applicant_is_looked_up_anew_and_settles_it() -> None:
    """After a correction the applicant is checked again, and the new answer counts."""
    case = differing()
    case.when(DESK, CorrectEntry(correction=CorrectApplicant(value="b" * 64), legal_basis="Sai số định danh"))
    assert case.dossier.applicant.identity is Identity.WANTED
    assert TO_DO not in case.work()
    case.when(ENGINE, RecordIdentity(effect="identity/2", matches=True))
    assert "signature_requested" in case.kinds(OFFICIAL, SIGN)


def test_a_database_that_does_not_answer_stops_nothing() -> None:
    """Only a difference stops the signature; a missing answer does not."""
    case = accepted(KNOWN_ONLY)
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    assert "signature_requested" in case.kinds(OFFICIAL, SIGN)


def test_only_the_head_or_the_official_answers_for_it_and_only_while_it_is_in_doubt() -> None:
    """Only the head or the official may confirm an identity, and only while it differs."""
    case = differing()
    assert case.refused(OFFICER, GOING_ON) == "wrong_role"
    assert case.refused(CLERK, GOING_ON) == "wrong_role"
    case.when(OFFICIAL, GOING_ON)
    assert case.refused(HEAD, GOING_ON) == "identity_not_in_doubt"


def test_a_run_of_the_first_revision_is_not_stopped() -> None:
    """A dossier of the first revision is decided as before this rule."""
    case = differing()
    first = Context(now=case.now, actor=OFFICIAL, rulebook=RULEBOOK, revision=Revision.FIRST)
    act = Act(command_id=uuid4(), actor=OFFICIAL, command=SIGN)
    assert decide(case.dossier, act, first)
    with pytest.raises(Exception, match="identity_differs"):
        decide(case.dossier, act, replace(first, revision=Revision.SECOND))


def test_a_rule_that_does_not_ask_for_it_keeps_its_hash() -> None:
    """A rule with the parameter's default has the same text and hash as before."""
    assert "identity_must_match" not in LOOKED_UP.model_dump_json()
    assert content_hash(LOOKED_UP) != content_hash(KNOWN_ONLY)


@pytest.mark.parametrize("channel", Channel)
def test_what_a_missing_document_is_advised_to_do_is_not_refused(channel: Channel) -> None:
    """The advice for a missing document works: a supplement online, a corrected entry at the desk and by post."""
    case = submitted(FREE, channel=channel, documents=())
    assert case.refused(DESK, Accept()) == "missing_document"
    if channel is Channel.ONLINE:
        assert case.when(DESK, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    else:
        entered = CorrectDocuments(value=(SubmittedDocument(code="don"),))
        case.when(DESK, CorrectEntry(correction=entered, legal_basis="Điều 17"))
        assert "dossier_accepted" in case.kinds(DESK, Accept())
