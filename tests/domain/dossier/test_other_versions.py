"""An operator moves an open dossier to another version of its procedure or ladder; what was promised stays."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import ChangeRules, CompleteStep
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.events import RulesChanged
from domain.dossier.evolve import evolve_all
from domain.dossier.react import next_wake_up
from domain.errors import DomainError, RuleViolation
from domain.procedures.procedure import Channel, Procedure, RequiredDocument, Step, StepKind
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook, content_hash
from domain.values import Value
from tests.support.given import (
    DESK,
    HEAD,
    OFFICER,
    OPERATOR,
    Case,
    accepted,
    processing,
    ready_to_sign,
    require_readable_snapshot,
    resolved,
    supplement_asked,
)
from tests.support.small_province import APPROVE, ESCALATION, FREE, LOCAL, PROCESS, RULEBOOK, SIGN

WHY = "Bản cũ thiếu bước thẩm tra"


def a_version(**changes: Any) -> Procedure:
    """The procedure as it is published later."""
    return FREE.model_copy(update={"decision": "2/QĐ-UBND", **changes})


CHECK = Step(code="check", name="Thẩm tra", kind=StepKind.PROCESS, role=Role.SPECIALIST, share=10)
TEN = PROCESS.model_copy(update={"share": 50})
WITH_A_STEP_MORE = a_version(steps=(TEN, CHECK, APPROVE, SIGN))
WITHOUT_APPROVAL = a_version(steps=(PROCESS.model_copy(update={"share": 80}), SIGN))
APPROVED_BY_ITS_OFFICER = a_version(steps=(PROCESS.model_copy(update={"kind": StepKind.APPROVE}), APPROVE, SIGN))
AT_THE_DESK_ONLY = a_version(terms=tuple(one for one in FREE.terms if one.channel is Channel.COUNTER))
OTHER_DOCUMENTS = a_version(documents=(RequiredDocument(code="to-khai", name="Tờ khai"),))
SHORTER = a_version(terms=LOCAL.terms, green=None)
LADDER = ESCALATION.model_copy(update={"rungs": ESCALATION.rungs[1:]})
VERSIONS = (
    WITH_A_STEP_MORE, WITHOUT_APPROVAL, APPROVED_BY_ITS_OFFICER, AT_THE_DESK_ONLY, OTHER_DOCUMENTS, SHORTER,
)  # fmt: skip
BOOK = RULEBOOK.adding(*Rulebook.of(*VERSIONS, LADDER).stored())


def to(rule: Value, *, ladder: bool = False) -> ChangeRules:
    """The order to go on under this rule."""
    hashes = {"escalation" if ladder else "procedure": content_hash(rule)}
    return ChangeRules(reason=WHY, **hashes)


def when(case: Case, command: Any, actor: Actor = OPERATOR) -> list[Any]:
    """Decides and applies a command under the rulebook with the versions; returns the new events."""
    act = Act(command_id=uuid4(), actor=actor, command=command)
    events = decide(case.standing, act, Context(now=case.now, actor=actor, rulebook=BOOK))
    case.standing = evolve_all(case.standing, events)
    return events


def test_a_dossier_goes_on_under_another_version_and_keeps_its_dates() -> None:
    """The new step is done where the version has it. Dates, fee and other rules stay; a second order does nothing."""
    case = processing()
    before = case.dossier
    [event] = when(case, to(WITH_A_STEP_MORE))
    assert isinstance(event, RulesChanged)
    assert (event.procedure, event.procedure_before) == (content_hash(WITH_A_STEP_MORE), before.pins.procedure)
    assert (event.escalation, event.escalation_before) == (before.pins.escalation, before.pins.escalation)
    after = case.dossier
    assert (after.deadlines, after.fees, after.processing) == (before.deadlines, before.fees, before.processing)
    assert after.pins == before.pins.with_versions(event.procedure, event.escalation)
    require_readable_snapshot(after)
    assert when(case, to(WITH_A_STEP_MORE)) == []
    when(case, CompleteStep(step="process"), OFFICER)
    assert case.dossier.processing.step == "check"


def test_a_version_with_another_limit_changes_no_date() -> None:
    """The limit was given at intake, with the receipt."""
    case = processing()
    before = case.dossier.deadlines
    when(case, to(SHORTER))
    assert case.dossier.deadlines == before
    rules = Rules.pinned(case.dossier.pins, BOOK)
    assert rules.due(before.timing, case.now).promised == before.promised_due


def test_another_ladder_wakes_the_dossier_at_its_own_instants() -> None:
    """The first rung of the old ladder is gone, so the timer is set to the next one."""
    case = processing()
    first = next_wake_up(case.dossier, Rules.pinned(case.dossier.pins, BOOK))
    [event] = when(case, to(LADDER, ladder=True))
    assert (event.procedure, event.escalation) == (event.procedure_before, content_hash(LADDER))
    later = next_wake_up(case.dossier, Rules.pinned(case.dossier.pins, BOOK))
    assert first is not None
    assert later is not None
    assert later > first


def at_approval() -> Case:
    case = processing()
    case.when(OFFICER, CompleteStep(step="process"))
    return case


REFUSED: dict[str, tuple[Case, ChangeRules, Actor, str]] = {
    "its step is gone": (at_approval(), to(WITHOUT_APPROVAL), OPERATOR, "step_not_in_version"),
    "its step is another": (processing(), to(APPROVED_BY_ITS_OFFICER), OPERATOR, "step_not_in_version"),
    "another procedure": (processing(), to(LOCAL), OPERATOR, "pins_of_another_procedure"),
    "its channel is gone": (processing(), to(AT_THE_DESK_ONLY), OPERATOR, "channel_not_offered"),
    "a document asked for is gone": (supplement_asked(), to(OTHER_DOCUMENTS), OPERATOR, "unknown_document"),
    "not published": (processing(), to(a_version(decision="3/QĐ")), OPERATOR, "unknown_rule"),
    "a ladder as a procedure": (processing(), to(LADDER), OPERATOR, "unknown_rule"),
    "ended": (resolved(), to(WITH_A_STEP_MORE), OPERATOR, "rules_of_ended_dossier"),
    "the desk": (accepted(), to(WITH_A_STEP_MORE), DESK, "wrong_role"),
    "the head of the unit": (accepted(), to(WITH_A_STEP_MORE), HEAD, "wrong_role"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_version_under_which_it_cannot_go_on_is_refused(name: str) -> None:
    """Nothing changes; the code says why, and the sentence which step is missing and which there are."""
    case, command, actor, code = REFUSED[name]
    before = case.dossier
    with pytest.raises(DomainError) as refused:
        when(case, command, actor)
    assert refused.value.code == code
    assert case.dossier == before
    if name == "its step is gone":
        assert isinstance(refused.value, RuleViolation)
        assert refused.value.facts["step"] == "approve"
        assert "sign" in refused.value.facts["steps"]


def test_a_step_behind_the_dossier_may_be_gone() -> None:
    """What was done stays done; only the present step must be there."""
    case = ready_to_sign()
    when(case, to(WITHOUT_APPROVAL))
    assert case.dossier.processing.step == "sign"
