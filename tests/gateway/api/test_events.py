"""Tests of the events over HTTP: pages, the live stream, schemas; who may follow, and what they see."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from functools import partial
from typing import Any

import jsonschema_rs
import pytest
from structlog.testing import capture_logs
from temporalio.testing import WorkflowEnvironment

from activities.events_out.event_types import event_types, json_schemas
from activities.events_out.live import LiveLimits
from activities.ledger.store import Ledger
from domain.dossier.events import AnyEvent
from domain.organisation.people import Service
from domain.roles import Role
from gateway.access.principals import Principal, ServicePrincipal
from gateway.api import health
from gateway.api.examples import answer_example
from gateway.api.parts import EventsPolicy
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, STRANGER
from tests.support.ledger_samples import append, step, submitted
from tests.support.small_province import FREE, PHU_LY
from tests.support.waiting import WITHIN, until

pytestmark = pytest.mark.stack

ALL = ServicePrincipal(service="kho-du-lieu")
PERSONAL = ServicePrincipal(service="so-hoa")
NARROW = ServicePrincipal(service="mot-xa")
MANY = "H42.12-250701-0001"
DESK_ONLY = ServicePrincipal(service="kiosk")
SERVICES = tuple(
    Service.model_validate({"name": "Dịch vụ", "source": "QĐ 1", **given})
    for given in (
        {"code": "kho-du-lieu", "events": True},
        {"code": "so-hoa", "events": True, "personal_data": True},
        {"code": "mot-xa", "events": True, "procedures": ("9.999999",)},
        {"code": "kiosk", "roles": (Role.RECEPTION,)},
    )
)
MORE = tuple(Service(code=f"kho-{number}", name="Dịch vụ", events=True, source="QĐ 1") for number in range(4))


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness) as api:
            harness.staff = harness.staff.model_copy(update={"services": (*SERVICES, *MORE)})
            yield api


async def pages(api: ApiUnderTest, by: Any = ALL, query: str = "", after: str | None = None) -> tuple[list[Any], str]:
    """Every event that the caller gets page by page, and the position after them."""
    found: list[Any] = []
    position, more = after, True
    while more:
        at = f"&after={position}" if position else ""
        answer = await api.ask("GET", f"/v1/events?limit=2{query}{at}", by)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        position, more = page["next"], page["more"]
    assert position
    return found, position


async def test_what_was_confirmed_is_among_the_next_events(api: ApiUnderTest) -> None:
    """From a position on, a caller gets each event of a dossier once, in the order of its versions."""
    _, before = await pages(api)
    code = await api.submit(CITIZEN)
    assert (await api.act(code, DESK, "accept")).status_code == 200
    events, _ = await pages(api, after=before)
    of_dossier = [event for event in events if event["subject"] == code]
    assert [event["sequence"] for event in of_dossier] == [f"{number + 1:010}" for number in range(len(of_dossier))]
    for event in of_dossier:
        jsonschema_rs.validate(json_schemas()[event["type"]], event["data"])
    assert of_dossier[0]["type"] == "luongxanh.dossier_submitted.v1"
    assert {event["specversion"] for event in of_dossier} == {"1.0"}
    assert {(event["procedure"], event["unit"]) for event in of_dossier} == {(FREE.code, PHU_LY)}
    assert "Nguyễn" not in json.dumps(events, ensure_ascii=False)
    assert CITIZEN.person not in json.dumps(events)


async def test_filters_of_the_query(api: ApiUnderTest) -> None:
    """By type, unit and procedure, each several times; an unknown type is refused, not empty."""
    _, before = await pages(api)
    code = await api.submit(CITIZEN)
    submitted, _ = await pages(
        api, query="&type=luongxanh.dossier_submitted&type=luongxanh.fee_proposed.v1", after=before
    )
    assert [event["id"] for event in submitted] == [f"{code}/1"]
    assert await pages(api, query=f"&unit={PHU_LY}&unit=x", after=before) != ([], before)
    assert (await pages(api, query="&unit=x", after=before))[0] == []
    of_unit, _ = await pages(api, query=f"&unit={PHU_LY}", after=before)
    with_below, _ = await pages(api, query=f"&unit={PHU_LY}&below=true", after=before)
    assert {event["subject"] for event in of_unit} == {code}
    assert with_below == of_unit
    assert (await pages(api, query="&procedure=9.999999", after=before))[0] == []
    refused = await api.ask("GET", "/v1/events?type=luongxanh.nothing", ALL)
    assert (refused.status_code, refused.json()["code"]) == (422, "event_type_unknown")


@pytest.mark.parametrize("query", ["after=nothing", "after=p0", "after=%00", "limit=0", "limit=100000", "unit=%20"])
async def test_a_wrong_query_is_refused(api: ApiUnderTest, query: str) -> None:
    """With a problem."""
    refused = await api.ask("GET", f"/v1/events?{query}", ALL)
    assert refused.status_code == 422, refused.text
    assert refused.headers["content-type"] == "application/problem+json"


async def test_a_position_that_the_ledger_never_gave_is_told(api: ApiUnderTest) -> None:
    """After a restore from an earlier copy a follower would miss events without noticing: it is told instead."""
    ahead = "p" + "7" + "f" * 15 + "0" * 16
    for path in ("/v1/events", "/v1/events/stream"):
        refused = await api.ask("GET", f"{path}?after={ahead}", ALL)
        assert (refused.status_code, refused.json()["code"]) == (409, "event_position_ahead")
    refused = await api.post("/v1/webhooks", ALL, {"url": "https://a.example/", "after": ahead})
    assert (refused.status_code, refused.json()["code"]) == (409, "event_position_ahead")


async def test_who_may_follow(api: ApiUnderTest) -> None:
    """A service with that entry, within its scope, and staff for their units; nobody else, and nobody unknown."""
    code = await api.submit(CITIZEN)
    for nobody, status in ((CITIZEN, 403), (DESK_ONLY, 403), (ServicePrincipal(service="unknown"), 403), (None, 401)):
        for path in ("/v1/events", "/v1/events/stream"):
            assert (await api.ask("GET", path, nobody)).status_code == status, (nobody, path)
    assert (await pages(api, NARROW))[0] == []
    of_the_desk, _ = await pages(api, DESK)
    assert code in {event["subject"] for event in of_the_desk}


async def test_particulars_only_for_whoever_may_see_them(api: ApiUnderTest) -> None:
    """A service with personal_data gets them when it asks, and is logged; another is refused, not given less."""
    _, before = await pages(api)
    code = await api.submit(CITIZEN)
    with capture_logs() as logs:
        whole, _ = await pages(api, PERSONAL, "&particulars=true", after=before)
    assert "Nguyễn Văn An" in json.dumps(whole, ensure_ascii=False)
    read = {(one["dossier"], one["caller"]) for one in logs if one["event"] == "particulars_read"}
    assert read == {(code, "service/so-hoa")}
    plain, _ = await pages(api, PERSONAL, after=before)
    assert "Nguyễn" not in json.dumps(plain, ensure_ascii=False)
    for other in (ALL, DESK):
        with capture_logs() as logs:
            refused = await api.ask("GET", "/v1/events?particulars=true", other)
        assert (refused.status_code, refused.json()["code"]) == (403, "personal_data_not_allowed")
        assert "request_denied" in {one["event"] for one in logs}


async def test_schemas_are_published(api: ApiUnderTest) -> None:
    """Every type, to everybody; each event names its own."""
    listed = (await api.ask("GET", "/v1/schemas/events")).json()["items"]
    assert [one["type"] for one in listed] == list(event_types())
    events, _ = await pages(api)
    for path in (listed[0]["href"], events[0]["dataschema"]):
        schema = await api.ask("GET", path)
        assert (schema.status_code, schema.json()["$id"]) == (200, path)
    unknown = await api.ask("GET", "/v1/schemas/events/luongxanh.nothing.v1")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "event_type_unknown")


LATE = 1.5
"""Seconds. The library looks twice a second."""


class Stream:
    """A follower over HTTP that reads what comes."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.position = ""
        self.ended = False

    async def read(self, lines: AsyncIterator[str]) -> None:
        async for line in lines:
            name, _, value = line.partition(": ")
            if name == "id":
                self.position = value
            elif name == "data":
                self.events.append(json.loads(value))
        self.ended = True

    def of(self, code: str) -> list[str]:
        return [event["id"] for event in self.events if event["subject"] == code]


@asynccontextmanager
async def following(
    api: ApiUnderTest, by: Principal = ALL, query: str = "", last: str | None = None
) -> AsyncIterator[Stream]:
    """A stream that is read until the end of the block."""
    more = {"Authorization": f"Bearer {api.tokens.give(by)}", **({"Last-Event-ID": last} if last else {})}
    stream = Stream()
    async with api.http.stream("GET", f"{api.url}/v1/events/stream{query}", headers=more) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        reading = asyncio.create_task(stream.read(answer.aiter_lines()))
        await until(lambda: stream.position, "the stream has begun")
        try:
            yield stream
        finally:
            reading.cancel()
            await asyncio.wait([reading])


async def test_a_stream_goes_on_where_it_broke_off(api: ApiUnderTest) -> None:
    """With `Last-Event-ID` a follower has every event once, also those that came while it was away."""
    async with following(api) as first:
        one = await api.submit(CITIZEN)
        await until(lambda: first.of(one), "the event came")
        position = first.position
    two = await api.submit(STRANGER)
    async with following(api, last=position) as second:
        three = await api.submit(CITIZEN)
        await until(lambda: second.of(three), "past and new events came")
        assert second.of(two)[0] == f"{two}/1"
        assert f"{one}/1" not in second.of(one)
        assert "Nguyễn" not in json.dumps(second.events, ensure_ascii=False)


async def test_a_stream_has_filter_and_scope(api: ApiUnderTest) -> None:
    """As pages have."""
    async with following(api, NARROW) as narrow, following(api, query="?type=luongxanh.dossier_submitted") as some:
        code = await api.submit(CITIZEN)
        await api.act(code, DESK, "accept")
        await until(lambda: some.of(code), "the event came")
        assert some.of(code) == [f"{code}/1"]
        assert narrow.events == []


async def test_streams_leave_room_for_requests(api: ApiUnderTest) -> None:
    """More followers than requests that are answered at once: other callers are answered all the same."""
    await until(lambda: api.parts.events.live.followed_by == 0, "those of the tests before have left")
    async with AsyncExitStack() as followers:
        for number in range(80):
            await followers.enter_async_context(following(api, ServicePrincipal(service=MORE[number % 4].code)))
        one_more = await api.ask("GET", "/v1/events/stream", ServicePrincipal(service=MORE[0].code))
        assert (one_more.status_code, one_more.json()["code"]) == (429, "event_streams_too_many")
        assert api.parts.events.live.followed_by == 80
        assert (await api.ask("GET", "/v1/events?limit=1", ALL)).status_code == 200
    await until(lambda: api.parts.events.live.followed_by == 0, "all have left")


@pytest.mark.parametrize(
    "becomes",
    [{"valid_to": date(2026, 1, 31)}, {"events": False, "roles": (Role.RECEPTION,)}, {"procedures": ("9.999999",)}],
    ids=["revoked", "without events", "for another procedure"],
)
async def test_a_stream_ends_when_the_rights_of_its_caller_change(
    database: Database, temporal_env: WorkflowEnvironment, becomes: dict[str, Any]
) -> None:
    """A service that is no longer trusted, or not so far, gets no event more on a stream that it opened before."""
    with temporal_env.with_time_skipping_disabled():
        async with (
            open_engine_harness(database, temporal_env) as harness,
            open_api(harness, events_out=EventsPolicy(checked_every=0)) as api,
        ):
            harness.staff = harness.staff.model_copy(update={"services": SERVICES})
            async with following(api) as stream, following(api, PERSONAL) as other:
                before = await api.submit(CITIZEN)
                await until(lambda: stream.of(before), "the event came")
                changed = SERVICES[0].model_copy(update=becomes)
                harness.staff = harness.staff.model_copy(update={"services": (changed, *SERVICES[1:])})
                after = await api.submit(CITIZEN)
                await until(lambda: other.of(after), "who is trusted still has the event")
                await until(lambda: stream.ended, "the stream has ended")
                assert stream.of(after) == []


def _has(stream: Stream, events: int) -> bool:
    return len(stream.of(MANY)) == events


async def test_a_follower_that_reads_nothing_is_cut_off(database: Database, temporal_env: WorkflowEnvironment) -> None:
    """It is dropped and its connection closed, with bounded memory; others have every event meanwhile."""
    policy = EventsPolicy(live=LiveLimits(room=50, look_every=0.05), send_within=0.5)
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(database, temporal_env) as harness, open_api(harness, events_out=policy) as api:
            harness.staff = harness.staff.model_copy(update={"services": SERVICES})
            request = (
                f"GET /v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.tokens.give(ALL)}\r\n\r\n"
            )
            with socket.create_connection(("127.0.0.1", api.served.port)) as deaf:
                deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                deaf.sendall(request.encode())
                async with following(api) as other:
                    await until(lambda: api.parts.events.live.followed_by == 2, "both follow")
                    happened: list[AnyEvent] = [submitted(MANY)]
                    await Ledger(harness.pool).record(append(MANY, happened))
                    for _ in range(20):
                        more = [step(1, note="a" * 64)] * 1_000
                        await Ledger(harness.pool).record(append(MANY, more, after=happened))
                        happened += more
                        await until(partial(_has, other, len(happened)), "the other one has all")
                        if api.parts.events.live.followed_by == 1:
                            break
                    await until(lambda: api.parts.events.live.followed_by == 1, "the deaf one is gone")
                    assert not other.ended


async def test_a_stop_of_the_server_ends_streams_at_once(database: Database, temporal_env: WorkflowEnvironment) -> None:
    """A follower does not hold up the end of the process."""
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(database, temporal_env) as harness:
            harness.staff = harness.staff.model_copy(update={"services": SERVICES})
            async with open_api(harness) as api, following(api) as stream:
                api.served.server.config.timeout_graceful_shutdown = 10 * int(WITHIN)  # then it cuts connections off
                api.served.server.should_exit = True
                await until(lambda: stream.ended, "the stream has ended")


async def test_a_stop_of_the_server_breaks_no_stream_off(
    database: Database, temporal_env: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end is that of a whole answer, also when the process comes to it late: a library that sees the stop by itself
    would cut the answer off."""
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(database, temporal_env) as harness:
            harness.staff = harness.staff.model_copy(update={"services": SERVICES})
            async with open_api(harness) as api, following(api) as stream:
                stop = partial(asyncio.get_running_loop().call_later, LATE, api.parts.events.live.stop)
                monkeypatch.setattr(api.served.server, "_on_stop", stop)
                api.served.server.config.timeout_graceful_shutdown = 10 * int(WITHIN)
                api.served.server.should_exit = True
                await until(lambda: stream.ended, "the stream has ended")


def test_the_example_of_an_event_fits_its_own_schema() -> None:
    """The event that the document shows is valid under the schema of its type."""
    [event] = answer_example("follow_events")["items"]
    assert jsonschema_rs.is_valid(json_schemas()[event["type"]], event["data"])


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/v1/problems", "/v1/no-such-path"])
async def test_head_is_get_without_its_body(api: ApiUnderTest, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same status and the same headers, with the length of the body that is not sent."""
    monkeypatch.setattr(health, "WITHIN", WITHIN)
    got, head = await api.ask("GET", path), await api.ask("HEAD", path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    same = ("content-type", "content-length", "cache-control")
    assert [head.headers[name] for name in same] == [got.headers[name] for name in same]


async def test_head_of_a_stream_ends(api: ApiUnderTest) -> None:
    """A live stream that is only asked for its head keeps no follower."""
    async with asyncio.timeout(WITHIN):
        head = await api.ask("HEAD", "/v1/events/stream", ALL)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")

    async def nobody_follows() -> bool:
        return api.parts.events.live.followed_by == 0

    await until(nobody_follows, "the stream has ended")
