"""Tests of searching over HTTP: pages, tables, and nothing beyond the scope of the caller."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from activities.ledger.saved_searches import SavedSearches, SearchToSave
from domain.roles import Actor
from gateway.access.principals import ApplicantPrincipal, Principal
from gateway.api.dossiers.search_answers import FoundPage
from gateway.api.examples import answer_example
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER, STRANGER
from tests.support.principals import principal_of
from tests.support.small_province import COMMITTEE, FREE, HA_NAM, PHU_LY
from tests.support.waiting import until

pytestmark = pytest.mark.stack

SEARCH = "/v1/dossiers/search"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            yield api


async def found(api: ApiUnderTest, by: Actor | Principal, body: Any = None) -> Any:
    answer = await api.ask("POST", SEARCH, by, json=body or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(page: Any) -> list[str]:
    return [item["code"] for item in page["items"]]


async def test_a_found_dossier_is_told_with_its_names(api: ApiUnderTest) -> None:
    """What was just submitted is found, with names beside the codes and no personal data."""
    code = await api.submit(CITIZEN)
    page = await found(api, CITIZEN, {"filter": {"text": code.lower()}})
    (item,) = page["items"]
    assert (item["code"], item["state"], item["procedure"]["name"]) == (code, "submitted", FREE.name)
    assert item["received_by"] == {"code": PHU_LY, "name": item["received_by"]["name"]}
    assert item["received_by"]["name"] != PHU_LY
    assert (page["next"], page["previous"], page["count"]) == (None, None, {"count": 1, "more": False})
    assert "Nguyễn" not in str(page)


async def test_a_caller_finds_what_it_may_read_and_nothing_else(api: ApiUnderTest) -> None:
    """For every caller, each dossier is found exactly if it may be read, whatever the filter says."""
    all_codes = [await api.submit(CITIZEN), await api.submit(CITIZEN, matter={"territory": PHU_LY})]
    other = ApplicantPrincipal(applicant="another-citizen")
    for by in (CITIZEN, DESK, HEAD, STRANGER, other):
        shown = set(codes(await found(api, by, {"limit": 200})))
        for code in all_codes:
            read = await api.ask("GET", f"/v1/dossiers/{code}", by)
            assert (code in shown) == (read.status_code == 200), (by, code)
    wider = {"filter": {"units": {"codes": [HA_NAM, PHU_LY], "with_below": True}, "applicants": [CITIZEN.person]}}
    assert codes(await found(api, other, wider)) == []


async def test_pages_forward_and_back(api: ApiUnderTest) -> None:
    """The cursors lead through all pages and back; the filter of another search refuses them."""
    applicant = ApplicantPrincipal(applicant=f"cd.{uuid4().hex[:8]}")
    mine = sorted([await api.submit(applicant) for _ in range(5)])
    first = await found(api, applicant, {"limit": 2})
    second = await found(api, applicant, {"limit": 2, "cursor": first["next"]})
    third = await found(api, applicant, {"limit": 2, "cursor": second["next"]})
    assert [*codes(first), *codes(second), *codes(third)] == mine
    assert third["next"] is None
    assert (await found(api, applicant, {"limit": 2, "cursor": third["previous"]}))["items"] == second["items"]
    for body in (
        {"limit": 2, "cursor": first["next"], "filter": {"crossing": True}},
        {"limit": 2, "cursor": first["next"][:-2] + "AA"},
        {"cursor": ""},
    ):
        refused = await api.ask("POST", SEARCH, applicant, json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "cursor_invalid")
    stolen = await api.ask("POST", SEARCH, CITIZEN, json={"limit": 2, "cursor": first["next"]})
    assert (stolen.status_code, stolen.json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("text", [FREE.name, FREE.name.upper(), "dang ky", FREE.code])
async def test_a_name_is_found_without_accents(api: ApiUnderTest, text: str) -> None:
    """The name of a procedure or a unit is found in any case, with accents or without."""
    code = await api.submit(CITIZEN)
    page = await found(api, CITIZEN, {"filter": {"text": text}, "limit": 200})
    wanted = text == FREE.name or text == FREE.name.upper()
    assert (code in codes(page)) >= wanted


async def test_days_that_are_counted_from_today(api: ApiUnderTest) -> None:
    """What was filed today is received today; a cursor is bound to the days that its first page meant."""
    applicant = ApplicantPrincipal(applicant=f"cd.{uuid4().hex[:8]}")
    mine = [await api.submit(applicant) for _ in range(2)]
    for code in mine:
        await api.act(code, DESK, "accept")
    for days, number in (("today", 2), ("this_week", 2), ("last_7_working_days", 2), ("before_today", 0)):
        assert (await found(api, applicant, {"filter": {"received": {"days": days}}}))["count"]["count"] == number, days
    first = await found(api, applicant, {"filter": {"received": {"days": "today"}}, "limit": 1})
    second = {"filter": {"received": {"days": "today"}}, "limit": 1, "cursor": first["next"]}
    assert len(codes(await found(api, applicant, second))) == 1
    for days in ("today", "tomorrow", "this_month", "this_year", "last_7_working_days"):
        asked = {"filter": {"received": {"days": days}}, "cursor": forged(first["next"], at="9999-12-31T10:00:00Z")}
        refused = await api.ask("POST", SEARCH, applicant, json=asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "cursor_invalid"), days
    yesterday = {**second, "cursor": forged(first["next"], at="2025-01-02T10:00:00Z")}
    table = await api.ask("POST", SEARCH, applicant, json=yesterday, headers={"Accept": "text/csv"})
    assert all(code in table.text for code in mine), "a table has no pages: it is of today"


def forged(cursor: str, **first: str) -> str:
    """The cursor with other facts of its first page, under the old signature."""
    raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    content = json.loads(raw[32:])
    content["first"] |= first
    return urlsafe_b64encode(raw[:32] + json.dumps(content).encode()).decode().rstrip("=")


async def test_a_field_is_its_procedures(api: ApiUnderTest) -> None:
    """A field by its name or code finds the dossiers of its procedures; one that nobody has finds none."""
    code = await api.submit(CITIZEN)
    assert code in codes(await found(api, CITIZEN, {"filter": {"fields": [FREE.field]}, "limit": 200}))
    assert codes(await found(api, CITIZEN, {"filter": {"fields": ["không có lĩnh vực này"]}})) == []


async def test_a_unit_with_those_below_it(api: ApiUnderTest) -> None:
    """The committee alone is responsible for nothing; with the units below it, for the dossiers of the wards."""
    applicant = ApplicantPrincipal(applicant=f"cd.{uuid4().hex[:8]}")
    code = await api.submit(applicant)
    units = {"codes": [COMMITTEE], "part": "receiving"}
    assert codes(await found(api, applicant, {"filter": {"units": units}})) == []
    assert codes(await found(api, applicant, {"filter": {"units": {**units, "with_below": True}}})) == [code]


async def test_an_applicant_is_not_told_which_officer_has_the_dossier(api: ApiUnderTest) -> None:
    """Neither an item nor a table nor the filter tells an applicant the internal code of an officer."""
    code = await api.submit(CITIZEN)
    for by, command, body in ((DESK, "accept", {}), (HEAD, "assign", {"person": OFFICER.person})):
        assert (await api.act(code, by, command, body)).status_code == 200
    asked = {"filter": {"text": code}}
    (item,) = (await found(api, HEAD, asked))["items"]
    assert item["assignee"] == OFFICER.person
    (item,) = (await found(api, CITIZEN, asked))["items"]
    assert item["assignee"] is None
    by_officer = {"filter": {"text": code, "officers": [OFFICER.person]}}
    assert codes(await found(api, HEAD, by_officer)) == [code]
    assert codes(await found(api, CITIZEN, by_officer)) == []
    for by, told in ((HEAD, True), (CITIZEN, False)):
        table = await api.ask("POST", SEARCH, by, json=asked, headers={"Accept": "text/csv"})
        assert (OFFICER.person in table.text) == told


WRONG: dict[str, tuple[Any, str]] = {
    "an unknown field": ({"filter": {"colour": "green"}}, "/filter/colour"),
    "an unknown state": ({"filter": {"states": ["lost"]}}, "/filter/states/0"),
    "a page of a million": ({"limit": 1_000_000}, "/limit"),
    "an empty page": ({"limit": 0}, "/limit"),
    "a text without a letter": ({"filter": {"text": "%_%"}}, "/filter/text"),
    "a window that ends before it begins": (
        {"filter": {"received": {"since": "2026-02-01T00:00+07:00", "before": "2026-01-01T00:00+07:00"}}},
        "/filter/received",
    ),
    "an order by nothing": ({"sort": {"by": "colour"}}, "/sort/by"),
    "a date without a zone": ({"filter": {"received": {"since": "2026-02-01"}}}, "/filter/received/since"),
    "a number for a text": ({"filter": {"text": 7}}, "/filter/text"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_wrong_search_is_refused_by_its_field(api: ApiUnderTest, what: str) -> None:
    """Each wrong field is named by its pointer."""
    body, pointer = WRONG[what]
    refused = await api.ask("POST", SEARCH, CITIZEN, json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"shared_with": "unit", "shared_unit": PHU_LY}, 403, "saved_search_unit_not_reached"),
        ({"shared_with": "province"}, 403, "saved_search_province_not_reached"),
        ({"shared_with": "unit"}, 422, "invalid_request"),
        ({"columns": ["code", "colour"]}, 422, "invalid_request"),
        ({"filter": {"old": 1}}, 422, "invalid_request"),
        ({"filter": {"procedures": [f"9.{number:06}" for number in range(1_500)]}}, 422, "invalid_request"),
        ({"filter": {"fields": ["ờ" * 490] * 12}}, 422, "invalid_request"),
        ({"name": ""}, 422, "invalid_request"),
    ],
)
async def test_a_search_that_may_not_be_kept(api: ApiUnderTest, change: Any, status: int, code: str) -> None:
    """Shared farther than its owner reaches, or with a part that is none: refused by the rule of the console."""
    refused = await api.post("/v1/saved-searches", HEAD, {"name": f"Thử {code}", **change})
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    if change.keys() == {"filter"}:
        assert refused.json()["errors"][0]["pointer"].startswith("/filter")


async def test_a_kept_search_says_what_of_it_cannot_be_used(api: ApiUnderTest) -> None:
    """A condition of an older release and a unit that is gone: with it as it was written, and no error."""
    old = SearchToSave(
        name="Cổ", filter={"old": 1, "units": {"codes": ["99999"]}}, sort="-old_key", columns=("code", "colour")
    )
    kept = await SavedSearches(api.harness.pool).create("person/head.hanam", old)
    read = await api.ask("GET", f"/v1/saved-searches/{kept.id}", HEAD)
    assert (read.status_code, read.headers["etag"]) == (200, '"1"')
    assert read.json()["filter"] == old.filter
    assert [one["code"] for one in read.json()["faults"]] == [
        "register_condition_wrong", "register_code_unknown", "register_sort_unknown", "register_columns_unknown",
    ]  # fmt: skip
    assert read.json()["sort"] == {"by": "code", "descending": False}
    assert read.json()["columns"] == ["code", "colour"], "as it was kept"
    replaced = await api.ask(
        "PUT", f"/v1/saved-searches/{kept.id}", HEAD, json={"name": "Mới"},
        headers={"Idempotency-Key": uuid4().hex, "If-Match": '"1"'},
    )  # fmt: skip
    assert (replaced.status_code, replaced.headers["etag"]) == (200, '"2"')
    stale = await api.ask(
        "DELETE", f"/v1/saved-searches/{kept.id}", HEAD, headers={"Idempotency-Key": uuid4().hex, "If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"], stale.headers.get("etag")) == (412, "saved_search_changed", '"2"')
    assert (replaced.json()["faults"], replaced.json()["filter"]) == ([], {})


async def test_nobody_searches_without_a_token(api: ApiUnderTest) -> None:
    """A search without a token is refused."""
    assert (await api.ask("POST", SEARCH, json={})).status_code == 401


async def test_a_table_has_every_found_dossier(api: ApiUnderTest) -> None:
    """CSV and Excel have all that is found in the caller's scope, whatever the limit, as files with a name."""
    applicant = ApplicantPrincipal(applicant=f"cd.{uuid4().hex[:8]}")
    mine = sorted([await api.submit(applicant) for _ in range(3)])
    body = {"limit": 1, "sort": {"by": "code", "descending": True}}
    table = await api.ask("POST", SEARCH, applicant, json=body, headers={"Accept": "text/csv"})
    assert table.status_code == 200
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["Mã hồ sơ"] for row in rows] == mine[::-1]
    english = await api.ask(
        "POST",
        SEARCH,
        applicant,
        json=body,
        headers={"Accept": f"application/pdf, {XLSX};q=0.5", "Accept-Language": "en"},
    )
    assert english.headers["content-type"] == XLSX
    sheet = ZipFile(io.BytesIO(english.content)).read("xl/worksheets/sheet1.xml").decode()
    assert all(code in sheet for code in mine)
    assert "Dossier code" in sheet


async def test_a_form_that_is_not_served_is_refused(api: ApiUnderTest) -> None:
    """A caller that accepts no form of ours is told which there are."""
    refused = await api.ask("POST", SEARCH, CITIZEN, json={}, headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused.json()["code"]) == (406, "not_acceptable")
    assert "text/csv" in refused.json()["detail"]
    plain = await api.ask("POST", SEARCH, CITIZEN, json={}, headers={"Accept": "text/csv;q=0, */*"})
    assert plain.headers["content-type"] == "application/json"


def test_the_answer_example_the_document_is_an_answer() -> None:
    """The example has exactly the fields of an answer, in their form."""
    example = answer_example("search_dossiers")
    assert FoundPage.model_validate(example).model_dump(mode="json") == example


async def test_only_so_many_tables_at_once(api: ApiUnderTest) -> None:
    """When all places are taken, a further table is refused with a time to wait; pages are read as before."""
    with api.parts.exports.place(), api.parts.exports.place():
        refused = await api.ask("POST", SEARCH, CITIZEN, json={}, headers={"Accept": "text/csv"})
        assert (refused.status_code, refused.json()["code"]) == (503, "exports_busy")
        assert int(refused.headers["retry-after"]) > 0
        assert (await api.ask("POST", SEARCH, CITIZEN, json={})).status_code == 200
    assert (await api.ask("POST", SEARCH, CITIZEN, json={}, headers={"Accept": "text/csv"})).status_code == 200


class Held:
    """A connection of a caller who reads nothing after the request, and may leave."""

    def __init__(self, api: ApiUnderTest, accept: str) -> None:
        self._api, self._accept = api, accept

    async def __aenter__(self) -> asyncio.StreamWriter:
        host, _, port = self._api.url.removeprefix("http://").partition(":")
        _, self.writer = await asyncio.open_connection(host, int(port), limit=1)
        token = self._api.tokens.give(principal_of(DESK))
        head = (
            f"POST {SEARCH} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nAccept: {self._accept}\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
        self.writer.write(head.encode())
        await self.writer.drain()
        return self.writer

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()


MANY = 30_000


@pytest.fixture(scope="module")
async def many(api: ApiUnderTest) -> AsyncIterator[ApiUnderTest]:
    """A register with so many dossiers that a table takes seconds."""
    await api.harness.pool.execute(FILL, MANY)
    yield api
    await api.harness.pool.execute("delete from dossier where code like 'H42.many-%'")


FILL = f"""
insert into dossier (code, version, state, portal_code, procedure, channel, received_by, competent, responsible,
    crossing, updated_at, snapshot)
select 'H42.many-250701-' || lpad(n::text, 6, '0'), 1, 'processing', 4, '{FREE.code}', 'online',
    '{PHU_LY}', '{PHU_LY}', '{PHU_LY}', false, now(), '{{"received_by": "{PHU_LY}"}}'
from generate_series(1, $1) n
"""  # noqa: S608  our own names


@pytest.mark.parametrize("accept", ["text/csv", XLSX])
async def test_a_caller_who_leaves_stops_the_table(many: ApiUnderTest, accept: str) -> None:
    """When the caller disconnects, the table is not written on, and its place is free again."""
    exports = many.parts.exports
    with capture_logs() as logs:
        async with Held(many, accept):
            await until(lambda: exports.writing == 1, "the table is being written")
        await until(lambda: exports.writing == 0, "the place is free again")
        await until(lambda: [one for one in logs if one["event"].startswith("table_")], "the end is logged")
    assert [one["event"] for one in logs if one["event"].startswith("table_")] == ["table_abandoned"]


async def test_a_caller_who_reads_nothing_holds_no_place(many: ApiUnderTest) -> None:
    """A caller who does not read the table keeps neither a place nor a connection from others."""
    exports = many.parts.exports
    async with Held(many, "text/csv"), Held(many, "text/csv"):
        await until(lambda: exports.writing > 0, "a table is being written")
        await until(lambda: exports.writing == 0, "the tables are written, and unread")
        body = {"filter": {"states": ["returned"]}}
        table = await many.ask("POST", SEARCH, DESK, json=body, headers={"Accept": "text/csv"})
        assert table.status_code == 200
