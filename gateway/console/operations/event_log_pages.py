"""The page from which the event log is taken: four formats, what each is for, and which events."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from activities.ledger.event_log_exported import EventLogsExported
from domain.deadlines.calendar import ONE_DAY
from domain.errors import DomainError, NotFound
from domain.field_errors import InvalidField
from domain.values import FROM_OUTSIDE, VIETNAM, Day
from gateway.api.event_logs import LogWanted, event_log_file
from gateway.console.messages import ConsoleRefusal
from gateway.console.overview.asked import unit_meant
from gateway.console.overview.routes import units_of
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.forms.reading import iso_day
from gateway.i18n.wording import say
from gateway.views.event_logs.formats import LogFormat

router = APIRouter(prefix="/operations/event-log")

LATEST = 10
"""How many logs that were taken are shown to operators."""
LABELS = {"first": "From day", "last": "To day", "unit": "Unit", "procedure": "Procedure"}
NOT_A_DAY = say("phải là ngày, như 1/7/2025", "must be a day, like 1/7/2025")
BEFORE_FIRST = say("phải từ ngày đầu trở đi", "must not be before the first day")
NO_UNIT = say("không có đơn vị này", "there is no such unit")
NO_PROCEDURE = say("không có thủ tục này", "there is no such procedure")
_DAY: TypeAdapter[date] = TypeAdapter(Day)


@router.get("", **opens("export_event_log"))
async def event_log(visit: Visiting) -> Response:
    """The form."""
    return await _page(visit)


@router.get("/{ending}", **opens("export_event_log"))
async def event_log_of(visit: Visiting, request: Request, ending: str) -> Response:
    """The file that the form asks for."""
    if ending not in tuple(LogFormat):
        raise NotFound(ConsoleRefusal.PAGE_UNKNOWN)
    try:
        return event_log_file(request, visit.api, visit.signed, LogFormat(ending), _wanted(visit))
    except DomainError as refused:
        return await _page(visit, refused)


async def _page(visit: Visit, refused: DomainError | None = None) -> Response:
    problem = None if refused is None else visit.refusal(refused, labels=LABELS)
    latest = await EventLogsExported(visit.api.pool).latest(LATEST) if visit.may("give_orders") else []
    return visit.page(
        "operations/event_log.html", status=200 if problem is None else problem.status, problem=problem, labels=LABELS,
        typed={name: _typed(visit, name) for name in LABELS}, formats=tuple(LogFormat), latest=latest,
        units=units_of(visit), procedures=sorted(visit.names.procedures.items()),
    )  # fmt: skip


def _typed(visit: Visit, name: str) -> str:
    return visit.request.query_params.get(name, "").strip()


def _wanted(visit: Visit) -> LogWanted:
    """What the address asks for. Raises InvalidField for the first parameter that is wrong."""
    first, last = _day(visit, "first"), _day(visit, "last")
    if first is not None and last is not None and last < first:
        raise InvalidField("/last", BEFORE_FIRST)
    before = None if last is None else last + ONE_DAY
    return LogWanted(since=first, before=before, unit=_unit(visit), procedure=_procedure(visit))


def _day(visit: Visit, name: str) -> date | None:
    typed = _typed(visit, name)
    try:
        return _DAY.validate_python(iso_day(typed), context=FROM_OUTSIDE) if typed else None
    except ValidationError:
        raise InvalidField(f"/{name}", NOT_A_DAY) from None


def _unit(visit: Visit) -> str | None:
    typed = _typed(visit, "unit")
    meant = unit_meant(visit.api.engine.province.organisation, typed, visit.now.astimezone(VIETNAM).date())
    if typed and meant is None:
        raise InvalidField("/unit", NO_UNIT)
    return meant if typed else None


def _procedure(visit: Visit) -> str | None:
    """The procedure by its code, which may stand before its name."""
    code = _typed(visit, "procedure").partition(" ")[0]
    if code and code not in visit.names.procedures:
        raise InvalidField("/procedure", NO_PROCEDURE)
    return code or None
