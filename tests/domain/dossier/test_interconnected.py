"""Interconnected procedures: the whole and its children never disagree, and the whole always ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deadlines.calendar import DatedException, ExceptionKind
from domain.deadlines.limits import Limit, LimitUnit
from domain.dossier.commands import (
    ApplicantField,
    Approve,
    Assign,
    ChangeCalendar,
    ChangeRules,
    CompleteStep,
    CorrectApplicant,
    CorrectEntry,
    CorrectMatter,
    Rate,
    ReceiveSupplement,
    Refuse,
    RequestSupplement,
    Resolve,
    Resume,
    ReturnResult,
    Sign,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.rule_changes import change_calendar, change_rules
from domain.dossier.evolve import evolve
from domain.dossier.group_acts import opening
from domain.dossier.group_commands import ENDED, ChildStatus, ReportChild
from domain.dossier.occasions import waits
from domain.dossier.outcomes import EvaluateTimers, RecordSeal, RecordSignature
from domain.dossier.state import TERMINAL, State
from domain.errors import DomainError, RuleViolation
from domain.organisation.routing import Matter
from domain.procedures.critical_path import plan_of
from domain.procedures.group import AfterFailure, Child, in_order
from domain.procedures.procedure import Channel
from domain.roles import ENGINE, LINK
from domain.rollouts.plans import CalendarPlan, ItemState, Retarget, preview
from domain.rules.escalation import CoordinationWaits, HandoverWaits, NobodyAssigned, OnStep
from domain.rules.rulebook import Rulebook, content_hash
from domain.values import Bilingual
from tests.support.families import Family, a_family
from tests.support.given import (
    CITIZEN,
    CLERK,
    DESK,
    DOCUMENT,
    HEAD,
    MONDAY,
    OFFICER,
    OFFICIAL,
    OPERATOR,
    Case,
    accepted,
    filed_at_desk,
)
from tests.support.small_province import (
    BIRTH,
    BORN,
    CALENDAR,
    DIED,
    FUNERAL,
    INSURANCE,
    PHU_LY,
    RESIDENCE,
    RULEBOOK,
    at,
)

NAMES = {
    "birth": "1/KS",
    "residence": "2/CT",
    "insurance": "3/BH",
    "death": "4/KT",
    "removal": "5/XT",
    "funeral": "6/MT",
}


def resolve(family: Family, child: str) -> Family:
    """The authority of the child issues its result."""
    case = family.children[child]
    if case.dossier.processing.step == "process":
        case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number=NAMES[child]))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c", signature="s", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c", signature="s"))
    return family.follow()


def processed(family: Family, child: str) -> Case:
    """The child with its authority at work."""
    case = family.children[child]
    case.when(HEAD, _assigned())
    return case


def _assigned() -> Any:
    return Assign(person=OFFICER.person)


def processed_and_stopped(case: Case) -> None:
    """Its authority has begun, and stops it."""
    case.when(HEAD, _assigned())
    case.when(HEAD, Stop(legal_basis="Điều 5"))


def test_one_application_comes_to_all_results() -> None:
    """Children open when what they need is there; the whole has its result with the last, and hands all back once."""
    family = a_family(BORN)
    assert list(family.children) == ["birth"]
    resolve(family, "birth")
    assert list(family.children) == ["birth", "residence", "insurance"]
    resolve(resolve(family, "insurance"), "residence")
    whole = family.whole
    assert (whole.dossier.state, whole.dossier.result.number) == (State.RESOLVED, whole.dossier.code)
    assert [one.result_number for one in whole.dossier.children] == ["1/KS", "2/CT", "3/BH"]
    whole.when(DESK, ReturnResult())
    family.follow()
    assert {case.dossier.state for case in family.children.values()} == {State.RETURNED}
    assert set(family.statuses().values()) == {ChildStatus.RETURNED}
    assert whole.dossier.closed


def test_a_child_has_no_intake_of_its_own() -> None:
    """Accepted at once at its own authority, by the papers of the whole that it has; no fee, no look-up, no receipt."""
    family = a_family(DIED, documents=(SubmittedDocument(code="don"), SubmittedDocument(code="nha")))
    child = family.children["death"].dossier
    assert (child.state, child.routing.competent, child.routing.received_by) == (State.ACCEPTED, "13366", "13285")
    assert (child.fees.fee, child.fees.fee_open, [one.code for one in child.intake.documents]) == (0, False, ["don"])
    assert child.intake.parent is not None
    assert family.whole.dossier.fees.fee == 20_000
    assert family.whole.dossier.handovers.open is None


def test_the_promise_is_the_longest_chain() -> None:
    """One day and five: the plan is recorded with its parts, and the promise is counted from it."""
    family = a_family(BORN)
    plan = next(event for event in family.whole.events if event.kind == "children_planned")
    assert [(one.child, one.begins_after_hours, one.ends_after_hours, one.critical) for one in plan.children] == [
        ("birth", 0, 8, True),
        ("residence", 8, 48, True),
        ("insurance", 8, 32, False),
    ]
    assert plan.limit == Limit(amount=6, unit=LimitUnit.WORKING_DAY)
    assert family.whole.dossier.deadlines.promised_due == at("2025-07-15 08:00")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda case: case.when(HEAD, Refuse(legal_basis="Điều 7")), ChildStatus.REFUSED),
        (lambda case: case.when(CITIZEN, Withdraw()), ChildStatus.WITHDRAWN),
        (processed_and_stopped, ChildStatus.STOPPED),
    ],
)
def test_whoever_needs_a_result_that_will_not_come_is_given_up(end: Any, status: ChildStatus) -> None:
    """Birth ends without a result: residence and insurance are given up, and the whole ends in the same decision."""
    family = a_family(BORN)
    end(family.children["birth"])
    family.follow()
    assert family.statuses() == {
        "birth": status,
        "residence": ChildStatus.GIVEN_UP,
        "insurance": ChildStatus.GIVEN_UP,
    }
    ended = State.WITHDRAWN if status is ChildStatus.WITHDRAWN else State.STOPPED
    assert family.whole.dossier.state is ended


def test_the_others_go_on_beside_a_child_that_fails() -> None:
    """Residence is refused: insurance goes on, and the whole has the results that there are."""
    family = resolve(a_family(BORN), "birth")
    family.children["residence"].when(HEAD, Refuse(legal_basis="Điều 7"))
    resolve(family.follow(), "insurance")
    assert family.whole.dossier.state is State.RESOLVED
    assert family.statuses()["residence"] is ChildStatus.REFUSED


def test_an_end_may_end_all() -> None:
    """`end_all`: what is not opened is given up, although it only starts after the child that failed."""
    family = a_family(DIED)
    family.children["death"].when(HEAD, Refuse(legal_basis="Điều 7"))
    family.follow()
    assert family.statuses() == {
        "death": ChildStatus.REFUSED,
        "removal": ChildStatus.GIVEN_UP,
        "funeral": ChildStatus.GIVEN_UP,
    }
    assert family.whole.dossier.state is State.STOPPED


def test_a_child_that_only_starts_after_starts_after_a_failure() -> None:
    """The funeral allowance starts after the removal, whether that has a result or not."""
    family = resolve(a_family(DIED), "death")
    family.children["removal"].when(CITIZEN, Withdraw())
    assert "funeral" in family.follow().children
    resolve(family, "funeral")
    assert family.whole.dossier.state is State.RESOLVED


def test_a_late_child_is_recorded_once_and_may_let_others_start() -> None:
    """The whole's own timer finds it; the promised date of the whole does not move."""
    family = resolve(a_family(DIED), "death")
    promised = family.whole.dossier.deadlines.promised_due
    due = family.child("removal").due
    assert due is not None
    assert family.whole.reaction().wake_up is not None
    family.whole.now = due
    assert "child_late" in family.whole.tick()
    assert "child_late" not in [event.kind for event in family.whole.when(ENGINE, EvaluateTimers())]
    assert "funeral" in family.follow().children
    assert family.whole.dossier.deadlines.promised_due == promised


def test_a_late_child_that_others_need_is_waited_for() -> None:
    """`wait` is the rule where nothing else is said."""
    family = a_family(BORN)
    family.whole.now = family.child("birth").due or family.whole.now
    assert "child_late" in family.whole.tick()
    assert list(family.follow().children) == ["birth"]
    assert family.statuses()["residence"] is ChildStatus.WAITING


def test_a_child_without_a_published_limit_is_bound_by_the_time_that_the_group_plans() -> None:
    """Otherwise it could never be late, and nobody's ladder would fire: the promise of the whole counts on it."""
    family = resolve(a_family(BORN), "birth")
    insurance = family.children["insurance"].dossier
    assert insurance.deadlines.promised_due == family.child("insurance").due == at("2025-07-10 08:00")
    assert family.children["insurance"].reaction().wake_up is not None


def test_a_child_that_stands_still_is_not_late() -> None:
    """Its authority has suspended it, or waits for papers: its date moves, and the whole knows none meanwhile."""
    family = a_family(BORN)
    due = family.child("birth").due
    assert due is not None
    processed(family, "birth").when(HEAD, Suspend(legal_basis="Điều 5"))
    family.follow()
    assert family.child("birth").due is None
    family.later(days=9)
    assert "child_late" not in family.whole.tick()
    family.children["birth"].when(HEAD, Resume())
    moved = family.follow().child("birth").due
    assert moved is not None
    assert moved > due


def test_nobody_is_waited_for_in_the_whole() -> None:
    """Its steps are done by the authorities of its children, so no rung says that nobody has it."""
    whole = a_family(BORN).whole.dossier
    for trigger in (NobodyAssigned(working_hours=1), OnStep(working_hours=1), CoordinationWaits(working_hours=1)):
        assert list(waits(trigger, whole, BORN)) == []
    child = a_family(BORN).children["birth"].dossier
    assert len(list(waits(HandoverWaits(working_hours=1), child, BIRTH))) == 1


def test_what_is_corrected_in_the_whole_reaches_every_child() -> None:
    """Those under way are corrected and routed anew, one that is opened later begins so, and a result keeps what it
    was issued on. In a child itself nobody corrects what is one for all."""
    family = resolve(a_family(BORN), "birth")
    correction = CorrectApplicant(value="c" * 64, changed=(ApplicantField.NAME,))
    order = CorrectEntry(correction=correction, legal_basis="Điều 4")
    moved = CorrectEntry(correction=CorrectMatter(value=Matter(territory=PHU_LY)), legal_basis="Điều 4")
    assert family.children["residence"].refused(HEAD, order) == "done_in_the_whole"
    assert family.children["residence"].refused(HEAD, moved) == "done_in_the_whole"
    family.whole.when(DESK, order)
    family.whole.when(DESK, moved)
    family.follow()
    for name in ("residence", "insurance"):
        child = family.children[name].dossier
        assert (child.applicant.commitment, child.intake.matter.territory) == ("c" * 64, PHU_LY)
        assert child.routing.competent == PHU_LY
        assert [event.kind for event in family.children[name].events].count("entry_corrected") == 2
    assert family.children["birth"].dossier.applicant.commitment != "c" * 64
    later = a_family(BORN)
    later.whole.when(DESK, order)
    resolve(later.follow(), "birth")
    assert {case.dossier.applicant.commitment for case in later.children.values()} == {"c" * 64}


def test_a_version_with_other_children_is_no_version_of_an_open_dossier() -> None:
    """Its children are those of its intake. One that the new version lacks would never be opened nor given up."""
    whole = a_family(BORN).whole
    fewer = BORN.model_copy(update={"children": BORN.children[:2]})
    other_ends = tuple(child.model_copy(update={"on_stopped": AfterFailure.END_ALL}) for child in BORN.children)
    stricter = BORN.model_copy(update={"children": other_ends})
    context = Context(now=whole.now, actor=OPERATOR, rulebook=Rulebook.of(fewer, stricter).adding(*RULEBOOK.stored()))
    change = ChangeRules(procedure=content_hash(fewer), reason="Quyết định 2")
    with pytest.raises(RuleViolation, match="children_differ"):
        change_rules(whole.dossier, change, context)
    (event,) = change_rules(whole.dossier, change.model_copy(update={"procedure": content_hash(stricter)}), context)
    after = evolve(whole.dossier, event)
    assert (after.pins.procedure, after.pins.children) == (content_hash(stricter), whole.dossier.pins.children)


def test_a_letter_reaches_a_child_with_its_parent() -> None:
    """The plan names the whole beside the child; a child that is opened later begins under the new calendar."""
    family = a_family(BORN)
    storm = CALENDAR.model_copy(update={"exceptions": (closed_on(MONDAY.date() + timedelta(days=1)),)})
    rulebook = RULEBOOK.adding(*Rulebook.of(storm).stored())
    target = Retarget(code=CALENDAR.code, calendar=content_hash(storm), instead_of=(content_hash(CALENDAR),))
    plan = CalendarPlan(targets=(target,), letter="Công điện 1")
    seen = [preview(plan, case.dossier, rulebook, MONDAY) for case in (family.whole, family.children["birth"])]
    assert [one.state for one in seen] == [ItemState.DONE, ItemState.UNCHANGED]
    assert [one.detail.get("whole") for one in seen] == [None, family.whole.dossier.code]
    whole = family.whole.dossier
    after = evolve(whole, change_calendar(whole, letter_for(target), under(rulebook))[0])
    assert opening(after, "residence", Rules.pinned(after.pins, rulebook)).pins.calendar == content_hash(storm)


def closed_on(day: date) -> DatedException:
    """A day on which nobody works."""
    name = Bilingual(vi="Bão", en="Storm")
    return DatedException(day=day, kind=ExceptionKind.CLOSURE, name=name, source="Công điện 1")


def letter_for(target: Retarget) -> ChangeCalendar:
    """The order of the letter to one dossier."""
    return ChangeCalendar(calendar=target.calendar, letter="Công điện 1", keeps_promise=True)


def under(rulebook: Rulebook) -> Context:
    """Decided on the Monday of the tests by an operator."""
    return Context(now=MONDAY, actor=OPERATOR, rulebook=rulebook)


def test_papers_are_asked_once_for_the_whole() -> None:
    """The second child joins the open request; the applicant brings everything to the whole, and each gets its own."""
    family = resolve(a_family(BORN), "birth")
    processed(family, "residence").when(OFFICER, RequestSupplement(documents=("nha",), legal_basis="Điều 9"))
    family.follow()
    whole = family.whole
    assert whole.dossier.state is State.SUPPLEMENT_REQUESTED
    assert whole.dossier.deadlines.timing is not None
    assert whole.dossier.deadlines.timing.paused
    processed(family, "insurance").when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    family.follow()
    assert len(whole.dossier.processing.supplements) == 1
    assert whole.dossier.processing.supplements[0].documents == ("nha", "don")
    papers = (SubmittedDocument(code="nha"), SubmittedDocument(code="don"))
    residence = family.children["residence"]
    assert residence.refused(CITIZEN, ReceiveSupplement(documents=papers)) == "done_in_the_whole"
    family.later(days=2)
    whole.when(CITIZEN, ReceiveSupplement(documents=papers))
    assert set(family.statuses().values()) >= {ChildStatus.SUPPLIED}
    family.follow()
    assert [case.dossier.state for case in family.children.values()][1:] == [State.PROCESSING, State.PROCESSING]
    assert (whole.dossier.state, whole.dossier.deadlines.timing.paused) == (State.PROCESSING, False)
    assert len(whole.dossier.processing.supplements) == 1


def test_a_request_lapses_with_the_child_that_made_it() -> None:
    """The asking child is withdrawn: the clocks of the whole go on, and nobody waits for papers."""
    family = resolve(a_family(BORN), "birth")
    processed(family, "residence").when(OFFICER, RequestSupplement(documents=("nha",), legal_basis="Điều 9"))
    family.follow().children["residence"].when(CITIZEN, Withdraw())
    family.follow()
    assert family.whole.dossier.state is State.PROCESSING
    assert family.whole.events[-1].kind == "supplement_lapsed"


def test_the_children_end_with_the_whole() -> None:
    """The applicant withdraws the whole: what is under way is withdrawn, what has its result keeps it."""
    family = resolve(a_family(BORN), "birth")
    family.whole.when(CITIZEN, Withdraw())
    family.follow()
    assert family.statuses() == {
        "birth": ChildStatus.RESOLVED,
        "residence": ChildStatus.WITHDRAWN,
        "insurance": ChildStatus.WITHDRAWN,
    }
    assert family.disagreements() == []


def test_a_report_that_is_not_newer_changes_nothing() -> None:
    """The follower may repeat everything: no event follows."""
    family = resolve(a_family(BORN), "birth")
    told = ReportChild(child="birth", dossier=family.children["birth"].dossier.code, seen=1, status=ChildStatus.OPEN)
    assert family.whole.when(LINK, told) == []
    other = told.model_copy(update={"dossier": "H42.13285-250707-7777"})
    assert family.whole.refused(LINK, other) == "not_its_child"
    assert family.whole.refused(DESK, told) == "wrong_role"


def test_each_does_its_own_work() -> None:
    """Nobody works on the whole as on a matter, and nobody hands a child back by itself."""
    family = resolve(a_family(BORN), "birth")
    for actor, command in (
        (OFFICER, CompleteStep(step="process")),
        (HEAD, Suspend(legal_basis="Điều 5")),
        (OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9")),
        (CLERK, Resolve(result_number="1")),
    ):
        assert family.whole.refused(actor, command) == "work_of_children"
    assert family.whole.work() == []
    birth = family.children["birth"]
    assert birth.work() == []
    assert birth.refused(DESK, ReturnResult()) == "done_in_the_whole"
    assert birth.refused(CITIZEN, Rate(stars=5)) == "done_in_the_whole"


def test_only_a_child_is_refused_by_its_authority() -> None:
    """Any other dossier is refused only at intake."""
    assert accepted().refused(HEAD, Refuse(legal_basis="Điều 7")) == "wrong_state"
    assert filed_at_desk().refused(DESK, Refuse(legal_basis="Điều 7")) == "wrong_state"


@st.composite
def groups(draw: st.DrawFn) -> tuple[Child, ...]:
    """Groups of two to six children without a circle, each with a limit of its own."""
    number = draw(st.integers(2, 6))
    children = []
    for place in range(number):
        before = tuple(f"c{other}" for other in range(place) if draw(st.booleans()))
        needs = tuple(code for code in before if draw(st.booleans()))
        limit = Limit(
            amount=draw(st.integers(1, 40)), unit=draw(st.sampled_from((LimitUnit.HOUR, LimitUnit.WORKING_DAY)))
        )
        children.append(
            Child(code=f"c{place}", procedure=f"p{place}", needs_result_of=needs, starts_after=before, limit=limit)
        )
    return tuple(draw(st.permutations(children)))


@given(groups())
@settings(max_examples=60, deadline=None)
def test_the_plan_equals_the_longest_of_all_chains(children: tuple[Child, ...]) -> None:
    """Computed independently: of every chain from a child to a last one, the greatest sum of hours."""
    known = {child.code: child for child in children}
    hours = {
        child.code: (child.limit.amount * (1 if child.limit.unit is LimitUnit.HOUR else 8))
        for child in children
        if child.limit
    }

    def longest(code: str) -> int:
        return hours[code] + max((longest(other) for other in known[code].before), default=0)

    plan = plan_of(children, dict.fromkeys(known, BIRTH), Channel.ONLINE)
    assert {one.child: one.ends_after_hours for one in plan.children} == {code: longest(code) for code in known}
    total = max(longest(code) for code in known)
    assert plan.limit.amount * (1 if plan.limit.unit is LimitUnit.HOUR else 8) == total
    on_path = {one.child for one in plan.children if one.critical}
    assert sum(hours[code] for code in on_path) == total
    assert [child.code for child in in_order(children)] == [one.child for one in plan.children]


ACTS = ("resolve", "refuse", "withdraw", "stop", "ask", "bring", "late", "withdraw_whole", "follow")


@given(
    st.sampled_from((BORN, DIED)),
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2)), max_size=14),
)
@settings(max_examples=40, deadline=None)
def test_the_whole_always_ends_and_never_disagrees(procedure: Any, acts: list[tuple[str, int]]) -> None:
    """Whatever happens to the children, in any order, with a follower that comes late."""
    family = a_family(procedure)
    for act, number in acts:
        names = list(family.children)
        _try(family, act, names[number % len(names)])
    for _ in range(8):
        family.follow()
        for name in list(family.children):
            if family.children[name].dossier.state is State.SUPPLEMENT_REQUESTED:
                _try(family, "bring", name)
                family.follow()
            _try(family, "resolve", name)
    family.follow()
    whole = family.whole.dossier
    assert family.disagreements() == []
    assert whole.state in TERMINAL | {State.RESOLVED}
    assert all(one.status in ENDED for one in whole.children)
    assert [event.kind for event in family.whole.events].count("dossier_resolved") <= 1
    opened = [one.dossier for one in whole.children if one.dossier]
    assert len(opened) == len(set(opened)) == len(family.children)
    late = [event.child for event in family.whole.events if event.kind == "child_late"]
    assert len(late) == len(set(late))


def _try(family: Family, act: str, name: str) -> None:
    """The act, if it can be done now; a refusal is an ordinary answer."""
    child = family.children[name]
    papers = (SubmittedDocument(code="don"), SubmittedDocument(code="nha"))
    try:
        match act:
            case "resolve":
                _resolved_alone(child, name)
            case "refuse":
                child.when(HEAD, Refuse(legal_basis="Điều 7"))
            case "withdraw":
                child.when(CITIZEN, Withdraw())
            case "stop":
                processed_and_stopped(child)
            case "ask":
                child.when(HEAD, _assigned())
                child.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
            case "bring":
                family.whole.when(CITIZEN, ReceiveSupplement(documents=papers))
            case "late":
                family.later(days=30)
                family.whole.tick()
            case "withdraw_whole":
                family.whole.when(CITIZEN, Withdraw())
            case _:
                family.follow()
    except DomainError:
        return


def _resolved_alone(child: Case, name: str) -> None:
    if child.dossier.processing.step == "process":
        child.when(OFFICER, CompleteStep(step="process"))
    if child.dossier.processing.step == "approve":
        child.when(HEAD, Approve(step="approve"))
    child.when(OFFICIAL, Sign(document=DOCUMENT, result_number=NAMES[name]))
    attempt = child.dossier.signing.attempt
    child.when(ENGINE, RecordSignature(effect=f"sign/{attempt}", certificate="c", signature="s", signed_at=child.now))
    child.when(ENGINE, RecordSeal(effect=f"seal/{attempt}", certificate="c", signature="s"))


@pytest.mark.parametrize(
    ("children", "code"),
    [
        ((Child(code="a", procedure="p1"),), "group_of_one"),
        ((Child(code="a", procedure="p1"), Child(code="a", procedure="p2")), "child_twice"),
        ((Child(code="a", procedure="p1"), Child(code="b", procedure="p1")), "child_twice"),
        (
            (Child(code="a", procedure="p1"), Child(code="b", procedure="p2", needs_result_of=("x",))),
            "child_needs_unknown",
        ),
        (
            (
                Child(code="a", procedure="p1", starts_after=("c",)),
                Child(code="b", procedure="p2", needs_result_of=("a",)),
                Child(code="c", procedure="p3", starts_after=("b",)),
            ),
            "children_in_a_circle",
        ),
        ((Child(code="a", procedure="2.1"), Child(code="b", procedure="p2")), "children_in_a_circle"),
        (
            (
                Child(code="a", procedure="p1", on_refused=AfterFailure.GO_ON),
                Child(code="b", procedure="p2", needs_result_of=("a",)),
            ),
            "child_waits_for_ever",
        ),
    ],
)
def test_a_group_that_could_not_be_carried_out_is_refused(children: tuple[Child, ...], code: str) -> None:
    """Each fault has its code."""
    with pytest.raises(ValueError, match=code):
        _ = BORN.model_validate({**BORN.model_dump(), "code": "2.1", "children": children})


def test_the_fee_is_the_sum_of_its_parts() -> None:
    """Of a group that publishes no fee; unknown if one part is unknown."""
    by_code = {"death": BIRTH, "removal": RESIDENCE, "funeral": FUNERAL}
    assert plan_of(DIED.children, by_code, Channel.ONLINE).fee == 20_000
    assert (
        plan_of(
            DIED.children,
            {**by_code, "funeral": INSURANCE.model_copy(update={"own_limit": Limit(amount=1, unit=LimitUnit.HOUR)})},
            Channel.ONLINE,
        ).fee
        is None
    )
