"""The event log of found dossiers over HTTP, for process mining. It has no personal data; who takes it is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter

from activities.ledger.event_log import EventLog, LoggedDossier
from activities.ledger.event_log_exported import EventLogsExported, EventLogTaken
from activities.ledger.search.query import OfUnits, UnitPart, Window
from activities.ledger.search.reader import Search
from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.values import Code, Name, Strict, midnight
from gateway.access.callers import identifier_of
from gateway.access.scopes import search_scope
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.search_bodies import DossierFilterBody, filter_of
from gateway.api.growing_files import GrowingFile
from gateway.api.parts import Api, Parts
from gateway.api.queries import WrittenDay
from gateway.client.requests import read_strictly
from gateway.views.event_logs.formats import LogFormat
from gateway.views.event_logs.officers import Officers
from gateway.views.event_logs.writing import write_log
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])
_FILTER, _SPAN = TypeAdapter(DossierFilterBody), TypeAdapter(Window)
EXAMPLE: dict[str, list[Any]] = {"objectTypes": [], "eventTypes": [], "events": [], "objects": []}
FILES: dict[str, Any] = {
    **{form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in LogFormat},
    LogFormat.OCEL2.media_type: {"schema": {"type": "object"}, "example": EXAMPLE},
}
"""What the document says of the four files; the example is a log without dossiers."""


class LogWanted(Strict):
    """Which dossiers, and which of their events: those from `since` on, before `before`."""

    state: State | None = None
    unit: Code | None = None
    procedure: Code | None = None
    overdue: WhichClock | None = None
    text: Name | None = None
    since: date | None = None
    before: date | None = None

    def filter(self) -> DossierFilterBody:
        """The filter of the dossiers. Raises InvalidInput `invalid_request`."""
        wanted: dict[str, Any] = {
            "states": self.state and (self.state,),
            "units": self.unit and OfUnits(codes=(self.unit,), part=UnitPart.RESPONSIBLE).model_dump(),
            "procedures": self.procedure and (self.procedure,),
            "late": self.overdue and {"clock": self.overdue, "ended": False},
            "text": self.text,
        }
        return read_strictly(_FILTER, wanted)

    def span(self) -> Window:
        """The span of the events. Raises InvalidInput `invalid_request`."""
        days = {"since": self.since, "before": self.before}
        return read_strictly(_SPAN, {name: day and midnight(day).isoformat() for name, day in days.items()})


@router.get(
    "/operations/event-log/{format}",
    response_class=Response,
    **operation(
        "export_event_log",
        "Nhật ký sự kiện để phân tích quy trình",
        "the event log for process mining",
        answers={200: {"description": "Tệp nhật ký (the log)", "content": FILES}},
    ),
)
async def export_event_log(
    request: Request,
    parts: Parts,
    signed: Signed,
    format: LogFormat,
    state: Annotated[State | None, Query(description="Trạng thái của hồ sơ (state of the dossiers).")] = None,
    unit: Annotated[Code | None, Query(description="Đơn vị chịu trách nhiệm (responsible unit).")] = None,
    procedure: Annotated[Code | None, Query(description="Mã thủ tục (procedure).")] = None,
    overdue: Annotated[WhichClock | None, Query(description="Đã quá hạn này (overdue on this clock).")] = None,
    text: Annotated[Name | None, Query(description="Như search_dossiers (as in search_dossiers).")] = None,
    since: Annotated[WrittenDay | None, Query(description="Sự kiện từ ngày này (events from this day on).")] = None,
    before: Annotated[WrittenDay | None, Query(description="Sự kiện trước ngày này (events before it).")] = None,
) -> Response:
    """Answers with the log of the dossiers within the caller's scope."""
    wanted = LogWanted(
        state=state, unit=unit, procedure=procedure, overdue=overdue, text=text, since=since, before=before
    )
    return event_log_file(request, parts, signed, format, wanted)


def event_log_file(request: Request, parts: Api, signed: SignedIn, form: LogFormat, wanted: LogWanted) -> Response:
    """The answer with the log. Raises InvalidInput `invalid_request`, `parquet_not_installed`."""
    form.require()
    at, province = signed.caller.at, parts.engine.province
    names, span = Names.of_province(province, at.date()), wanted.span()
    meant = filter_of(wanted.filter(), province, names, at)
    search, log = Search(wanted=meant, scope=search_scope(signed.scope), at=at), EventLog(parts.pool)

    async def write(batches: AsyncIterator[Sequence[LoggedDossier]], file: IO[bytes]) -> None:
        size = await log.size(search, span)
        await EventLogsExported(parts.pool).record(_taken(signed, form, search, span, size.dossiers))
        await write_log(batches, form.writer(file, Officers()))

    name = f"nhat-ky-{at:%Y%m%d-%H%M}.{form.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return GrowingFile(request, parts.exports, log.batches(search, span), write, headers, form.media_type)


def _taken(signed: SignedIn, form: LogFormat, search: Search, span: Window, dossiers: int) -> EventLogTaken:
    asked = {"filter": search.wanted, "span": span, "scope": search.scope}
    return EventLogTaken(
        who=identifier_of(signed.caller.principal),
        format=form,
        wanted={name: value.model_dump(mode="json", exclude_none=True) for name, value in asked.items()},
        dossiers=dossiers,
    )
