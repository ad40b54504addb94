"""Reads work-lists: what waits for the caller now, also for absent colleagues, and what waits for their units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.roles import Role
from domain.values import Bilingual, Code, Instant, Value
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode, named_unit
from gateway.api.pages import Cursor, Limit, Listing
from gateway.api.parts import Api, Parts
from gateway.api.work_asked import WhichWork, WorkAsked, cursor_of, place_in
from gateway.i18n.wording import work_name
from gateway.views.names import Names
from gateway.views.work_clocks import WorkClocks, work_clocks
from gateway.views.work_list import HeldWork, WorkLists
from gateway.views.work_reasons import Whose

router = APIRouter(route_class=StrictRoute, tags=["Việc cần làm (work-lists)"])

Which = Annotated[
    WhichWork, Query(description="Việc của tôi, của đơn vị, chưa giao, hay quá hạn (whose work, and which of it).")
]


class WorkClockAnswer(Value):
    """One clock of a dossier, in working minutes at the time of reading."""

    clock: WhichClock
    allowed: int = Field(description="Cả thời hạn (the whole limit).")
    used: int = Field(description="Đã dùng (used).")
    left: int = Field(description="Còn lại; 0 khi đã hết (left; 0 when it ran out).")
    over: int = Field(description="Đã quá (past the limit).")
    paused: bool = Field(description="Đồng hồ đang dừng (it stands still now).")


class WorkAnswer(Value):
    """One item of work: what is to be done in which dossier, by whom, until when."""

    dossier: Code
    href: str
    procedure: NamedCode
    state: State
    act: Code = Field(description="Lệnh, hoặc việc làm ở nơi khác (a command, or what is done elsewhere).")
    act_words: Bilingual
    unit: NamedCode
    role: Role
    person: Code | None = Field(description="Người được phân công (to whom it is assigned; null: anybody in the role).")
    acting: Code | None = Field(description="Người làm thay hôm nay, hoặc chính người đó (who does it today).")
    since: Instant
    due: Instant | None
    statutory_due: Instant | None
    promised_due: Instant | None
    why: Bilingual = Field(description="Vì sao là việc của người gọi (why it is the caller's).")
    on_behalf_of: Code | None = Field(description="Làm thay ai (the absent colleague for whom the caller does it).")
    clocks: tuple[WorkClockAnswer, ...] = Field(description="Hai đồng hồ, đã dùng và còn lại (both clocks).")

    @classmethod
    def of(cls, held: HeldWork, whose: Whose, clocks: WorkClocks | None) -> WorkAnswer:
        """The item with the names of a day, why it is the reader's, and its clocks."""
        item, dossier, names = held.item, held.dossier, whose.names
        return cls(
            dossier=item.dossier, href=f"/v1/dossiers/{item.dossier}",
            procedure=NamedCode(code=dossier.procedure, name=names.procedure(dossier.procedure)), state=dossier.state,
            act=item.act, act_words=work_name(item.act), unit=named_unit(item.unit, names), role=item.role,
            person=item.person, acting=held.acting, since=item.since, due=item.due,
            statutory_due=dossier.statutory_due, promised_due=dossier.promised_due,
            why=whose.why(held), on_behalf_of=whose.on_behalf_of(held), clocks=_clocks(clocks),
        )  # fmt: skip


def _clocks(clocks: WorkClocks | None) -> tuple[WorkClockAnswer, ...]:
    same = ("clock", "allowed", "used", "left", "over")
    bars = clocks.bars.values() if clocks else ()
    return tuple(
        WorkClockAnswer(**{name: getattr(bar, name) for name in same}, paused=bool(clocks and clocks.paused))
        for bar in bars
    )


class WorkCountAnswer(Value):
    """How many items the whole list has now. `more`: there are more than were counted."""

    total: int
    overdue: int = Field(description="Việc của hồ sơ đã quá hạn (of overdue dossiers).")
    due_today: int = Field(description="Đến hạn trong hôm nay (due before the end of the day, and not overdue).")
    unassigned: int = Field(description="Bước xử lý chưa giao ai (processing steps that nobody has).")
    more: bool


class WorkListAnswer(Value):
    """A page of work, the most urgent first. `more`: there is a page after it."""

    at: Instant
    items: tuple[WorkAnswer, ...]
    more: bool
    next: str | None = Field(description="Con trỏ trang sau (cursor of the next page).")
    previous: str | None = Field(description="Con trỏ trang trước (cursor of the page before).")
    count: WorkCountAnswer


@router.get(
    "/work",
    response_model=WorkListAnswer,
    **operation("list_work", "Việc cần làm của người gọi", "the caller's work-list"),
)
async def list_work(
    parts: Parts,
    signed: Signed,
    of: Which = WhichWork.MINE,
    unit: Annotated[Code | None, Query(description="Chỉ ở đơn vị này (in this unit only).")] = None,
    role: Annotated[Role | None, Query(description="Chỉ trong vai trò này (in this role only).")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with a page of work, the most urgent first, as of the first page.

    A person gets their own work, or that of their units; a service that of its units in its roles.
    """
    names = Names.of_province(parts.engine.province, signed.caller.at.date())
    if unit is not None:
        names.require_unit(unit)
    asked = WorkAsked(of, unit, role)
    lists = WorkLists(parts.pool, parts.engine.staff, signed.scope.procedures)
    listing = Listing(parts.keys, asked.about(signed))
    wanted, place = await asked.wanted(lists, signed), listing.place(cursor)
    page = await lists.page(wanted, signed.caller.at, limit, place_in(place.key if place else None))
    counts = await lists.counts(wanted, signed.caller.at)
    return WorkListAnswer(
        at=signed.caller.at, items=await _items(parts, signed, page.items, names), more=page.next is not None,
        next=cursor_of(listing, page.next), previous=cursor_of(listing, page.previous),
        count=WorkCountAnswer(**dict(counts)),
    )  # fmt: skip


async def _items(parts: Api, signed: SignedIn, held: tuple[HeldWork, ...], names: Names) -> tuple[WorkAnswer, ...]:
    """The items with their reasons and clocks. Only a person is told why an item is theirs by name."""
    caller, engine = signed.caller, parts.engine
    codes = {one.item.dossier for one in held}
    assignments = await engine.reader.assignments(codes) if codes else {}
    clocks = await work_clocks(engine, codes, caller.at) if codes else {}
    whose = Whose(caller.person, caller.duties, engine.staff, caller.at, names, assignments)
    return tuple(WorkAnswer.of(one, whose, clocks.get(one.item.dossier)) for one in held)
