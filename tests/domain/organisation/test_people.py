"""Tests of posts, absences and delegations at an instant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import NotFound
from domain.organisation.people import Appointment
from domain.organisation.staff import Staff
from domain.roles import Role
from tests.support.ninh_binh import ninh_binh
from tests.support.small_province import at
from tests.support.small_staff import (
    CHAIR,
    CIVIL,
    GENERAL,
    NOON,
    OTHER,
    POSTS,
    SINCE,
    absence,
    appointment,
    delegation,
    staff,
)


def acting(people: Staff, field: str | None = None, instant: datetime = NOON) -> list[str]:
    """Who can get specialist work in 13366."""
    return [holding.acting for holding in people.acting_in("13366", Role.SPECIALIST, instant, field)]


def test_the_post_that_names_the_field_comes_first() -> None:
    """Work goes first to a post for its field, then to a post for every field, and to no other."""
    assert acting(staff(), "Hộ tịch") == ["civil", "general"]
    assert acting(staff(), "Đất đai") == ["general"]


def test_the_absent_get_nothing() -> None:
    """An absent person gets no work until the instant of their return."""
    people = staff(absence("civil", ended="2026-03-03 07:30"))
    assert acting(people) == ["general"]
    assert acting(people, instant=at("2026-03-03 07:29")) == ["general"]
    assert acting(people, "Hộ tịch", instant=at("2026-03-03 07:30")) == ["civil", "general"]


def test_a_delegate_acts_for_the_absent() -> None:
    """A delegate acts in an absent person's post only during the absence."""
    people = staff(absence("civil"), delegations=(delegation("civil", "chair"),))
    assert acting(people, "Hộ tịch") == ["chair", "general"]
    assert people.may_act("chair", "13366", Role.SPECIALIST, NOON)
    assert not people.may_act("chair", "13366", Role.SPECIALIST, at("2026-02-01 12:00"))


def test_a_delegate_who_is_absent_too_passes_it_on() -> None:
    """Delegations are followed to the first person who is present; if there is none, nobody acts."""
    chain = (delegation("civil", "general"), delegation("general", "chair"))
    assert (
        staff(absence("civil"), absence("general"), delegations=chain).stand_in("civil", Role.SPECIALIST, NOON)
        == "chair"
    )
    nobody = staff(absence("civil"), absence("general"), delegations=(delegation("civil", "general"),))
    assert nobody.stand_in("civil", Role.SPECIALIST, NOON) is None


def test_the_next_delegate_is_asked_where_one_leads_to_nobody() -> None:
    """When the first of two delegates is absent too, the second acts."""
    both = (delegation("civil", "general"), delegation("civil", "chair"))
    people = staff(absence("civil"), absence("general"), delegations=both)
    assert people.stand_in("civil", Role.SPECIALIST, NOON) == "chair"
    assert people.may_act("chair", "13366", Role.SPECIALIST, NOON)


def test_who_left_stands_in_for_nobody() -> None:
    """A delegation does not outlast the service of its receiver."""
    left = (
        appointment("civil", CIVIL),
        appointment("general", GENERAL),
        appointment("chair", CHAIR, until=date(2026, 2, 28)),
    )
    people = staff(absence("civil"), delegations=(delegation("civil", "chair"),), appointments=left)
    assert acting(people) == ["general"]
    assert not people.may_act("chair", "13366", Role.SPECIALIST, NOON)
    two = (delegation("civil", "chair"), delegation("civil", "other"))
    still = staff(absence("civil"), delegations=two, appointments=(*left, appointment("other", OTHER)))
    assert still.stand_in("civil", Role.SPECIALIST, NOON) == "other"


def test_a_delegation_holds_for_its_roles_and_dates() -> None:
    """A delegation covers only its roles and its dates."""
    people = staff(absence("civil"), delegations=(delegation("civil", "chair", ended=at("2026-03-02 12:00")),))
    assert people.stand_in("civil", Role.SPECIALIST, NOON) is None
    assert people.stand_in("civil", Role.SIGNATORY, at("2026-03-02 11:00")) is None
    assert people.stand_in("civil", Role.SPECIALIST, at("2026-03-02 11:00")) == "chair"


def test_people_move_between_units_on_a_day() -> None:
    """A person may change the unit on a day, and is in one unit on each day."""
    moved = (appointment("civil", CIVIL, until=date(2026, 2, 28)), appointment("civil", OTHER, since=date(2026, 3, 1)))
    people = staff(appointments=moved)
    assert people.unit_of("civil", at("2026-02-28 23:59")) == "13366"
    assert people.unit_of("civil", at("2026-03-01 00:00")) == "13285"
    assert people.unit_of("civil", at("2025-01-01 00:00")) is None
    with pytest.raises(NotFound, match="unknown_person"):
        people.unit_of("nobody", NOON)


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("duplicate_post", {"posts": (*POSTS, CIVIL)}),
    ("unknown_post", {"appointments": (Appointment(person="x", post="p.none", valid_from=SINCE),)}),
    ("person_in_two_units", {"appointments": (appointment("x", CIVIL), appointment("x", OTHER))}),
    ("person_in_two_units", {"appointments": (appointment("x", CIVIL, until=SINCE), appointment("x", OTHER))}),
    (
        "person_in_two_units",
        {"appointments": (appointment("x", CIVIL), appointment("x", CHAIR), appointment("x", OTHER, date(2026, 1, 1)))},
    ),
    (
        "person_in_two_units",
        {"appointments": (appointment("x", CIVIL), appointment("x", CHAIR, until=SINCE), appointment("x", OTHER))},
    ),
    ("appointed_twice", {"appointments": (appointment("x", CIVIL), appointment("x", CIVIL, since=date(2026, 1, 1)))}),
    ("person_without_post", {"absences": (absence("nobody"),)}),
    ("person_without_post", {"delegations": (delegation("civil", "nobody"),)}),
    ("delegation_to_oneself", {"delegations": (delegation("civil", "civil"),)}),
    ("delegation_ring", {"delegations": (delegation("civil", "general"), delegation("general", "civil"))}),
    (
        "delegation_ring",
        {
            "delegations": (
                delegation("chair", "civil", began=at("2026-01-01 00:00")),
                delegation("civil", "general", began=at("2026-02-01 00:00")),
                delegation("general", "chair", began=at("2026-01-15 00:00")),
            )
        },
    ),
    (
        "delegation_ring",
        {
            "delegations": (
                delegation("civil", "other"),
                delegation("civil", "general"),
                delegation("general", "other"),
                delegation("general", "civil"),
            )
        },
    ),
]


@pytest.mark.parametrize(("code", "changes"), BROKEN)
def test_inconsistent_staff_does_not_construct(code: str, changes: dict[str, Any]) -> None:
    """Staff with a person in two units, a delegation to oneself or in a ring, or an unknown name cannot be
    constructed."""
    with pytest.raises(ValidationError, match=code):
        staff(**changes)


def test_delegations_that_never_hold_together_make_no_ring() -> None:
    """Delegations at different times are no ring."""
    delegations = (
        delegation("civil", "general", ended=at("2026-02-01 00:00")),
        delegation("general", "civil", began=at("2026-03-01 00:00")),
    )
    assert staff(delegations=delegations).delegations == delegations


def test_every_unit_of_the_province_is_staffed_for_its_procedures() -> None:
    """Every unit that may resolve a procedure in effect has a person for each role of its steps."""
    province, day = ninh_binh(), at("2026-11-20 09:00")
    for published in province.procedures:
        procedure = published.procedure
        if not published.accepts(day.date()):
            continue
        if procedure.specialised_authority:
            units = [procedure.specialised_authority]
        else:
            units = [unit.code for unit in province.organisation.communes(day.date())]
        for unit in units:
            for step in procedure.steps:
                assert province.staff.acting_in(unit, step.role, day, procedure.field), (
                    procedure.code,
                    unit,
                    step.code,
                )


@pytest.mark.parametrize("ended", ["2026-01-01 00:00", "2025-12-31 00:00"])
def test_what_ends_before_it_began_does_not_construct(ended: str) -> None:
    """An absence or a delegation must end after it began."""
    with pytest.raises(ValidationError, match="ends_before_it_began"):
        absence("civil", began="2026-01-01 00:00", ended=ended)
    with pytest.raises(ValidationError, match="ends_before_it_began"):
        delegation("civil", "chair", ended=at(ended))


def test_one_post_may_follow_itself() -> None:
    """A person appointed again to the same post on the next day has no break."""
    again = (appointment("civil", CIVIL, until=date(2026, 2, 28)), appointment("civil", CIVIL, since=date(2026, 3, 1)))
    assert staff(appointments=again).holds("civil", "13366", Role.SPECIALIST, at("2026-03-01 00:00"))


def test_a_person_s_duties_are_their_posts_and_what_the_absent_gave_them() -> None:
    """A present person has the duties of their posts and of absent colleagues who delegated to them; an absent
    person has none."""
    people = staff(absence("civil"), delegations=(delegation("civil", "chair"),))
    assert [(duty.role, duty.holder) for duty in people.duties("chair", NOON)] == [
        (Role.SIGNATORY, "chair"),
        (Role.SPECIALIST, "civil"),
    ]
    assert [duty.holder for duty in people.duties("chair", at("2026-02-01 12:00"))] == ["chair"]
    assert people.duties("civil", NOON) == ()
    assert not people.may_act("civil", "13366", Role.SPECIALIST, NOON)
