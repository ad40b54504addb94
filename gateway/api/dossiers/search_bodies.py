"""The body of a search, and its filter with fields, names and lower units resolved into codes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from activities.ledger.search.order import SearchOrder
from activities.ledger.search.query import (
    Codes,
    FallsDue,
    Judged,
    Late,
    OfUnits,
    ReceivedAt,
    SearchedText,
    SearchFilter,
    TextWanted,
    Window,
)
from domain.deadlines.calendar import ONE_DAY
from domain.deadlines.limits import WhichClock
from domain.deadlines.relative_days import RelativeDays, span_of
from domain.dossier.state import State
from domain.inconsistency import Inconsistent
from domain.messages.search import SearchFault
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Channel
from domain.rules.province import Province
from domain.text.folding import fold
from domain.values import VIETNAM, Instant, Name, Strict, midnight
from gateway.access.callers import subtree
from gateway.views.names import Names
from gateway.views.searched_text import named

MOST_ROWS = 200


class UnitsBody(OfUnits):
    """Units, perhaps with those below them."""

    with_below: bool = Field(
        default=False, description="Cả các đơn vị trực thuộc hôm nay (also the units below them today)."
    )


class WindowBody(Window):
    """A window of time, or days counted from today, so that a search that is kept goes with the time."""

    days: RelativeDays | None = Field(
        default=None, description="Khoảng ngày tính từ hôm nay, thay cho since và before (days counted from today)."
    )

    @model_validator(mode="after")
    def _said_once(self) -> Self:
        if self.days is not None and (self.since or self.before):
            raise Inconsistent(SearchFault.WINDOW_TWICE)
        return self


class FallsDueBody(WindowBody):
    """The same for the date after which an open dossier is overdue."""

    clock: WhichClock | None = Field(default=None, description="Theo hạn nào; bỏ trống: hạn trên giấy hẹn (clock).")


class DossierFilterBody(Strict):
    """Which dossiers are wanted. Every field restricts; a list means any of its values; what is left out does not."""

    states: tuple[State, ...] | None = Field(default=None, max_length=20, description="Trạng thái (states).")
    units: UnitsBody | None = Field(
        default=None, description="Đơn vị (units: receiving, competent, responsible, accountable, any)."
    )
    procedures: Codes | None = Field(default=None, description="Mã thủ tục (codes of procedures).")
    fields: Annotated[tuple[Name, ...], Field(max_length=200)] | None = Field(
        default=None, description="Lĩnh vực, theo tên hoặc mã (fields, by name or code)."
    )
    officers: Codes | None = Field(default=None, description="Người thụ lý (assigned officers).")
    green: bool | None = Field(default=None, description="Có áp dụng Luồng Xanh không (on Green Stream or not).")
    green_rules: Annotated[tuple[Name, ...], Field(max_length=50)] | None = Field(
        default=None, description="Tên quy định Luồng Xanh (names of Green Stream rules)."
    )
    statutory_due: WindowBody | None = Field(default=None, description="Hạn theo quy định (the statutory date).")
    promised_due: WindowBody | None = Field(default=None, description="Hạn hẹn trả (the promised date).")
    received: WindowBody | None = Field(default=None, description="Tiếp nhận lúc (when it was received).")
    received_hour: ReceivedAt | None = Field(
        default=None, description="Tiếp nhận vào giờ nào, thứ mấy (the hour and the weekday of receipt)."
    )
    ended: WindowBody | None = Field(default=None, description="Kết thúc lúc (when it ended).")
    open: bool | None = Field(default=None, description="Chưa kết thúc hay đã kết thúc (open, or ended).")
    under_way_at: Instant | None = Field(
        default=None,
        description="Đang giải quyết tại thời điểm này: tiếp nhận trước đó, chưa kết thúc trước đó (received before "
        "this instant, and not ended before it).",
    )
    not_ended_before: Instant | None = Field(
        default=None, description="Không kết thúc trước thời điểm này (open, or ended at this instant or later)."
    )
    judged: Judged | None = Field(default=None, description="Kết thúc sớm, đúng hay trễ hạn (how it was judged).")
    falls_due: FallsDueBody | None = Field(
        default=None, description="Hồ sơ mở sẽ quá hạn trong khoảng này (open, and overdue after an instant of it)."
    )
    channels: tuple[Channel, ...] | None = Field(default=None, max_length=10, description="Cách nộp (channels).")
    assigned: bool | None = Field(default=None, description="Đã có người thụ lý chưa (an officer has it, or nobody).")
    late: Late | None = Field(default=None, description="Trễ hạn, do ai (late on a clock, and whose fault).")
    rungs: Codes | None = Field(default=None, description="Bậc leo thang gần nhất (the last rung that fired).")
    crossing: bool | None = Field(
        default=None, description="Nộp khác nơi giải quyết (received by another unit than the competent one)."
    )
    interconnected: bool | None = Field(
        default=None, description="Hồ sơ liên thông hoặc một phần của nó (interconnected, or a part of one)."
    )
    incident: bool | None = Field(default=None, description="Đang có sự cố kết nối (an outside call has failed).")
    incident_systems: Codes | None = Field(default=None, description="Sự cố của hệ thống nào (of which systems).")
    applicants: Codes | None = Field(default=None, description="Mã người nộp trực tuyến (applicants who filed online).")
    text: SearchedText | None = Field(
        default=None,
        description="Một phần của mã hồ sơ, tên thủ tục hoặc tên đơn vị, không cần dấu (part of the code, or of the "
        "name of the procedure or a unit; accents are not needed).",
    )

    def of_applicant(self) -> DossierFilterBody:
        """The filter of an applicant, who is not told which officer has a dossier: an officer finds nothing."""
        return self if self.officers is None else self.model_copy(update={"officers": ()})


class SearchBody(Strict):
    """A search: the filter, the order, and the page."""

    filter: DossierFilterBody = Field(default=DossierFilterBody(), description="Bộ lọc (the filter).")
    sort: SearchOrder = Field(default=SearchOrder(), description="Thứ tự; thiếu giá trị thì xếp cuối (the order).")
    limit: int = Field(default=50, ge=1, le=MOST_ROWS, description="Số dòng một trang (rows of a page).")
    cursor: str | None = Field(
        default=None,
        max_length=1_000,
        description="next hoặc previous của một trang trước, cùng bộ lọc, thứ tự (of an earlier page of this search).",
    )


def filter_of(
    body: DossierFilterBody, province: Province, names: Names, at: datetime, begun_at: datetime | None = None
) -> SearchFilter:
    """The filter in codes: lower units, fields and names are looked up in the province of `at`.

    `begun_at`: when its first page was read (None: now); "today" is the day of that instant. Error:
    calendar_exhausted, before_calendar, where working days are counted that the calendar does not have.
    """
    same = {name: getattr(body, name) for name in SAME}
    windows = {name: fixed(getattr(body, name), province, begun_at or at) for name in WINDOWS}
    falls_due, due = body.falls_due, fixed(body.falls_due, province, begun_at or at)
    return SearchFilter(
        **same,
        **windows,
        falls_due=None if not falls_due or not due else FallsDue(clock=falls_due.clock, **dict(due)),
        units=None if body.units is None else _units(body.units, province.organisation, at),
        procedures=_procedures(body, province),
        text=None if body.text is None else TextWanted.model_validate({"text": body.text, **named(body.text, names)}),
    )


WINDOWS = ("statutory_due", "promised_due", "received", "ended")
SAME = tuple(
    name
    for name in DossierFilterBody.model_fields
    if name not in ("units", "procedures", "fields", "text", "falls_due", *WINDOWS)
)
"""The fields that need no looking up."""


def says_days(body: DossierFilterBody) -> bool:
    """True when a window is counted from today, so that the filter means something else tomorrow."""
    windows = (getattr(body, name) for name in (*WINDOWS, "falls_due"))
    return any(window is not None and window.days is not None for window in windows)


def fixed(window: WindowBody | None, province: Province, at: datetime) -> Window | None:
    """The window as instants: days are counted from the day of `at`."""
    if window is None or window.days is None:
        return None if window is None else Window(since=window.since, before=window.before)
    today = at.astimezone(VIETNAM).date()
    first, last = span_of(window.days, today, province.calendar_of(None, today))
    return Window(
        since=None if first is None else midnight(first),
        before=None if last is None else midnight(last + ONE_DAY),
    )


def _units(wanted: UnitsBody, organisation: Organisation, at: datetime) -> OfUnits:
    if not wanted.with_below:
        return OfUnits(codes=wanted.codes, part=wanted.part)
    return OfUnits(codes=tuple(sorted(subtree(wanted.codes, organisation, at))), part=wanted.part)


def _procedures(body: DossierFilterBody, province: Province) -> tuple[str, ...] | None:
    """The procedures that are named, and that belong to one of the fields."""
    if body.fields is None:
        return body.procedures
    wanted = {fold(field) for field in body.fields}
    of_fields = {
        published.procedure.code
        for published in province.procedures
        if not wanted.isdisjoint({fold(published.procedure.field), fold(published.procedure.field_code)})
    }
    return tuple(sorted(of_fields if body.procedures is None else of_fields & {*body.procedures}))
