"""Tests of who gets a dossier inside a unit, and who has an assigned one: by field, load, absence and delegation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deadlines.limits import Limit, LimitUnit
from domain.dossier.commands import Accept, Assign, CompleteStep
from domain.dossier.events import DossierAssigned
from domain.organisation.assignment import acting_officer, gone_for_long
from domain.organisation.assignment_rules import AssignmentPolicy, AssignmentRules
from domain.organisation.people import Absence, Appointment, Delegation, Post
from domain.organisation.staff import Staff
from domain.organisation.suggestions import Basis, Proposal, Standing, Suggestion, propose, suggestions
from domain.organisation.workload import Load, OpenWork, WorkToGive, effort
from domain.procedures.procedure import Channel
from domain.roles import ENGINE, Role
from tests.support.given import DESK, HEAD, OFFICER, accepted, submitted, supplement_asked
from tests.support.small_province import CALENDAR, FREE, HA_NAM, PHU_LY, at
from tests.support.small_staff import GENERAL, NOON, OTHER, POSTS, SINCE, absence, appointment, delegation, staff

ASSIGNER = ENGINE.model_copy(update={"unit": HA_NAM})
SECOND = Post(code="p.second", unit=HA_NAM, role=Role.SPECIALIST, title="Chuyên môn")
RULES = AssignmentRules(least_minutes=30, field_lead_working_hours=4, returning_working_hours=16)


def load(*minutes: int, lately: int = 0, due: str = "2026-03-31 17:00", given: str | None = None) -> Load:
    """Open items that need so many minutes each."""
    given_at = at(given) if given else None
    work = (OpenWork(dossier=f"d{n}", minutes=one, due=at(due), given_at=given_at) for n, one in enumerate(minutes))
    return Load(work=tuple(work), lately=lately)


def wanted(field: str | None = "Đất đai", **changes: Any) -> WorkToGive:
    """Specialist work of Hà Nam that needs an hour."""
    given = WorkToGive(unit=HA_NAM, role=Role.SPECIALIST, field=field, minutes=60, due=at("2026-03-31 17:00"))
    return replace(given, **changes)


def listed(people: Staff, work: WorkToGive, when: datetime = NOON, **loads: Load) -> tuple[Suggestion, ...]:
    """Everybody for this work, at noon of a Monday."""
    return suggestions(work, Basis(people, loads, CALENDAR, RULES, when))


def proposed(people: Staff, field: str | None = "Đất đai", **loads: Load) -> Proposal:
    """What the engine would do."""
    return propose(wanted(field), Basis(people, loads, CALENDAR, RULES, NOON))


def codes(proposal: Proposal | Suggestion) -> list[str]:
    """The codes of its reasons."""
    return [reason.code for reason in proposal.reasons]


def two_generals(*absences: Absence, **changes: Any) -> Staff:
    """Two officers for every field: `general` and `aaa`."""
    people = staff()
    appointments = (*people.appointments, Appointment(person="aaa", post=SECOND.code, valid_from=SINCE))
    return staff(*absences, posts=(*POSTS, SECOND), appointments=appointments, **changes)


def test_a_post_that_names_the_field_comes_first_until_it_has_some_hours_more() -> None:
    """Four hours more may the officer for the field have; at five the other is taken."""
    assert proposed(staff(), "Đất đai").person == "general"
    named = proposed(staff(), "Hộ tịch", civil=load(200))
    assert (named.person, codes(named)) == ("civil", ["handles_field", "work_left"])
    assert proposed(staff(), "Hộ tịch", civil=load(300)).person == "general"


def test_among_equals_the_least_work_counts_and_not_the_number_of_items() -> None:
    """Three short items are less than one long one; the reason tells hours and dossiers."""
    proposal = proposed(two_generals(), aaa=load(30, 30, 30), general=load(600))
    assert (proposal.person, codes(proposal)) == ("aaa", ["handles_every_field", "least_work"])
    assert "2 giờ" in proposal.reasons[-1].text.vi
    assert "3 open dossiers" in proposal.reasons[-1].text.en


def test_an_item_that_waits_for_the_applicant_counts_less() -> None:
    """Two hours that wait are less than one that does not."""
    waiting = Load(work=(OpenWork(dossier="w", minutes=120, waits=True),))
    assert proposed(two_generals(), aaa=waiting, general=load(60)).person == "aaa"


def test_with_equal_work_whoever_got_the_fewest_lately_then_the_first_by_code() -> None:
    """The one who loses is told why, by name."""
    fewer = listed(two_generals(), wanted(), aaa=load(60, lately=5), general=load(60, lately=4))
    assert [one.person for one in fewer][:2] == ["general", "aaa"]
    assert codes(fewer[1])[-1] == "fewer_lately"
    by_code = listed(two_generals(), wanted(), aaa=load(60), general=load(60))
    assert [one.person for one in by_code][:2] == ["aaa", "general"]
    assert codes(by_code[1])[-1] == "first_by_code"


def test_an_urgent_item_goes_to_somebody_who_can_reach_it_in_time() -> None:
    """Due this afternoon: the officer for the field has six hours that are due before, so the other gets it."""
    urgent = wanted("Hộ tịch", due=at("2026-03-02 17:00"))
    busy = load(200, due="2026-03-02 16:00")
    assert listed(staff(), urgent, civil=load(200))[0].person == "civil", "what is due later does not stand before it"
    found = listed(staff(), urgent, civil=busy)
    assert [(one.person, one.standing) for one in found[:2]] == [
        ("general", Standing.IN_TIME),
        ("civil", Standing.TOO_LATE),
    ]
    assert codes(found[1])[0] == "not_in_time"
    neither = propose(
        urgent, Basis(staff(), {"civil": busy, "general": load(400, due="2026-03-02 16:00")}, CALENDAR, RULES, NOON)
    )
    assert neither.person == "civil", "if nobody can, the order stays and the item is not left lying"


def test_who_leaves_before_the_work_could_be_done_gets_nothing() -> None:
    """Away from Wednesday for a week: what takes an hour is given today, what takes three days is not."""
    people = staff(absence("general", "2026-03-04 00:00", "2026-03-11 00:00"))
    assert proposed(people).person == "general"
    long = propose(wanted(minutes=3 * 480), Basis(people, {}, CALENDAR, RULES, NOON))
    assert (long.person, codes(long)) == (None, ["leaves_before", "nobody_present"])
    assert "04/03/2026" in long.reasons[0].text.vi
    doctor = staff(absence("general", "2026-03-04 08:00", "2026-03-04 11:00"))
    (found,) = listed(doctor, wanted(minutes=3 * 480))
    assert (found.standing, found.done_by) == (Standing.IN_TIME, at("2026-03-05 16:00")), "a short absence only delays"


def test_whose_appointment_ends_gets_nothing_that_takes_longer() -> None:
    """The last day of the post is the last day of work."""
    appointments = (appointment("general", GENERAL, until=date(2026, 3, 3)),)
    people = staff(posts=(GENERAL,), appointments=appointments)
    assert proposed(people).person == "general"
    assert propose(wanted(minutes=3 * 480), Basis(people, {}, CALENDAR, RULES, NOON)).person is None


def test_who_has_just_come_back_counts_as_having_the_average() -> None:
    """Back this morning with nothing open: the colleague below the average gets the next, and the reason is told."""
    back = absence("aaa", "2026-02-16 00:00", "2026-03-02 07:30")
    third = Post(code="p.third", unit=HA_NAM, role=Role.SPECIALIST, title="Chuyên môn")
    people = two_generals(back)
    people = staff(
        back,
        posts=(*people.posts, third),
        appointments=(*people.appointments, Appointment(person="bbb", post=third.code, valid_from=SINCE)),
    )
    found = listed(people, wanted(), general=load(100), bbb=load(500))
    assert [one.person for one in found if one.standing is Standing.IN_TIME] == ["general", "aaa", "bbb"]
    assert "just_back" in codes(found[1])
    given = load(60, given="2026-03-02 08:00")
    assert listed(people, wanted(), general=load(350), bbb=load(300), aaa=given)[0].person == "bbb"
    later = listed(people, wanted(), at("2026-03-04 12:00"), general=load(100), bbb=load(500))
    assert later[0].person == "aaa", "after two working days the own work counts again"


def test_what_comes_back_goes_to_whom_it_was_before() -> None:
    """Also with more open work; not to somebody who is away."""
    again = wanted(before="general")
    found = listed(two_generals(), again, general=load(900))
    assert (found[0].person, codes(found[0])[0]) == ("general", "had_it_before")
    assert listed(two_generals(absence("general")), again)[0].person == "aaa"


def test_the_absent_get_nothing_and_it_is_said() -> None:
    """An absent officer is passed over with a reason, and is considered again after the return."""
    people = staff(absence("civil", ended="2026-03-02 12:00"))
    assert proposed(people, "Hộ tịch").person == "civil"
    gone = proposed(staff(absence("civil")), "Hộ tịch")
    assert (gone.person, codes(gone)) == ("general", ["away", "handles_every_field", "least_work"])
    assert "civil" in gone.reasons[0].text.vi


def test_who_only_stands_in_is_given_nothing_by_the_engine_but_may_be_chosen() -> None:
    """The delegation may end first, so it stays in the queue; the head's list has the stand-in, with the reason."""
    people = staff(absence("general"), absence("civil"), delegations=(delegation("general", "chair"),))
    proposal = proposed(people)
    assert (proposal.person, codes(proposal)) == (None, ["away", "nobody_present"])
    found = listed(people, wanted())
    assert [(one.person, one.standing, one.chosen) for one in found] == [
        ("chair", Standing.STANDS_IN, False),
        ("general", Standing.NOT_NOW, False),
    ]
    assert codes(found[0]) == ["stands_in_for"]


def test_a_person_in_two_units_is_given_nothing() -> None:
    """A person in two units, which checks should prevent, is assigned nothing."""
    everybody = (appointment("both", GENERAL), appointment("both", OTHER))
    unchecked = Staff.model_construct(posts=POSTS, appointments=everybody, absences=(), delegations=())
    assert codes(proposed(unchecked)) == ["in_two_units", "nobody_present"]


def test_every_reason_is_told_in_both_languages() -> None:
    """The sentences of all reasons have all their facts."""
    people = two_generals(absence("civil"), absence("aaa", "2026-03-03 00:00"))
    long = listed(people, wanted("Hộ tịch", minutes=900, due=at("2026-03-02 17:00"), before="general"))
    chains = [one.reasons for one in (*long, *listed(two_generals(), wanted()))]
    for chain in (*chains, proposed(staff(absence("general"))).reasons):
        assert chain
        for reason in chain:
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


loads_of = st.dictionaries(
    st.sampled_from(PEOPLE), st.lists(st.integers(1, 900), max_size=6).map(lambda some: load(*some))
)
often = settings(deadline=None, max_examples=60)
works = st.builds(
    wanted, st.sampled_from(FIELDS), minutes=st.integers(15, 2_000), before=st.sampled_from((None, *PEOPLE))
)


@often
@given(staffs(), loads_of, works)
def test_whoever_gets_it_is_present_able_and_first_among_those_who_stay(
    people: Staff, loads: dict[str, Load], work: WorkToGive
) -> None:
    """The chosen one is present with a fitting post and does not leave before; there is none only when nobody is."""
    found = suggestions(work, Basis(people, loads, CALENDAR, RULES, now))
    able = {
        person
        for person, post in ((p, people.posts_of(p, now)[0]) for p in PEOPLE)
        if post.unit == HA_NAM
        and post.role is Role.SPECIALIST
        and post.handles(work.field)
        and not people.absent(person, now)
    }
    assert {one.person for one in found if one.standing < Standing.STANDS_IN} == able
    assert [one.standing for one in found if one.standing is not Standing.STANDS_IN] == sorted(
        one.standing for one in found if one.standing is not Standing.STANDS_IN
    )
    chosen = [one for one in found if one.chosen]
    assert chosen == [one for one in found[:1] if one.standing <= Standing.TOO_LATE]
    assert len({one.person for one in found}) == len(found)
    assert all(one.reasons for one in found)
    for one in chosen:
        horizon = one.done_by or now
        lasting = [each for each in people.times_away(one.person, HA_NAM, Role.SPECIALIST, now) if each.began < horizon]
        assert not any(each.longer_than(8, CALENDAR) for each in lasting)


@often
@given(staffs(), loads_of, works, st.sampled_from(PEOPLE), st.integers(1, 900))
def test_more_work_never_brings_a_person_forward(
    people: Staff, loads: dict[str, Load], work: WorkToGive, who: str, more: int
) -> None:
    """Monotone: with one more item of the same due date nobody comes to get what they did not get without it."""
    before = {one.person for one in suggestions(work, Basis(people, loads, CALENDAR, RULES, now)) if one.chosen}
    fuller = Load(work=(*loads.get(who, Load()).work, *load(more).work), lately=loads.get(who, Load()).lately)
    after = {
        one.person
        for one in suggestions(work, Basis(people, {**loads, who: fuller}, CALENDAR, RULES, now))
        if one.chosen
    }
    back = any(absence.person != who and absence.ended is not None for absence in people.absences)
    assert who in before or who not in after or back


@often
@given(staffs(), loads_of, works, st.randoms(use_true_random=False))
def test_the_list_does_not_hang_on_the_order_of_the_files(
    people: Staff, loads: dict[str, Load], work: WorkToGive, order: Any
) -> None:
    """The order of the files does not change the order of the list."""
    shuffled = {
        name: order.sample(getattr(people, name), len(getattr(people, name))) for name in ("posts", "appointments")
    }
    other = people.model_copy(update={name: tuple(value) for name, value in shuffled.items()})
    one, two = (suggestions(work, Basis(each, loads, CALENDAR, RULES, now)) for each in (people, other))
    assert [(each.person, each.post) for each in one] == [(each.person, each.post) for each in two]


def test_who_stands_in_at_two_posts_is_listed_at_the_same_one_whatever_the_order_of_the_files() -> None:
    """At the first by code of those that name the field, as a holder of several posts is."""
    roles = {"p0": Role.SPECIALIST, "p1": Role.SPECIALIST, "p2": Role.RECEPTION}
    posts = tuple(Post(code=f"post.{one}", unit=HA_NAM, role=role, title="Vị trí") for one, role in roles.items())
    appointments = tuple(Appointment(person=one, post=f"post.{one}", valid_from=date(2025, 7, 1)) for one in roles)
    away = tuple(_absence(one, 0, 20) for one in PEOPLE[:2])
    given_on = tuple(
        Delegation(giver=one, receiver="p2", roles=(Role.SPECIALIST,), began=at("2026-03-01 00:00"), source="Thông báo")
        for one in PEOPLE[:2]
    )
    both = [
        suggestions(wanted(), Basis(people, {}, CALENDAR, RULES, now))
        for people in (
            Staff(posts=posts, appointments=appointments, absences=away, delegations=given_on),
            Staff(posts=posts[::-1], appointments=appointments[::-1], absences=away, delegations=given_on),
        )
    ]
    stand_ins = [[one.post for one in each if one.standing is Standing.STANDS_IN] for each in both]
    assert stand_ins == [["post.p0"], ["post.p0"]]


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


def test_the_engine_replaces_only_whom_it_says() -> None:
    """From an absent officer to another: only while that officer still has it."""
    case = accepted()
    case.when(ASSIGNER, Assign(person=OFFICER.person))
    assert case.refused(ASSIGNER, Assign(person="other", instead_of="somebody")) == "already_assigned"
    *_, assigned = case.when(ASSIGNER, Assign(person="other", instead_of=OFFICER.person))
    assert isinstance(assigned, DossierAssigned)
    assert case.refused(OFFICER, CompleteStep(step="process")) == "not_assignee"


def test_who_is_gone_for_long() -> None:
    """Away for more hours than the policy says, or without a post; not for a short time, and not the unknown."""
    short = absence("general", "2026-03-02 07:30", "2026-03-02 15:30")
    people = staff(short, absence("civil", "2026-03-02 07:30", "2026-03-04 07:30"))
    gone = [
        one
        for one in ("general", "civil", "other", "unknown")
        if gone_for_long(one, HA_NAM, Role.SPECIALIST, people, CALENDAR, 8, NOON)
    ]
    assert gone == ["civil", "other"]


def test_the_rules_of_assignment_are_one_word_or_more() -> None:
    """`assignment: by_hand` is the policy with its defaults; units and procedures may be left to heads."""
    word = AssignmentRules.model_validate("by_hand")
    assert word == AssignmentRules(policy=AssignmentPolicy.BY_HAND)
    left = AssignmentRules(by_hand_units=("13366",), by_hand_procedures=("1.001193",))
    cases = (("13366", "x"), ("x", "1.001193"), ("x", "x"))
    assert [left.left_to_heads(unit, procedure) for unit, procedure in cases] == [True, True, False]


def test_the_estimate_of_work_follows_the_limit_and_the_share_of_the_step() -> None:
    """Five percent of the step's time by default, and never less than the least."""
    days, rules = FREE.model_copy(update={"own_limit": None}), AssignmentRules()
    step = days.steps[0]
    terms = days.terms_for(Channel.COUNTER)
    assert terms is not None
    ten = terms.model_copy(update={"limit": Limit(amount=10, unit=LimitUnit.WORKING_DAY)})
    procedure = days.model_copy(update={"terms": (ten,)})
    assert effort(procedure, Channel.COUNTER, step.code, rules) == 4_800 * step.share * 5 // 10_000
    assert effort(procedure, Channel.COUNTER, "no-such-step", rules) == 15
    none = days.model_copy(update={"terms": (terms.model_copy(update={"limit": None}),)})
    assert effort(none, Channel.COUNTER, step.code, rules) == 15


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
