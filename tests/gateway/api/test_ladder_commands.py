"""Tests of the ladder's commands over HTTP: who may answer, once, in whatever way it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.rules_store import RulesStore
from domain.dossier.commands import ChangeRules
from domain.dossier.decide import Act
from domain.dossier.events import EscalationExplained
from domain.rules.escalation import Council
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, rule_text
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, DESK_OF_HA_NAM, HEAD, HEAD_OF_DESK, OFFICER, OPERATOR
from tests.support.small_province import ANSWERED, HA_NAM
from workflows import rules_in_force

pytestmark = pytest.mark.stack

ACKNOWLEDGE, EXPLAIN = "acknowledge_escalation", "explain_escalation"
CAUSE = {"cause": "overload"}


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            yield api


@pytest.fixture(scope="module")
async def late(api: ApiUnderTest) -> str:
    """A dossier whose promise was broken a moment ago: its first escalation is open, and wants both answers."""
    harness, code = api.harness, await api.submit(CITIZEN)
    to_the_ladder = ChangeRules(escalation=content_hash(ANSWERED), reason="Chính sách mới")
    await api.act(code, DESK, "accept")
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=to_the_ladder))
    await api.act(code, HEAD, "acknowledge_handover")
    await api.act(code, HEAD, "assign", {"person": OFFICER.person})
    due = (await harness.known(code)).deadlines.promised_due
    assert due is not None
    await harness.env.fast_forward(harness.handle(code), due - datetime.now(UTC) + timedelta(seconds=1))
    await harness.until(code, lambda now: bool(now.escalations))
    return code


COUNCIL_OF_PHU_LY = ANSWERED.model_copy(
    update={
        "code": "council-of-phu-ly",
        "councils": (Council(code="council", name="Hội đồng", members=(f"p.{HEAD_OF_DESK.person}",)),),
    }
)
"""A council whose only member has nothing to do with the dossiers of ward Hà Nam."""


async def test_a_member_of_the_council_reads_the_dossier_that_was_raised_to_it(api: ApiUnderTest) -> None:
    """Before it was raised nobody there saw it. Afterwards this member reads it and answers, without the applicant's
    particulars; others of the same unit do not see it."""
    harness = api.harness
    rule = StoredRule(kind=RuleKind.ESCALATION, hash=content_hash(COUNCIL_OF_PHU_LY), text=rule_text(COUNCIL_OF_PHU_LY))
    await RulesStore(harness.pool).publish([rule])
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    code = await api.submit(CITIZEN, received_by=HA_NAM, matter={"territory": HA_NAM})
    await api.act(code, DESK_OF_HA_NAM, "accept")
    to_the_ladder = ChangeRules(escalation=rule.hash, reason="Chính sách mới")
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=to_the_ladder))
    assert found(await api.ask("GET", f"/v1/dossiers/{code}", HEAD_OF_DESK)) == (404, "unknown_dossier")
    due = (await harness.known(code)).deadlines.statutory_due
    assert due is not None
    await harness.env.fast_forward(harness.handle(code), due - datetime.now(UTC) + timedelta(days=4))
    raised = await harness.until(code, lambda now: any(one.rung == "taken" for one in now.escalations))
    number = next(one.number for one in raised.escalations if one.rung == "taken")
    for path in ("", "/history", "/ladder"):
        assert (await api.ask("GET", f"/v1/dossiers/{code}{path}", HEAD_OF_DESK)).status_code == 200
    hidden = await api.ask("GET", f"/v1/dossiers/{code}/applicant", HEAD_OF_DESK)
    assert found(hidden) == (404, "unknown_dossier")
    assert found(await api.ask("GET", f"/v1/dossiers/{code}", DESK)) == (404, "unknown_dossier")
    answered = await api.act(code, HEAD_OF_DESK, ACKNOWLEDGE, {"escalation": number})
    assert found(answered) == (200, None), answered.text
    assert (await api.ask("GET", f"/v1/dossiers/{code}", HEAD_OF_DESK)).status_code == 200


def found(answer: Any) -> tuple[int, str | None]:
    """The status, and the code of a problem."""
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize(
    ("by", "command", "body", "expected"),
    [
        (HEAD, ACKNOWLEDGE, {"escalation": 99}, (404, "unknown_escalation_of_dossier")),
        (HEAD, ACKNOWLEDGE, {}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 0}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": -1}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": "1"}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": True}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 1.5}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 10**400}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 2**70}, (404, "unknown_escalation_of_dossier")),
        (HEAD, ACKNOWLEDGE, {"escalation": 1, "unit": "x"}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 1, "note": "ẩn\u202edanh"}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 1, "note": "a\x07b"}, (422, "invalid_request")),
        (HEAD, ACKNOWLEDGE, {"escalation": 1, "note": "x" * 100_000}, (422, "invalid_request")),
        (HEAD, EXPLAIN, {"escalation": 1}, (422, "invalid_request")),
        (HEAD, EXPLAIN, {"escalation": 1, "cause": "laziness"}, (422, "invalid_request")),
        (HEAD, EXPLAIN, {"escalation": 1, **CAUSE, "note": "\u200b"}, (422, "invalid_request")),
        (HEAD_OF_DESK, ACKNOWLEDGE, {"escalation": 1}, (403, "wrong_unit")),
        (HEAD_OF_DESK, EXPLAIN, {"escalation": 1, **CAUSE}, (403, "wrong_unit")),
        (OFFICER, EXPLAIN, {"escalation": 1, **CAUSE}, (403, "operation_not_allowed")),
        (CITIZEN, ACKNOWLEDGE, {"escalation": 1}, (403, "operation_not_allowed")),
        (HEAD, "hand_back", {"legal_basis": "Điều 9"}, (409, "not_taken_over")),
    ],
)
async def test_what_is_no_answer(
    api: ApiUnderTest, late: str, by: Any, command: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    """Each gets its own code, and the escalation is as it was."""
    before = await api.harness.known(late)
    assert found(await api.act(late, by, command, body)) == expected
    assert (await api.harness.known(late)).escalations == before.escalations


async def test_an_answer_without_a_key(api: ApiUnderTest, late: str) -> None:
    """Nobody could tell its repetition from a second answer."""
    path = f"/v1/dossiers/{late}/commands/{ACKNOWLEDGE}"
    assert found(await api.ask("POST", path, HEAD, json={"escalation": 1})) == (400, "idempotency_key_missing")


async def test_an_escalation_is_answered_and_explained_once(api: ApiUnderTest, late: str) -> None:
    """Of two answers at one moment one counts; the same key gets the same receipt, another body under it none; an
    explanation after its time counts and is marked; afterwards and after the dossier's end everything is refused."""
    both = await asyncio.gather(*(api.act(late, HEAD, ACKNOWLEDGE, {"escalation": 1}) for _ in range(2)))
    assert sorted(map(found, both), key=str) == [(200, None), (409, "escalation_answered")]
    assert found(await api.act(late, HEAD, ACKNOWLEDGE, {"escalation": 1})) == (409, "escalation_answered")
    await api.harness.later(late, days=9)
    explanation = {"escalation": 1, **CAUSE, "note": "Cả tuần có bão"}
    key = uuid4().hex
    first = await api.act(late, HEAD, EXPLAIN, explanation, key=key)
    again = await api.act(late, HEAD, EXPLAIN, explanation, key=key)
    assert (found(first), found(again)) == ((200, None), (200, None))
    assert first.json() == again.json()
    other = await api.act(late, HEAD, EXPLAIN, {**explanation, "cause": "other"}, key=key)
    assert found(other) == (422, "idempotency_key_reused")
    happened = [one.event for one in await api.harness.engine.history(late)]
    assert [one.late for one in happened if isinstance(one, EscalationExplained)] == [True]
    assert found(await api.act(late, HEAD, EXPLAIN, {"escalation": 1, **CAUSE})) == (409, "escalation_answered")
    stopped = await api.act(late, HEAD, "stop", {"legal_basis": "Điều 9"})
    assert found(stopped) == (200, None), stopped.text
    open_before = await api.harness.known(late)
    assert open_before.escalations == ()
    for number in (1, 2):
        status, code = found(await api.act(late, HEAD, ACKNOWLEDGE, {"escalation": number}))
        assert (status, code) in ((409, "escalation_answered"), (409, "escalation_ended"))
