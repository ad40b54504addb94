"""Tests of work-lists as of now: an absence or a return changes them at once, without a write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.store import Ledger
from domain.dossier.view import WorkItem
from domain.errors import NotFound
from domain.organisation.people import Absence, Appointment, Post
from domain.organisation.staff import Staff
from domain.roles import Role
from gateway.views.work_list import WorkLists
from tests.support.databases import Database
from tests.support.ledger_samples import MORNING, append, started
from tests.support.small_province import CENTRE, HA_NAM, PHU_LY, at
from tests.support.small_staff import NOON, POSTS, SINCE, absence, delegation, staff

pytestmark = pytest.mark.stack

HEAD_POST = Post(code="p.head", unit=HA_NAM, role=Role.HEAD_OF_UNIT, title="Giám đốc Trung tâm")
OF_CIVIL, NOBODYS, OF_GENERAL, ELSEWHERE = (f"H42.12-250701-{number:04d}" for number in range(1, 5))


def people(*absences: Absence, delegated: bool = True) -> Staff:
    """The small staff with a head of unit; `civil` has delegated to `chair`."""
    return staff(
        *absences,
        delegations=(delegation("civil", "chair"),) if delegated else (),
        posts=(*POSTS, HEAD_POST),
        appointments=(*staff().appointments, Appointment(person="head", post=HEAD_POST.code, valid_from=SINCE)),
    )


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """Three dossiers of ward Hà Nam (assigned to civil, to nobody, to general) and one of ward Phủ Lý."""
    pool = await open_pool(database.url, 2)
    ledger = Ledger(pool)
    await _put(ledger, OF_CIVIL, HA_NAM, "civil", 1)
    await _put(ledger, NOBODYS, HA_NAM, None, 2)
    await _put(ledger, OF_GENERAL, HA_NAM, "general", 3)
    await _put(ledger, ELSEWHERE, PHU_LY, "other", 4)
    yield pool
    await pool.close()


async def _put(ledger: Ledger, code: str, unit: str, person: str | None, days: int, **changed: Any) -> None:
    item = WorkItem(
        dossier=code, unit=unit, role=Role.SPECIALIST, person=person, act="complete_step", since=MORNING,
        due=MORNING + timedelta(days=days),
    )  # fmt: skip
    fields: dict[str, Any] = {"work": (item,), "competent": unit, "responsible": unit, "assignee": person, **changed}
    await ledger.record(append(code, [started()], **fields))


async def listed(pool: Pool, everybody: Staff, person: str, when: str = "2026-03-02 12:00") -> list[str]:
    """The dossiers on a person's list."""
    rows = await WorkLists(pool, everybody).of_person(person, at(when))
    return [row.item.dossier for row in rows]


async def test_a_person_sees_theirs_and_nobody_s(pool: Pool) -> None:
    """A person sees their own and unassigned items of their unit, the most urgent first."""
    assert await listed(pool, people(), "civil") == [OF_CIVIL, NOBODYS]
    assert await listed(pool, people(), "general") == [NOBODYS, OF_GENERAL]
    assert await listed(pool, people(), "other") == [ELSEWHERE]


async def test_what_is_an_absent_officer_s_shows_with_the_stand_in_and_comes_back(pool: Pool) -> None:
    """Before, during and after an absence the same rows give three different lists."""
    everybody = people(absence("civil", "2026-03-01 00:00", "2026-03-05 00:00"))
    days = ("2026-02-28 12:00", "2026-03-02 12:00", "2026-03-05 00:00")
    assert [await listed(pool, everybody, "civil", day) for day in days] == [
        [OF_CIVIL, NOBODYS],
        [],
        [OF_CIVIL, NOBODYS],
    ]
    assert [await listed(pool, everybody, "chair", day) for day in days] == [[], [OF_CIVIL, NOBODYS], []]


async def test_what_nobody_can_do_comes_to_the_head_to_be_assigned_anew(pool: Pool) -> None:
    """The head of unit gets an absent person's item, as an assignment to make, only when there is no stand-in."""
    lists = WorkLists(pool, people(absence("civil"), delegated=False))
    (row,) = await lists.of_person("head", NOON)
    assert (row.item.dossier, row.item.act, row.item.role, row.item.person, row.acting) == (
        OF_CIVIL,
        "assign",
        Role.HEAD_OF_UNIT,
        "civil",
        None,
    )
    assert await listed(pool, people(absence("civil")), "head") == []
    assert await listed(pool, people(), "head") == []


async def test_a_unit_s_list_names_who_does_it_now(pool: Pool) -> None:
    """The list of a unit has every item, with the stand-in beside the assignee."""
    lists = WorkLists(pool, people(absence("civil")))
    rows = await lists.of_unit(HA_NAM, NOON)
    assert [(row.item.dossier, row.item.person, row.acting) for row in rows] == [
        (OF_CIVIL, "civil", "chair"),
        (NOBODYS, None, None),
        (OF_GENERAL, "general", "general"),
    ]


async def test_what_the_level_above_took_over_stays_on_the_officer_s_list(pool: Pool) -> None:
    """After an escalation the officer, who may still finish the dossier, keeps it on the list."""
    await _put(Ledger(pool), "H42.12-250701-0009", PHU_LY, "civil", 0, competent=HA_NAM)
    assert await listed(pool, people(), "civil") == ["H42.12-250701-0009", OF_CIVIL, NOBODYS]


async def test_a_list_can_be_narrowed_to_a_unit_and_a_role(pool: Pool) -> None:
    """A list can be filtered by unit and role."""
    lists = WorkLists(pool, people(absence("civil")))
    assert len(await lists.of_person("chair", NOON, role=Role.SPECIALIST, unit=HA_NAM)) == 2
    assert await lists.of_person("chair", NOON, role=Role.SIGNATORY) == []
    assert await lists.of_person("chair", NOON, unit=PHU_LY) == []


async def test_somebody_the_staff_does_not_know_has_no_list(pool: Pool) -> None:
    """An unknown person has no list, also when a unit is named."""
    lists = WorkLists(pool, people())
    for unit in (None, HA_NAM):
        with pytest.raises(NotFound, match="unknown_person"):
            await lists.of_person("officer-7", NOON, unit=unit)


async def test_the_load_of_a_unit_is_counted_by_person_and_role(pool: Pool) -> None:
    """The load of a unit is counted by person and role."""
    assert await LedgerReader(pool).assignees(HA_NAM) == {
        ("civil", Role.SPECIALIST): 1,
        ("general", Role.SPECIALIST): 1,
    }


async def test_an_operator_of_the_centre_has_the_repairs_of_every_unit(pool: Pool) -> None:
    """The operators have the repairs of every unit, since a ward has no operator."""
    code = "H42.12-250701-0009"
    repair = WorkItem(dossier=code, unit=PHU_LY, role=Role.OPERATOR, person=None, act="repair", since=MORNING)
    await _put(Ledger(pool), code, PHU_LY, None, 5, work=(repair,))
    post = Post(code="p.operator", unit=CENTRE, role=Role.OPERATOR, title="Quản trị vận hành")
    holds = Appointment(person="operator", post=post.code, valid_from=SINCE)
    everybody = staff(posts=(*POSTS, post), appointments=(*staff().appointments, holds))
    assert await listed(pool, everybody, "operator") == [code]
    assert await listed(pool, everybody, "other") == [ELSEWHERE]
