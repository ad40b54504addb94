"""Tests of the plan of the demo's day."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import datetime, timedelta
from functools import cache

import pytest

from activities.province import load_province
from domain.deadlines import clock
from domain.deadlines.clock import WhichClock
from domain.organisation.routing import route
from domain.rules.province import Province
from domain.values import VIETNAM
from tools.demo.citizens import Person
from tools.demo.plan import Case, draw
from tools.demo.receipts import Age
from tools.demo.stories import STORY_SETUPS, UNCLEAR, Story, distribute
from workers.checkout import CHECKOUT

AT_ANY_HOUR = [
    "2026-11-22T02:00",  # a Sunday night
    "2026-11-24T10:20",  # in the middle of a morning
    "2026-11-27T16:59",  # the last minute of the week
    "2026-11-23T07:30",  # the first minute of the week
    "2026-11-24T12:15",  # lunch
    "2026-02-18T09:00",  # Tết
    "2026-01-10T09:00",  # a Saturday that is worked
    "2027-01-01T00:00",
]


@cache
def ninh_binh() -> Province:
    """The province as it is configured."""
    return load_province(CHECKOUT / "deploy" / "ninh-binh")


def at(text: str) -> datetime:
    """An instant in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def mix(case: Case) -> tuple[object, ...]:
    """The parts of a case that do not depend on the hour."""
    return case.number, case.story, case.person, case.sent_twice, case.mistake, case.stars, case.brought_over is None


@pytest.mark.parametrize("hour", AT_ANY_HOUR)
def test_the_same_seed_draws_the_same_day(hour: str) -> None:
    """The same seed and hour give the same plan, and another hour the same mix."""
    plan = draw(ninh_binh(), 120, 2025, at(hour))
    assert plan == draw(ninh_binh(), 120, 2025, at(hour))
    reference = draw(ninh_binh(), 120, 2025, at(AT_ANY_HOUR[0]))
    assert [mix(case) for case in plan.cases] == [mix(case) for case in reference.cases]


def test_another_seed_draws_another_day() -> None:
    """Another seed gives other people and stories."""
    one, other = (draw(ninh_binh(), 120, seed, at(AT_ANY_HOUR[1])) for seed in (1, 2))
    assert [case.story for case in one.cases] != [case.story for case in other.cases]
    assert [case.person.name for case in one.cases] != [case.person.name for case in other.cases]


@pytest.mark.parametrize("count", [1, 7, len(STORY_SETUPS), 40, 300, 1_001])
def test_stories_are_shared_out(count: int) -> None:
    """There are exactly as many stories as dossiers, and every story is used when there are enough dossiers."""
    stories = Counter(distribute(count))
    assert stories.total() == count
    assert min(stories.values()) > 0
    assert set(stories) == set(Story) or count < len(STORY_SETUPS)


@pytest.mark.parametrize("hour", AT_ANY_HOUR)
def test_brought_over_dossiers_have_the_age_they_are_meant_to_have(hour: str) -> None:
    """At any hour of any day some dossiers from an older system are late, some almost due, and some not."""
    now = at(hour)
    plan = draw(ninh_binh(), 300, 2025, now)
    old = [case for case in plan.cases if case.brought_over is not None]
    assert {case.age for case in old} == set(Age)
    for case in old:
        assert case.age is not None
        assert hours_late(case, now)[case.age is not Age.PAST_PROMISE] in EXPECTED[case.age], case


EXPECTED = {
    Age.RUNNING: [-1],
    Age.NEARLY_DUE: [-1],
    Age.PAST_PROMISE: range(5, 1_000),
    Age.LATE: range(1, 1_000),
    Age.LATE_A_DAY: range(10, 1_000),
    Age.LATE_DAYS: range(30, 1_000),
}
"""Whole working hours past the due date of the age's clock; -1 when not past."""


def hours_late(case: Case, now: datetime) -> tuple[int, int]:
    """Working hours past the promised and the statutory date, computed independently."""
    assert case.brought_over is not None
    procedure = ninh_binh().published(case.procedure, now.date()).procedure
    terms = procedure.terms_for(case.channel, case.case)
    assert terms is not None
    calendar = ninh_binh().calendar_of(None, now.date())
    excluded = procedure.green.excluded_steps if procedure.green else ()
    timing = clock.start(
        case.brought_over.received_at,
        statutory=terms.limit,
        own=procedure.own_limit if terms.limit is None else None,
        green=procedure.green,
        counting=procedure.counting,
        excluded_share=sum(step.share for step in procedure.steps if step.code in excluded),
    )
    assert calendar.intake_open(case.brought_over.received_at)

    def late(which: WhichClock) -> int:
        due = clock.due(timing, which, calendar)
        return int(calendar.working_time_between(due, now) / timedelta(hours=1)) if due and due < now else -1

    return late(WhichClock.PROMISED), late(WhichClock.STATUTORY)


@pytest.mark.parametrize("seed", [2025, 7])
def test_every_matter_goes_where_its_story_wants_it(seed: int) -> None:
    """The two stories of the ward are in the ward, unclear matters go to coordination, and all others have an
    authority."""
    now = at(AT_ANY_HOUR[1])
    plan = draw(ninh_binh(), 300, seed, now)
    crossing = 0
    for case in plan.cases:
        procedure = ninh_binh().published(case.procedure, now.date()).procedure
        place = case.place
        found = route(procedure, place.matter, place.received_by, ninh_binh().organisation, now.date())
        assert found.receivable, case
        assert (found.competent is None) == (case.story in UNCLEAR), case
        if case.story in (Story.TOKEN_FAILED, Story.REGISTRY_DOWN):
            assert found.competent == plan.ward
        crossing += found.crossing
    assert 20 < crossing < 100


def test_stories_meet_the_procedures_they_need() -> None:
    """A story about money has a fee, and one about a supplement has a document to request."""
    plan = draw(ninh_binh(), 600, 3, at(AT_ANY_HOUR[1]))
    for case in plan.cases:
        telling = STORY_SETUPS[case.story]
        assert telling.fee is not True or case.fee > 0, case
        assert telling.fee is not False or case.fee == 0, case
        assert not telling.documents or case.documents + case.missing, case
        assert case.ends is telling.ends


def test_people_are_invented_and_differ() -> None:
    """Identity numbers have twelve digits and differ, and some names are in NFD."""
    plan = draw(ninh_binh(), 400, 2025, at(AT_ANY_HOUR[1]))
    numbers = [person.identity_number for person in plan.people]
    assert len(set(numbers)) == 400
    assert all(len(number) == 12 and number.isdigit() for number in numbers)
    decomposed = [person for person in plan.people if person.decomposed]
    assert 20 < len(decomposed) < 100
    for person in decomposed:
        assert written(person) != person.name
        assert person.applicant().name == unicodedata.normalize("NFC", person.name)
    assert any(not person.known for person in plan.people)


def written(person: Person) -> str:
    """The name as it is typed."""
    return unicodedata.normalize("NFD", person.name)
