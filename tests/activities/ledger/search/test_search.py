"""Tests that a search finds what a plain filter and sort in Python finds, whatever is asked together."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.ledger.pool import Pool, open_pool
from activities.ledger.search import reader
from activities.ledger.search.conditions import MANY_UNITS
from activities.ledger.search.order import SearchOrder, SortKey
from activities.ledger.search.pages import SearchPages
from activities.ledger.search.query import ALL_DOSSIERS, FallsDue, HadNow, Judged, SearchFilter, SearchScope, UnitPart
from activities.ledger.search.reader import FEW, DossierSearch, Search
from domain.deadlines.clock import Timeliness
from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.procedures.procedure import Channel
from domain.text.folding import fold
from domain.values import VIETNAM
from tests.support.databases import Database
from tests.support.drawn_register import (
    APPLICANTS,
    HOLDERS,
    OFFICERS,
    PROCEDURES,
    RULES,
    RUNGS,
    SYSTEMS,
    UNITS,
    Row,
    analyse,
    draw,
    insert,
)
from tests.support.ledger_samples import MORNING
from tests.support.register_pages import cursors

pytestmark = pytest.mark.stack

MANY = 1_200
NOW = MORNING + timedelta(hours=30)


@dataclass(frozen=True)
class Register:
    """The drawn rows, and what searches them."""

    pool: Pool
    rows: list[Row]

    @property
    def search(self) -> DossierSearch:
        return DossierSearch(self.pool)


@pytest.fixture(scope="module")
async def register(module_database: Database) -> AsyncIterator[Register]:
    """A register of drawn dossiers, with statistics about it."""
    pool = await open_pool(module_database.url, 2)
    rows = draw(MANY, random.Random(10))  # noqa: S311  no secret
    await insert(pool, rows)
    await analyse(module_database.admin_url)
    yield Register(pool, rows)
    await pool.close()


def some(values: Any, most: int = 3) -> Any:
    """None, none of the values, or some."""
    return st.none() | st.lists(st.sampled_from(values), max_size=most).map(tuple)


instants = st.integers(0, 60).map(lambda hour: MORNING + timedelta(hours=hour))
windows = st.none() | st.one_of(
    st.builds(lambda since: {"since": since}, instants),
    st.builds(lambda before: {"before": before}, instants),
    st.builds(
        lambda since, hours: {"since": since, "before": since + timedelta(hours=hours)}, instants, st.integers(1, 30)
    ),
)
late = st.none() | st.fixed_dictionaries(
    {
        "clock": st.sampled_from(["statutory", "promised"]),
        "ended": st.sampled_from([None, True, False]),
        "caused_by": some((*HOLDERS, {"kind": "unit", "code": None})),
    }
)
texts = st.none() | st.fixed_dictionaries(
    {
        "text": st.sampled_from(["h42", "H42.13366", "0001", "ttpvhcc", "TTPVHCC-250701", "Đ", "zz", "%", "_1", "7-2"]),
        "procedures": some(PROCEDURES).map(lambda codes: codes or ()),
        "units": some(UNITS).map(lambda codes: codes or ()),
    }
).filter(lambda text: any(letter.isalnum() for letter in text["text"]))
FIELDS: dict[str, Any] = {
    "states": some([State.PROCESSING, State.RETURNED, State.SUSPENDED]),
    "units": st.none()
    | st.fixed_dictionaries({"codes": some(UNITS, 6).map(lambda c: c or ()), "part": st.sampled_from(list(UnitPart))}),
    "procedures": some((*PROCEDURES, "0.0")),
    "officers": some(OFFICERS),
    "green": st.none() | st.booleans(),
    "green_rules": some((*RULES, "no rule")),
    "statutory_due": windows,
    "promised_due": windows,
    "received": windows,
    "received_hour": st.none()
    | st.fixed_dictionaries({"weekday": st.integers(1, 7), "hour": st.sampled_from([0, 8, 9, 13, 23])}),
    "ended": windows,
    "open": st.none() | st.booleans(),
    "under_way_at": st.none() | instants,
    "not_ended_before": st.none() | instants,
    "judged": st.none()
    | st.fixed_dictionaries(
        {
            "clock": st.sampled_from(list(WhichClock)),
            "judgements": st.lists(st.sampled_from(list(Timeliness)), max_size=4).map(tuple),
        }
    ),
    "falls_due": st.none()
    | st.builds(
        lambda window, clock: {**(window or {}), "clock": clock}, windows, st.sampled_from([None, *WhichClock])
    ),
    "channels": some(list(Channel)),
    "assigned": st.none() | st.booleans(),
    "late": late,
    "late_by_nobody": st.none() | st.sampled_from(list(WhichClock)),
    "had_now": st.none() | st.builds(HadNow),
    "rungs": some(RUNGS),
    "crossing": st.none() | st.booleans(),
    "interconnected": st.none() | st.booleans(),
    "incident": st.none() | st.booleans(),
    "incident_systems": some(SYSTEMS),
    "applicants": some(APPLICANTS),
    "text": texts,
}
filters = st.lists(st.sampled_from(sorted(FIELDS)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: FIELDS[name] for name in names})
)
ELSEWHERE = tuple(f"9{number:04}" for number in range(MANY_UNITS))
"""Units without dossiers: a scope with them is that of the province."""
scopes = st.fixed_dictionaries(
    {
        "units": some(UNITS, 12)
        | st.builds(lambda some_of_them: (*some_of_them, *ELSEWHERE), st.sets(st.sampled_from(UNITS))),
        "procedures": some(PROCEDURES),
        "applicant": st.none() | st.sampled_from(APPLICANTS),
    }
)
orders = st.builds(SearchOrder, by=st.sampled_from(SortKey), descending=st.booleans())


def hour_of(row: Row) -> tuple[int, int] | None:
    """The weekday and the hour in Vietnam at which it was received."""
    at = row["received_at"] and row["received_at"].astimezone(VIETNAM)
    return at and (at.isoweekday(), at.hour)


def under_way(row: Row, at: datetime) -> bool:
    """Received before the instant and not ended before it."""
    return bool(row["received_at"] and row["received_at"] < at and (row["ended_at"] is None or row["ended_at"] >= at))


def falls_due(row: Row, wanted: FallsDue) -> bool:
    """An open dossier that is overdue after an instant of the window."""
    clock = wanted.clock or (WhichClock.PROMISED if row["promised_due"] else WhichClock.STATUTORY)
    date = row[f"overdue_{clock}_from"]
    return row["ended_at"] is None and date is not None and within(date, wanted)


def judgement_of(row: Row, wanted: Judged) -> Timeliness | None:
    """The judgement of an ended dossier; None while it is open."""
    minutes, due = row[f"late_{wanted.clock}_minutes"], row[f"{wanted.clock}_due"]
    if row["ended_at"] is None:
        return None
    if minutes is None:
        return Timeliness.OPEN
    if minutes > 0:
        return Timeliness.LATE
    days = [
        at.astimezone(VIETNAM).date() for at in (row["ended_at"], due or datetime.max.replace(tzinfo=UTC, year=9000))
    ]
    return Timeliness.EARLY if days[0] < days[1] else Timeliness.ON_TIME


def satisfies(row: Row, wanted: SearchFilter, scope: SearchScope) -> bool:
    """The filter in plain Python."""
    units = {row["received_by"], row["competent"], row["responsible"]}
    checks = [
        scope.units is None or bool({*row["taking_part"]} & {*scope.units}),
        scope.procedures is None or row["procedure"] in scope.procedures,
        scope.applicant is None or row["submitted_by"] == scope.applicant,
        wanted.states is None or row["state"] in wanted.states,
        wanted.procedures is None or row["procedure"] in wanted.procedures,
        wanted.officers is None or row["assignee"] in wanted.officers,
        wanted.green is None or (row["green"] is not None) == wanted.green,
        wanted.green_rules is None or row["green"] in wanted.green_rules,
        wanted.late_by_nobody is None or not row[f"late_{wanted.late_by_nobody}_by"],
        wanted.had_now is None
        or wanted.had_now.kind in {one["kind"] for one in row[f"late_{wanted.had_now.clock}_by"]},
        wanted.rungs is None or row["rung"] in wanted.rungs,
        wanted.crossing is None or row["crossing"] == wanted.crossing,
        wanted.interconnected is None or bool({"parent", "children"} & row["snapshot"].keys()) == wanted.interconnected,
        wanted.incident is None or bool(row["incident_systems"]) == wanted.incident,
        wanted.incident_systems is None or bool({*row["incident_systems"]} & {*wanted.incident_systems}),
        wanted.applicants is None or row["submitted_by"] in wanted.applicants,
        within(row["statutory_due"], wanted.statutory_due),
        within(row["promised_due"], wanted.promised_due),
        within(row["received_at"], wanted.received),
        within(row["ended_at"], wanted.ended),
        wanted.open is None or (row["ended_at"] is None) == wanted.open,
        wanted.channels is None or row["channel"] in wanted.channels,
        wanted.assigned is None or (row["assignee"] is not None) == wanted.assigned,
        wanted.judged is None or judgement_of(row, wanted.judged) in wanted.judged.judgements,
        wanted.falls_due is None or falls_due(row, wanted.falls_due),
        wanted.received_hour is None or hour_of(row) == (wanted.received_hour.weekday, wanted.received_hour.hour),
        wanted.under_way_at is None or under_way(row, wanted.under_way_at),
        wanted.not_ended_before is None or row["ended_at"] is None or row["ended_at"] >= wanted.not_ended_before,
    ]
    if wanted.units is not None:
        column = {part: "received_by" if part is UnitPart.RECEIVING else part.value for part in UnitPart}
        mine = units if wanted.units.part is UnitPart.ANY else {row[column[wanted.units.part]]}
        checks.append(bool(mine & set(wanted.units.codes)))
    if wanted.late is not None:
        checks.append(is_late(row, wanted))
    if wanted.text is not None:
        checks.append(
            fold(wanted.text.text) in row["code"].lower()
            or row["procedure"] in wanted.text.procedures
            or bool(units & set(wanted.text.units))
        )
    return all(checks)


def within(at: datetime | None, window: Any) -> bool:
    if window is None:
        return True
    return at is not None and (window.since is None or window.since <= at) and (not window.before or at < window.before)


def is_late(row: Row, wanted: SearchFilter) -> bool:
    assert wanted.late is not None
    clock, by = wanted.late.clock.value, wanted.late.caused_by
    overdue = row[f"overdue_{clock}_from"]
    is_open, is_ended = overdue is not None and overdue < NOW, (row[f"late_{clock}_minutes"] or 0) > 0
    found = {None: is_open or is_ended, True: is_ended, False: is_open}[wanted.late.ended]
    caused = row[f"late_{clock}_by"]
    return found and (
        by is None
        or any(one["kind"] == holder.kind and holder.code in (None, one["code"]) for one in caused for holder in by)
    )


def in_order(rows: list[Row], order: SearchOrder) -> list[str]:
    """The codes in order, in plain Python: those without the key last, ties by code."""

    def key(row: Row) -> Any:
        if order.by is not SortKey.CODE:
            return row[order.by.value], row["code"]
        head, _, number = row["code"].rpartition("-")
        return f"{head}-{int(number):012d}", row["code"]

    present = [row for row in rows if row[order.by.value] is not None]
    missing = [row for row in rows if row[order.by.value] is None]
    found = sorted(present, key=key, reverse=order.descending)
    found += sorted(missing, key=lambda row: row["code"], reverse=order.descending)
    return [row["code"] for row in found]


@settings(max_examples=250)
@given(
    wanted=filters, scope=scopes | st.just({}), order=orders, limit=st.integers(1, 120), few=st.sampled_from([-1, FEW])
)
async def test_pages_forward_and_back_are_what_a_plain_filter_and_sort_gives(
    register: Register, wanted: dict[str, Any], scope: dict[str, Any], order: SearchOrder, limit: int, few: int
) -> None:
    """For any filters together, any scope, any order and direction, and any size of the page; whether all that are
    found are sorted, or an index is walked along."""
    asked, allowed = SearchFilter.model_validate(wanted), SearchScope.model_validate(scope)
    found = in_order([row for row in register.rows if satisfies(row, asked, allowed)], order)
    pages = SearchPages(register.search, cursors())

    async def page(cursor: str | None) -> Any:
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(reader, "FEW", few)
            return await pages.page(asked, allowed, order, now=NOW, limit=limit, cursor=cursor)

    last = await page(None)
    assert (last.count.count, last.count.more, last.previous) == (len(found), False, None)
    forward = [last]
    while last.next and len(forward) < 6:
        last = await page(last.next)
        forward.append(last)
    shown = [item.code for one in forward for item in one.items]
    assert shown == found[: len(shown)]
    assert (last.next is None) == (len(shown) == len(found))
    assert all(len(one.items) == limit for one in forward[:-1])
    for earlier in reversed(forward[:-1]):
        last = await page(last.previous)
        assert last.items == earlier.items
    assert last.previous is None
    if len(forward) > 1:
        assert (await page(last.next)).items == forward[1].items


@settings(max_examples=60)
@given(wanted=filters, order=orders)
async def test_a_stream_gives_every_dossier_in_order(
    register: Register, wanted: dict[str, Any], order: SearchOrder
) -> None:
    """The stream for an export has the same dossiers in the same order as the pages."""
    asked = SearchFilter.model_validate(wanted)
    search = Search(wanted=asked, scope=ALL_DOSSIERS, order=order, at=NOW)
    async with aclosing(register.search.all(search)) as rows:
        shown = [row.code async for row in rows]
    assert shown == in_order([row for row in register.rows if satisfies(row, asked, ALL_DOSSIERS)], order)


async def test_an_item_is_the_row(register: Register) -> None:
    """A found dossier has every value of its row, also those that the database computes from the snapshot."""
    search = Search(scope=ALL_DOSSIERS, at=NOW)
    found = {row.code: row for row in await register.search.rows(search, limit=MANY)}
    for row in register.rows:
        stored = found[row["code"]].model_dump()
        shown = {name: list(value) if isinstance(value, tuple) else value for name, value in stored.items()}
        assert shown == {name: row.get(name, shown[name]) for name in shown}
        assert set(row) - set(shown) == {"snapshot", "submitted_by", "accountable", "taking_part"}
