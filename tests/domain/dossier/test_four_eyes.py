"""Tests of what a dossier shows of who did what in it, and of what that forbids."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

import pytest

from domain.dossier.commands import COMMAND_KINDS, HumanCommand, NoteRepair, RulesCommand, Terminate
from domain.dossier.four_eyes import EVENT_OF, FORBIDDABLE, STEP_KIND_OF, Deed, done_before
from domain.organisation.people import FourEyes
from domain.procedures.procedure import StepKind
from tests.domain.dossier.test_life_cycle import TABLE, Row
from tests.support.given import CITIZEN, Case, a_submission

STEPS = {"process": StepKind.PROCESS, "approve": StepKind.APPROVE, "sign": StepKind.SIGN}


def deed(kind: str, step: str | None = None) -> Deed:
    """Something that the person did."""
    return Deed(kind=kind, step=step, command_id=UUID(int=1))


def policy(done: tuple[str, ...], then: tuple[str, ...]) -> FourEyes:
    """Four eyes between these commands."""
    return FourEyes(done=done, then=then, source="Quy chế 1")


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.command.kind in EVENT_OF], ids=lambda row: row.command.kind
)
def test_every_command_shows_by_its_event(row: Row) -> None:
    """Whoever gives a command causes the event by which four eyes look for it, of the step of its kind."""
    case = row.given()
    events = case.when(row.actor, row.command)
    shown = [one for one in events if one.kind == EVENT_OF[row.command.kind]]
    assert len(shown) == 1
    made = deed(shown[0].kind, getattr(shown[0], "step", None))
    for kind in EVENT_OF:
        found = done_before("return_result", (policy((kind,), ("return_result",)),), (made,), STEPS)
        same = EVENT_OF[kind] == made.kind and STEP_KIND_OF.get(kind) == STEP_KIND_OF.get(row.command.kind)
        assert (found is not None) is same, kind


def test_a_submission_shows_too() -> None:
    """It is the first event of every dossier."""
    assert [one.kind for one in Case().when(CITIZEN, a_submission())] == [EVENT_OF["submit"]]


def test_every_command_of_people_is_watched_or_said_not_to_be() -> None:
    """Only looking at a payment or a postal item leaves no event of its own; operators change rules, and end what must
    not go on."""
    of_operators = {str(one.model_fields["kind"].default) for one in (*get_args(RulesCommand), NoteRepair, Terminate)}
    assert set(COMMAND_KINDS) - set(EVENT_OF) == {"check_payment", "check_post", *of_operators}
    assert set(COMMAND_KINDS) - set(FORBIDDABLE) == {"submit", *of_operators}
    assert len(COMMAND_KINDS) == len(get_args(HumanCommand))


def test_a_policy_forbids_its_second_half_only() -> None:
    """Nothing without a deed of the first half, and the first half itself never."""
    rules = (policy(("complete_step",), ("approve", "sign")), policy(("accept",), ("return_result",)))
    processed = (deed("step_completed", "process"),)
    assert done_before("approve", rules, processed, STEPS) == ("complete_step", rules[0])
    assert done_before("sign", rules, processed, STEPS) == ("complete_step", rules[0])
    assert done_before("complete_step", rules, processed, STEPS) is None
    assert done_before("return_result", rules, processed, STEPS) is None
    assert done_before("approve", rules, (), STEPS) is None
    assert done_before("approve", (), processed, STEPS) is None


def test_processing_and_approving_are_told_apart_by_the_step() -> None:
    """They write the same event. A step that the procedure no longer has counts as both."""
    by_processing, by_approving = policy(("complete_step",), ("sign",)), policy(("approve",), ("sign",))
    for step, processing, approving in (("process", True, False), ("approve", False, True), ("gone", True, True)):
        made = (deed("step_completed", step),)
        assert (done_before("sign", (by_processing,), made, STEPS) is not None) is processing
        assert (done_before("sign", (by_approving,), made, STEPS) is not None) is approving
