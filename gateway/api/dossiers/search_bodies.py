"""The body of a search, and its filter with fields, names and lower units resolved into codes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

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
from domain.dossier.state import State
from domain.organisation.organisation import Organisation
from domain.procedures.procedure import Channel
from domain.rules.province import Province
from domain.text.folding import fold
from domain.values import Instant, Name, Strict
from gateway.access.callers import subtree
from gateway.views.names import Names
from gateway.views.searched_text import named

MOST_ROWS = 200


class UnitsBody(OfUnits):
    """Units, perhaps with those below them."""

    with_below: bool = Field(
        default=False, description="Cả các đơn vị trực thuộc hôm nay (also the units below them today)."
    )


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
    statutory_due: Window | None = Field(default=None, description="Hạn theo quy định (the statutory date).")
    promised_due: Window | None = Field(default=None, description="Hạn hẹn trả (the promised date).")
    received: Window | None = Field(default=None, description="Tiếp nhận lúc (when it was received).")
    received_hour: ReceivedAt | None = Field(
        default=None, description="Tiếp nhận vào giờ nào, thứ mấy (the hour and the weekday of receipt)."
    )
    ended: Window | None = Field(default=None, description="Kết thúc lúc (when it ended).")
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
    falls_due: FallsDue | None = Field(
        default=None, description="Hồ sơ mở sẽ quá hạn trong khoảng này (open, and overdue after an instant of it)."
    )
    channels: tuple[Channel, ...] | None = Field(default=None, max_length=10, description="Cách nộp (channels).")
    assigned: bool | None = Field(default=None, description="Đã có người thụ lý chưa (an officer has it, or nobody).")
    late: Late | None = Field(default=None, description="Trễ hạn, do ai (late on a clock, and whose fault).")
    rungs: Codes | None = Field(default=None, description="Bậc leo thang gần nhất (the last rung that fired).")
    crossing: bool | None = Field(
        default=None, description="Nộp khác nơi giải quyết (received by another unit than the competent one)."
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


def filter_of(body: DossierFilterBody, province: Province, names: Names, at: datetime) -> SearchFilter:
    """The filter in codes: lower units, fields and names are looked up in the province of `at`."""
    same = {name: getattr(body, name) for name in SAME}
    return SearchFilter(
        **same,
        units=None if body.units is None else _units(body.units, province.organisation, at),
        procedures=_procedures(body, province),
        text=None if body.text is None else TextWanted.model_validate({"text": body.text, **named(body.text, names)}),
    )


SAME = tuple(name for name in DossierFilterBody.model_fields if name not in ("units", "procedures", "fields", "text"))
"""The fields that need no looking up."""


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
