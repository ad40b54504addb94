"""Tests of the Nexus service: a workflow in another namespace opens, drives and awaits a dossier, within its rights."""

from __future__ import annotations

import asyncio
import json
import runpy
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.dossier.commands import Accept, Withdraw
from domain.organisation.people import Service
from domain.roles import Role
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal, ServicePrincipal
from gateway.nexus.callers import NexusCallers
from tests.support.api_under_test import KnownTokens, submission_body
from tests.support.command_line import CHECKOUT
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CITIZEN, DESK
from tests.support.nexus_calls import QUEUE, OneCall, knows, open_namespace, team_worker
from tests.support.small_province import PHU_LY
from tests.support.waiting import until
from tools.local_stack.nexus_endpoint import ensure_endpoint
from workers.nexus import nexus_worker
from workers.sandbox import sandbox

pytestmark = pytest.mark.stack

DESK_SERVICE = ServicePrincipal(service="ho-tich")
HA_NAM_DESK = PersonPrincipal(person="desk.hanam")
FORGED = "a.forged.token"
SERVICES = (
    Service(code="ho-tich", name="Hộ tịch", roles=(Role.RECEPTION,), units=(PHU_LY,), source="QĐ 1"),
    Service(code="cong", name="Cổng", for_applicants=True, source="QĐ 3"),
    Service(code="cu", name="Cũ", roles=(Role.RECEPTION,), valid_to=date(2026, 1, 31), source="QĐ 2"),
)


@dataclass
class NexusUnderTest:
    """The service behind three endpoints, two of them entrusted to a service, and a team in a namespace of its own."""

    harness: EngineHarness
    team: Client
    tokens: KnownTokens
    open: str
    entrusted: str
    revoked: str

    async def call(
        self,
        operation: str,
        given: Any,
        by: Principal | None = None,
        *,
        token: str | None = None,
        endpoint: str | None = None,
        applicant: str | None = None,
        within: float = 60,
    ) -> dict[str, Any]:
        """What a workflow of the team gets for one operation."""
        token = self.tokens.give(by) if by else token
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"On-Behalf-Of": applicant} if applicant else {}
        call = {"endpoint": endpoint or self.open, "operation": operation, "input": given, "headers": headers}
        answer: dict[str, Any] = await self.team.execute_workflow(
            OneCall.run, {**call, "within": within}, id=uuid4().hex, task_queue=QUEUE
        )
        for text in (answer.get("answer", {}), answer.get("message", ""), answer.get("details", "")):
            assert "Nguyễn" not in str(text)
        assert answer.get("trace", "") == ""
        return answer

    async def submit(self, **changes: Any) -> str:
        """Opens a dossier, and gives its code."""
        answer = await self.call("submit", filed(**changes), DESK_SERVICE)
        code: str = answer["answer"]["dossier"]
        self.harness.made.append(code)
        return code

    async def wait(self, code: str, **more: Any) -> WorkflowHandle[Any, Any]:
        """A workflow of the team that waits for a dossier; the wait has begun."""
        headers = {"authorization": f"Bearer {self.tokens.give(DESK_SERVICE)}"}
        call = {"endpoint": self.open, "operation": "wait_for_state", "input": {"dossier": code, **more}}
        handle = await self.team.start_workflow(
            OneCall.run, {**call, "headers": headers}, id=uuid4().hex, task_queue=QUEUE
        )
        await until(lambda: has_begun(handle), f"a wait for {code} runs, and its caller knows")
        return handle

    async def waits_of(self, code: str) -> list[str]:
        """The waits for a dossier that run."""
        query = (
            f"WorkflowType = 'DossierWait' and ExecutionStatus = 'Running' and WorkflowId starts_with 'wait-{code}-'"
        )
        return [one.id async for one in self.harness.env.client.list_workflows(query)]


def filed(key: str | None = None, **changes: Any) -> dict[str, Any]:
    """The input of a submission: the body of the HTTP API with a key."""
    body = submission_body(channel="counter", **changes)
    body["documents"] = [{"code": "don", "digitised": True}]
    return {**body, "key": key or uuid4().hex}


@pytest.fixture(scope="module")
async def nexus(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[NexusUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness:
            staff = harness.staff.model_copy(update={"services": SERVICES})
            harness.staff = staff
            names = [f"e{uuid4().hex[:8]}" for _ in range(3)]
            tokens = KnownTokens()
            callers = NexusCallers(tokens, {names[1]: "ho-tich", names[2]: "cu"}, lambda: harness.staff)
            for name in names:
                await ensure_endpoint(temporal_env.client, name, f"{harness.task_queue}-nexus")
            team = await open_namespace(temporal_env.client, f"team-{uuid4().hex[:8]}")
            ours = nexus_worker(
                temporal_env.client, harness.engine, callers, harness.task_queue, sandbox(), timedelta(seconds=1)
            )
            await until(lambda: knows(team), "the new namespace is known")
            async with ours, team_worker(team):
                yield NexusUnderTest(harness, team, tokens, *names)


async def test_a_workflow_elsewhere_opens_drives_and_reads_a_dossier(nexus: NexusUnderTest) -> None:
    """The answers are those of the HTTP API; the record names the service that acted."""
    code = await nexus.submit()
    accepted = await nexus.call("act", {"key": "k-1", "dossier": code, "command": "accept", "version": 1}, DESK_SERVICE)
    now = (await nexus.call("read", {"dossier": code}, DESK_SERVICE))["answer"]
    assert (now["state"], now["ended"]) == (accepted["answer"]["state"], False)
    assert now["version"] == accepted["answer"]["version"]
    assert now["promised_due"] == accepted["answer"]["promised_due"] is not None
    history = await nexus.harness.engine.history(code)
    assert {event.actor.person for event in history if event.actor.role is Role.RECEPTION} == {"ho-tich"}


async def test_an_entrusted_endpoint_needs_no_token(nexus: NexusUnderTest) -> None:
    """Its callers are the service that the operator named. A token that is sent all the same must be right."""
    opened = await nexus.call("submit", filed(), endpoint=nexus.entrusted)
    nexus.harness.made.append(opened["answer"]["dossier"])
    assert opened["answer"]["state"] == "submitted"
    forged = await nexus.call("submit", filed(), token=FORGED, endpoint=nexus.entrusted)
    assert forged["refused"] == "token_missing"


async def test_a_trusted_service_asks_for_an_applicant(nexus: NexusUnderTest) -> None:
    """It then sees and does what this applicant may, also in a wait. A service that is not trusted to is refused."""
    online, mine = ServicePrincipal(service="cong"), CITIZEN.person
    opened = await nexus.call("submit", {**filed(), "channel": "online"}, online, applicant=mine)
    code = opened["answer"]["dossier"]
    nexus.harness.made.append(code)
    assert (await nexus.call("read", {"dossier": code}, online, applicant=mine))["answer"]["state"] == "submitted"
    for operation in ("read", "wait_for_state"):
        other = await nexus.call(operation, {"dossier": code}, online, applicant="somebody-else")
        assert other["refused"] == "unknown_dossier"
    passed = {"dossier": code, "states": ["submitted"], "after": 0}
    assert (await nexus.call("wait_for_state", passed, online, applicant=mine))["answer"]["reached"] is True
    not_trusted = await nexus.call("read", {"dossier": code}, DESK_SERVICE, applicant=mine)
    assert not_trusted["refused"] == "service_not_for_applicants"
    assert (await nexus.call("read", {"dossier": code}, online, applicant="a b"))["refused"] == "invalid_request"


@pytest.mark.parametrize("operation", ["submit", "act", "read", "wait_for_state"])
async def test_who_is_not_known_is_refused(nexus: NexusUnderTest, operation: str) -> None:
    """No token, a wrong token, another scheme, a revoked service, an unknown one: each with its code, and not again."""
    given = filed()
    assert (await nexus.call(operation, given))["refused"] == "token_missing"
    assert (await nexus.call(operation, given, token=FORGED))["refused"] == "token_missing"
    assert (await nexus.call(operation, given, endpoint=nexus.revoked))["refused"] == "service_revoked"
    assert (await nexus.call(operation, given, ServicePrincipal(service="ai-do")))["refused"] == "caller_unknown"


async def test_a_dossier_of_another_unit_looks_like_none(nexus: NexusUnderTest) -> None:
    """For every operation, and with the same sentence as a dossier that does not exist."""
    code = await nexus.submit(matter={"territory": PHU_LY})
    nowhere = "H42.1-250101-9999"
    withdraw = {"key": uuid4().hex, "command": "withdraw"}
    calls: tuple[tuple[str, dict[str, Any]], ...] = (("read", {}), ("wait_for_state", {}), ("act", withdraw))
    for (operation, given), by in product(calls, (HA_NAM_DESK, ApplicantPrincipal(applicant="somebody-else"))):
        hidden = await nexus.call(operation, {**given, "dossier": code}, by)
        absent = await nexus.call(operation, {**given, "dossier": nowhere}, by)
        assert hidden["refused"] == absent["refused"] == "unknown_dossier"
        assert hidden["message"].replace(code, nowhere) == absent["message"]


async def test_a_refusal_arrives_as_an_error_of_our_type(nexus: NexusUnderTest) -> None:
    """The type is the stable code, the details are both sentences and the facts. It is not tried again."""
    code = await nexus.submit()
    stale = await nexus.call("act", {"key": "s", "dossier": code, "command": "accept", "version": 9}, DESK_SERVICE)
    assert stale["refused"] == "stale_version"
    sentences, facts = stale["details"]
    assert sentences["kind"] == "Conflict"
    assert code in sentences["vi"]
    assert sentences["vi"] != sentences["en"]
    assert facts["version"] == "1"
    early = {"key": "e", "dossier": code, "command": "return_result", "body": {"by": "counter"}}
    assert (await nexus.call("act", early, DESK_SERVICE))["details"][0]["kind"] == "RuleViolation"
    not_theirs = {"key": "n", "dossier": code, "command": "resume"}
    assert (await nexus.call("act", not_theirs, DESK_SERVICE))["refused"] == "operation_not_allowed"
    assert await nexus.harness.kinds(code) == ["dossier_submitted"]


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("submit", {"key": "k"}),
        ("submit", None),
        ("submit", "text"),
        ("submit", filed("a key with spaces")),
        ("submit", filed("k" * 256)),
        ("submit", {**filed(), "case": "1"}),
        ("submit", {**filed(), "surprise": 1}),
        ("act", {"key": "k", "dossier": "H42.1-250101-0001", "command": "evaluate_timers"}),
        ("act", {"key": "k", "dossier": "H42.1-250101-0001", "command": "accept", "body": {"fee": "1"}}),
        ("act", {"dossier": "H42.1-250101-0001", "command": "accept"}),
        ("read", {"dossier": 7}),
        ("wait_for_state", {"dossier": "H42.1-250101-0001", "states": ["nowhere"]}),
        ("wait_for_state", {"dossier": "H42.1-250101-0001", "after": -1}),
    ],
)
async def test_a_wrong_input_is_refused_without_being_quoted(nexus: NexusUnderTest, operation: str, given: Any) -> None:
    """It is read as strictly as a body of the HTTP API."""
    answer = await nexus.call(operation, given, DESK_SERVICE)
    assert answer["refused"] == "invalid_request"
    assert answer["details"][0]["kind"] == "InvalidInput"


async def test_the_same_key_acts_once(nexus: NexusUnderTest) -> None:
    """Another workflow with the same key gets the same dossier; twenty at once open one; another body is refused."""
    key = uuid4().hex
    given = filed(key)
    answers = await asyncio.gather(*(nexus.call("submit", given, DESK_SERVICE) for _ in range(20)))
    codes = {one["answer"]["dossier"] for one in answers}
    assert len(codes) == 1
    code = codes.pop()
    nexus.harness.made.append(code)
    assert len(await nexus.harness.engine.history(code)) == 1
    other = {**given, "matter": {"territory": PHU_LY}}
    assert (await nexus.call("submit", other, DESK_SERVICE))["refused"] == "key_reused"
    accept = {"key": key, "dossier": code, "command": "accept"}
    first = await nexus.call("act", accept, DESK_SERVICE)
    again = await nexus.call("act", accept, DESK_SERVICE)
    assert again["answer"] == {**first["answer"], "state": again["answer"]["state"], "repeated": True}


async def test_an_engine_that_does_not_answer_is_waited_for(nexus: NexusUnderTest) -> None:
    """While the database hangs, the operation is repeated by Temporal; afterwards there is one dossier."""
    key = uuid4().hex
    async with nexus.harness.hung("event"):
        asked = asyncio.create_task(nexus.call("submit", filed(key), DESK_SERVICE))
        await nexus.harness.until_held_up()
        await asyncio.sleep(0)
        assert not asked.done()
    code = (await asked)["answer"]["dossier"]
    nexus.harness.made.append(code)
    assert await nexus.harness.kinds(code) == ["dossier_submitted"]


async def test_a_wait_ends_with_the_dossier(nexus: NexusUnderTest) -> None:
    """It is told the state in which the dossier ended, and the version."""
    code = await nexus.submit()
    waiting = await nexus.wait(code)
    receipt = await nexus.harness.act(code, DESK, Withdraw())
    end = (await waiting.result())["answer"]
    assert end == {"dossier": code, "version": receipt.version, "state": "withdrawn", "reached": True}


async def test_a_state_that_was_passed_by_between_two_looks_counts(nexus: NexusUnderTest) -> None:
    """States of later versions than `after` count, also those that the dossier has left again."""
    code = await nexus.submit()
    receipt = await nexus.harness.act(code, DESK, Accept())
    passed = await nexus.call("wait_for_state", {"dossier": code, "states": ["submitted"], "after": 0}, DESK_SERVICE)
    assert passed["answer"] == {"dossier": code, "version": 1, "state": "submitted", "reached": True}
    waiting = await nexus.wait(code, states=["submitted", "returned"])
    await nexus.harness.act(code, DESK, Withdraw())
    end = (await waiting.result())["answer"]
    assert end["version"] > receipt.version
    assert (end["state"], end["reached"]) == ("withdrawn", False)


async def test_a_wait_that_is_cancelled_ends_on_our_side_too(nexus: NexusUnderTest) -> None:
    """When the caller's workflow is cancelled, its wait is cancelled, and the dossier is untouched."""
    code = await nexus.submit()
    waiting = await nexus.wait(code)
    await waiting.cancel()
    assert (await waiting.result())["refused"] == "CancelledError"

    async def none_waits() -> bool:
        return not await nexus.waits_of(code)

    await until(none_waits, "the wait has ended")
    assert await nexus.harness.kinds(code) == ["dossier_submitted"]


async def test_a_wait_that_is_cancelled_while_it_looks_is_cancelled_all_the_same(nexus: NexusUnderTest) -> None:
    """A look whose answer has not come is cancelled with the wait, and is not the reason why the wait ended."""
    code = await nexus.submit()
    waiting = await nexus.wait(code)
    async with nexus.harness.hung("dossier"):
        await nexus.harness.until_held_up()
        await waiting.cancel()
        assert (await waiting.result())["refused"] == "CancelledError"


async def test_who_loses_the_right_while_waiting_is_told_nothing(nexus: NexusUnderTest) -> None:
    """Each look asks what the caller may see today; a service that is revoked ends its waits with the code."""
    code = await nexus.submit()
    waiting = await nexus.wait(code)
    trusted = nexus.harness.staff
    ended = [one.model_copy(update={"valid_to": date(2026, 1, 31)}) for one in trusted.services]
    nexus.harness.staff = trusted.model_copy(update={"services": tuple(ended)})
    try:
        answer = await waiting.result()
    finally:
        nexus.harness.staff = trusted
    assert answer["refused"] == "service_revoked"
    assert answer["details"][0]["kind"] == "NotAuthorised"


async def test_the_caller_in_the_manual_works(nexus: NexusUnderTest, tmp_path: Path) -> None:
    """The workflow of docs/nexus.md, as it is written there, files a dossier and ends with its state."""
    manual = (CHECKOUT / "docs" / "nexus.md").read_text(encoding="utf-8")
    written = manual.split("```python\n")[1].split("```")[0]
    program = tmp_path / "caller.py"
    program.write_text(written.replace('endpoint="luongxanh"', f'endpoint="{nexus.entrusted}"'), encoding="utf-8")
    names = runpy.run_path(str(program))
    submission = filed()
    del submission["key"]
    async with Worker(
        nexus.team,
        task_queue="manual",
        workflows=[names["BirthRegistration"]],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        handle = await nexus.team.start_workflow("BirthRegistration", submission, id=uuid4().hex, task_queue="manual")
        code = await until(lambda: awaited(handle), "the workflow of the manual waits")
        nexus.harness.made.append(code)
        assert (await nexus.harness.kinds(code))[:2] == ["dossier_submitted", "dossier_accepted"]
        await nexus.harness.act(code, DESK, Withdraw())
        assert await handle.result() == "withdrawn"


async def has_begun(handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether a workflow knows that its wait has begun. One that is cancelled before that has nothing to await."""
    events = iter((await handle.fetch_history()).events)
    return any(map(is_start, events)) and any(map(is_completed_task, events))


def is_start(event: HistoryEvent) -> bool:
    """Whether the event says that a Nexus operation has begun."""
    return event.HasField("nexus_operation_started_event_attributes")


def is_completed_task(event: HistoryEvent) -> bool:
    """Whether the event says that the workflow has handled what was known until then."""
    return event.HasField("workflow_task_completed_event_attributes")


async def awaited(handle: WorkflowHandle[Any, Any]) -> str | None:
    """The dossier for which a workflow waits; None as long as the wait has not begun."""
    events = (await handle.fetch_history()).events
    if not any(map(is_start, events)):
        return None
    filed = next(one for one in events if one.HasField("nexus_operation_completed_event_attributes"))
    code: str = json.loads(filed.nexus_operation_completed_event_attributes.result.data)["dossier"]
    return code
