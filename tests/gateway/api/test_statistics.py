"""Tests of statistics over HTTP: each number is what the search finds with its filter, within the caller's scope."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.roles import Actor, Role
from gateway.api.statistics import StatisticsAnswer
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.drawn_register import draw, insert
from tests.support.engine_harness import open_engine_harness
from tests.support.given import HEAD, OFFICER
from tests.support.small_province import ACTING, CENTRE, HA_NAM, PHU_LY, people

pytestmark = pytest.mark.stack

WATCH_ALL = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
PERIOD = "first=2025-07-01&last=2025-07-02"


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    """The API before a register whose dossiers are those of Phủ Lý, Hà Nam and the centre."""
    rows, lot = draw(300, random.Random(5)), random.Random(6)  # noqa: S311  no secret
    for row in rows:
        units = {part: lot.choice((PHU_LY, HA_NAM, CENTRE)) for part in ("received_by", "competent", "responsible")}
        row.update(units)
        row["snapshot"] |= {**units, "queue": None}
        row["ended_at"] = row["ended_at"] and max(row["ended_at"], row["received_at"] or row["ended_at"])
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            harness.staff = people(*ACTING, (WATCH_ALL.person, WATCH_ALL.role, CENTRE))
            await insert(harness.pool, rows)
            yield api


async def read(api: ApiUnderTest, query: str, by: Any, status: int = 200) -> Any:
    """The answer to this caller."""
    answer = await api.ask("GET", f"/v1/statistics?{query}", by)
    assert answer.status_code == status, answer.text
    return answer.json()


async def found(api: ApiUnderTest, by: Any, *filters: dict[str, Any]) -> int:
    """How many dossiers a search with these filters together finds."""
    wanted = {name: value for one in filters for name, value in one.items() if value is not None}
    answer = await api.ask("POST", "/v1/dossiers/search", by, json={"filter": wanted})
    assert answer.status_code == 200, answer.text
    count: int = answer.json()["count"]["count"]
    return count


@pytest.mark.parametrize("by", [WATCH_ALL, HEAD], ids=["supervisor", "head"])
@pytest.mark.parametrize("group", ["unit", "officer"])
async def test_each_number_is_what_the_search_finds(api: ApiUnderTest, by: Actor, group: str) -> None:
    """The filter of a measure with that of a group finds as many dossiers as the number says; all groups add up."""
    told = await read(api, f"{PERIOD}&by={group}", by)
    StatisticsAnswer.model_validate(told)
    group_of_many = max(told["groups"], key=lambda one: one["over"]["received"])
    for numbers in (told["total"], group_of_many):
        for measure, number in (numbers["over"] | numbers["now"]).items():
            assert number == await found(api, by, numbers["filter"], told["filters"][measure]), measure
    for measure, number in told["total"]["over"].items():
        assert number == sum(one["over"][measure] for one in told["groups"])


async def test_a_head_of_unit_sees_the_numbers_of_the_own_unit(api: ApiUnderTest) -> None:
    """The dossiers for which another unit is accountable are not counted, although the unit takes part in them."""
    told = await read(api, PERIOD, HEAD)
    assert [one["key"]["code"] for one in told["groups"]] == [HEAD.unit]
    assert told["total"]["over"] == (await read(api, f"{PERIOD}&unit={HEAD.unit}", WATCH_ALL))["total"]["over"]
    assert (await read(api, f"{PERIOD}&unit={PHU_LY}", HEAD, 403))["code"] == "unit_not_in_scope"
    assert (await read(api, PERIOD, OFFICER, 403))["code"] == "operation_not_allowed"


async def test_a_wrong_period_is_refused(api: ApiUnderTest) -> None:
    """A period that ends before it begins, or is longer than a year, is refused with its days."""
    for query, code in (("first=2025-07-02&last=2025-07-01", "reversed"), ("first=2024-01-01&last=2025-07-01", "long")):
        refused = await read(api, query, WATCH_ALL, 422)
        assert code in str(refused), refused
