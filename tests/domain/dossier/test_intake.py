"""Tests of intake: received by any unit, accepted with the rules of the day, refused with a legal basis."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import Accept, BroughtOver, CorrectEntry, CorrectMatter, Refuse, SubmittedDocument
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.events import DossierAccepted, DossierRouted
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import RecordIdentity
from domain.dossier.revision import Revision
from domain.dossier.state import Identity, State
from domain.errors import InvalidInput
from domain.organisation.routing import Matter
from domain.roles import ENGINE, Actor, Role
from tests.support.given import CITIZEN, DESK, MONDAY, Case, a_submission, accepted, submitted
from tests.support.small_province import (
    CENTRE,
    FREE,
    HA_NAM,
    LOCAL,
    PAID,
    PAID_LATER,
    PHU_LY,
    RULEBOOK,
    UNSIGNED,
    at,
    pins,
)


def brought_over(received: str) -> BroughtOver:
    """A dossier of an older system, received there at this instant."""
    return BroughtOver(system="old", code="CU-1", received_at=at(received))


def test_any_centre_receives_for_any_other() -> None:
    """Ward Phủ Lý may receive a matter of ward Hà Nam: both are recorded, and the crossing with readable reasons."""
    case = submitted()
    accepted_event, routed = case.when(DESK, Accept())
    assert isinstance(accepted_event, DossierAccepted)
    assert isinstance(routed, DossierRouted)
    assert (case.dossier.routing.received_by, case.dossier.routing.competent, case.dossier.routing.crossing) == (
        PHU_LY,
        HA_NAM,
        True,
    )
    assert routed.reasons
    assert all(reason.text.vi and reason.text.en for reason in routed.reasons)


def test_a_territory_and_an_address_name_one_place() -> None:
    """A territory that contradicts the address is refused with both, at submission and in a correction."""
    there = Matter(territory=HA_NAM, address="Thôn 3, phường Phủ Lý")
    with pytest.raises(InvalidInput, match="territory_contradicts_address") as refusal:
        Case().when(CITIZEN, a_submission(matter=there))
    assert refusal.value.facts == {"territory": HA_NAM, "name": "Phường Hà Nam", "address": "Phường Phủ Lý"}
    corrected = CorrectEntry(correction=CorrectMatter(value=there), legal_basis="Điều 3")
    assert submitted().refused(DESK, corrected) == "territory_contradicts_address"
    assert accepted().refused(DESK, corrected) == "territory_contradicts_address"
    for address in ("Thôn 3, phường Hà Nam", "đâu đó", "Phường"):
        case = Case()
        case.when(CITIZEN, a_submission(matter=Matter(territory=HA_NAM, address=address)))
        assert case.dossier.state is State.SUBMITTED


def test_an_earlier_release_reads_an_address_as_it_did() -> None:
    """A run of release 0.1 reads addresses as it did, so its dossier stays in the coordination queue."""
    for revision, competent in ((Revision.FIRST, None), (Revision.SECOND, HA_NAM)):
        matter, case = Matter(address="P Ha Nam"), Case()
        for actor, command in ((CITIZEN, a_submission(matter=matter)), (DESK, Accept())):
            act = Act(command_id=uuid4(), actor=actor, command=command)
            context = Context(now=case.now, actor=actor, rulebook=RULEBOOK, revision=revision)
            case.dossier = evolve_all(case.standing, decide(case.standing, act, context))
        assert case.dossier.routing.competent == competent


def test_a_procedure_may_be_received_only_where_it_is_resolved() -> None:
    """The boundary policy of the procedure applies at submission and when the matter is corrected."""
    assert Case().refused(CITIZEN, a_submission(LOCAL)) == "not_received_here"
    case = Case()
    case.when(CITIZEN, a_submission(LOCAL, received_by=HA_NAM))
    assert case.dossier.state is State.SUBMITTED


def test_the_one_who_assists_is_recorded_and_the_applicant_is_kept() -> None:
    """A desk that files for a citizen submits in its own name, and the applicant is recorded."""
    case = Case()
    case.when(DESK, a_submission(assisted_by=PHU_LY, received_by=CENTRE))
    assert (case.dossier.intake.assisted_by, case.dossier.routing.received_by) == (PHU_LY, CENTRE)
    assert case.dossier.applicant.submitted_by is None
    assert case.dossier.applicant.commitment == "a" * 64


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"received_by": "99999"}, "unknown_unit"),
        ({"assisted_by": "99999"}, "unknown_unit"),
        ({"matter": Matter(territory="99999")}, "unknown_unit"),
        ({"case": 2}, "channel_not_offered"),
        ({"pins": pins(PAID)}, "pins_of_another_procedure"),
        ({"pins": pins(FREE).model_copy(update={"calendar": "0" * 64})}, "unknown_rule"),
        ({"brought_over": brought_over("2025-07-08 08:00")}, "date_in_future"),
        ({"brought_over": brought_over("1990-01-02 08:00")}, "before_calendar"),
    ],
)
def test_what_cannot_be_right_is_refused_at_the_door(changes: dict[str, Any], code: str) -> None:
    """A submission with an unknown unit, another procedure's rules or an impossible date is refused."""
    assert Case().refused(CITIZEN, a_submission(**changes)) == code


def test_a_desk_files_in_its_own_unit() -> None:
    """A desk submits only for the unit that receives or assists."""
    assert Case().refused(DESK, a_submission(received_by=HA_NAM)) == "wrong_unit"


def test_the_clocks_start_with_valid_intake() -> None:
    """The clocks start at acceptance, so the night between submission and acceptance does not count."""
    case = Case().until("2025-07-07 19:00")
    case.when(CITIZEN, a_submission())
    assert case.dossier.deadlines.statutory_due is None
    case.until("2025-07-08 08:00").when(DESK, Accept())
    assert case.dossier.deadlines.statutory_due == at("2025-07-15 08:00")
    assert case.dossier.deadlines.promised_due == at("2025-07-10 08:00")
    assert case.dossier.deadlines.printed_promise == case.dossier.deadlines.promised_due


def test_a_dossier_brought_over_keeps_its_date_of_receipt() -> None:
    """A dossier of an older system keeps its date of receipt, and may be late at once."""
    case = submitted(brought_over=brought_over("2025-06-23 08:00"))
    case.when(DESK, Accept())
    assert case.dossier.deadlines.statutory_due == at("2025-06-30 08:00")
    assert case.dossier.intake.brought_over_from == "old"
    assert case.reaction().wake_up is not None
    assert "dossier_escalated" in case.tick()


def test_a_missing_paper_stops_the_intake() -> None:
    """A dossier without a required document is not accepted, and the refusal names the document."""
    case = submitted(documents=())
    assert case.refused(DESK, Accept()) == "missing_document"


@pytest.mark.parametrize(
    ("codes", "code"),
    [(("khac",), "unknown_document"), (("don", "don"), "document_twice"), (("don", "x"), "unknown_document")],
)
def test_papers_are_those_of_the_procedure_and_each_stands_once(codes: tuple[str, ...], code: str) -> None:
    """Unknown or repeated documents are refused at submission; a dossier of the first revision is decided as before."""
    papers = tuple(SubmittedDocument(code=one) for one in codes)
    assert Case().refused(CITIZEN, a_submission(documents=papers)) == code
    act = Act(command_id=uuid4(), actor=CITIZEN, command=a_submission(documents=papers))
    context = Context(now=MONDAY, actor=CITIZEN, rulebook=RULEBOOK, revision=Revision.FIRST)
    assert [event.kind for event in decide(Case().standing, act, context)] == ["dossier_submitted"]


@pytest.mark.parametrize(
    "basis", ["Điều 9\n12/07/2025 Ký số", "Điều \x1b[2K9", "Điều\u202e 9", "Điều 9\u200b", "Điều\u20289"]
)
def test_a_text_that_nobody_sees_whole_is_refused(basis: str) -> None:
    """A text with invisible characters is refused on every way in; a stored command is decided as before."""
    case = submitted()
    refused = Refuse(legal_basis=basis)
    assert case.refused(DESK, refused) == "control_character"
    act = Act(command_id=uuid4(), actor=DESK, command=refused)
    context = Context(now=MONDAY, actor=DESK, rulebook=RULEBOOK, revision=Revision.FIRST)
    assert [event.kind for event in decide(case.dossier, act, context)] == ["dossier_refused"]


def test_a_fee_may_be_asked_for_later_and_is_not_forgotten() -> None:
    """When the fee is requested after intake, processing starts at once and the fee is recorded."""
    case = accepted(PAID_LATER)
    assert (case.dossier.state, case.dossier.fees.fee) == (State.ACCEPTED, 20_000)


def test_accepted_under_the_rules_of_another_procedure_is_refused() -> None:
    """At intake newer rules may be pinned, but only rules of the same procedure."""
    case = submitted()
    assert case.refused(DESK, Accept(pins=pins(UNSIGNED))) == "pins_of_another_procedure"
    case.when(DESK, Accept(pins=pins(FREE)))
    assert case.dossier.pins == pins(FREE)


def test_unknown_competence_goes_to_the_coordination_queue() -> None:
    """Without a territory the provincial centre has the dossier in its queue, and the clocks run."""
    case = submitted(matter=Matter())
    case.when(DESK, Accept())
    assert (case.dossier.routing.competent, case.dossier.routing.queue, case.dossier.routing.responsible) == (
        None,
        CENTRE,
        CENTRE,
    )
    assert case.dossier.deadlines.promised_due is not None
    assert ("hand_over", CENTRE, "coordinator") in case.work()


def test_refused_at_intake_only_with_a_reason_in_law() -> None:
    """A refusal at intake needs a legal basis, ends the dossier, and is possible only before acceptance."""
    case = submitted()
    refused = case.when(DESK, Refuse(legal_basis="Khoản 3 Điều 17 Nghị định 61/2018/NĐ-CP", note="f" * 64))
    assert [event.note for event in refused] == ["f" * 64]
    assert (case.dossier.state, case.dossier.closed) == (State.REFUSED, True)
    assert accepted().refused(DESK, Refuse(legal_basis="Điều 1")) == "wrong_state"


def test_identity_is_asked_once_and_never_holds_the_dossier_up() -> None:
    """The population database is asked once after intake if the procedure needs it, and the dossier does not wait
    for it."""
    case = accepted(PAID)
    assert "identity/1" in case.effects()
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=False)) == ["identity_verified"]
    assert case.dossier.applicant.identity is Identity.DIFFERS
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=True)) == []
    assert "identity/1" not in accepted(FREE).effects()


def test_only_the_receiving_desk_accepts() -> None:
    """Only the desk that received a dossier may accept it."""
    desk_of_ha_nam = Actor(person="desk.hanam", role=Role.RECEPTION, unit=HA_NAM)
    assert submitted().refused(desk_of_ha_nam, Accept()) == "wrong_unit"
