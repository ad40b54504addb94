"""Tests of what one command of assignment gave, and whether that still stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.dossier.commands import Assign, CompleteStep, Release, SendBackStep, Suspend
from domain.record.given import Given, given_by
from domain.record.sealing import RecordedEvent
from tests.support.given import HEAD, OFFICER, Case, accepted
from tests.support.recorded import recorded

ORDER = UUID(int=7)
AN = "officer.2"
GIVE = Assign(person=OFFICER.person)


def history(case: Case, place: int) -> list[RecordedEvent]:
    """The rows of a case; the act at this place (from 0) is that of the order."""
    rows, version = [], 0
    for number, (actor, events) in enumerate(case.acts):
        for event in events:
            version += 1
            [row] = recorded([event], actor)
            command = ORDER if number == place else UUID(int=100 + number)
            rows.append(row.model_copy(update={"version": version, "command_id": command}))
    return rows


def after(*steps: Callable[[Case], object]) -> tuple[Case, int]:
    """A dossier after these, then given to the officer by the order; the place of that act."""
    case = accepted()
    for step in steps:
        step(case)
    case.now += timedelta(minutes=5)
    case.when(HEAD, GIVE)
    return case, len(case.acts) - 1


def test_it_tells_who_had_it_before() -> None:
    """Nobody, or the colleague; another command gave nothing by this order."""
    case, place = after()
    assert given_by(ORDER, history(case, place)) == Given(OFFICER.person, None, moved_on=False)
    case, place = after(lambda one: one.when(HEAD, Assign(person=AN)))
    assert given_by(ORDER, history(case, place)) == Given(OFFICER.person, AN, moved_on=False)
    assert given_by(UUID(int=1), history(case, place)) is None


MOVES: dict[str, tuple[Callable[[Case], object], bool]] = {
    "a step done": (lambda one: one.when(OFFICER, CompleteStep(step="process")), True),
    "done and sent back": (
        lambda one: (one.when(OFFICER, CompleteStep(step="process")), one.when(HEAD, SendBackStep(to_step="process"))),
        True,
    ),
    "given on": (lambda one: one.when(HEAD, Assign(person=AN)), True),
    "given on and back": (lambda one: (one.when(HEAD, Assign(person=AN)), one.when(HEAD, GIVE)), True),
    "released": (lambda one: one.when(HEAD, Release(reason="Chia lại")), True),
    "suspended by the head": (lambda one: one.when(HEAD, Suspend(legal_basis="Điều 5")), False),
}


@pytest.mark.parametrize("what", MOVES)
def test_it_stands_until_the_step_or_its_officer_changes(what: str) -> None:
    """What leaves the step with the officer, untouched by them, is no move, whoever does it."""
    later, moved = MOVES[what]
    case, place = after()
    case.now += timedelta(minutes=5)
    later(case)
    found = given_by(ORDER, history(case, place))
    assert found is not None
    assert found.moved_on is moved
