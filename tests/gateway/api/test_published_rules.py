"""Tests of the catalogue, the organisation and the calendars over HTTP: public, as of a day, in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from gateway.api.examples import answer_example
from tests.support.api_under_test import ApiUnderTest, open_api_of_ninh_binh
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api_of_ninh_binh(harness) as api:
            yield api


day = date.fromisoformat


async def read(api: ApiUnderTest, path: str) -> Any:
    """The answer to anybody, without a sign-in."""
    answer = await api.ask("GET", path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def all_codes(api: ApiUnderTest, path: str, limit: int = 7) -> list[str]:
    """Every code of a list, page by page, and the same backwards."""
    joint = "&" if "?" in path else "?"
    page, forward = await read(api, f"{path}{joint}limit={limit}"), []
    assert page["previous"] is None
    while True:
        forward.append([one["code"] for one in page["items"]])
        if page["next"] is None:
            break
        page = await read(api, f"{path}{joint}limit={limit}&cursor={page['next']}")
    back = [forward[-1]]
    while page["previous"] is not None:
        page = await read(api, f"{path}{joint}limit={limit}&cursor={page['previous']}")
        back.append([one["code"] for one in page["items"]])
    assert back == forward[::-1]
    return [code for codes in forward for code in codes]


async def test_the_catalogue_is_paged_in_both_directions(api: ApiUnderTest) -> None:
    """Every procedure is on one page, forward and back, in the order of the codes."""
    province = api.parts.engine.province
    codes = await all_codes(api, "/v1/procedures")
    assert codes == sorted({one.procedure.code for one in province.procedures})


async def test_the_catalogue_is_filtered(api: ApiUnderTest) -> None:
    """By level, by field (name without accents, or code), by text without accents, and by day."""
    everything = (await read(api, "/v1/procedures?limit=200"))["items"]
    one = next(line for line in everything if line["code"] == "1.001193")
    for wanted in ("text=dang ky KHAI SINH", f"text={one['code']}", f"field={one['field']}", "field=ho tich"):
        found = (await read(api, f"/v1/procedures?limit=200&{wanted}"))["items"]
        assert one in found, wanted
        assert len(found) < len(everything)
    levels = [
        (await read(api, f"/v1/procedures?limit=200&level={level}"))["items"] for level in ("commune", "province")
    ]
    assert sorted(line["code"] for half in levels for line in half) == [line["code"] for line in everything]
    assert (await read(api, "/v1/procedures?active_on=1990-01-01"))["items"] == []


async def test_one_procedure(api: ApiUnderTest) -> None:
    """A procedure tells its versions, its terms for each channel, its papers, its process and Green Stream."""
    province = api.parts.engine.province
    published = province.published("1.004873", day("2026-03-02"))
    answer = await read(api, "/v1/procedures/1.004873?on=2026-03-02")
    assert [one["hash"] for one in answer["versions"]] == [one.hash for one in province.versions("1.004873")]
    content = answer["in_effect"]
    assert [(one["channel"], one["case"], one["fee"]) for one in content["terms"]] == [
        (one.channel.value, one.case, one.fee) for one in published.procedure.terms
    ]
    assert sum(step["share"] for step in content["steps"]) == 100
    assert [one["code"] for one in content["documents"]] == [one.code for one in published.procedure.documents]
    assert content["green"]["mode"] == "cap"
    assert [one["status"] for one in answer["versions"]] == ["active", "draft"]
    before = await read(api, "/v1/procedures/1.004873?on=1990-01-01")
    assert before["in_effect"] is None
    assert before["versions"] == answer["versions"]


async def test_the_units_of_a_day(api: ApiUnderTest) -> None:
    """The list is that of the day: before the merger of July 2025 there were other communes than after it."""
    organisation = api.parts.engine.province.organisation
    wards = (await read(api, "/v1/units?on=2026-01-05&level=ward&limit=200"))["items"]
    assert "13285" in {unit["code"] for unit in wards}
    assert {unit["level"] for unit in wards} == {"ward"}
    assert await all_codes(api, "/v1/units?on=2026-01-05", limit=50) == sorted(
        unit.code for unit in organisation.in_force(day("2026-01-05"))
    )
    found = (await read(api, "/v1/units?on=2026-01-05&text=phuong phu ly"))["items"]
    assert [unit["code"] for unit in found] == ["13285"]
    parent = found[0]["parent"]["code"]
    below = (await read(api, f"/v1/units?on=2026-01-05&parent={parent}&limit=200"))["items"]
    assert {unit["parent"]["code"] for unit in below} == {parent}


async def test_a_former_unit_names_its_successors(api: ApiUnderTest) -> None:
    """A code that no unit has any more tells who took over; on its own day it is in force, with its levels above."""
    organisation = api.parts.engine.province.organisation
    former = next(
        unit
        for unit in organisation.units
        if unit.valid_to is not None and organisation.find(unit.code, day("2026-01-05")) is None
    )
    closed = await read(api, f"/v1/units/{former.code}?on=2026-01-05")
    assert closed["in_force"] is False
    assert closed["calendar"] is None
    heirs = organisation.successors_on(former, day("2026-01-05"))
    assert [one["code"] for one in closed["succeeded_by"]] == [unit.code for unit in heirs]
    assert closed["periods"][-1]["valid_to"] == former.valid_to.isoformat()  # type: ignore[union-attr]
    open_then = await read(api, f"/v1/units/{former.code}?on={former.valid_to}")
    assert open_then["in_force"] is True
    assert open_then["succeeded_by"] == []


async def test_a_unit_with_the_levels_above(api: ApiUnderTest) -> None:
    """A unit in force tells the levels above it, the nearest first, and the calendar of its desk."""
    answer = await read(api, "/v1/units/13285?on=2026-01-05")
    chain = api.parts.engine.province.organisation.chain("13285", day("2026-01-05"))
    assert [one["code"] for one in answer["above"]] == [unit.code for unit in chain]
    calendar = await read(api, f"/v1/calendars/{answer['calendar']['code']}?from=2026-01-05&to=2026-01-05")
    assert calendar["name"] == answer["calendar"]["name"]


async def test_a_calendar_day_by_day(api: ApiUnderTest) -> None:
    """Each day has its sessions; a day that differs names the letter that ordered it."""
    code = api.parts.engine.province.defaults.calendar
    answer = await read(api, f"/v1/calendars/{code}?from=2026-01-01&to=2026-01-05")
    new_year, _, saturday, _, monday = answer["days"]
    assert new_year["worked"] is False
    assert new_year["exception"]["kind"] == "holiday"
    assert new_year["exception"]["source"]
    assert saturday["weekday"] == "saturday"
    assert monday["exception"] is None
    assert [one for one in monday["sessions"] if one["clock"]]
    assert await read(api, "/v1/calendar?from=2026-01-01&to=2026-01-05") == answer
    of_unit = await read(api, "/v1/calendar?unit=13285&from=2026-01-01&to=2026-01-05")
    assert len(of_unit["days"]) == 5


EXAMPLES = {
    "list_procedures": "/v1/procedures?text=giam%20ho&active_on=2026-03-02",
    "read_procedure": "/v1/procedures/1.004873?on=2026-03-02",
    "list_units": "/v1/units?on=2026-03-02&text=phu%20ly",
    "read_unit": "/v1/units/13285?on=2026-03-02",
    "read_calendar": "/v1/calendar?unit=13285&from=2026-02-13&to=2026-02-16",
}


@pytest.mark.parametrize("operation", EXAMPLES)
async def test_the_examples_are_true(api: ApiUnderTest, operation: str) -> None:
    """The example of an answer in the document is what the API answers for Ninh Bình."""
    assert await read(api, EXAMPLES[operation]) == answer_example(operation)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/procedures/9.999999", 404, "unknown_procedure"),
        ("/v1/procedures/1.001193?on=2026-02-30", 422, "invalid_request"),
        ("/v1/procedures/1.001193?on=1767225600", 422, "invalid_request"),
        ("/v1/procedures/1.001193?on=9999-12-31", 422, "invalid_request"),
        ("/v1/procedures/%00", 422, "invalid_request"),
        ("/v1/procedures/" + "9" * 5_000, 422, "invalid_request"),
        ("/v1/procedures?limit=1000000", 422, "invalid_request"),
        ("/v1/procedures?limit=0", 422, "invalid_request"),
        ("/v1/procedures?level=district", 422, "invalid_request"),
        ("/v1/procedures?text=%00", 422, "invalid_request"),
        ("/v1/procedures?cursor=AAAA", 422, "cursor_invalid"),
        ("/v1/procedures?cursor=Đ%F0%9F%98%80", 422, "cursor_invalid"),
        ("/v1/procedures?cursor=" + "A" * 5_000, 422, "invalid_request"),
        ("/v1/units/99999", 404, "unknown_unit"),
        ("/v1/units/13285%00", 422, "invalid_request"),
        ("/v1/units?on=0000-00-00", 422, "invalid_request"),
        ("/v1/units?level=planet", 422, "invalid_request"),
        ("/v1/units?text=" + "a" * 101, 422, "invalid_request"),
        ("/v1/calendars/nowhere", 404, "no_such_calendar"),
        ("/v1/calendars/ninh-binh?from=2026-02-02&to=2026-02-01", 422, "period_reversed"),
        ("/v1/calendars/ninh-binh?from=2026-01-01&to=2027-02-05", 422, "period_too_long"),
        ("/v1/calendars/ninh-binh?from=1900-01-01&to=1900-01-02", 422, "before_calendar"),
        ("/v1/calendars/ninh-binh?from=2199-12-31", 422, "calendar_exhausted"),
        ("/v1/calendar?unit=99999", 404, "unknown_unit"),
    ],
)
async def test_what_cannot_be_asked(api: ApiUnderTest, path: str, status: int, code: str) -> None:
    """A day that does not exist, an unknown code, a page of a million rows: a problem with a code."""
    code_of_calendar = api.parts.engine.province.defaults.calendar
    answer = await api.ask("GET", path.replace("ninh-binh", code_of_calendar))
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_public_is_counted_by_address(api: ApiUnderTest) -> None:
    """Each public answer says what is left of the quota of the address."""
    for path in ("/v1/procedures", "/v1/procedures/1.004873", "/v1/units", "/v1/units/13285", "/v1/calendar"):
        answer = await api.ask("GET", path)
        assert answer.headers["ratelimit-policy"] == '"caller";q=100000;w=60'


async def test_a_cursor_belongs_to_its_list(api: ApiUnderTest) -> None:
    """A cursor of one filter or list is refused by another, and a changed one by every list."""
    cursor = (await read(api, "/v1/units?on=2026-01-05&limit=1"))["next"]
    changed = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for path in (
        f"/v1/units?on=2026-01-06&limit=1&cursor={cursor}",
        f"/v1/procedures?limit=1&cursor={cursor}",
        f"/v1/units?on=2026-01-05&limit=1&cursor={changed}",
    ):
        answer = await api.ask("GET", path)
        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid"), path
