"""Tests of the list of open escalations, read from the dossiers of a real database."""

from __future__ import annotations

from uuid import uuid4

import pytest

from activities.ledger.contracts import Append
from activities.ledger.open_escalations import EscalationPlace, EscalationState, OpenEscalation, OpenEscalations
from activities.ledger.pool import Pool
from activities.ledger.search.query import ALL_DOSSIERS, SearchScope
from activities.ledger.store import Ledger
from domain.changed import changed
from domain.dossier.commands import Accept, AcknowledgeEscalation, AcknowledgeHandover, HandBack
from domain.dossier.context import Rules
from domain.dossier.react import next_wake_up
from domain.dossier.viewing import view_of
from domain.roles import Actor, Role
from tests.support.given import CITIZEN, DESK, HEAD, Case, a_submission
from tests.support.small_province import (
    ACTING,
    ANSWERED,
    CENTRE,
    COMMITTEE,
    FREE,
    HA_NAM,
    PHU_LY,
    RULEBOOK,
    at,
    people,
    pins,
)

pytestmark = pytest.mark.stack

STAFF = people(*ACTING, ("head.centre", Role.HEAD_OF_UNIT, CENTRE), ("head.top", Role.HEAD_OF_UNIT, COMMITTEE))
HEAD_AT_TOP = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)


def left_alone(until: str) -> Case:
    """Given: accepted on Monday 7 July 2025 and acknowledged by ward Hà Nam, where nobody does anything."""
    case = Case()
    case.when(CITIZEN, a_submission(FREE, pins=pins(FREE, ANSWERED)))
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    while (wake_up := next_wake_up(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK))) and wake_up <= at(until):
        case.now = max(wake_up, case.now)
        if not case.tick_with(STAFF):
            break
    return case.until(until)


async def record(pool: Pool, case: Case, number: int) -> str:
    """Writes the case under a code of its own."""
    code = f"H42.1-250707-{number:04}"
    await Ledger(pool).record(
        Append(
            dossier=code, after_version=0, command_id=uuid4(), actor=DESK, events=tuple(case.events),
            view=view_of(changed(case.dossier, code=code), RULEBOOK),
        )
    )  # fmt: skip
    return code


@pytest.fixture
async def listed(pool: Pool) -> OpenEscalations:
    """One that waits for its first answer, one that was acknowledged, one taken over, and one handed back."""
    await record(pool, left_alone("2025-07-09 09:00"), 1)
    answered = left_alone("2025-07-09 09:00")
    for one in answered.dossier.escalations:
        if one.wants_answer:
            head = Actor(person="head", role=Role.HEAD_OF_UNIT, unit=one.unit)
            answered.when(head, AcknowledgeEscalation(escalation=one.number))
    await record(pool, answered, 2)
    await record(pool, left_alone("2025-07-22 08:00"), 3)
    back = left_alone("2025-07-22 08:00")
    back.when(HEAD_AT_TOP, HandBack(legal_basis="QĐ 1"))
    await record(pool, back, 4)
    return OpenEscalations(pool)


async def everything(listed: OpenEscalations, **wanted: object) -> list[OpenEscalation]:
    return await listed.page(ALL_DOSSIERS, 200, **wanted)  # type: ignore[arg-type]


async def test_what_must_be_answered_is_first(listed: OpenEscalations) -> None:
    """Unanswered by their time, then unexplained, then handed back, then taken over; each state can be asked for."""
    rows = await everything(listed)
    assert [(one.rank, one.due) for one in rows] == sorted((one.rank, one.due) for one in rows)
    by_state = {state: [one.dossier[-4:] for one in rows if one.state is state] for state in EscalationState}
    assert "0001" in by_state[EscalationState.UNANSWERED]
    assert "0002" in by_state[EscalationState.UNEXPLAINED]
    assert "0002" not in by_state[EscalationState.UNANSWERED]
    assert by_state[EscalationState.HANDED_BACK] == ["0004"]
    assert by_state[EscalationState.TAKEN_OVER] == ["0003"]
    for state in EscalationState:
        assert await everything(listed, state=state) == [one for one in rows if one.state is state]


async def test_pages_are_the_whole_list_forth_and_back(listed: OpenEscalations) -> None:
    """Page by page, in both ways, no row is left out or shown twice."""
    rows = await everything(listed)
    assert len(rows) >= 5
    forth: list[OpenEscalation] = []
    while page := await listed.page(
        ALL_DOSSIERS, 2, place=EscalationPlace.of(forth[-1].key, back=False) if forth else None
    ):
        forth += page
    assert forth == rows
    before = await listed.page(ALL_DOSSIERS, 2, place=EscalationPlace.of(rows[3].key, back=True))
    assert before == [rows[2], rows[1]]


async def test_scope_and_unit_restrict(listed: OpenEscalations) -> None:
    """Nobody sees a dossier of other units; a unit is asked for by what it must answer, explain or finish."""
    assert await listed.page(SearchScope(units=("99999",)), 200) == []
    assert await listed.page(SearchScope(units=(HA_NAM,)), 200) == await everything(listed)
    assert await everything(listed, unit=PHU_LY) == []
    mine = await everything(listed, unit=COMMITTEE)
    assert {one.dossier[-4:] for one in mine} >= {"0003", "0004"}
