"""Tests of extensions and of corrected entries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Assign,
    BroughtOver,
    CorrectApplicant,
    CorrectDocuments,
    CorrectEntry,
    Correction,
    CorrectMatter,
    CorrectReceivedAt,
    Extend,
    HandOver,
    ReceiveSupplement,
    Sign,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.events import DeadlineExtended, EntryCorrected
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import RecordIdentity
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import Identity
from domain.dossier.viewing import view_of
from domain.organisation.routing import Matter
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE
from domain.rules.rulebook import rule_text
from tests.support.given import (
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    Case,
    a_submission,
    accepted,
    processing,
    ready_to_sign,
    resolved,
    submitted,
    supplement_asked,
)
from tests.support.small_province import (
    CAPPED,
    CAREFUL,
    CENTRE,
    FREE,
    HA_NAM,
    HALF_AS_LONG,
    LOCAL,
    PAID,
    PHU_LY,
    PROMISED_ANEW,
    RULEBOOK,
    UNLIMITED,
    UNSIGNED,
    at,
)


def extend(day: int) -> Extend:
    """An extension until a day of July 2025."""
    return Extend(until=date(2025, 7, day), legal_basis="Điều 6")


def correct(correction: Correction) -> CorrectEntry:
    """A correction with a legal basis, and the reason in the vault."""
    return CorrectEntry(correction=correction, legal_basis="Điều 3", note="e" * 64)


def received(text: str) -> CorrectEntry:
    """A correction of the time of receipt."""
    return correct(CorrectReceivedAt(value=at(text)))


def accepted_a_day_later(procedure: Procedure = FREE, **changes: Any) -> Case:
    """Given: submitted on Monday 7 July at 08:00, accepted on Tuesday at 08:00."""
    case = submitted(procedure, **changes).until("2025-07-08 08:00")
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    return case


def brought_over(text: str) -> Case:
    """Given: received elsewhere at that instant, submitted here on Monday 7 July and accepted a day later."""
    return accepted_a_day_later(brought_over=BroughtOver(system="cu", code="CU-1", received_at=at(text)))


def test_extended_once_to_the_close_of_a_later_day() -> None:
    """An extension ends at the close of its day, the printed promise does not change, and a second extension is
    refused."""
    case = accepted()
    printed = case.dossier.deadlines.printed_promise
    (event,) = case.when(HEAD, extend(18))
    assert isinstance(event, DeadlineExtended)
    assert (
        event.until
        == case.dossier.deadlines.extended_until
        == case.dossier.deadlines.statutory_due
        == at("2025-07-18 17:00")
    )
    assert case.dossier.deadlines.printed_promise == printed
    assert case.refused(HEAD, extend(25)) == "already_extended"


def test_decided_one_working_day_before_expiry() -> None:
    """For a due date of Monday 14 July 08:00, an extension on Friday at 08:00 is in time, and a minute later is not."""
    assert accepted().until("2025-07-11 08:00").kinds(HEAD, extend(18)) == ["deadline_extended"]
    assert accepted().until("2025-07-11 08:01").refused(HEAD, extend(18)) == "extension_too_late"
    assert accepted().until("2025-07-15 08:00").refused(HEAD, extend(18)) == "extension_too_late"


@pytest.mark.parametrize(
    ("procedure", "last"),
    [(FREE, "2025-07-21"), (PROMISED_ANEW, "2025-07-21"), (CAPPED, "2025-07-11"), (HALF_AS_LONG, "2025-07-16")],
)
def test_an_extension_is_at_most_as_long_again(procedure: Procedure, last: str) -> None:
    """An extension is at most the limit again, or the policy's share of it; a promise of 16 hours gets 16 hours
    more."""
    day = date.fromisoformat(last)
    longer = Extend(until=day + timedelta(days=1 if day.weekday() < 4 else 3), legal_basis="Điều 6")
    assert accepted(procedure).refused(HEAD, longer) == "extension_too_long"
    assert accepted(procedure).refused(HEAD, Extend(until=date(2028, 7, 3), legal_basis="Điều 6")) == (
        "extension_too_long"
    )
    case = accepted(procedure)
    assert case.kinds(HEAD, Extend(until=day, legal_basis="Điều 6")) == ["deadline_extended"]
    assert case.dossier.deadlines.extended_until == at(f"{last} 17:00")


def test_the_policy_says_how_often_how_early_and_by_whom() -> None:
    """The policy may allow two extensions, two working days ahead, by the head only, and with the text of the
    apology."""
    case = accepted(CAREFUL)
    apology = Extend(until=date(2025, 7, 15), legal_basis="Điều 6", note="e" * 64)
    assert case.refused(HEAD, extend(15)) == "extension_without_apology"
    assert case.refused(OFFICIAL, apology) == "wrong_role"
    assert accepted(CAREFUL).until("2025-07-10 08:01").refused(HEAD, apology) == "extension_too_late"
    case.when(HEAD, apology)
    case.when(HEAD, apology.model_copy(update={"until": date(2025, 7, 16)}))
    assert case.dossier.deadlines.statutory_due == at("2025-07-16 17:00")
    third = apology.model_copy(update={"until": date(2025, 7, 17)})
    assert case.refused(HEAD, third) == "already_extended"


def test_an_ordinary_policy_leaves_the_rule_its_name() -> None:
    """A procedure without its own extension policy keeps the hash it had before policies were parameters."""
    assert "extension" not in rule_text(FREE)
    assert "extension" in rule_text(CAREFUL)


def test_the_new_date_is_later() -> None:
    """An extension that ends before the due date is refused."""
    assert accepted().refused(HEAD, extend(11)) == "extension_not_later"


def test_a_promise_that_was_missed_stays_missed() -> None:
    """After a missed promise the statutory date can still be extended, but the promise does not move."""
    case = accepted().until("2025-07-10 08:00")
    case.when(HEAD, extend(18))
    assert case.dossier.deadlines.promised_due == at("2025-07-09 08:00")
    assert case.dossier.deadlines.statutory_due == at("2025-07-18 17:00")


def test_only_what_has_a_deadline_is_extended() -> None:
    """A dossier without any limit cannot be extended."""
    assert accepted(UNLIMITED).refused(HEAD, extend(18)) == "no_deadline_to_extend"
    assert accepted(UNSIGNED).kinds(HEAD, extend(18)) == ["deadline_extended"]


def test_a_wrong_date_of_receipt_is_corrected_and_the_clocks_counted_anew() -> None:
    """After a correction of the receipt the due dates follow the new date, the ledger keeps the old one, and the
    printed promise does not change."""
    case = accepted_a_day_later()
    (event,) = case.when(DESK, received("2025-07-07 08:00"))
    assert isinstance(event, EntryCorrected)
    assert event.received_before == at("2025-07-08 08:00")
    assert event.due.statutory == case.dossier.deadlines.statutory_due == at("2025-07-14 08:00")
    assert case.dossier.deadlines.printed_promise == at("2025-07-10 08:00")
    assert case.events[1].kind == "dossier_accepted"


def test_a_date_of_receipt_is_past_and_there_is_one() -> None:
    """A corrected receipt must not be in the future, outside the calendar, or before any intake."""
    assert accepted().refused(DESK, received("2025-07-09 08:00")) == "date_in_future"
    assert brought_over("2025-07-01 08:00").refused(DESK, received("1999-07-09 08:00")) == "before_calendar"
    assert submitted().refused(DESK, received("2025-07-06 08:00")) == "no_receipt_to_correct"


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("2025-07-07 07:59", False),
        ("2025-07-07 08:00", True),
        ("2025-07-08 08:00", True),
        ("2025-07-08 08:01", False),
    ],
)
def test_a_receipt_lies_between_submission_and_acceptance(text: str, possible: bool) -> None:
    """A dossier received here was received between its submission and its acceptance."""
    case = accepted_a_day_later().until("2025-07-20 08:00")
    if possible:
        assert case.kinds(DESK, received(text)) == ["entry_corrected"]
    else:
        assert case.refused(DESK, received(text)) == "receipt_not_possible"


def test_what_was_received_elsewhere_was_received_before_it_came_here() -> None:
    """A dossier received elsewhere was received on any day before its submission here, and not after it."""
    assert brought_over("2025-07-01 08:00").kinds(DESK, received("2025-06-30 08:00")) == ["entry_corrected"]
    assert brought_over("2025-07-01 08:00").kinds(DESK, received("2025-07-07 08:00")) == ["entry_corrected"]
    assert brought_over("2025-07-01 08:00").refused(DESK, received("2025-07-07 09:00")) == "receipt_not_possible"


def test_a_receipt_after_a_pause_began_is_refused() -> None:
    """A pause begins after acceptance, and so after every possible receipt."""
    case = accepted_a_day_later()
    case.when(HEAD, Assign(person=OFFICER.person))
    case.until("2025-07-08 10:00").when(HEAD, Suspend(legal_basis="Điều 5"))
    assert case.until("2025-07-09 10:00").refused(HEAD, received("2025-07-08 11:00")) == "receipt_not_possible"


def test_what_was_late_and_escalated_stays_so() -> None:
    """A later corrected receipt takes no lateness away: the earlier date still binds."""
    case = brought_over("2025-07-01 08:00").until("2025-07-09 08:00")
    assert case.tick() == ["deadline_warned", "dossier_escalated", "dossier_escalated", "dossier_escalated"]
    due, since = case.dossier.deadlines.statutory_due, view_of(case.dossier, RULEBOOK).overdue_statutory_from
    assert due == at("2025-07-08 08:00")
    (event,) = case.when(DESK, received("2025-07-07 08:00"))
    assert isinstance(event, EntryCorrected)
    assert (event.due.statutory, case.dossier.deadlines.statutory_due) == (due, due)
    assert view_of(case.dossier, RULEBOOK).overdue_statutory_from == since
    assert [one.rung for one in case.dossier.deadlines.fired] == ["warn", "expiry", "centre", "committee"]
    assert case.dossier.deadlines.timing is not None
    assert case.dossier.deadlines.timing.received_at == at("2025-07-07 08:00")


def test_correcting_the_receipt_needs_its_reason() -> None:
    """A correction of the receipt needs a reason besides the legal basis, and the old entry stays visible."""
    bare = CorrectEntry(correction=CorrectReceivedAt(value=at("2025-07-07 09:00")), legal_basis="Điều 3")
    case = accepted_a_day_later()
    assert case.refused(DESK, bare) == "correction_without_reason"
    case.when(DESK, received("2025-07-07 09:00"))
    assert case.dossier.deadlines.timing is not None
    (recorded,) = case.dossier.deadlines.timing.corrections
    assert (recorded.before, recorded.after, recorded.binds) == (at("2025-07-08 08:00"), at("2025-07-07 09:00"), False)


def test_a_run_of_the_first_release_corrects_as_it_did() -> None:
    """Under the first revision a later receipt moved the date and the earlier date did not bind; replay repeats it."""
    case = brought_over("2025-07-01 08:00")
    bare = CorrectEntry(correction=CorrectReceivedAt(value=at("2025-07-07 11:00")), legal_basis="Điều 3")
    act = Act(command_id=uuid4(), actor=DESK, command=bare)
    context = Context(now=case.now, actor=DESK, rulebook=RULEBOOK, revision=Revision.FIRST)
    (event,) = decide(case.dossier, act, context)
    after = evolve_all(case.dossier, [event])
    assert after.deadlines.statutory_due == at("2025-07-14 11:00")
    assert after.deadlines.timing is not None
    assert after.deadlines.timing.receipts == (at("2025-07-07 11:00"),)


def test_a_corrected_matter_is_routed_anew_and_no_clock_restarts() -> None:
    """A corrected matter is routed again: the dates stay, the authority changes, and the officer is unassigned."""
    case = processing()
    due = case.dossier.deadlines.promised_due
    assert case.kinds(DESK, correct(CorrectMatter(value=Matter(territory=PHU_LY)))) == [
        "entry_corrected",
        "dossier_routed",
    ]
    assert (case.dossier.routing.competent, case.dossier.routing.responsible, case.dossier.routing.crossing) == (
        PHU_LY,
        PHU_LY,
        False,
    )
    assert (case.dossier.deadlines.promised_due, case.dossier.processing.assignee) == (due, None)
    assert case.work() == [("complete_step", PHU_LY, "specialist")]


@pytest.mark.parametrize("revision", [CURRENT, Revision.THIRD])
def test_a_handover_that_the_corrected_matter_makes_pointless_lapses(revision: int) -> None:
    """The ward to which the desk sent the dossier by mistake cannot take it over any more, and the desk has it. Until
    the third revision that ward became competent by acknowledging."""
    case = submitted()
    case.when(DESK, Accept())
    case.revision = revision
    case.when(DESK, correct(CorrectMatter(value=Matter(territory=PHU_LY))))
    assert (case.dossier.routing.competent, case.dossier.routing.responsible) == (PHU_LY, PHU_LY)
    assert (case.dossier.handovers.open is None) is (revision == CURRENT)
    if revision == CURRENT:
        assert case.work() == [("complete_step", PHU_LY, "specialist")]
        assert case.refused(HEAD, AcknowledgeHandover()) == "no_handover"


def test_after_a_correction_the_desk_hands_over_anew() -> None:
    """A handover to another ward than the corrected matter's lapses, and the ward of the matter must acknowledge."""
    case = accepted()
    case.when(HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    case.when(HEAD_OF_DESK, AcknowledgeHandover())
    case.when(HEAD_OF_DESK, HandOver(unit=CENTRE, legal_basis="Điều 4"))
    case.when(DESK, correct(CorrectMatter(value=Matter(territory=HA_NAM))))
    lapsed, renewed = case.dossier.handovers.sent[-2:]
    assert (lapsed.to_unit, lapsed.lapsed_at) == (CENTRE, case.now)
    assert (renewed.from_unit, renewed.to_unit, renewed.open) == (PHU_LY, HA_NAM, True)
    assert case.kinds(HEAD, AcknowledgeHandover()) == ["handover_acknowledged"]


def test_a_matter_known_at_last_leaves_the_coordination_queue() -> None:
    """A dossier in the coordination queue goes to the competent authority once its territory is known."""
    case = submitted(matter=Matter())
    case.when(DESK, Accept())
    waiting = case.dossier
    assert (waiting.routing.competent, waiting.routing.queue) == (None, CENTRE)
    case.when(DESK, correct(CorrectMatter(value=Matter(territory=HA_NAM))))
    assert (case.dossier.routing.competent, case.dossier.routing.queue) == (HA_NAM, None)


def test_the_same_authority_is_not_routed_to_again() -> None:
    """A correction that does not change the authority is not routed, also before intake."""
    matter = correct(CorrectMatter(value=Matter(territory=HA_NAM, address="Tổ 3")))
    assert processing().kinds(DESK, matter) == ["entry_corrected"]
    assert submitted().kinds(DESK, matter) == ["entry_corrected"]
    assert submitted().refused(DESK, correct(CorrectMatter(value=Matter(territory="99999")))) == "unknown_unit"


def test_a_matter_is_not_corrected_while_the_result_is_signed() -> None:
    """While the result is being signed, the matter cannot be corrected."""
    case = ready_to_sign()
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    refused = case.refused(HEAD, correct(CorrectMatter(value=Matter(territory=PHU_LY))))
    assert refused == "signature_under_way"


def test_a_corrected_matter_does_not_break_the_boundary_policy() -> None:
    """A correction cannot move a dossier that must be received where it is resolved."""
    case = submitted(LOCAL, received_by=HA_NAM)
    desk = DESK.model_copy(update={"unit": HA_NAM})
    assert case.refused(desk, correct(CorrectMatter(value=Matter(territory=PHU_LY)))) == "not_received_here"


def test_a_corrected_applicant_is_verified_anew() -> None:
    """A corrected applicant is checked again, and a late answer about the old particulars is dropped."""
    case = accepted(PAID)
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=True))
    case.when(DESK, correct(CorrectApplicant(value="b" * 64)))
    applicant = case.dossier.applicant
    assert (applicant.commitment, applicant.identity) == ("b" * 64, Identity.WANTED)
    assert "identity/2" in case.effects()
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=True)) == []
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/2", matches=True)) == ["identity_verified"]
    free = accepted()
    free.when(DESK, correct(CorrectApplicant(value="b" * 64)))
    assert free.dossier.applicant.identity is Identity.NOT_NEEDED


def test_corrected_papers() -> None:
    """The list of documents can be corrected, for instance when one was entered twice."""
    papers = (SubmittedDocument(code="don", original=True),)
    case = processing()
    case.when(DESK, correct(CorrectDocuments(value=papers)))
    assert case.dossier.intake.documents == papers


def test_corrected_papers_are_those_that_intake_requires() -> None:
    """Corrected documents must be complete after intake, belong to the procedure, and be there once."""
    case = processing()
    don, other = SubmittedDocument(code="don"), SubmittedDocument(code="to-roi")
    assert case.refused(DESK, correct(CorrectDocuments(value=()))) == "document_left_out"
    assert case.refused(DESK, correct(CorrectDocuments(value=(don, other)))) == "unknown_document"
    assert case.refused(DESK, correct(CorrectDocuments(value=(don, don)))) == "document_twice"
    assert submitted().kinds(DESK, correct(CorrectDocuments(value=()))) == ["entry_corrected"]
    assert submitted().refused(DESK, correct(CorrectDocuments(value=(other,)))) == "unknown_document"


def test_papers_are_known_wherever_they_are_stated() -> None:
    """A document that the procedure does not have is refused in a submission and in a supplement."""
    don, other = SubmittedDocument(code="don"), SubmittedDocument(code="to-roi")
    assert Case().refused(CITIZEN, a_submission(documents=(other,))) == "unknown_document"
    assert Case().refused(CITIZEN, a_submission(documents=(don, don))) == "document_twice"
    assert supplement_asked().refused(DESK, ReceiveSupplement(documents=(don, other))) == "unknown_document"
    assert supplement_asked().refused(DESK, ReceiveSupplement(documents=(don, don))) == "document_twice"


def test_a_corrected_matter_still_has_an_authority() -> None:
    """A correction to an empty matter or an unusable address is refused."""
    case = processing()
    for matter in (Matter(), Matter(address="đâu đó")):
        assert case.refused(DESK, correct(CorrectMatter(value=matter))) == "matter_without_authority"
    waiting = submitted(matter=Matter())
    waiting.when(DESK, Accept())
    assert waiting.kinds(DESK, correct(CorrectMatter(value=Matter(address="đâu đó")))) == ["entry_corrected"]


def test_particulars_that_were_never_kept_are_no_correction() -> None:
    """A correction needs a commitment to particulars that are stored in the vault."""
    assert processing().refused(DESK, correct(CorrectApplicant())) == "applicant_not_kept"


def test_what_has_ended_is_not_corrected() -> None:
    """After the result or the end of a dossier its entries cannot be corrected."""
    correction = correct(CorrectDocuments(value=()))
    assert resolved().refused(DESK, correction) == "wrong_state"
    withdrawn = processing()
    withdrawn.when(CITIZEN, Withdraw())
    assert withdrawn.refused(DESK, correction) == "wrong_state"
    assert processing().refused(OFFICER, correction) == "wrong_role"
