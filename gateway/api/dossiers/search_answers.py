"""The answer to a search: a page of dossiers, with the names of their codes."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from activities.ledger.search.pages import SearchPage
from activities.ledger.search.reader import Counted, FoundDossier
from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import Holder
from domain.dossier.state import State
from domain.procedures.procedure import Channel
from domain.values import Bilingual, Code, Instant, Value
from gateway.api.named_codes import NamedCode, unit_or_none
from gateway.views.names import Names


class LateOn(Value):
    """A clock on which the dossier is late: open and overdue, or ended late."""

    clock: WhichClock
    minutes: int | None = Field(
        description="Phút làm việc trễ khi kết thúc; null khi còn mở (working minutes; null while it is open)."
    )
    caused_by: tuple[Holder, ...] = Field(description="Trễ do ai (to whom the lateness is attributed).")


class FoundAnswer(Value):
    """One found dossier."""

    code: Code
    version: int
    state: State
    state_words: Bilingual
    procedure: NamedCode
    channel: Channel
    received_by: NamedCode
    competent: NamedCode | None
    responsible: NamedCode | None
    assignee: Code | None
    green: str | None = Field(description="Quy định Luồng Xanh (the Green Stream rule marked at intake).")
    received_at: Instant | None
    statutory_due: Instant | None
    promised_due: Instant | None
    ended_at: Instant | None
    updated_at: Instant
    late: tuple[LateOn, ...]
    late_statutory_minutes: int | None
    late_promised_minutes: int | None
    rung: Code | None
    crossing: bool
    parent: Code | None = Field(
        description="Hồ sơ liên thông chứa nó (the interconnected dossier of which it is a part)."
    )
    incident_systems: tuple[str, ...]


class FoundPage(Value):
    """A page of found dossiers, and the cursors of the pages beside it."""

    items: tuple[FoundAnswer, ...]
    next: str | None = Field(description="Con trỏ trang sau (cursor of the next page).")
    previous: str | None = Field(description="Con trỏ trang trước (cursor of the page before).")
    count: Counted = Field(description="Số hồ sơ tìm được lúc đọc trang đầu (how many there were at the first page).")
    at: Instant = Field(description="Thời điểm xét trễ hạn (the instant at which lateness is judged).")


def found_page(page: SearchPage, names: Names, *, to_staff: bool) -> FoundPage:
    """The answer with a page. Only the staff sees officers by their internal codes."""
    shown = page.items if to_staff else tuple(row.model_copy(update={"assignee": None}) for row in page.items)
    return FoundPage(
        items=tuple(_found(row, names, page.at) for row in shown),
        next=page.next,
        previous=page.previous,
        count=page.count,
        at=page.at,
    )


def _found(row: FoundDossier, names: Names, at: datetime) -> FoundAnswer:
    same = {name: getattr(row, name) for name in FoundAnswer.model_fields if name in FoundDossier.model_fields}
    return FoundAnswer.model_validate(
        {
            **same,
            "state_words": row.state.words,
            "procedure": NamedCode(code=row.procedure, name=names.procedure(row.procedure)),
            **{name: unit_or_none(same[name], names) for name in ("received_by", "competent", "responsible")},
            "late": [
                LateOn(clock=which, minutes=row.late_minutes(which), caused_by=row.late_by(which))
                for which in WhichClock
                if row.is_late(which, at)
            ],
        }
    )
