"""Follows the events of the ledger: by pages, and as a live stream; and the schemas of the events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, assert_never

import structlog
from fastapi import APIRouter, Depends, Header, Path, Query
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus, SendTimeoutError
from starlette.types import Receive, Scope, Send

from activities.events_out.cloud_events import CloudEvents, PlacedEvent
from activities.events_out.event_types import json_schemas, kinds_named
from activities.events_out.filters import EventFilter, Wanted
from activities.events_out.live import Beat, Dropped
from activities.events_out.pages import EventPage
from activities.events_out.positions import place_of, position_of
from activities.ledger.feed import Cursor
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import Conflict, NotAuthorised, NotFound
from domain.messages.events_out import EventsRefusal
from domain.values import Code
from gateway.access.callers import subtree
from gateway.access.event_scopes import event_filter_of
from gateway.access.messages import AccessRefusal
from gateway.access.sign_in import SignedIn, denied, still_reaches
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed, counted_by_address
from gateway.api.documented import operation, problem_response
from gateway.api.events.answers import MOST_CODES, EventsAnswer, EventTypesAnswer, event_types_answer
from gateway.api.parts import Api, Parts

log = structlog.get_logger(__name__)

AppStatus.enable_automatic_graceful_drain = False
"""A server that stops ends its streams whole (`LiveEvents.stop`). The library would look for the stop by itself, now
and then before that, and break them off in the middle."""

router = APIRouter(route_class=StrictRoute, tags=["Sự kiện (events)"])

MOST_EVENTS = 500
RETRY_AFTER = 3_000
"""Milliseconds after which a follower connects again."""
DROPPED = "dropped"
POSITION = "p00000000000002f100000000000001a4"
STREAM = f"retry: 3000\n\nid: {POSITION}\ndata: {{…}}\n\n: -\nid: {POSITION}\n\n"
"""An example of the stream: an event, then a sign of life that names the position."""

After = Annotated[
    str | None,
    Query(
        description="Sau vị trí này; bỏ trống: từ sự kiện đầu tiên (after it; absent: from the first event).",
        max_length=64,
        examples=[POSITION],
    ),
]
Procedures = Annotated[
    list[Code] | None,
    Query(alias="procedure", description="Chỉ các thủ tục này (only these procedures).", max_length=MOST_CODES),
]
Units = Annotated[
    list[Code] | None,
    Query(
        alias="unit",
        description="Chỉ hồ sơ mà một trong các đơn vị này tiếp nhận, có thẩm quyền hoặc đang chịu trách nhiệm "
        "(only dossiers that one of these units received, decides or is responsible for).",
        max_length=MOST_CODES,
    ),
]
Below = Annotated[
    bool, Query(description="Kể cả các đơn vị trực thuộc hôm nay (with the units below them as of today).")
]
Types = Annotated[
    list[str] | None,
    Query(
        alias="type",
        description="Chỉ các loại này, có hoặc không có phiên bản (only these types, with or without version).",
        max_length=MOST_CODES,
        examples=[["luongxanh.dossier_accepted.v1"]],
    ),
]


class EventStream(EventSourceResponse):
    """A live stream. A follower that takes nothing for too long is cut off, which is no failure of ours."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the stream."""
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            log.info("follower_cut_off", seconds=self.send_timeout)


@router.get(
    "/events",
    response_model=EventsAnswer,
    response_model_exclude_none=True,
    **operation(
        "follow_events",
        "Đọc sự kiện theo trang",
        "the events of the ledger by pages, as CloudEvents 1.0",
        answers={409: problem_response(409)},
    ),
)
async def follow_events(
    parts: Parts,
    signed: Signed,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS, description="Số sự kiện một trang (events a page).")] = 100,
    procedures: Procedures = None,
    units: Units = None,
    below: Below = False,
    types: Types = None,
    particulars: Annotated[
        bool, Query(description="Kèm dữ liệu cá nhân, nếu người gọi được xem (with personal data, if allowed).")
    ] = False,
) -> object:
    """Answers with the next events that the caller wants and may see, and with the position after them.

    Keep the position and send it as `after`: no event is missed, also one that was committed late.
    """
    if particulars:
        _require_personal_data(signed)
    wanted = _wanted(parts, signed, _asked(parts, signed, procedures, units, below, types))
    place = Cursor() if after is None else place_of(after)
    page = await parts.events.pages.page(place, wanted, limit, particulars=particulars)
    if particulars:
        _log_readings(page, signed)
    return EventsAnswer(items=page.events, next=position_of(page.place), more=page.more)


@router.get(
    "/events/stream",
    response_class=EventSourceResponse,
    **operation(
        "stream_events",
        "Theo dõi sự kiện trực tiếp",
        "the events of the ledger as they come (Server-Sent Events)",
        answers={200: {"content": {"text/event-stream": {"example": STREAM}}}, 409: problem_response(409)},
    ),
)
async def stream_events(
    parts: Parts,
    signed: Signed,
    after: After = None,
    procedures: Procedures = None,
    units: Units = None,
    below: Below = False,
    types: Types = None,
    last_event_id: Annotated[
        str | None, Header(alias="Last-Event-ID", description="Vị trí đã nhận (the last position).", max_length=64)
    ] = None,
) -> Any:
    """Streams the events after a position, those that are there and then the new ones; only new ones without one."""
    wanted = _wanted(parts, signed, _asked(parts, signed, procedures, units, below, types))
    given = last_event_id or after
    place = None if given is None else place_of(given)
    if place is not None:
        await parts.events.pages.require_reached(place)
    parts.events.live.require_room(signed.caller.name)
    messages = _messages(parts, signed, place, wanted)
    return EventStream(messages, send_timeout=parts.events_out.send_within, ping=0, sep="\n")


@router.get(
    "/schemas/events",
    dependencies=[Depends(counted_by_address)],
    response_model=EventTypesAnswer,
    **operation("list_event_types", "Các loại sự kiện", "the types of events, each with its JSON schema"),
)
async def list_event_types() -> EventTypesAnswer:
    """Answers with every type of this release."""
    return event_types_answer()


@router.get(
    "/schemas/events/{type}",
    dependencies=[Depends(counted_by_address)],
    **operation(
        "read_event_schema",
        "Lược đồ của một loại sự kiện",
        "the JSON schema of the data of a type",
    ),
)
async def read_event_schema(
    event_type: Annotated[
        str,
        Path(
            alias="type",
            description="Loại sự kiện (a type).",
            examples=["luongxanh.dossier_accepted.v1"],
            max_length=100,
        ),
    ],
) -> dict[str, Any]:
    """Answers with the schema. Raises NotFound `event_type_unknown`."""
    schema = json_schemas().get(event_type)
    if schema is None:
        raise NotFound(EventsRefusal.EVENT_TYPE_UNKNOWN)
    return schema


def _asked(
    parts: Api, signed: SignedIn, procedures: list[str] | None, units: list[str] | None, below: bool,
    types: list[str] | None,
) -> EventFilter:  # fmt: skip
    named = None if units is None else frozenset(units)
    if named is not None and below:
        organisation = parts.engine.province.organisation
        named = subtree(named, organisation, signed.caller.at)
    return EventFilter(
        procedures=None if procedures is None else frozenset(procedures),
        units=named,
        kinds=None if types is None else kinds_named(types),
    )


def _wanted(parts: Api, signed: SignedIn, asked: EventFilter) -> Wanted:
    return Wanted(asked=asked, scope=event_filter_of(signed.scope))


def _require_personal_data(signed: SignedIn) -> None:
    service = signed.caller.service
    if service is not None and service.personal_data:
        return
    refused = NotAuthorised(AccessRefusal.PERSONAL_DATA_NOT_ALLOWED, key="personal_data")
    denied(refused, signed.operation)
    raise refused


def _log_readings(page: EventPage, signed: SignedIn) -> None:
    """Logs whose personal data the caller read, one line for each dossier, as `read_applicant` does."""
    shown = (event.subject for event in page.events if event.data is not None and "particulars" in event.data)
    for dossier in dict.fromkeys(shown):
        log.info("particulars_read", dossier=dossier, operation=signed.operation, caller=signed.caller.name)


async def _messages(
    parts: Api, signed: SignedIn, after: Cursor | None, wanted: Wanted
) -> AsyncIterator[ServerSentEvent]:
    """The messages of a stream. It ends when the caller may no longer see what it could at first, and when the database
    does not answer: the follower connects again."""
    yield ServerSentEvent(comment="luongxanh", retry=RETRY_AFTER)
    allowed = Allowed(parts, signed)
    try:
        async for one in parts.events.live.follow(after, wanted, signed.caller.name):
            if not allowed.now():
                log.info("stream_ends", code="scope_changed", caller=signed.caller.name)
                return
            yield _message(one, parts.events.cloud_events)
    except (DatabaseUnavailable, DatabaseRefuses, Conflict) as problem:
        log.warning("stream_ends", code=str(problem.code))


def _message(one: PlacedEvent | Beat | Dropped, cloud_events: CloudEvents) -> ServerSentEvent:
    match one:
        case PlacedEvent():
            return ServerSentEvent(cloud_events.of(one).as_json(), id=position_of(one.place))
        case Beat():
            return ServerSentEvent(comment="-", id=position_of(one.place))
        case Dropped():
            return ServerSentEvent("{}", event=DROPPED, id=position_of(one.place))
        case _:
            assert_never(one)


class Allowed:
    """Looks now and then whether the caller is still what it was when its stream began."""

    def __init__(self, parts: Api, signed: SignedIn) -> None:
        self._parts = parts
        self._signed = signed
        self._looked_at = time.monotonic()

    def now(self) -> bool:
        """False when the last look found that it is not; looks again when the last look is too old."""
        if time.monotonic() - self._looked_at < self._parts.events_out.checked_every:
            return True
        self._looked_at = time.monotonic()
        engine = self._parts.engine
        return still_reaches(self._signed, engine.staff, engine.province.organisation, self._parts.now())
