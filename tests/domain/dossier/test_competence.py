"""Tests that only a competent unit does a step, and no unit while none is competent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.changed import changed
from domain.dossier import events as happened
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    AskOpinion,
    Assign,
    CompleteStep,
    CorrectEntry,
    CorrectMatter,
    Extend,
    GiveOpinion,
    HandOver,
    MoveToSuccessor,
    ReceiveSupplement,
    RefuseHandover,
    RejectResult,
    RequestPayment,
    RequestSupplement,
    Resolve,
    Resume,
    SendBackStep,
    Sign,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve
from domain.dossier.outcomes import EvaluateTimers, RecordFailure, RecordSeal, RecordSignature
from domain.dossier.react import react
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import Dossier, NotSubmitted, SigningStatus, State
from domain.dossier.viewing import view_of
from domain.errors import DomainError
from domain.organisation.merger import Closing, Merger, Opening, merged
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter
from domain.organisation.units import Mandate, Successor, Unit, UnitLevel
from domain.procedures.procedure import Level, Procedure
from domain.roles import ENGINE, Actor, Role
from domain.rules.rulebook import Rulebook, content_hash
from tests.support.given import CITIZEN, DOCUMENT, MONDAY, HasDossier, a_submission
from tests.support.small_province import CALENDAR, ESCALATION, FIVE_DAYS, SINCE, a_procedure

LAW = "Điều 4"
DON = (SubmittedDocument(code="don"),)
COMMITTEE, CENTRE, WARD, OTHER, BUILDING, JUSTICE, LAND, BRANCH = "UB", "TT", "W1", "W2", "SXD", "STP", "VP", "CN"


def _unit(code: str, level: UnitLevel, parent: str | None) -> Unit:
    return Unit(code=code, name=f"Đơn vị {code}", level=level, parent=parent, authority_id=code, valid_from=SINCE)


BIRTH = a_procedure("2.1", FIVE_DAYS, 0)
PERMIT = a_procedure("2.2", FIVE_DAYS, 0, level=Level.PROVINCE, specialised_authority=BUILDING)
MANDATED = a_procedure("2.3", FIVE_DAYS, 0, level=Level.PROVINCE, specialised_authority=LAND)
PAID = a_procedure("2.4", FIVE_DAYS, 20_000)
PROCEDURES = (BIRTH, PERMIT, MANDATED, PAID)
FIRST = Organisation(
    units=(
        _unit(COMMITTEE, UnitLevel.PROVINCIAL_COMMITTEE, None),
        _unit(CENTRE, UnitLevel.PROVINCIAL_CENTRE, COMMITTEE),
        _unit(WARD, UnitLevel.WARD, CENTRE),
        _unit(OTHER, UnitLevel.WARD, JUSTICE),  # a parent of another field: it supervises, and may not sign
        _unit(BUILDING, UnitLevel.DEPARTMENT, CENTRE),
        _unit(JUSTICE, UnitLevel.DEPARTMENT, CENTRE),
        _unit(LAND, UnitLevel.DEPARTMENT, CENTRE),
        _unit(BRANCH, UnitLevel.DEPARTMENT, LAND),
    ),
    mandates=(Mandate(code="m", giver=LAND, receiver=BRANCH, procedures=("2.3",), source="1/QĐ", valid_from=SINCE),),
)
COULD_HAVE = {"2.1": {WARD, OTHER}, "2.2": {BUILDING}, "2.3": {LAND, BRANCH}, "2.4": {WARD, OTHER}}
MAY_FINISH_ABOVE = {
    "2.1": {CENTRE, COMMITTEE},
    "2.2": {CENTRE, COMMITTEE},
    "2.3": {CENTRE, COMMITTEE},
    "2.4": {CENTRE, COMMITTEE},
}
"""Written by hand, so that it does not come from the tested rule."""


def by(role: Role, unit: str, person: str = "p.1") -> Actor:
    """A person of a unit."""
    return Actor(person=person, role=role, unit=unit)


@dataclass
class Course(HasDossier):
    """A dossier in this province, with its events."""

    procedure: Procedure = BIRTH
    revision: int = CURRENT
    now: datetime = MONDAY
    rulebook: Rulebook = field(default_factory=lambda: Rulebook.of(FIRST, CALENDAR, ESCALATION, *PROCEDURES))
    standing: Dossier | NotSubmitted = field(default_factory=lambda: NotSubmitted("H42.W1-250707-0001"))
    events: list[AnyEvent] = field(default_factory=list)

    @classmethod
    def accepted(cls, procedure: Procedure = BIRTH, territory: str | None = WARD, **changes: Any) -> Course:
        """Given: accepted by ward W1 for a matter there, or for one of unknown territory."""
        course = cls(procedure=procedure, **changes)
        pins = {
            "procedure": content_hash(procedure), "calendar": content_hash(CALENDAR),
            "organisation": content_hash(FIRST), "escalation": content_hash(ESCALATION),
        }  # fmt: skip
        submission = a_submission(procedure, pins=pins, received_by=WARD, matter=Matter(territory=territory))
        course.when(CITIZEN, submission)
        course.when(by(Role.RECEPTION, WARD), Accept())
        return course

    def when(self, actor: Actor, command: Any) -> list[AnyEvent]:
        """Decides and applies a command."""
        act = Act(command_id=uuid4(), actor=actor, command=command)
        context = Context(now=self.now, actor=actor, rulebook=self.rulebook, revision=self.revision)
        new = decide(self.standing, act, context)
        for event in new:
            self.dossier = evolve(self.standing, event)
        self.events += new
        return new

    def tried(self, actor: Actor, command: Any) -> str:
        """The code of the refusal, or "done"."""
        try:
            self.when(actor, command)
        except DomainError as refusal:
            return refusal.code
        return "done"

    def work(self) -> list[tuple[str, str, str]]:
        """Act, unit and role of every work item."""
        return [(item.act, item.unit, item.role.value) for item in view_of(self.dossier, self.rulebook).work]


COORDINATOR = by(Role.COORDINATOR, CENTRE)
STEPS: list[tuple[Role, Any]] = [
    (Role.HEAD_OF_UNIT, Assign(person="p.1")),
    (Role.SPECIALIST, CompleteStep(step="process")),
    (Role.HEAD_OF_UNIT, Approve(step="approve")),
    (Role.HEAD_OF_UNIT, SendBackStep(to_step="process")),
    (Role.SPECIALIST, AskOpinion(unit=OTHER)),
    (Role.SPECIALIST, GiveOpinion(agrees=True)),
    (Role.SPECIALIST, RequestSupplement(documents=("don",), legal_basis=LAW)),
    (Role.SPECIALIST, RequestPayment(amount=20_000)),
    (Role.SIGNATORY, Sign(document=DOCUMENT, result_number="1-KS")),
    (Role.SIGNATORY, RejectResult(to_step="process")),
    (Role.CLERK, Resolve(result_number="1")),
    (Role.HEAD_OF_UNIT, Suspend(legal_basis=LAW)),
    (Role.HEAD_OF_UNIT, Resume()),
    (Role.HEAD_OF_UNIT, Stop(legal_basis=LAW)),
    (Role.HEAD_OF_UNIT, Extend(until=(MONDAY + timedelta(days=10)).date(), legal_basis=LAW)),
]
"""Every act by which an authority processes a dossier, with a role that may do it."""
AT_STEP: dict[type[Any], str | None] = {
    Approve: "approve",
    Sign: "sign",
    RejectResult: "sign",
    SendBackStep: "approve",
    Resolve: None,
}
IN_STATE: dict[type[Any], State] = {Resume: State.SUSPENDED}


@pytest.mark.parametrize(("role", "command"), STEPS, ids=lambda one: getattr(one, "kind", ""))
@pytest.mark.parametrize("unit", [CENTRE, WARD, COMMITTEE, BUILDING])
def test_nobody_takes_a_step_in_the_coordination_queue(unit: str, role: Role, command: Any) -> None:
    """In the coordination queue no unit, not even the centre or the desk, can do any step in any state."""
    course = Course.accepted(territory=None)
    state = IN_STATE.get(type(command), State.PROCESSING)
    at_step = AT_STEP.get(type(command), "process")
    processing = changed(course.dossier.processing, step=at_step)
    course.dossier = changed(course.dossier, state=state, processing=processing)
    assert course.tried(by(role, unit), command) == "no_competent_authority"


def test_the_queue_offers_coordination_and_nothing_else() -> None:
    """A dossier without an authority has one work item: the coordinator's."""
    course = Course.accepted(territory=None)
    assert course.work() == [("hand_over", CENTRE, "coordinator")]
    course.when(COORDINATOR, HandOver(unit=WARD, legal_basis=LAW))
    assert course.work() == [("acknowledge_handover", WARD, "reception")]


def test_what_is_no_step_goes_on_in_the_queue() -> None:
    """In the queue the desk can correct the matter, and the applicant can pay and withdraw."""
    course = Course.accepted(territory=None)
    correction = CorrectEntry(correction=CorrectMatter(value=Matter(territory=WARD)), legal_basis=LAW)
    assert course.tried(by(Role.RECEPTION, WARD), correction) == "done"
    assert course.dossier.routing.competent == WARD
    assert course.tried(by(Role.SPECIALIST, WARD), CompleteStep(step="process")) == "done"
    assert Course.accepted(territory=None).tried(CITIZEN, Withdraw()) == "done"
    assert ("pay", WARD, "applicant") in Course.accepted(PAID, territory=None).work()


def test_under_the_first_revision_it_was_as_it_was() -> None:
    """A run of release 0.1 replays as it was: it let the centre complete a step, and a department receive a birth."""
    old = Course.accepted(territory=None, revision=Revision.FIRST)
    assert old.tried(by(Role.SPECIALIST, CENTRE), CompleteStep(step="process")) == "done"
    old = Course.accepted(revision=Revision.FIRST)
    assert old.tried(by(Role.HEAD_OF_UNIT, WARD), HandOver(unit=BUILDING, legal_basis=LAW)) == "done"
    assert old.tried(by(Role.RECEPTION, BUILDING), AcknowledgeHandover()) == "done"
    assert old.dossier.routing.competent == BUILDING


def test_a_dossier_that_an_earlier_release_gave_to_a_wrong_unit_is_mended() -> None:
    """Under today's rules a wrong department does no step, and its head hands the dossier to a right unit."""
    course = Course.accepted(revision=Revision.FIRST)
    course.when(by(Role.HEAD_OF_UNIT, WARD), HandOver(unit=BUILDING, legal_basis=LAW))
    course.when(by(Role.RECEPTION, BUILDING), AcknowledgeHandover())
    course.revision = CURRENT
    assert course.tried(by(Role.SPECIALIST, BUILDING), CompleteStep(step="process")) == "no_competent_authority"
    assert course.work() == [("hand_over", BUILDING, "head_of_unit")]
    course.when(by(Role.HEAD_OF_UNIT, BUILDING), HandOver(unit=WARD, legal_basis=LAW))
    course.when(by(Role.RECEPTION, WARD), AcknowledgeHandover())
    assert course.tried(by(Role.SPECIALIST, WARD), CompleteStep(step="process")) == "done"


def test_an_open_handover_to_a_wrong_unit_can_only_be_refused() -> None:
    """A department that got a wrong handover under an earlier release can only refuse it."""
    course = Course.accepted(revision=Revision.FIRST)
    course.when(by(Role.HEAD_OF_UNIT, WARD), HandOver(unit=BUILDING, legal_basis=LAW))
    course.revision = CURRENT
    assert course.tried(by(Role.RECEPTION, BUILDING), AcknowledgeHandover()) == "unit_cannot_have_matter"
    assert course.tried(by(Role.SPECIALIST, BUILDING), CompleteStep(step="process")) == "unit_cannot_have_matter"
    assert course.tried(by(Role.RECEPTION, BUILDING), RefuseHandover(legal_basis=LAW)) == "done"
    assert course.dossier.routing.competent == WARD


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda one: one.code)
def test_a_handover_goes_to_who_could_have_it_or_to_coordination(procedure: Procedure) -> None:
    """A handover goes to a unit whose level and field fit, or to a centre for coordination."""
    for unit in FIRST.units:
        course = Course.accepted(procedure)
        holder = course.dossier.routing.competent or ""
        if course.dossier.handovers.open is not None:
            course.when(by(Role.RECEPTION, holder), AcknowledgeHandover())
        expected = "done" if unit.code in COULD_HAVE[procedure.code] | {CENTRE} else "unit_cannot_have_matter"
        result = course.tried(by(Role.HEAD_OF_UNIT, holder), HandOver(unit=unit.code, legal_basis=LAW))
        assert result == ("handover_to_itself" if unit.code == holder else expected), unit.code


def test_a_centre_that_is_handed_a_dossier_coordinates_it() -> None:
    """A dossier that a centre acknowledges is in the centre's queue, and the centre is not its authority."""
    course = Course.accepted()
    course.when(by(Role.HEAD_OF_UNIT, WARD), HandOver(unit=CENTRE, legal_basis=LAW))
    course.when(by(Role.RECEPTION, CENTRE), AcknowledgeHandover())
    assert (course.dossier.routing.competent, course.dossier.routing.queue) == (None, CENTRE)
    assert course.tried(COORDINATOR, HandOver(unit=CENTRE, legal_basis=LAW)) == "handover_to_itself"
    assert course.work() == [("hand_over", CENTRE, "coordinator")]


def test_an_opinion_is_asked_of_another_unit_with_its_ground() -> None:
    """An opinion is asked of communes, levels above or units that could have the matter; of others only with a legal
    basis, and never of the own unit."""
    course = Course.accepted()
    officer = by(Role.SPECIALIST, WARD)
    course.when(officer, CompleteStep(step="process"))
    assert course.tried(officer, AskOpinion(unit=WARD)) == "opinion_of_oneself"
    assert course.tried(officer, AskOpinion(unit=BUILDING)) == "opinion_without_ground"
    assert course.tried(officer, AskOpinion(unit=BUILDING, legal_basis="Điều 9 Luật Xây dựng")) == "done"
    asked = course.events[-1]
    assert isinstance(asked, happened.OpinionAsked)
    assert asked.legal_basis == "Điều 9 Luật Xây dựng"
    assert course.tried(officer, AskOpinion(unit=OTHER)) == "done"
    assert course.tried(officer, AskOpinion(unit=CENTRE)) == "done"


def failing_token(course: Course) -> happened.SigningHandedOver:
    """The signer's token fails."""
    course.when(
        ENGINE, RecordFailure(effect=f"sign/{course.dossier.signing.attempt}", system="s", code="d", final=True)
    )
    event = course.events[-1]
    assert isinstance(event, happened.SigningHandedOver)
    return event


@pytest.mark.parametrize(
    ("procedure", "holder", "levels"),
    [
        (BIRTH, WARD, [CENTRE, COMMITTEE, COMMITTEE]),
        (BIRTH, OTHER, [CENTRE, COMMITTEE, COMMITTEE]),  # not the department of justice, which is its parent
        (PERMIT, BUILDING, [CENTRE, COMMITTEE, COMMITTEE]),
        (MANDATED, BRANCH, [LAND, CENTRE, COMMITTEE]),
    ],
    ids=["ward", "ward under a department", "department", "branch"],
)
def test_a_failed_signature_goes_to_a_level_that_may_sign(procedure: Procedure, holder: str, levels: list[str]) -> None:
    """A failed signature goes to the nearest level above that may have the matter, and never to a unit of another
    field."""
    course = Course.accepted(procedure, territory=holder if holder == OTHER else WARD)
    assert course.dossier.routing.competent == holder
    course.when(by(Role.SPECIALIST, holder), CompleteStep(step="process"))
    course.when(by(Role.HEAD_OF_UNIT, holder), Approve(step="approve"))
    unit = holder
    for level in levels:
        course.when(by(Role.SIGNATORY, unit), Sign(document=DOCUMENT, result_number="1-KS"))
        assert failing_token(course).to_unit == level
        unit = level


def test_the_ladder_takes_over_what_an_authority_has_and_nothing_else() -> None:
    """The level above takes over a ward's late dossier; for a dossier in the queue it is only informed."""
    held, queued = Course.accepted(), Course.accepted(territory=None)
    for course in (held, queued):
        course.now += timedelta(days=30)
        course.when(ENGINE, EvaluateTimers())
        assert "committee" in {one.rung for one in course.dossier.deadlines.fired}
    assert held.dossier.routing.responsible == COMMITTEE
    assert held.tried(by(Role.SPECIALIST, COMMITTEE), CompleteStep(step="process")) == "done"
    assert queued.dossier.routing.responsible == CENTRE
    assert queued.tried(by(Role.SPECIALIST, COMMITTEE), CompleteStep(step="process")) == "no_competent_authority"


def merger(file: Merger, course: Course) -> MoveToSuccessor:
    """Publishes a merger and applies it to the dossier."""
    organisation = merged(FIRST, file)
    course.rulebook = course.rulebook.adding(*Rulebook.of(organisation).stored())
    return MoveToSuccessor(organisation=content_hash(organisation), effective=file.effective, source=file.source)


def test_a_successor_of_another_level_has_the_units_and_not_the_competence() -> None:
    """When a ward becomes part of a department, its births go to the coordinator, who finds a commune."""
    course = Course.accepted()
    course.now += timedelta(days=1)
    day = course.now.date()
    file = Merger(
        effective=day, source="NQ", closed=(Closing(code=WARD, successors=(Successor(code=JUSTICE),)),), opened=()
    )
    course.when(by(Role.OPERATOR, CENTRE), merger(file, course))
    assert (course.dossier.routing.competent, course.dossier.routing.queue) == (None, CENTRE)


def divided(course: Course) -> MoveToSuccessor:
    """Ward W1 is divided, and no address decides between its parts."""
    course.now += timedelta(days=1)
    parts = tuple(
        Opening(code=code, name=f"Phường {code}", level=UnitLevel.WARD, parent=CENTRE, authority_id=code)
        for code in ("X1", "X2")
    )
    closing = Closing(code=WARD, successors=(Successor(code="X1"), Successor(code="X2")))
    return merger(Merger(effective=course.now.date(), source="NQ", closed=(closing,), opened=parts), course)


@pytest.mark.parametrize("signed", [False, True])
def test_no_coordinator_seals_what_a_divided_unit_was_signing(*, signed: bool) -> None:
    """When a ward is divided while its official signs, the draft waits for the part that is found competent."""
    course = Course.accepted()
    course.when(by(Role.SPECIALIST, WARD), CompleteStep(step="process"))
    course.when(by(Role.HEAD_OF_UNIT, WARD), Approve(step="approve"))
    course.when(by(Role.SIGNATORY, WARD), Sign(document=DOCUMENT, result_number="1-KS"))
    signature = RecordSignature(effect="sign/1", certificate="c", signature="s", signed_at=course.now)
    if signed:
        course.when(ENGINE, signature)
    course.when(by(Role.OPERATOR, CENTRE), divided(course))
    assert course.dossier.signing.status is SigningStatus.NONE
    assert course.when(ENGINE, signature) == []
    assert course.when(ENGINE, RecordSeal(effect="seal/1", certificate="c", signature="s")) == []
    assert react(course.dossier, Rules.pinned(course.dossier.pins, course.rulebook)).effects == ()
    course.when(COORDINATOR, HandOver(unit="X2", legal_basis=LAW))
    course.when(by(Role.RECEPTION, "X2"), AcknowledgeHandover())
    assert course.tried(by(Role.SIGNATORY, CENTRE), RejectResult(to_step="process")) == "wrong_unit"
    assert course.tried(by(Role.SIGNATORY, "X2"), Sign(document=DOCUMENT, result_number="1-KS")) == "done"


UNITS = [unit.code for unit in FIRST.units]
DONE_BY_THE_ACTOR = (
    happened.DossierAssigned,
    happened.StepCompleted,
    happened.StepSentBack,
    happened.OpinionAsked,
    happened.SupplementRequested,
    happened.SignatureRequested,
    happened.ResultRejected,
    happened.DossierResolved,
    happened.DossierSuspended,
    happened.DossierResumed,
    happened.DossierStopped,
    happened.DeadlineExtended,
)
"""The steps of an authority. Requesting a fee is not one: the receiving desk may do it."""


def a_move(course: Course, kind: int, unit: str, to: str) -> tuple[Actor, Any]:
    """Any person of any unit tries any command."""
    step, dossier = course.dossier.processing.step or "sign", course.dossier
    attempt = dossier.signing.attempt
    step_roles = {"process": Role.SPECIALIST, "approve": Role.HEAD_OF_UNIT, "sign": Role.SIGNATORY}
    moves: list[tuple[Actor, Any]] = [
        *((by(role, unit), command) for role, command in STEPS),
        (by(step_roles[step], unit), CompleteStep(step=step)),
        (by(Role.SPECIALIST, unit), AskOpinion(unit=to)),
        (by(Role.HEAD_OF_UNIT, unit), HandOver(unit=to, legal_basis=LAW)),
        (by(Role.COORDINATOR, unit), HandOver(unit=to, legal_basis=LAW)),
        (by(Role.RECEPTION, unit), AcknowledgeHandover()),
        (by(Role.RECEPTION, unit), RefuseHandover(legal_basis=LAW)),
        (by(Role.RECEPTION, WARD), CorrectEntry(correction=CorrectMatter(value=Matter(territory=to)), legal_basis=LAW)),
        (by(Role.RECEPTION, WARD), CorrectEntry(correction=CorrectMatter(value=Matter()), legal_basis=LAW)),
        (CITIZEN, ReceiveSupplement(documents=DON)),
        (ENGINE, EvaluateTimers()),
        (ENGINE, RecordFailure(effect=f"sign/{attempt or 1}", system="s", code="d", final=True)),
        (ENGINE, RecordSignature(effect=f"sign/{attempt or 1}", certificate="c", signature="s", signed_at=course.now)),
        (ENGINE, RecordSeal(effect=f"seal/{attempt or 1}", certificate="c", signature="s")),
    ]
    return moves[kind % len(moves)]


def the_likely(course: Course, n: int) -> tuple[Actor, Any]:
    """The unit on the work-list does what the dossier waits for, so that random lives reach their end."""
    act, unit, role = course.work()[n % len(course.work())] if course.work() else ("", CENTRE, "coordinator")
    step = course.dossier.processing.step or "sign"
    commands: dict[str, Any] = {
        "complete_step": CompleteStep(step=step),
        "approve": Approve(step=step),
        "sign": Sign(document=DOCUMENT, result_number="1-KS"),
        "hand_over": HandOver(unit=UNITS[n % len(UNITS)], legal_basis=LAW),
        "acknowledge_handover": AcknowledgeHandover(),
        "give_opinion": GiveOpinion(agrees=True),
        "resume": Resume(),
        "receive_supplement": ReceiveSupplement(documents=DON),
    }
    return by(Role(role), unit), commands.get(act, Withdraw())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(BIRTH, None, [(4, CENTRE, WARD, 0)])
@given(
    procedure=st.sampled_from(PROCEDURES[:3]),
    territory=st.sampled_from([None, WARD, OTHER]),
    moves=st.lists(
        st.tuples(st.integers(0, 120), st.sampled_from(UNITS), st.sampled_from(UNITS), st.sampled_from([0, 5, 200])),
        min_size=5,
        max_size=40,
    ),
)
def test_no_step_is_ever_done_by_a_unit_that_could_not_have_the_matter(
    procedure: Procedure, territory: str | None, moves: list[tuple[int, str, str, int]]
) -> None:
    """Whatever anyone tries, in any order and at any time, only a unit that could have the matter does a step, or a
    level above that the ladder or a failed token put in its place."""
    course = Course.accepted(procedure, territory)
    could = COULD_HAVE[procedure.code]
    for kind, unit, to, hours in moves:
        course.now += timedelta(hours=hours)
        before, seen = course.dossier, len(course.events)
        actor, command = the_likely(course, kind) if kind % 3 == 0 else a_move(course, kind // 3, unit, to)
        if kind % 3 == 1 and actor.unit is not None:
            actor = by(actor.role, before.routing.responsible or unit)  # the responsible unit tries a forbidden step
        course.tried(actor, command)
        for event in course.events[seen:]:
            if isinstance(event, DONE_BY_THE_ACTOR) and actor.role is not Role.SYSTEM:
                holder = before.routing.competent or (before.handovers.open.to_unit if before.handovers.open else None)
                assert holder in could, f"{event.kind} while {holder} had it"
                above = {before.routing.responsible, before.signing.unit} & MAY_FINISH_ABOVE[procedure.code] | could
                assert actor.unit in above, f"{event.kind} by {actor.unit}"
        assert course.dossier.routing.competent in could | {None}
        items = {act for act, _, _ in course.work()}
        if course.dossier.routing.competent is None and course.dossier.state in (State.ACCEPTED, State.PROCESSING):
            assert items in (
                {"hand_over"},
                {"acknowledge_handover"},
                {"hand_over", "repair"},
                {"acknowledge_handover", "repair"},
            )
