"""Repairs over HTTP: an operator plans, a second one approves, the plan runs; watchers read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, TypeAdapter
from temporalio.testing import WorkflowEnvironment

from domain.repairs.causes import Cause
from domain.roles import Actor, Role
from gateway.access.principals import PersonPrincipal
from gateway.api.examples import answer_example, body_example
from gateway.api.repairs.answers import RepairFindingPage, RepairPlanAnswer, RepairPlanPage
from gateway.api.repairs.bodies import RepairPlanBody, RepairReasonBody
from gateway.api.repairs.plannings import RepairPlanningAnswer, RepairPlanningsAnswer
from gateway.client.repairs.plan_orders import RepairPlanOrders
from gateway.client.requests import validated_strictly
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import open_engine_harness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, OFFICER, OPERATOR
from tests.support.small_province import ACTING, HA_NAM, PHU_LY, people
from tests.support.waiting import until
from tests.support.watched_mechanics import WatchedMechanics
from workers.worker import rollout_worker

pytestmark = pytest.mark.stack

SECOND = PersonPrincipal(person="op.2")
WARD = Actor(person="op.ward", role=Role.OPERATOR, unit=PHU_LY)
WATCH = Actor(person="watch.hanam", role=Role.SUPERVISOR, unit=HA_NAM)
PEOPLE = ((WARD.person, WARD.role, PHU_LY), (WATCH.person, WATCH.role, HA_NAM))
UNKNOWN = "f" * 64
PLANNINGS = "/v1/repairs/plannings"
WHY = {"reason": "Sự cố 12: bản cài lỗi"}
RESTART = {"order": {"kind": "restart"}, **WHY}


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            harness.staff = people(*ACTING, *PEOPLE)
            harness.engine.rollouts.learning = timedelta(0)
            yield api


async def ended(api: ApiUnderTest) -> str:
    """Given: an open dossier whose workflow somebody terminated."""
    code = await accepted(api.harness)
    await api.harness.handle(code).terminate("by mistake")
    return code


async def told(answer: Any) -> tuple[int, str]:
    """The status and the code of a refusal."""
    refused = await answer
    return refused.status_code, refused.json().get("code")


async def planned(api: ApiUnderTest, **body: Any) -> dict[str, Any]:
    """When: an operator makes a plan."""
    answer = await api.post("/v1/repairs", OPERATOR, {**RESTART, **body})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == answer.json()["href"]
    made: dict[str, Any] = answer.json()
    return made


async def test_two_operators_repair_a_stuck_dossier(api: ApiUnderTest) -> None:
    """The plan waits for a second operator, runs once, and its run is a rollout; a sound dossier is left alone."""
    gone, sound = await ended(api), await accepted(api.harness)
    await until(lambda: listed(api, gone), "Temporal lists the workflow that ended")
    stuck = await planned(api, stuck=True, filter={"states": ["accepted", "processing"]})
    assert (stuck["selected"]["by"], [one["dossier"] for one in stuck["findings"]]) == ("stuck", [gone])
    plan = await planned(api, filter={"states": ["accepted", "processing"]}, everything=True)
    assert plan == (await api.ask("GET", plan["href"], OPERATOR)).json()
    assert (plan["dossiers"], plan["to_do"], plan["run"]) == (2, 1, None)
    found = {one["dossier"]: one for one in plan["findings"]}
    assert (found[gone]["cause"], found[gone]["refused"]) == ("ended_early", None)
    assert found[sound]["refused"] == "restart_not_needed"
    assert sound in found[sound]["refused_because"]["vi"]
    assert plan["refused_counts"] == [{"code": "restart_not_needed", "dossiers": 1}]
    whole = await planned(api, everything=True)
    assert [one["because"] for one in whole["second_person"]] == ["everything"]
    here = whole["href"]
    assert await told(api.post(f"{here}:run", OPERATOR, {})) == (409, "repair_needs_approval")
    assert await told(api.post(f"{here}:approve", OPERATOR, WHY)) == (403, "repair_own_approval")
    for by in (WATCH, OFFICER):
        assert await told(api.post(f"{here}:approve", by, WHY)) == (403, "operation_not_allowed")
    approved = await api.post(f"{here}:approve", SECOND, WHY)
    assert (approved.status_code, [one["who"] for one in approved.json()["approvals"]]) == (200, ["op.2"])
    begun, again = [await api.post(f"{here}:run", OPERATOR, {}, key="run-once") for _ in "12"]
    assert begun.status_code == 200, begun.text
    assert (begun.json(), again.headers["Idempotency-Replayed"]) == (again.json(), "true")
    run = begun.json()["run"]
    assert (run["state"], run["progress"]["pending"]) == ("unfinished", 1)
    await stopped_and_resumed(api, here, run["href"])
    refused = await api.post(f"{plan['href']}:run", OPERATOR, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "dossier_under_repair")
    assert gone in refused.json()["detail"]
    async with rollout_worker(api.harness.env.client, api.harness.pool, api.harness.task_queue):
        await until(lambda: finished(api, here), f"the run of {here} is finished", 60)
    items = (await api.ask("GET", run["items"], OPERATOR)).json()["items"]
    assert {one["dossier"]: one["state"] for one in items} == {gone: "done", sound: "refused"}
    assert await told(api.post(f"{here}:stop", OPERATOR, WHY)) == (409, "rollout_finished")
    await watched(api, [whole, plan], gone)


async def test_a_plan_is_made_in_the_background(api: ApiUnderTest) -> None:
    """The answer 202 names where it is followed, once for its key. At the end there is the plan, or why there is none;
    what has ended cannot be cancelled. One request alone does not look at more than a hundred dossiers."""
    gone, mends = await ended(api), {"order": {"kind": "mend"}, **WHY}
    begun, again = [await api.post(f"{PLANNINGS}", OPERATOR, {**mends, "codes": [gone]}, key="plan-it") for _ in "12"]
    assert (begun.status_code, again.status_code, begun.json()["id"]) == (202, 202, again.json()["id"]), begun.text
    here = begun.headers["location"]
    assert (begun.json()["href"], begun.json()["dossiers"], begun.json()["who"]) == (here, 1, "op.1")
    made = await planned_at(api, here)
    assert (made["state"], made["looked"], made["refused"]) == ("made", 1, None)
    plan = (await api.ask("GET", made["plan_href"], OPERATOR)).json()
    assert [(one["dossier"], one["chosen"]) for one in plan["findings"]] == [(gone, "restart")]
    assert [(one["repair"], one["dossiers"]) for one in plan["repair_counts"]] == [("restart", 1)]
    named = {"order": {"kind": "restart"}, "reason": f"Hồ sơ của {APPLICANT.name}", "codes": [gone]}
    without = (await api.post(PLANNINGS, OPERATOR, named)).json()["href"]
    refused = await planned_at(api, without)
    assert (refused["state"], refused["refused"], refused["plan_href"]) == ("refused", "particulars_in_record", None)
    assert APPLICANT.name not in str(refused)
    assert await told(api.post(f"{here}:cancel", OPERATOR, WHY)) == (409, "repair_planning_ended")
    assert await told(api.post(PLANNINGS, WATCH, {**mends, "codes": [gone]})) == (403, "operation_not_allowed")
    assert await told(api.post(PLANNINGS, OPERATOR, {**mends, "filter": {"states": ["resolved"]}})) == (
        422, "repair_matches_nothing",
    )  # fmt: skip
    assert await told(api.ask("GET", f"{PLANNINGS}/{uuid4()}", OPERATOR)) == (404, "unknown_repair_planning")
    codes = [gone] * 101
    assert await told(api.post("/v1/repairs", OPERATOR, {**mends, "codes": codes})) == (
        422, "repair_for_the_background",
    )  # fmt: skip


async def test_the_making_of_a_plan_is_cancelled(api: ApiUnderTest) -> None:
    """While it looks, who asked for it cancels it, and no plan is made; an operator of other units cannot. When nobody
    tells of it any more, it was interrupted."""
    gone, plans = await ended(api), api.harness.engine.repair_plans
    looking = WatchedMechanics(api.harness)
    looking.held.add(gone)
    mechanics, plans.planner.mechanics = plans.planner.mechanics, looking  # type: ignore[assignment]
    try:
        here = (await api.post(PLANNINGS, OPERATOR, {**RESTART, "codes": [gone]})).json()["href"]
        assert (await api.ask("GET", here, WATCH)).json()["state"] == "under_way"
        assert await told(api.post(f"{here}:cancel", WARD, WHY)) == (403, "repair_planning_of_another")
        [listed, *_] = (await api.ask("GET", PLANNINGS, WATCH)).json()["items"]
        assert listed == (await api.ask("GET", here, WATCH)).json()
        assert await told(api.ask("GET", PLANNINGS, OFFICER)) == (403, "operation_not_allowed")
        cancelled = await api.post(f"{here}:cancel", OPERATOR, WHY)
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        assert cancelled.json()["cancelled_by"] == "op.1"
        await until(lambda: nothing_under_way(plans), "the looks have ended", 10)
        silent = (await api.post(PLANNINGS, OPERATOR, {**RESTART, "codes": [gone]})).json()
        await plans.plannings.close()
    finally:
        plans.planner.mechanics = mechanics
    ago = "update repair_planning set told_at = told_at - interval '31 seconds' where id = $1"
    await api.harness.pool.execute(ago, UUID(silent["id"]))
    assert (await api.ask("GET", silent["href"], OPERATOR)).json()["state"] == "interrupted"


async def nothing_under_way(plans: RepairPlanOrders) -> bool:
    return not plans.plannings._tasks


async def planned_at(api: ApiUnderTest, here: str) -> dict[str, Any]:
    """When: the making of a plan has ended."""

    async def over() -> bool:
        return bool((await api.ask("GET", here, OPERATOR)).json()["state"] != "under_way")

    await until(over, f"{here} has ended", 30)
    answer: dict[str, Any] = (await api.ask("GET", here, OPERATOR)).json()
    return answer


async def stopped_and_resumed(api: ApiUnderTest, here: str, rollout: str) -> None:
    """Then: an operator stops the run with a reason, and lets it go on."""
    assert (await api.post(f"{here}:stop", SECOND, WHY)).status_code == 200
    resumed = await api.post(f"{here}:resume", OPERATOR, {})
    assert resumed.status_code == 200, resumed.text
    acts = (await api.ask("GET", rollout, OPERATOR)).json()["acts"]
    assert [(one["act"], one["who"]) for one in acts] == [("ordered", "op.1"), ("stopped", "op.2"), ("resumed", "op.1")]


async def listed(api: ApiUnderTest, gone: str) -> bool:
    return gone in await api.harness.engine.failed.codes([Cause.ENDED_EARLY], 10_000)


async def finished(api: ApiUnderTest, here: str) -> bool:
    return bool((await api.ask("GET", here, OPERATOR)).json()["run"]["state"] == "finished")


async def watched(api: ApiUnderTest, plans: list[dict[str, Any]], gone: str) -> None:
    """Then: a supervisor of a unit that takes part reads the plans by pages, the newest first, and what they found."""
    page = (await api.ask("GET", "/v1/repairs?limit=1", WATCH)).json()
    second = (await api.ask("GET", f"/v1/repairs?limit=1&cursor={page['next']}", WATCH)).json()
    first = (await api.ask("GET", f"/v1/repairs?limit=1&cursor={second['previous']}", WATCH)).json()
    (newest,), (older,) = page["items"], second["items"]
    assert ([newest["hash"], older["hash"]], first["items"]) == ([one["hash"] for one in plans], [newest])
    assert (newest["approved"], newest["run"]["state"]) == (True, "finished")
    assert (older["approved"], older["run"], older["dossiers"], older["to_do"]) == (False, None, 2, 1)
    findings = f"{plans[0]['href']}/findings"
    one = (await api.ask("GET", f"{findings}?limit=1", OPERATOR)).json()
    rest = (await api.ask("GET", f"{findings}?limit=1&cursor={one['next']}", OPERATOR)).json()
    assert [*one["items"], *rest["items"]] == plans[0]["findings"]
    before = (await api.ask("GET", f"{findings}?cursor={rest['previous']}", OPERATOR)).json()
    assert (rest["next"], before["items"]) == (None, one["items"])
    to_do = (await api.ask("GET", f"{findings}?refused=false", WATCH)).json()["items"]
    assert [each["dossier"] for each in to_do] == [gone]


async def test_a_plan_is_made_once_for_a_key(api: ApiUnderTest) -> None:
    """The same key gives the same plan; one stuck dossier needs no second person. Another body is refused."""
    code = await ended(api)
    first, second = [await api.post("/v1/repairs", OPERATOR, {**RESTART, "codes": [code]}, key="once") for _ in "12"]
    assert (first.status_code, first.json()) == (201, second.json())
    assert (first.json()["second_person"], first.json()["selected"]["codes"]) == ([], 1)
    assert await told(api.post("/v1/repairs", OPERATOR, RESTART, key="once")) == (422, "idempotency_key_reused")


async def test_an_operator_of_one_ward_repairs_within_it(api: ApiUnderTest) -> None:
    """A dossier elsewhere looks like none, in a plan of this operator and in the plan of another."""
    elsewhere = await api.submit(CITIZEN, received_by=HA_NAM, matter={"territory": HA_NAM})
    body = {**RESTART, "codes": [elsewhere]}
    assert await told(api.post("/v1/repairs", WARD, body)) == (404, "unknown_dossier")
    plan = await planned(api, codes=[elsewhere])
    for act in ("approve", "stop"):
        assert await told(api.post(f"{plan['href']}:{act}", WARD, WHY)) == (404, "unknown_dossier")
    assert (await api.ask("GET", plan["href"], WARD)).json()["findings"] == []
    assert (await api.ask("GET", f"{plan['href']}/findings", WARD)).json()["items"] == []
    wide = await api.post("/v1/repairs", WARD, {**RESTART, "everything": True})
    assert elsewhere not in [one["dossier"] for one in wide.json().get("findings", ())]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**RESTART}, "repair_of_everything"),
        ({**RESTART, "filter": {}}, "repair_of_everything"),
        ({**RESTART, "filter": {"states": ["returned"]}}, "repair_matches_nothing"),
        ({**RESTART, "codes": ["H42.101-250805-0001"], "filter": {}}, "repair_codes_or_filter"),
        ({**RESTART, "codes": ["H42.101-250805-0001"], "everything": True}, "repair_codes_or_filter"),
        ({**RESTART, "codes": []}, "invalid_request"),
        ({**RESTART, "order": {"kind": "wish"}}, "invalid_request"),
        ({**RESTART, "order": {"kind": "reset", "to": {"point": "event", "event": "7"}}}, "invalid_request"),
        ({**RESTART, "per_minute": 1}, "invalid_request"),
        ({**RESTART, "reason": "Ông Nguyễn Văn An, CCCD 037099001234"}, "particulars_in_record"),
        ({"order": {"kind": "restart"}}, "invalid_request"),
    ],
)
async def test_what_is_not_planned(api: ApiUnderTest, body: Any, code: str) -> None:
    """Without a choice, with two, with nothing found, with a wrong order, or a reason that names somebody."""
    assert await told(api.post("/v1/repairs", OPERATOR, body)) == (422, code)


async def test_who_may_not_and_what_is_not_there(api: ApiUnderTest) -> None:
    """Officers and applicants see no plan; a supervisor gives no order; an unknown plan and run are not found."""
    for by in (OFFICER, CITIZEN):
        for path in ("", f"/{UNKNOWN}", f"/{UNKNOWN}/findings"):
            assert await told(api.ask("GET", f"/v1/repairs{path}", by)) == (403, "operation_not_allowed")
    for act in ("approve", "run", "stop", "resume"):
        where = f"/v1/repairs/{UNKNOWN}:{act}"
        assert await told(api.post(where, WATCH, WHY)) == (403, "operation_not_allowed")
        assert await told(api.post(where, OPERATOR, WHY)) == (404, "unknown_repair_plan")
    assert await told(api.post("/v1/repairs", WATCH, RESTART)) == (403, "operation_not_allowed")
    for path in ("", "/findings"):
        assert await told(api.ask("GET", f"/v1/repairs/{UNKNOWN}{path}", WATCH)) == (404, "unknown_repair_plan")
    assert await told(api.ask("GET", "/v1/repairs/3f", WATCH)) == (422, "invalid_request")
    assert await told(api.ask("GET", "/v1/repairs?cursor=AAAA", WATCH)) == (422, "cursor_invalid")
    plan = await planned(api, codes=[await accepted(api.harness)])
    assert await told(api.post(f"{plan['href']}:run", OPERATOR, {})) == (409, "repair_nothing_to_do")
    assert await told(api.post(f"{plan['href']}:stop", OPERATOR, WHY)) == (404, "unknown_rollout")


ANSWERS: dict[str, type[BaseModel]] = {
    "list_repair_plans": RepairPlanPage,
    "list_repair_findings": RepairFindingPage,
    **dict.fromkeys(("plan_repair", "read_repair_plan", "approve_repair_plan"), RepairPlanAnswer),
    **dict.fromkeys(("run_repair_plan", "stop_repair_run", "resume_repair_run"), RepairPlanAnswer),
    "list_repair_plannings": RepairPlanningsAnswer,
    **dict.fromkeys(("begin_repair_planning", "read_repair_planning", "cancel_repair_planning"), RepairPlanningAnswer),
}
BODIES: dict[str, Any] = {
    **dict.fromkeys(("plan_repair", "begin_repair_planning"), RepairPlanBody),
    "cancel_repair_planning": RepairReasonBody,
    **dict.fromkeys(("approve_repair_plan", "stop_repair_run"), RepairReasonBody),
}


@pytest.mark.parametrize("operation", ANSWERS)
def test_an_example_is_an_answer(operation: str) -> None:
    """The example in the document is an answer of its model, with every field."""
    example = answer_example(operation)
    assert ANSWERS[operation].model_validate(example).model_dump(mode="json") == example


@pytest.mark.parametrize("operation", BODIES)
def test_an_example_is_a_body(operation: str) -> None:
    """The example of a body is valid, as the API validates it."""
    validated_strictly(TypeAdapter(BODIES[operation]), body_example(operation))
