"""Extended once with an apology; a wrong entry corrected beside the old one."""

from __future__ import annotations

from datetime import date

from domain.dossier.commands import (
    Accept,
    CorrectApplicant,
    CorrectDocuments,
    CorrectEntry,
    Correction,
    CorrectMatter,
    CorrectReceivedAt,
    Extend,
    Sign,
    SubmittedDocument,
    Withdraw,
)
from domain.dossier.events import DeadlineExtended, EntryCorrected
from domain.dossier.outcomes import RecordIdentity
from domain.dossier.state import Identity
from domain.organisation.routing import Matter
from tests.domain.dossier.given import (
    CITIZEN,
    DESK,
    DOCUMENT,
    ENGINE,
    HEAD,
    OFFICER,
    OFFICIAL,
    accepted,
    processing,
    ready_to_sign,
    resolved,
    submitted,
)
from tests.small_province import CENTRE, HA_NAM, LOCAL, PAID, PHU_LY, UNLIMITED, UNSIGNED, at


def extend(day: int) -> Extend:
    """To a day of July 2025."""
    return Extend(until=date(2025, 7, day), legal_basis="Điều 6")


def correct(correction: Correction) -> CorrectEntry:
    """With a legal basis."""
    return CorrectEntry(correction=correction, legal_basis="Điều 3")


def test_extended_once_to_the_close_of_a_later_day() -> None:
    """The new date is the close of that day; the printed promise stays as printed; a second time is refused."""
    case = accepted()
    printed = case.dossier.printed_promise
    (event,) = case.when(HEAD, extend(18))
    assert isinstance(event, DeadlineExtended)
    assert event.until == case.dossier.extended_until == case.dossier.statutory_due == at("2025-07-18 17:00")
    assert case.dossier.printed_promise == printed
    assert case.refused(HEAD, extend(25)) == "already_extended"


def test_decided_one_working_day_before_expiry() -> None:
    """Due on Monday 14 July at 08:00: decided on Friday at 08:00 is in time, a minute later is not."""
    assert accepted().until("2025-07-11 08:00").kinds(HEAD, extend(18)) == ["deadline_extended"]
    assert accepted().until("2025-07-11 08:01").refused(HEAD, extend(18)) == "extension_too_late"
    assert accepted().until("2025-07-15 08:00").refused(HEAD, extend(18)) == "extension_too_late"


def test_the_new_date_is_later() -> None:
    """An extension that ends before the due date is a mistake."""
    assert accepted().refused(HEAD, extend(11)) == "extension_not_later"


def test_a_promise_that_was_missed_stays_missed() -> None:
    """The statutory date can still be extended; the promise that has run out is not moved by it."""
    case = accepted().until("2025-07-10 08:00")
    case.when(HEAD, extend(18))
    assert case.dossier.promised_due == at("2025-07-09 08:00")
    assert case.dossier.statutory_due == at("2025-07-18 17:00")


def test_only_what_has_a_deadline_is_extended() -> None:
    """Where nothing is published and the province promised nothing, there is nothing to extend."""
    assert accepted(UNLIMITED).refused(HEAD, extend(18)) == "no_deadline_to_extend"
    assert accepted(UNSIGNED).kinds(HEAD, extend(18)) == ["deadline_extended"]


def test_a_wrong_date_of_receipt_is_corrected_and_the_clocks_counted_anew() -> None:
    """The old date stays in the ledger, the due dates follow the right one, and the printed promise does not move."""
    case = accepted().until("2025-07-08 08:00")
    (event,) = case.when(DESK, correct(CorrectReceivedAt(value=at("2025-07-04 08:00"))))
    assert isinstance(event, EntryCorrected)
    assert event.due.statutory == case.dossier.statutory_due == at("2025-07-11 08:00")
    assert case.dossier.printed_promise == at("2025-07-09 08:00")
    assert case.events[1].kind == "dossier_accepted"


def test_a_date_of_receipt_is_past_and_there_is_one() -> None:
    """No date in the future, none outside the calendar, and none to correct before intake."""
    future = correct(CorrectReceivedAt(value=at("2025-07-09 08:00")))
    assert accepted().refused(DESK, future) == "date_in_future"
    assert accepted().refused(DESK, correct(CorrectReceivedAt(value=at("1999-07-09 08:00")))) == "before_calendar"
    assert submitted().refused(DESK, correct(CorrectReceivedAt(value=at("2025-07-06 08:00")))) == (
        "no_receipt_to_correct"
    )


def test_a_corrected_matter_is_routed_anew_and_no_clock_restarts() -> None:
    """The parcel lies in Phủ Lý after all: same dossier, same dates, another authority; the officer is free."""
    case = processing()
    due = case.dossier.promised_due
    assert case.kinds(DESK, correct(CorrectMatter(value=Matter(territory=PHU_LY)))) == [
        "entry_corrected",
        "dossier_routed",
    ]
    assert (case.dossier.competent, case.dossier.responsible, case.dossier.crossing) == (PHU_LY, PHU_LY, False)
    assert (case.dossier.promised_due, case.dossier.assignee) == (due, None)
    assert case.work() == [("complete_step", PHU_LY, "specialist")]


def test_a_matter_known_at_last_leaves_the_coordination_queue() -> None:
    """The dossier waited for its territory: once it is known, it goes to the competent authority."""
    case = submitted(matter=Matter())
    case.when(DESK, Accept())
    waiting = case.dossier
    assert (waiting.competent, waiting.queue) == (None, CENTRE)
    case.when(DESK, correct(CorrectMatter(value=Matter(territory=HA_NAM))))
    assert (case.dossier.competent, case.dossier.queue) == (HA_NAM, None)


def test_the_same_authority_is_not_routed_to_again() -> None:
    """A correction that changes no competence is only a correction; before intake too."""
    matter = correct(CorrectMatter(value=Matter(territory=HA_NAM, address="Tổ 3")))
    assert processing().kinds(DESK, matter) == ["entry_corrected"]
    assert submitted().kinds(DESK, matter) == ["entry_corrected"]
    assert submitted().refused(DESK, correct(CorrectMatter(value=Matter(territory="99999")))) == "unknown_unit"


def test_a_matter_is_not_corrected_while_the_result_is_signed() -> None:
    """The key of one authority is at work: the competence does not change under it."""
    case = ready_to_sign()
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    refused = case.refused(HEAD, correct(CorrectMatter(value=Matter(territory=PHU_LY))))
    assert refused == "signature_under_way"


def test_a_corrected_matter_does_not_break_the_boundary_policy() -> None:
    """What may be received only where it is resolved does not come in by a correction."""
    case = submitted(LOCAL, received_by=HA_NAM)
    desk = DESK.model_copy(update={"unit": HA_NAM})
    assert case.refused(desk, correct(CorrectMatter(value=Matter(territory=PHU_LY)))) == "not_received_here"


def test_a_corrected_applicant_is_verified_anew() -> None:
    """What the population database said of other particulars says nothing of these; its late answer is dropped."""
    case = accepted(PAID)
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=True))
    case.when(DESK, correct(CorrectApplicant(value="b" * 64)))
    assert (case.dossier.applicant, case.dossier.identity) == ("b" * 64, Identity.WANTED)
    assert "identity/2" in case.effects()
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=True)) == []
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/2", matches=True)) == ["identity_verified"]
    free = accepted()
    free.when(DESK, correct(CorrectApplicant(value="b" * 64)))
    assert free.dossier.identity is Identity.NOT_NEEDED


def test_corrected_papers() -> None:
    """The list of papers can be put right, for instance one entered twice."""
    papers = (SubmittedDocument(code="don", original=True),)
    case = processing()
    case.when(DESK, correct(CorrectDocuments(value=papers)))
    assert case.dossier.documents == papers


def test_what_has_ended_is_not_corrected() -> None:
    """After the result, or the end, an entry is history."""
    correction = correct(CorrectDocuments(value=()))
    assert resolved().refused(DESK, correction) == "wrong_state"
    withdrawn = processing()
    withdrawn.when(CITIZEN, Withdraw())
    assert withdrawn.refused(DESK, correction) == "wrong_state"
    assert processing().refused(OFFICER, correction) == "wrong_role"
