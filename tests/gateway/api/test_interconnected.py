"""Tests of the intake from the national interconnection software over HTTP: one order, however often it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.organisation.people import Service
from domain.roles import Role
from gateway.access.principals import ServicePrincipal
from gateway.api.examples import answer_example
from gateway.api.interconnected import TakenInAnswer
from gateway.client.taking_in import TakingIn
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CITIZEN, DESK, DESK_OF_HA_NAM, OFFICER, OPERATOR
from tests.support.interconnected import born
from tests.support.small_province import ACTING, BORN, HA_NAM, PHU_LY, people

pytestmark = pytest.mark.stack

PATH = "/v1/interconnected-applications"
BACKEND = ServicePrincipal(service="desk.service")
TRUSTED = Service(code="desk.service", name="Một cửa", roles=(Role.RECEPTION,), units=(PHU_LY,), source="QĐ 1")
NARROW = TRUSTED.model_copy(update={"code": "narrow.service", "commands": ("accept",)})


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness:
            harness.staff = people(*ACTING).model_copy(update={"services": (TRUSTED, NARROW)})
            yield harness


@pytest.fixture(scope="module")
async def api(harness: EngineHarness) -> AsyncIterator[ApiUnderTest]:
    async with open_api(harness) as api:
        yield api


async def order(api: ApiUnderTest, application: str, key: str, by: Any = BACKEND, **changes: Any) -> Any:
    """An order for the desk of ward Phủ Lý."""
    return await api.post(PATH, by, {"application": application, "received_by": PHU_LY} | changes, key=key)


async def test_an_application_is_ordered_and_becomes_one_dossier(api: ApiUnderTest, harness: EngineHarness) -> None:
    """Twenty times under two keys, at once: one order, one dossier of the whole; each caller of the desk reads it."""
    await harness.http.post(f"{harness.simulator}/applications", json=[born("LT-1")])
    answers = await asyncio.gather(*(order(api, "LT-1", f"lt-{one % 2}") for one in range(20)))
    assert {one.status_code for one in answers} <= {202, 409}  # the same key, still under way
    first = await order(api, "LT-1", "lt-0")
    assert (first.status_code, first.headers["Location"]) == (202, f"{PATH}/LT-1")
    assert TakenInAnswer.model_validate(first.json()).state == "waiting"
    await TakingIn(harness.engine, harness.outside.interconnection, harness.pool).turn()
    taken = await api.ask("GET", f"{PATH}/LT-1", BACKEND)
    assert taken.json()["state"] == "taken"
    assert (await harness.known(taken.json()["dossier"])).intake.procedure == BORN.code
    assert (await order(api, "LT-1", "lt-again", DESK)).json() == taken.json()
    assert (await api.ask("GET", f"{PATH}/LT-1", DESK)).json() == taken.json()
    assert await harness.pool.fetchval("select count(*) from dossier") == 1


async def test_what_cannot_be_taken_in_says_why_and_is_tried_again(api: ApiUnderTest, harness: EngineHarness) -> None:
    """It is unknown there, then it is filed: the same order under a new key."""
    await order(api, "LT-2", "lt-2")
    taking = TakingIn(harness.engine, harness.outside.interconnection, harness.pool)
    await taking.turn()
    refused = (await api.ask("GET", f"{PATH}/LT-2", BACKEND)).json()
    assert (refused["state"], refused["code"]) == ("refused", "unknown_application")
    assert "LT-2" in refused["why"]["vi"]
    await harness.http.post(f"{harness.simulator}/applications", json=[born("LT-2")])
    assert (await order(api, "LT-2", "lt-2-again")).json()["state"] == "waiting"
    await taking.turn(pause=0)
    assert (await api.ask("GET", f"{PATH}/LT-2", BACKEND)).json()["state"] == "taken"


WRONG: dict[str, tuple[dict[str, Any], Any, int, str]] = {
    "an address": ({"application": "../token"}, BACKEND, 422, "application_id_unreadable"),
    "no desk": ({"received_by": "99999"}, DESK, 404, "unknown_unit"),
    "missing": ({"received_by": None}, BACKEND, 422, "invalid_request"),
    "another field": ({"parts": []}, BACKEND, 422, "invalid_request"),
    "a service of another desk": (
        {"received_by": HA_NAM, "acting_as": {"role": "reception", "unit": HA_NAM}},
        BACKEND,
        403,
        "service_not_in_unit",
    ),
    "a narrow service": ({}, ServicePrincipal(service="narrow.service"), 403, "service_not_in_command"),
    "a citizen": ({}, CITIZEN, 403, "operation_not_allowed"),
    "an officer": ({}, OFFICER, 403, "operation_not_allowed"),
}


@pytest.mark.parametrize("fault", WRONG)
async def test_a_wrong_order_writes_nothing(api: ApiUnderTest, harness: EngineHarness, fault: str) -> None:
    """Each has its own code."""
    changes, by, status, code = WRONG[fault]
    wanted = {"application": "LT-9", "key": f"wrong {fault}".replace(" ", "-"), "by": by}
    refused = await order(api, **(wanted | changes))
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert await harness.pool.fetch("select from interconnection_application where application = 'LT-9'") == []


async def test_another_body_under_the_same_key_and_another_desk_are_refused(api: ApiUnderTest) -> None:
    """One key is one order; an application that one desk has ordered is not ordered by another, nor read there."""
    assert (await order(api, "LT-3", "lt-3")).status_code == 202
    other = await order(api, "LT-4", "lt-3")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = await order(api, "LT-3", "lt-3-ha-nam", DESK_OF_HA_NAM, received_by=HA_NAM)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "application_ordered_elsewhere")
    for by, application in ((DESK_OF_HA_NAM, "LT-3"), (DESK, "LT-5")):
        hidden = await api.ask("GET", f"{PATH}/{application}", by)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "application_not_ordered")
    assert (await api.ask("GET", f"{PATH}/LT-3", OPERATOR)).status_code == 200


@pytest.mark.parametrize("name", ["take_in_application", "read_application"])
def test_the_examples_are_answers(name: str) -> None:
    """The document shows what is answered."""
    example = answer_example(name)
    assert TakenInAnswer.model_validate(example).model_dump(mode="json") == example
