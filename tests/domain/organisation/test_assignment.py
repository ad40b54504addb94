"""Tests of who gets a dossier inside a unit, and who has an assigned one: by field, load, absence and delegation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dossier.commands import Accept, Assign, CompleteStep
from domain.dossier.events import DossierAssigned
from domain.organisation.assignment import Proposal, acting_officer, propose
from domain.organisation.people import Absence, Appointment, Delegation, Post
from domain.organisation.staff import Staff
from domain.roles import ENGINE, Role
from tests.support.given import DESK, HEAD, OFFICER, accepted, submitted, supplement_asked
from tests.support.small_province import FREE, HA_NAM, PHU_LY, at
from tests.support.small_staff import GENERAL, NOON, OTHER, POSTS, SINCE, absence, appointment, delegation, staff

ASSIGNER = ENGINE.model_copy(update={"unit": HA_NAM})
SECOND = Post(code="p.second", unit=HA_NAM, role=Role.SPECIALIST, title="Chuyên môn")


def proposed(people: Staff, field: str | None = "Đất đai", **loads: int) -> Proposal:
    """The proposal for specialist work of Hà Nam at noon."""
    return propose(Role.SPECIALIST, field, HA_NAM, people, loads, NOON)


def codes(proposal: Proposal) -> list[str]:
    """The codes of its reasons."""
    return [reason.code for reason in proposal.reasons]


def two_generals(*absences: Absence, **changes: Any) -> Staff:
    """Two officers for every field: `general` and `aaa`."""
    people = staff()
    appointments = (*people.appointments, Appointment(person="aaa", post=SECOND.code, valid_from=SINCE))
    return staff(*absences, posts=(*POSTS, SECOND), appointments=appointments, **changes)


def test_the_field_comes_before_the_load() -> None:
    """The officer for the field gets its work, also with more open items, and the reason says so."""
    proposal = proposed(staff(), "Hộ tịch", civil=9)
    assert (proposal.person, codes(proposal)) == ("civil", ["handles_field", "fewest_open"])
    assert proposed(staff(), "Đất đai").person == "general"


def test_among_equals_the_fewest_open_items() -> None:
    """Among equal officers the one with the fewest open items gets it, then the first by code."""
    assert proposed(two_generals(), aaa=2, general=1).person == "general"
    tie = proposed(two_generals(), aaa=1, general=1)
    assert (tie.person, codes(tie)) == ("aaa", ["handles_every_field", "fewest_open", "first_by_code"])


def test_the_absent_get_nothing_and_it_is_said() -> None:
    """An absent officer is passed over with a reason, and is considered again after the return."""
    people = staff(absence("civil", ended="2026-03-02 12:00"))
    assert proposed(people, "Hộ tịch").person == "civil"
    gone = proposed(staff(absence("civil")), "Hộ tịch")
    assert (gone.person, codes(gone)) == ("general", ["away", "handles_every_field", "fewest_open"])
    assert "civil" in gone.reasons[0].text.vi


def test_who_only_stands_in_is_given_nothing_of_their_own() -> None:
    """A stand-in is not assigned new work, because the delegation may end first; it stays in the queue."""
    people = staff(absence("general"), absence("civil"), delegations=(delegation("general", "chair"),))
    proposal = proposed(people)
    assert (proposal.person, codes(proposal)) == (None, ["away", "nobody_present"])


def test_a_person_in_two_units_is_given_nothing() -> None:
    """A person in two units, which checks should prevent, is assigned nothing."""
    everybody = (appointment("both", GENERAL), appointment("both", OTHER))
    unchecked = Staff.model_construct(posts=POSTS, appointments=everybody, absences=(), delegations=())
    assert codes(proposed(unchecked)) == ["in_two_units", "nobody_present"]


def test_every_reason_is_told_in_both_languages() -> None:
    """The sentences of all reasons have all their facts."""
    for proposal in (proposed(two_generals(absence("civil")), "Hộ tịch"), proposed(staff(absence("general")))):
        for reason in proposal.reasons:
            assert reason.text.vi
            assert not set("{}") & set(reason.text.vi + reason.text.en)


def hands(people: Staff, assignee: str | None, when: str = "2026-03-02 12:00") -> str | None:
    """The person who has assigned specialist work of Hà Nam."""
    return acting_officer(assignee, Role.SPECIALIST, (HA_NAM,), people, at(when))


def test_a_returning_officer_has_back_what_is_theirs() -> None:
    """Assigned work is the officer's, the stand-in's during the absence, and the officer's again afterwards."""
    people = staff(
        absence("civil", "2026-03-01 00:00", "2026-03-05 00:00"), delegations=(delegation("civil", "chair"),)
    )
    when = ("2026-02-28 23:59", "2026-03-01 00:00", "2026-03-04 23:59", "2026-03-05 00:00")
    assert [hands(people, "civil", one) for one in when] == ["civil", "chair", "chair", "civil"]


def test_what_nobody_can_do_is_nobody_s() -> None:
    """Work of a person who is absent without a stand-in, or has left the unit, is in the unit's queue."""
    assert hands(staff(absence("civil")), "civil") is None
    assert hands(staff(), "other") is None
    assert hands(staff(absence("civil"), delegations=(delegation("civil", "chair"),)), "chair") == "chair"
    assert hands(staff(), "chair") is None
    assert hands(staff(), None) is None


def test_somebody_the_staff_does_not_know_is_taken_at_their_word() -> None:
    """An assignee whom the staff does not know, as of a service, keeps the work."""
    assert hands(staff(), "officer-7") == "officer-7"


FIELDS = ("Hộ tịch", "Đất đai", "Chứng thực")
PEOPLE = tuple(f"p{number}" for number in range(6))
days = st.integers(0, 20)
now = at("2026-03-11 09:00")


def _absence(person: str, began: int, length: int) -> Absence:
    start = at("2026-03-01 00:00") + timedelta(days=began)
    return Absence(person=person, began=start, ended=start + timedelta(days=length), ground="Nghỉ phép")


@st.composite
def staffs(draw: st.DrawFn) -> Staff:
    """Six people in two units, each in one, with absences and delegations without a ring."""
    posts = tuple(
        Post(
            code=f"post.{person}",
            unit=draw(st.sampled_from((HA_NAM, PHU_LY))),
            role=draw(st.sampled_from((Role.SPECIALIST, Role.SPECIALIST, Role.HEAD_OF_UNIT))),
            title="Vị trí",
            fields=tuple(draw(st.sets(st.sampled_from(FIELDS), max_size=2))),
        )
        for person in PEOPLE
    )
    absent = draw(st.lists(st.builds(_absence, st.sampled_from(PEOPLE), days, st.integers(1, 15)), max_size=6))
    given_to = draw(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True), max_size=5))
    delegations = tuple(
        Delegation(
            giver=PEOPLE[min(pair)], receiver=PEOPLE[max(pair)], roles=(Role.SPECIALIST,), began=at(f"2026-03-{day}"),
            source="Thông báo",
        )
        for pair, day in ((pair, draw(st.sampled_from(("01", "10", "12")))) for pair in given_to)
    )  # fmt: skip
    appointments = tuple(Appointment(person=p, post=f"post.{p}", valid_from=SINCE) for p in PEOPLE)
    return Staff(posts=posts, appointments=appointments, absences=tuple(absent), delegations=delegations)


loads_of = st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 9))
often = settings(deadline=None, max_examples=200)


@often
@given(staffs(), loads_of, st.sampled_from(FIELDS))
def test_whoever_is_proposed_is_present_able_and_has_the_fewest(
    people: Staff, loads: dict[str, int], field: str
) -> None:
    """The proposed person is present, has the role, and has the fewest items among equals; there is none only when
    nobody fits."""
    proposal = propose(Role.SPECIALIST, field, HA_NAM, people, loads, now)
    able = {
        person: post
        for person, post in ((p, people.posts_of(p, now)[0]) for p in PEOPLE)
        if post.unit == HA_NAM
        and post.role is Role.SPECIALIST
        and post.handles(field)
        and not people.absent(person, now)
    }
    assert (proposal.person is None) == (not able)
    assert proposal.reasons
    if proposal.person is not None:
        mine = (field not in able[proposal.person].fields, loads.get(proposal.person, 0), proposal.person)
        assert all(mine <= (field not in post.fields, loads.get(p, 0), p) for p, post in able.items())


@often
@given(staffs(), loads_of, st.randoms(use_true_random=False))
def test_the_choice_does_not_hang_on_the_order_of_the_files(people: Staff, loads: dict[str, int], order: Any) -> None:
    """The order of the files does not change the choice."""
    shuffled = {
        name: order.sample(getattr(people, name), len(getattr(people, name))) for name in ("posts", "appointments")
    }
    other = people.model_copy(update={name: tuple(value) for name, value in shuffled.items()})
    for field in (None, *FIELDS):
        one, two = (propose(Role.SPECIALIST, field, HA_NAM, each, loads, now) for each in (people, other))
        assert one.person == two.person


@often
@given(staffs(), st.sampled_from(PEOPLE), st.integers(-2, 40))
def test_at_every_instant_work_has_one_holder_present_or_the_queue(people: Staff, assignee: str, day: int) -> None:
    """At any instant assigned work is with a present person who has the role, or in the queue."""
    instant = at("2026-03-01 12:00") + timedelta(days=day)
    holder = acting_officer(assignee, Role.SPECIALIST, (HA_NAM,), people, instant)
    if holder is not None:
        assert people.may_act(holder, HA_NAM, Role.SPECIALIST, instant)
    own = people.holds(assignee, HA_NAM, Role.SPECIALIST, instant) and not people.absent(assignee, instant)
    assert not own or holder == assignee


# --- the assignment in the dossier


def test_the_engine_may_name_an_officer_and_the_record_says_so() -> None:
    """The system role may assign for the unit that has the dossier, like a head of unit."""
    case = accepted()
    *_, assigned = case.when(ASSIGNER, Assign(person=OFFICER.person))
    assert isinstance(assigned, DossierAssigned)
    assert (assigned.person, assigned.step) == (OFFICER.person, "process")


def test_what_the_head_decided_is_not_overwritten() -> None:
    """The engine assigns only while there is no assignee; the head may assign at any time."""
    case = accepted()
    case.when(HEAD, Assign(person="by.hand"))
    assert case.refused(ASSIGNER, Assign(person=OFFICER.person)) == "already_assigned"
    case.when(HEAD, Assign(person=OFFICER.person))
    assert case.kinds(OFFICER, CompleteStep(step="process")) == ["step_completed"]


def test_the_engine_names_nobody_before_the_unit_says_that_it_has_the_dossier() -> None:
    """An automatic assignment does not acknowledge a handover."""
    case = submitted(FREE)
    case.when(DESK, Accept())
    assert case.refused(ASSIGNER, Assign(person=OFFICER.person)) == "handover_awaited"


@pytest.mark.parametrize("unit", [PHU_LY, None])
def test_the_engine_assigns_only_for_the_unit_that_has_it(unit: str | None) -> None:
    """The engine assigns only for the unit that has the dossier."""
    assigner = ASSIGNER.model_copy(update={"unit": unit})
    assert accepted().refused(assigner, Assign(person=OFFICER.person)) == "wrong_unit"


def test_nothing_is_assigned_while_the_applicant_is_waited_for() -> None:
    """While a supplement is awaited, the engine assigns nobody."""
    assert supplement_asked().refused(ASSIGNER, Assign(person=OFFICER.person)) == "wrong_state"
