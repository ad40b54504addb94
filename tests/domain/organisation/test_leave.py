"""Tests of absences and delegations that people enter: what counts from when to when, and every refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import DomainError
from domain.organisation.leave import (
    LONGEST,
    AbsenceToEnter,
    DelegationToEnter,
    LeaveEntry,
    require_enterable,
    require_withdrawable,
    with_leave,
)
from domain.organisation.people import Appointment, Post
from domain.organisation.staff import Staff
from domain.roles import Role
from tests.support.small_province import HA_NAM
from tests.support.small_staff import NOON, POSTS, SINCE, absence, delegation, staff

DAY = timedelta(days=1)
HEAD = Post(code="p.head", unit=HA_NAM, role=Role.HEAD_OF_UNIT, title="Giám đốc")
GONE = Post(code="p.gone", unit=HA_NAM, role=Role.SPECIALIST, title="Chuyên môn")


def everybody(**changes: Any) -> Staff:
    """The small staff with a head, and somebody whose post has ended."""
    appointments = (
        *staff().appointments,
        Appointment(person="head", post=HEAD.code, valid_from=SINCE),
        Appointment(person="gone", post=GONE.code, valid_from=SINCE, valid_to=SINCE),
    )
    absences = changes.pop("absences", ())
    return staff(*absences, posts=(*POSTS, HEAD, GONE), appointments=appointments, **changes)


def away(**changes: Any) -> AbsenceToEnter:
    """`civil` is away tomorrow."""
    fields = {"person": "civil", "began": NOON + DAY, "ended": NOON + 2 * DAY, "ground": "Nghỉ phép"}
    return AbsenceToEnter(**{**fields, **changes})


def given(**changes: Any) -> DelegationToEnter:
    """`civil` delegates to `general` tomorrow."""
    fields = {"receiver": "general", "roles": (Role.SPECIALIST,), **away().model_dump(exclude={"kind"})}
    return DelegationToEnter(**{**fields, **changes})


def entry(number: int, what: AbsenceToEnter | DelegationToEnter, **changes: Any) -> LeaveEntry:
    """What the register has of it."""
    known = what.model_dump(include=set(LeaveEntry.model_fields))
    return LeaveEntry.model_validate({"number": number, "who": "civil", "at": NOON, **known, **changes})


def test_what_is_entered_counts_as_if_it_were_in_the_files() -> None:
    """The stand-in acts while the giver is away, and no longer."""
    people = with_leave(everybody(), (entry(1, away()), entry(2, given())))
    during, after = NOON + 1.5 * DAY, NOON + 3 * DAY
    assert people.stand_in("civil", Role.SPECIALIST, during) == "general"
    assert people.stand_in("civil", Role.SPECIALIST, after) == "civil"
    assert not people.absent("civil", NOON)


def test_what_was_withdrawn_counts_until_then() -> None:
    """Also afterwards one sees who stood in on an earlier day; withdrawn before it began, it never counted."""
    during = NOON + 1.5 * DAY
    early = with_leave(everybody(), (entry(1, away(), withdrawn_at=NOON + DAY / 2),))
    late = with_leave(everybody(), (entry(1, away(), withdrawn_at=NOON + 1.6 * DAY),))
    assert not early.absent("civil", during)
    assert late.absent("civil", during)
    assert not late.absent("civil", NOON + 1.7 * DAY)


def test_somebody_who_left_the_files_stops_nobody() -> None:
    """An entry about a person, or a receiver, whom the files no longer have is left out."""
    people = with_leave(everybody(), (entry(1, away(person="nobody")), entry(2, given(receiver="nobody"))))
    assert people.absences == ()
    assert people.delegations == ()


REFUSED: dict[str, tuple[AbsenceToEnter | DelegationToEnter, str]] = {
    "leave_in_the_past": (away(began=NOON - DAY), "civil"),
    "leave_reversed": (away(ended=NOON), "civil"),
    "leave_too_long": (away(ended=NOON + DAY + LONGEST + timedelta(seconds=1)), "civil"),
    "leave_too_far": (away(began=NOON + 3 * LONGEST, ended=NOON + 3 * LONGEST + DAY), "civil"),
    "leave_of_another": (away(), "general"),
    "unknown_person": (given(receiver="nobody"), "civil"),
    "leave_to_oneself": (given(receiver="civil"), "civil"),
    "receiver_without_post": (given(receiver="gone"), "civil"),
    "receiver_of_another_unit": (given(receiver="other"), "civil"),
    "role_not_held": (given(roles=(Role.SIGNATORY,)), "civil"),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused(code: str) -> None:
    """Each with its own code; the sentence is complete."""
    asked, by = REFUSED[code]
    assert refusal(asked, by, everybody()) == code


def refusal(asked: AbsenceToEnter | DelegationToEnter, by: str, people: Staff) -> str:
    """The code of the refusal."""
    with pytest.raises(DomainError) as refused:
        require_enterable(asked, by, people, NOON)
    assert "{" not in refused.value.message.vi
    return refused.value.code


def test_the_head_enters_it_too_and_another_unit_needs_a_ground() -> None:
    """With a legal basis a colleague of another unit may be named."""
    require_enterable(away(), "head", everybody(), NOON)
    require_enterable(given(receiver="other", legal_basis="QĐ 12"), "civil", everybody(), NOON)


def test_what_overlaps_is_refused_and_what_follows_is_not() -> None:
    """One role of one giver is with one colleague at a time, whether it is in the files or was entered."""
    entered = with_leave(everybody(), (entry(1, given()), entry(2, away())))
    assert refusal(given(receiver="head", began=NOON + 1.9 * DAY), "civil", entered) == "delegation_overlaps"
    assert refusal(away(), "civil", entered) == "absence_overlaps"
    require_enterable(given(receiver="head", began=NOON + 2 * DAY, ended=NOON + 3 * DAY), "civil", entered, NOON)
    in_files = everybody(delegations=(delegation("civil", "chair"),), absences=(absence("civil"),))
    assert refusal(given(), "civil", in_files) == "delegation_overlaps"
    assert refusal(away(), "civil", in_files) == "absence_overlaps"
    withdrawn = with_leave(everybody(), (entry(1, given(), withdrawn_at=NOON),))
    require_enterable(given(receiver="head"), "civil", withdrawn, NOON)


def test_a_ring_is_refused_also_when_it_would_close_later() -> None:
    """Two who delegate to each other at one instant; not if one delegation ends before the other begins."""
    back = given(person="general", receiver="civil", began=NOON + 1.5 * DAY, ended=NOON + 4 * DAY)
    entered = with_leave(everybody(), (entry(1, back),))
    assert refusal(given(), "civil", entered) == "leave_in_a_ring"
    require_enterable(given(ended=NOON + 1.5 * DAY), "civil", entered, NOON)


def test_only_what_still_counts_is_withdrawn_by_whom_it_concerns() -> None:
    """By oneself or the head; not twice, and not when it is over."""
    one = entry(1, away())
    require_withdrawable(one, "civil", everybody(), NOON)
    require_withdrawable(one, "head", everybody(), NOON)
    for changed, by, code in (
        (one, "general", "leave_of_another"),
        (entry(1, away(), withdrawn_at=NOON), "civil", "leave_over"),
        (entry(1, away(began=NOON - 3 * DAY, ended=NOON - DAY)), "civil", "leave_over"),
    ):
        with pytest.raises(DomainError, match=code):
            require_withdrawable(changed, by, everybody(), NOON)
