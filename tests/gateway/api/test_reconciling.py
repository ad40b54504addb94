"""Comparisons of Temporal with the ledger over HTTP: an operator of the province begins one, pages its list, and ends a
workflow that no dossier needs; others are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel, TypeAdapter
from temporalio.testing import WorkflowEnvironment

from domain.organisation.people import Service
from domain.roles import Actor, Role
from gateway.access.principals import PersonPrincipal, Principal, ServicePrincipal
from gateway.api.examples import answer_example, body_example
from gateway.api.reconciling.answers import (
    DifferencePage,
    EndedWorkflowAnswer,
    EndedWorkflowPage,
    ReconciliationAnswer,
    ReconciliationBody,
    ReconciliationPage,
    WorkflowToEnd,
)
from gateway.client.requests import validated_strictly
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, OFFICER, OPERATOR
from tests.support.small_province import ACTING, COMMITTEE, HA_NAM, PHU_LY, people
from tests.support.waiting import until
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack

SECOND = PersonPrincipal(person="op.2")
WARD = Actor(person="op.ward", role=Role.OPERATOR, unit=PHU_LY)
WATCH = Actor(person="watch.top", role=Role.SUPERVISOR, unit=COMMITTEE)
WATCH_WARD = Actor(person="watch.hanam", role=Role.SUPERVISOR, unit=HA_NAM)
PEOPLE = tuple((one.person, one.role, str(one.unit)) for one in (WARD, WATCH, WATCH_WARD))
EVERYWHERE, SOMEWHERE = (
    Service(code=f"ops.{name}", name="Dịch vụ", roles=(Role.OPERATOR,), units=units, source="QĐ 1")
    for name, units in (("all", None), ("ward", (HA_NAM,)))
)
HERE, ENDED = "/v1/operations/reconciliations", "/v1/operations/ended-workflows"
WHY = "Chạy thử, không có hồ sơ"


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            staff = people(*ACTING, *PEOPLE)
            harness.staff = staff.model_copy(update={"services": (EVERYWHERE, SOMEWHERE)})
            desk = harness.engine.reconciliations
            desk.settles, desk.old_enough = 0.2, timedelta(0)
            yield api
            await desk.close()


async def told(answer: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    refused = await answer
    return refused.status_code, refused.json().get("code")


async def compared(api: ApiUnderTest, by: Any = OPERATOR, **body: Any) -> dict[str, Any]:
    """When: somebody begins a comparison, and asks until it has ended."""
    answer = await api.post(HERE, by, body)
    assert answer.status_code == 201, answer.text
    begun = answer.json()
    assert (answer.headers["location"], begun["state"]) == (begun["href"], "running")

    async def over() -> bool:
        return bool((await api.ask("GET", begun["href"], by)).json()["state"] != "running")

    await until(over, f"{begun['href']} has ended", 60)
    ended: dict[str, Any] = (await api.ask("GET", begun["href"], by)).json()
    return ended


async def everything(api: ApiUnderTest, path: str, by: Any = OPERATOR) -> list[dict[str, Any]]:
    """All rows of a list, a few a page."""
    rows, cursor, sign = [], "", "&" if "?" in path else "?"
    while True:
        page = (await api.ask("GET", f"{path}{sign}limit=2{cursor}", by)).json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        cursor = f"&cursor={page['next']}"


async def doubled(api: ApiUnderTest, code: str) -> str:
    """Given: somebody who reaches Temporal starts a second workflow of a dossier."""
    workflow = f"bản sao/{uuid4().hex[:8]}"
    client = api.harness.env.client
    await client.start_workflow("Dossier", OpenDossier(code=code), id=workflow, task_queue="nobody")

    async def listed() -> bool:
        return workflow in {one.id async for one in client.list_workflows(f'WorkflowId = "{workflow}"')}

    await until(listed, f"Temporal lists {workflow}")
    return workflow


async def test_what_differs_is_listed_planned_and_ended(api: ApiUnderTest) -> None:
    """The list is paged and filtered; a plan is made from it; a workflow without a dossier of its own is ended once."""
    lost, sound = [await accepted(api.harness) for _ in range(3)], await accepted(api.harness)
    for code in lost:
        await api.harness.handle(code).terminate("by mistake")
    second = await doubled(api, sound)
    result = await compared(api)
    assert (result["state"], result["who"], result["whole"], result["agree"]) == ("finished", "op.1", True, False)
    assert result["done"] == result["workflows"] > 0
    kinds = {one["difference"]: one for one in result["found"]}
    assert (kinds["without_workflow"]["count"], kinds["without_workflow"]["to_be_restarted"]) == (3, True)
    assert "ops" not in kinds["without_workflow"]["difference_words"]["vi"]
    rows = await everything(api, result["differences_href"])
    assert len(rows) == result["listed"] == result["differences"]
    restart = await everything(api, f"{result['differences_href']}?kind=without_workflow")
    assert sorted(one["name"] for one in restart) == sorted(lost)
    [found] = [one for one in rows if one["name"] == second]
    assert (found["difference"], found["detail"], found["to_be_ended"]) == ("doubled", sound, True)
    codes = [one["name"] for one in restart if one["to_be_restarted"]]
    plan = await api.post("/v1/repairs", OPERATOR, {"order": {"kind": "restart"}, "codes": codes, "reason": "Sự cố"})
    assert (plan.status_code, plan.json()["to_do"]) == (201, 3)
    await ended_once(api, second, sound)
    await begun_once(api, result)


async def ended_once(api: ApiUnderTest, workflow: str, needed: str) -> None:
    """Then: the workflow is ended for its key, and is told as such; one that its dossier needs is not."""
    body = {"workflow": workflow, "reason": WHY}
    first, again = [await api.post(ENDED, OPERATOR, body, key="end-once") for _ in "12"]
    assert (first.status_code, first.json()["found"]) == (201, "doubled"), first.text
    assert (first.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    assert await told(api.post(ENDED, OPERATOR, body)) == (404, "workflow_not_running")
    assert await told(api.post(ENDED, OPERATOR, {**body, "workflow": needed})) == (409, "workflow_needed")
    rows = await everything(api, ENDED, WATCH)
    assert [(one["workflow"], one["who"], one["why"]) for one in rows] == [(workflow, "op.1", WHY)]


async def begun_once(api: ApiUnderTest, earlier: dict[str, Any]) -> None:
    """Then: a key begins one comparison; its list takes the place of the earlier one, whose cursors go."""
    page = (await api.ask("GET", f"{earlier['differences_href']}?limit=1", OPERATOR)).json()
    answer, again = [await api.post(HERE, SECOND, {"whole": False}, key="compare-once") for _ in "12"]
    begun = answer.json()
    assert (begun, again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    during = await api.post(HERE, OPERATOR, {})
    assert (during.status_code, during.json()["code"]) == (409, "reconciliation_under_way")
    assert "op.2" in during.json()["detail"]

    async def over() -> bool:
        return bool((await api.ask("GET", begun["href"], OPERATOR)).json()["state"] == "finished")

    await until(over, "the second has ended", 60)
    assert await told(api.ask("GET", earlier["differences_href"], OPERATOR)) == (404, "reconciliation_list_gone")
    assert (await api.ask("GET", earlier["href"], OPERATOR)).json()["differences_href"] is None
    for wrong in (f"/differences?cursor={page['next']}", "/differences?cursor=AAAA"):
        assert await told(api.ask("GET", begun["href"] + wrong, OPERATOR)) == (422, "cursor_invalid")
    whole = await everything(api, HERE, WATCH_WARD)
    assert [one["number"] for one in whole][:2] == [begun["number"], earlier["number"]]


async def test_who_may_not_and_what_is_not_there(api: ApiUnderTest) -> None:
    """Officers see nothing; who has a post in a ward sees the numbers and no name, and gives no order; watchers give
    none; what names nothing is not found."""
    before = len(await everything(api, HERE))
    by: Actor | Principal
    for by in (OFFICER, CITIZEN):
        for path in (HERE, f"{HERE}/1", f"{HERE}/1/differences", ENDED):
            assert await told(api.ask("GET", path, by)) == (403, "operation_not_allowed")
    end, of_ward = {"workflow": "x", "reason": WHY}, ServicePrincipal(service=SOMEWHERE.code)
    beyond: tuple[Actor | Principal, ...] = (WARD, WATCH_WARD, of_ward)
    for by in beyond:
        for path in (f"{HERE}/1/differences", ENDED):
            assert await told(api.ask("GET", path, by)) == (403, "whole_province_needed")
        assert (await api.ask("GET", HERE, by)).status_code == 200
    for by in (beyond[0], beyond[2]):
        assert await told(api.post(HERE, by, {})) == (403, "whole_province_needed")
        assert await told(api.post(ENDED, by, end)) == (403, "whole_province_needed")
    for by in (WATCH, OFFICER):
        assert await told(api.post(HERE, by, {})) == (403, "operation_not_allowed")
        assert await told(api.post(ENDED, by, end)) == (403, "operation_not_allowed")
    assert len(await everything(api, HERE)) == before, "nothing was begun"
    for path in (f"{HERE}/999999", f"{HERE}/999999/differences"):
        assert await told(api.ask("GET", path, OPERATOR)) == (404, "unknown_reconciliation")
    for path in (f"{HERE}/x", f"{HERE}/0", f"{HERE}/99999999999999999999", f"{HERE}/1/differences?kind=x"):
        assert await told(api.ask("GET", path, OPERATOR)) == (422, "invalid_request")
    assert await told(api.post(ENDED, OPERATOR, end)) == (404, "workflow_not_running")
    by_service = await api.ask("GET", f"{HERE}/999999/differences", ServicePrincipal(service=EVERYWHERE.code))
    assert by_service.json()["code"] == "unknown_reconciliation"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (HERE, {"whole": "no"}, "invalid_request"),
        (HERE, {"versions": True}, "invalid_request"),
        (ENDED, {"workflow": "x"}, "invalid_request"),
        (ENDED, {"workflow": "", "reason": WHY}, "invalid_request"),
        (ENDED, {"workflow": "a\x00b", "reason": WHY}, "invalid_request"),
        (ENDED, {"workflow": "x" * 1_001, "reason": WHY}, "invalid_request"),
        (ENDED, {"workflow": "x", "reason": "Ông Nguyễn Văn An, CCCD 037099001234"}, "particulars_in_record"),
    ],
)
async def test_what_is_not_ordered(api: ApiUnderTest, path: str, body: Any, code: str) -> None:
    """A body with a wrong field, an id that is none, or a reason that names somebody."""
    assert await told(api.post(path, OPERATOR, body)) == (422, code)


ANSWERS: dict[str, type[BaseModel]] = {
    "list_reconciliations": ReconciliationPage,
    "list_differences": DifferencePage,
    "list_ended_workflows": EndedWorkflowPage,
    "end_workflow": EndedWorkflowAnswer,
    **dict.fromkeys(("begin_reconciliation", "read_reconciliation"), ReconciliationAnswer),
}
BODIES: dict[str, Any] = {"begin_reconciliation": ReconciliationBody, "end_workflow": WorkflowToEnd}


@pytest.mark.parametrize("operation", ANSWERS)
def test_an_example_is_an_answer(operation: str) -> None:
    """The example in the document is an answer of its model, with every field."""
    example = answer_example(operation)
    assert ANSWERS[operation].model_validate(example).model_dump(mode="json") == example


@pytest.mark.parametrize("operation", BODIES)
def test_an_example_is_a_body(operation: str) -> None:
    """The example of a body is valid, as the API validates it."""
    validated_strictly(TypeAdapter(BODIES[operation]), body_example(operation))
