"""Tests of the event log over HTTP: whole or visibly broken, within the scope of the caller, and recorded."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Any

import pyarrow.parquet
import pytest
from defusedxml.ElementTree import fromstring
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from activities.ledger.event_log import EventLog
from activities.ledger.event_log_exported import EventLogsExported
from activities.ledger.pool import DatabaseUnavailable
from domain.messages.record import RecordRefusal
from domain.roles import Actor, Role
from domain.values import Bilingual
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import HEAD, OFFICER
from tests.support.principals import principal_of
from tests.support.recorded_lives import lives, record_lives
from tests.support.small_province import ACTING, CENTRE, HA_NAM, PHU_LY, people
from tests.support.waiting import until

pytestmark = pytest.mark.stack

ALL, HALF = (Actor(person=f"watch.{unit.lower()}", role=Role.SUPERVISOR, unit=unit) for unit in (CENTRE, HA_NAM))
GONE = Bilingual(vi="đang dừng", en="it is being stopped")
LOG = "/v1/operations/event-log"


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    """The API before a ledger with a dossier in each state."""
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            harness.staff = people(*ACTING, (ALL.person, ALL.role, CENTRE), (HALF.person, HALF.role, HA_NAM))
            await record_lives(harness.pool, lives())
            yield api


async def taken(api: ApiUnderTest, by: Actor, form: str = "csv", status: int = 200, **asked: str) -> Any:
    answer = await api.ask("GET", f"{LOG}/{form}", by, params=asked)
    assert answer.status_code == status, answer.text
    return answer


def cases(content: bytes) -> set[str]:
    return {row["case:concept:name"] for row in csv.DictReader(io.StringIO(content.decode(), newline=""))}


async def test_each_format_is_whole(api: ApiUnderTest) -> None:
    """Each of the four files is readable to its end, names itself, and has the same events."""
    files = {form: await taken(api, ALL, form) for form in ("xes", "ocel2", "csv", "parquet")}
    events = len(files["csv"].text.splitlines()) - 1
    assert len(list(fromstring(files["xes"].content).iter("{http://www.xes-standard.org/}event"))) == events > 50
    assert len(files["ocel2"].json()["events"]) == events
    assert pyarrow.parquet.read_table(io.BytesIO(files["parquet"].content)).num_rows == events
    assert files["ocel2"].headers["content-disposition"].endswith('.ocel2.json"')
    assert files["xes"].headers["content-type"] == "application/xml"
    assert {one.headers["cache-control"] for one in files.values()} == {"no-store"}


async def test_scope_and_filter(api: ApiUnderTest) -> None:
    """A supervisor of the centre has every dossier, one of a commune those of the commune; others have no log."""
    everything = cases((await taken(api, ALL)).content)
    assert len(everything) == len(lives())
    own = cases((await taken(api, HALF)).content)
    read = [code for code in everything if (await api.ask("GET", f"/v1/dossiers/{code}", HALF)).status_code == 200]
    assert own == set(read) != everything
    some = cases((await taken(api, ALL, state="withdrawn")).content)
    assert len(some) == 1
    assert cases((await taken(api, ALL, unit=PHU_LY)).content) < everything
    assert cases((await taken(api, ALL, since="2030-01-01")).content) == set()
    for by in (HEAD, OFFICER):
        assert (await taken(api, by, status=403)).json()["code"] == "operation_not_allowed"
    for wrong in ({"since": "2025-07-02", "before": "2025-07-01"}, {"since": "hôm qua"}, {"state": "mars"}):
        assert (await taken(api, ALL, status=422, **wrong)).json()["code"] == "invalid_request"
    assert (await taken(api, ALL, "txt", status=422)).json()["code"] == "invalid_request"


async def test_who_took_what_is_recorded(api: ApiUnderTest) -> None:
    """The record has the person, the format, the filter, the span and the scope. A refused request leaves none."""
    before = len(await EventLogsExported(api.harness.pool).latest(100))
    await taken(api, HALF, "ocel2", state="withdrawn", since="2025-07-01")
    with api.parts.exports.place(), api.parts.exports.place():
        refused = await taken(api, ALL, status=503)
        assert refused.json()["code"] == "exports_busy"
        assert int(refused.headers["retry-after"]) > 0
    entry, *others = await EventLogsExported(api.harness.pool).latest(100)
    assert len(others) == before
    assert (entry.who, entry.format) == (HALF.person, "ocel2")
    assert entry.wanted["filter"] == {"states": ["withdrawn"]}
    assert entry.wanted["scope"]["units"] == [HA_NAM]
    assert entry.wanted["span"]["since"].startswith("2025-07-01T00:00:00")


async def answered(api: ApiUnderTest, version: str) -> bytes:
    """Everything that the server sends until it closes the connection."""
    host, _, port = api.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    token = api.tokens.give(principal_of(ALL))
    lines = (f"GET {LOG}/csv HTTP/{version}", f"Host: {host}", f"Authorization: Bearer {token}", "Connection: close")
    writer.write("\r\n".join((*lines, "", "")).encode())
    content = await reader.read()
    writer.close()
    return content


class Breaking(EventLog):
    """Reads one batch over and over, and then fails, as when the database goes away."""

    async def batches(self, *asked: Any) -> Any:
        first = [one async for one in super().batches(*asked)]
        for batch in first * 20:
            yield batch
        raise DatabaseUnavailable(RecordRefusal.DATABASE_UNAVAILABLE, problem=GONE)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.api.event_logs.EventLog", Breaking)


@pytest.mark.usefixtures("broken")
async def test_an_error_on_the_way_breaks_the_connection(api: ApiUnderTest) -> None:
    """The answer of HTTP/1.1 has no last chunk then. One of HTTP/1.0 is no file at all."""
    content = await answered(api, "1.1")
    assert content.startswith(b"HTTP/1.1 200")
    assert b"transfer-encoding: chunked" in content.lower()
    assert not content.endswith(b"0\r\n\r\n")
    assert api.parts.exports.writing == 0
    assert b" 503 " in (await answered(api, "1.0")).splitlines()[0]


async def test_a_whole_answer_ends(api: ApiUnderTest) -> None:
    """The answer of HTTP/1.0, which has no chunks, has its length."""
    head, _, body = (await answered(api, "1.0")).partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0]
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert cases(body) == cases((await taken(api, ALL)).content)


async def test_a_dossier_that_cannot_be_read_ends_the_log(api: ApiUnderTest) -> None:
    """It is not left out in silence: the log, and the table of dossiers, are no files, and the problem names it."""
    code = "H42.13285-250707-0001"
    change = "update dossier set channel = $2 where code = $1"
    channel = await api.harness.pool.fetchval("select channel from dossier where code = $1", code)
    await api.harness.pool.execute(change, code, "pigeon")
    answers = [await taken(api, ALL, form, status=422, text=code) for form in ("xes", "ocel2", "csv", "parquet")]
    table = await api.ask("POST", "/v1/dossiers/search", ALL, json={}, headers={"Accept": "text/csv"})
    await api.harness.pool.execute(change, code, channel)
    for answer in (*answers, table):
        assert answer.json()["code"] == "register_unreadable"
        assert code in answer.text


class Endless(EventLog):
    """Reads the same batch for ever, and says when nobody wants more."""

    left = asyncio.Event()

    async def batches(self, *asked: Any) -> Any:
        first = [one async for one in super().batches(*asked)]
        try:
            while True:
                yield first[0]
        finally:
            self.left.set()


async def test_a_caller_who_leaves_ends_the_reading(api: ApiUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the caller disconnects, the ledger is not read on, and the place is free; others were answered meanwhile."""
    monkeypatch.setattr("gateway.api.event_logs.EventLog", Endless)
    host, _, port = api.url.removeprefix("http://").partition(":")
    with capture_logs() as logs:
        reader, writer = await asyncio.open_connection(host, int(port))
        token = api.tokens.give(principal_of(ALL))
        writer.write(f"GET {LOG}/xes HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        await reader.readuntil(b"</trace>")
        assert (await api.ask("GET", "/v1/dossiers/H42.13285-250707-0001", ALL)).status_code == 200
        writer.transport.abort()
        await asyncio.wait_for(Endless.left.wait(), 10)
        await until(lambda: api.parts.exports.writing == 0, "the place is free again")
        await until(lambda: any(one["event"] == "file_abandoned" for one in logs), "the end is logged")
