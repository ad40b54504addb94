"""Tests that pages of a large register are read from indexes, and are those that a plain reading of all rows gives.

The plain queries here are those of the first releases.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.ledger import work_pages
from activities.ledger.feed import NEAR_END, Cursor, Feed, FeedReader
from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Pool, open_pool
from activities.ledger.search.order import SearchOrder, SortKey
from activities.ledger.search.query import Late, OfUnits, SearchFilter, TextWanted, UnitPart
from activities.ledger.store import Ledger
from activities.ledger.work_pages import (
    Deserted,
    Held,
    WorkKey,
    WorkPages,
    WorkPlace,
    WorkRows,
    WorkWanted,
    page_statement,
)
from domain.dossier.state import State
from domain.dossier.view import WorkItem
from domain.roles import Role
from domain.rules.escalation import WhichClock
from tests.support.databases import Database
from tests.support.ledger_samples import MORNING, append, started
from tests.support.register_pages import listed, plan_of

pytestmark = pytest.mark.stack

UNITS = ("TTPVHCC", *(str(number) for number in range(13_360, 13_400)))
PROCEDURES = ("1.004222", "2.000815")
STATES = (State.SUBMITTED, State.ACCEPTED, State.PROCESSING, State.RETURNED)
ROLES = (Role.SPECIALIST, Role.RECEPTION, Role.OPERATOR)
PEOPLE = (None, "cb.1", "cb.2", "cb.3")
MANY = 6_000

ORDER = """
select left(code, length(code) - length(number)) || lpad(number, greatest(12, length(number)), '0')
from (select code, coalesce(substring(code from '-([0-9]+)$'), '') as number
      from unnest($1::text[]) with ordinality as given (code, place) order by place) as parts
"""
PAGE = """
select code from dossier
where ($1::text is null or code_order(code) > code_order($1))
  and ($2::text is null or state = $2)
  and ($3::text is null or responsible = $3)
  and ($4::text is null or procedure = $4)
  and ($5::timestamptz is null or overdue_statutory_from < $5)
  and ($6::timestamptz is null or overdue_promised_from < $6)
  and ($7::text is null or strpos(lower(code), lower($7)) > 0)
order by code_order(code) limit $8
"""
SEARCH = """
select code from dossier
where pieces_of_code(code) @> pieces_of_text($1) and strpos(lower(code), lower($1)) > 0
order by code_order(code) limit 50
"""
WORK = """
select dossier, act, unit from work_item as item
where {condition} order by due nulls last, since, code_order(dossier), dossier, act, unit
"""
OF_PROCEDURE = "(select procedure from dossier where code = item.dossier) = '{}'"


@dataclass(frozen=True)
class Register:
    """A register of many dossiers, and their codes."""

    pool: Pool
    codes: list[str]

    def code(self, place: int) -> str:
        """Any of its codes."""
        return self.codes[place % len(self.codes)]


@pytest.fixture(scope="module")
async def many(module_database: Database) -> AsyncIterator[Register]:
    """A register of many dossiers with work, whose columns are drawn, and statistics about it."""
    pool = await open_pool(module_database.url, 2)
    lot = random.Random(9)  # noqa: S311  no secret
    codes = sorted({_code(lot) for _ in range(MANY)})
    await pool.executemany(
        "insert into dossier (code, version, state, portal_code, procedure, channel, received_by, responsible,"
        " crossing, updated_at, snapshot, overdue_statutory_from, overdue_promised_from)"
        " values ($1, 1, $2, 4, $3, 'online', $4, $4, false, now(), '{}', $5, $6)",
        [
            (code, lot.choice(STATES), lot.choice(PROCEDURES), lot.choice(UNITS), _date(lot), _date(lot))
            for code in codes
        ],
    )
    await pool.executemany(
        "insert into work_item (dossier, act, unit, role, person, due, since) values ($1, $2, $3, $4, $5, $6, $7)",
        [
            (code, "sign", lot.choice(UNITS), lot.choice(ROLES), lot.choice(PEOPLE), _date(lot), MORNING)
            for code in codes
            if lot.random() < 0.5
        ],
    )
    owner = await open_pool(module_database.admin_url, 1)
    await owner.execute("vacuum (analyze) dossier, work_item")
    await owner.close()
    yield Register(pool, codes)
    await pool.close()


def _code(lot: random.Random) -> str:
    day, number = (
        lot.choice(("250701", "250702", "261126")),
        lot.choice((lot.randint(1, 99), lot.randint(9_000, 99_999))),
    )
    return f"H42.{lot.choice(UNITS)}-{day}-{number:04d}"


def _date(lot: random.Random) -> Any:
    return MORNING + timedelta(hours=lot.randint(0, 200)) if lot.random() < 0.3 else None


letters = st.text(st.sampled_from("aA-0123456789.,Hụİ\n"), max_size=24)


@settings(max_examples=30)
@given(codes=st.lists(letters, min_size=1, max_size=200))
async def test_the_order_of_codes_is_the_order_they_always_had(many: Register, codes: list[str]) -> None:
    """For every text, also for one that is no code."""
    now = await many.pool.fetch("select code_order(code) from unnest($1::text[]) as given (code)", codes)
    before = await many.pool.fetch(ORDER, codes)
    assert [row[0] for row in now] == [row[0] for row in before]


part_of_code = st.tuples(st.integers(0, MANY), st.integers(0, 20), st.integers(1, 21))
texts = st.one_of(st.none(), part_of_code, st.sampled_from(["", "0", "zz", "h42", "0000", "4%", "_1", "nguyễn", "a,b"]))


@settings(max_examples=300)
@given(
    text=texts,
    after=st.none() | st.integers(0, MANY),
    state=st.none() | st.sampled_from([*STATES, State.SUSPENDED]),
    unit=st.none() | st.sampled_from(UNITS),
    procedure=st.none() | st.sampled_from(PROCEDURES),
    overdue=st.none() | st.tuples(st.sampled_from(WhichClock), st.integers(0, 200)),
    limit=st.integers(1, 60),
)
async def test_a_page_is_what_a_plain_reading_of_all_rows_gives(
    many: Register,
    text: Any,
    after: int | None,
    state: State | None,
    unit: str | None,
    procedure: str | None,
    overdue: tuple[WhichClock, int] | None,
    limit: int,
) -> None:
    """For any filters together, any part of a code, and from any place on."""
    if isinstance(text, tuple):
        text = many.code(text[0])[text[1] : text[1] + text[2]].swapcase().strip("-.")
    last = None if after is None else many.code(after)
    at = MORNING + timedelta(hours=overdue[1] if overdue else 0)
    found = await listed(many.pool, _filter(state, unit, procedure, overdue, text), at=at, limit=limit, after=last)
    statutory = at if overdue and overdue[0] is WhichClock.STATUTORY else None
    promised = at if overdue and overdue[0] is WhichClock.PROMISED else None
    plain = await many.pool.fetch(PAGE, last, state, unit, procedure, statutory, promised, text, limit)
    assert [row.code for row in found] == [row["code"] for row in plain]


def _filter(
    state: State | None, unit: str | None, procedure: str | None, overdue: tuple[WhichClock, int] | None, text: Any
) -> SearchFilter:
    return SearchFilter(
        states=None if state is None else (state,),
        units=None if unit is None else OfUnits(codes=(unit,), part=UnitPart.RESPONSIBLE),
        procedures=None if procedure is None else (procedure,),
        late=Late(clock=overdue[0], ended=False) if overdue else None,
        text=TextWanted(text=text) if text else None,
    )


FROM_AN_INDEX: dict[str, tuple[dict[str, Any], str]] = {
    "a rare text": ({"text": {"text": "0042"}}, "Bitmap Index Scan dossier_by_piece"),
    "a text of no code": ({"text": {"text": "nguyen"}}, "Bitmap Index Scan dossier_by_piece"),
    "a whole code": ({"text": {"text": "H42.13366-250701-0001"}}, "Bitmap Index Scan dossier_by_piece"),
    "a common text": ({"text": {"text": "H42"}}, "Index Only Scan dossier_in_code_order"),
    "two letters": ({"text": {"text": "zz"}}, "Index Only Scan dossier_in_code_order"),
    "a unit": ({"units": {"codes": ["13366"], "part": "responsible"}}, "Index Scan dossier_by_unit_in_code_order"),
    "no filter": ({}, "Index Only Scan dossier_in_code_order"),
}


@pytest.mark.parametrize("what", FROM_AN_INDEX)
async def test_a_page_is_read_from_an_index(many: Register, what: str) -> None:
    """The codes of a page come from an index; a text is looked for in the one that suits it."""
    wanted, index = FROM_AN_INDEX[what]
    assert index in await plan_of(many.pool, wanted)


IN_ORDER = {
    SortKey.CODE: "dossier_in_code_order",
    SortKey.RECEIVED_AT: "dossier_by_receipt",
    SortKey.STATUTORY_DUE: "dossier_by_statute",
    SortKey.PROMISED_DUE: "dossier_by_promise",
    SortKey.UPDATED_AT: "dossier_by_update",
    SortKey.ENDED_AT: "dossier_by_end",
    SortKey.LATE_STATUTORY_MINUTES: "dossier_by_statutory_lateness",
    SortKey.LATE_PROMISED_MINUTES: "dossier_by_promised_lateness",
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("by", SortKey)
async def test_every_order_is_read_from_its_index(many: Register, by: SortKey, descending: bool) -> None:
    """No order reads or sorts the whole register, forward or back: its index has the order already."""
    steps = await plan_of(many.pool, {}, SearchOrder(by=by, descending=descending))
    assert any(step.endswith(f"Scan {IN_ORDER[by]}") for step in steps)
    assert not {"Sort", "Seq Scan", "Bitmap Heap Scan"} & set(steps)


async def test_each_text_is_planned_for_itself(many: Register) -> None:
    """PostgreSQL takes one plan for all texts only where it seems as cheap as a plan for one. It never seems so: a
    connection that looked for rare texts still walks along the codes for a common one."""
    async with many.pool.acquire() as connection:
        await connection.execute(f"prepare search (text) as {SEARCH}")
        costs = []
        for mode in ("force_generic_plan", "auto"):
            await connection.execute(f"set plan_cache_mode = {mode}")
            plan = await connection.fetchval("explain (format json) execute search ('0042')")
            costs.append(json.loads(plan)[0]["Plan"]["Total Cost"])
        await connection.execute("deallocate search")
        await connection.execute("reset plan_cache_mode")
    generic, for_itself = costs
    assert generic > 10 * for_itself


HELD = st.tuples(st.sampled_from(PEOPLE[1:]), st.sampled_from(ROLES), st.sampled_from(UNITS[:6]))
PLACES = st.tuples(st.sampled_from(UNITS[:6]), st.sampled_from(ROLES[:2]))


@settings(max_examples=25)
@given(
    held=st.sets(HELD, max_size=12),
    unassigned=st.sets(PLACES, max_size=4),
    of_operators=st.booleans(),
    procedure=st.none() | st.sampled_from(PROCEDURES),
    size=st.integers(1, 60),
    data=st.data(),
)
async def test_the_pages_of_a_list_are_what_a_plain_reading_of_all_items_gives(
    many: Register,
    held: set[tuple[str, Role, str]],
    unassigned: set[tuple[str, Role]],
    of_operators: bool,
    procedure: str | None,
    size: int,
    data: st.DataObject,
) -> None:
    """Of a person with any duties, page by page, and back from any page to the one before."""
    wanted = WorkWanted(
        held=[{"person": person, "role": role, "unit": unit} for person, role, unit in sorted(held)],
        unassigned=sorted(unassigned),
        of_operators=of_operators,
        procedures=None if procedure is None else (procedure,),
    )
    theirs = [f"(person = '{person}' and role = '{role}' and {_unit(role, unit)})" for person, role, unit in held]
    anybody = [f"(person is null and unit = '{unit}' and role = '{role}')" for unit, role in unassigned]
    operators = ["(person is null and role = 'operator')"] if of_operators else []
    any_of = " or ".join([*theirs, *anybody, *operators]) or "false"
    of_procedure = OF_PROCEDURE.format(procedure) if procedure else "true"
    plain = await many.pool.fetch(WORK.format(condition=f"({any_of}) and {of_procedure}"))
    pages = await _pages(many.pool, wanted, size)
    assert [one for page in pages for one in _items(page)] == [tuple(row) for row in plain]
    if len(pages) > 1:
        chosen = data.draw(st.integers(1, len(pages) - 1))
        back = await WorkPages(many.pool).rows(wanted, size, pages[chosen].first)
        assert _items(back) == _items(pages[chosen - 1])
    counts = await WorkPages(many.pool).count(wanted, MORNING)
    assert counts.total == len(plain)


def _unit(role: Role, unit: str) -> str:
    return "true" if role is Role.OPERATOR else f"unit = '{unit}'"


def _items(page: WorkRows) -> list[tuple[str, str, str]]:
    return [(row.item.dossier, row.item.act, row.item.unit) for row in page.rows]


async def _pages(pool: Pool, wanted: WorkWanted, size: int) -> list[WorkRows]:
    found = [await WorkPages(pool).rows(wanted, size)]
    while found[-1].more:
        found.append(await WorkPages(pool).rows(wanted, size, found[-1].last))
    return found


OF_A_UNIT = (("13366", Role.SPECIALIST),)
LISTS = {
    "of a unit": (WorkWanted(of_units=OF_A_UNIT), "work_item_by_unit"),
    "unassigned in a unit": (WorkWanted(unassigned=OF_A_UNIT), "work_item_unassigned"),
    "of a person": (
        WorkWanted(held=(Held(person="cb.1", role=Role.SPECIALIST, unit="13366"),)),
        "work_item_by_person",
    ),
    "of one who has left": (
        WorkWanted(deserted=(Deserted(unit="13366", person="cb.1", role=Role.SPECIALIST),)),
        "work_item_by_unit_and_person",
    ),
    "of the operators": (WorkWanted(of_operators=True), "work_item_of_operators"),
}


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("deep", [False, True])
async def test_each_part_of_a_list_is_a_range_of_its_index(many: Register, what: str, deep: bool) -> None:
    """The first page, and one in the middle: no part reads the whole table, and none is sorted before it is cut."""
    wanted, index = LISTS[what]
    key = WorkKey(MORNING + timedelta(hours=40), MORNING, many.code(9), "sign", "13366")
    sql, arguments = page_statement(wanted, 11, WorkPlace(key=key) if deep else None)
    async with one_moment(many.pool, "plan") as db:
        await db.execute(work_pages.IN_ORDER)
        plan = "\n".join(row[0] for row in await db.fetch(f"explain {sql}", *arguments))
    assert "Seq Scan" not in plan
    assert re.search(rf"Index (Only )?Scan using {index} ", plan), plan
    sorts = re.findall(r"(\S*) ?Sort  \(", plan)
    assert len([one for one in sorts if one != "Incremental"]) <= 2, "only the rows of all parts are sorted as a whole"


async def test_nothing_is_shown_twice_or_left_out_while_others_act(pool: Pool, ledger: Ledger) -> None:
    """What changed or came in after the first page is on no later page; what stands still is on one."""
    codes = [f"H42.12-250701-{number:04d}" for number in range(1, 9)]
    for hours, code in enumerate(codes):
        await ledger.record(append(code, [started()], work=(_step(code, hours),)))
    wanted = WorkWanted(of_units=(("13366", Role.SPECIALIST),))
    first = await WorkPages(pool).rows(wanted, 3)
    await ledger.record(append(codes[0], [started()], after=[started()], work=(_step(codes[0], 90),)))
    await ledger.record(append(codes[4], [started()], after=[started()], work=()))
    early = "H42.12-250701-0099"
    await ledger.record(append(early, [started()], work=(_step(early, -5),)))
    second = await WorkPages(pool).rows(wanted, 3, first.last)
    third = await WorkPages(pool).rows(wanted, 3, second.last)
    shown = [row.item.dossier for page in (first, second, third) for row in page.rows]
    assert shown == [*codes[:4], *codes[5:]]
    assert not third.more
    fresh = await WorkPages(pool).rows(wanted, 100)
    assert [row.item.dossier for row in fresh.rows] == [early, *codes[1:4], *codes[5:], codes[0]]


def _step(code: str, hours: int) -> WorkItem:
    return WorkItem(
        dossier=code, unit="13366", role=Role.SPECIALIST, act="complete_step",
        due=MORNING + timedelta(hours=hours), since=MORNING,
    )  # fmt: skip


async def test_what_an_overdue_dossier_asks_is_overdue_whenever_it_is_due(pool: Pool, ledger: Ledger) -> None:
    """By either date of the dossier: its step, and an explanation that may come later. What stands still is not."""
    late, still = "H42.12-250702-0001", "H42.12-250702-0002"
    explanation = _step(late, 50).model_copy(update={"act": "explain_escalation", "role": Role.HEAD_OF_UNIT})
    await ledger.record(append(late, [started()], work=(_step(late, -2), explanation)))
    await ledger.record(append(still, [started()], work=(_step(still, -3),)))
    await pool.execute("update dossier set overdue_statutory_from = $2 where code = $1", late, MORNING)
    unit = WorkWanted(of_units=(("13366", Role.SPECIALIST), ("13366", Role.HEAD_OF_UNIT)))
    now = MORNING + timedelta(hours=1)
    overdue = unit.model_copy(update={"overdue_at": now})
    found = await WorkPages(pool).rows(overdue, 10)
    assert [(row.item.dossier, row.item.act) for row in found.rows] == [
        (late, "complete_step"), (late, "explain_escalation"),
    ]  # fmt: skip
    second = await WorkPages(pool).rows(overdue, 1, (await WorkPages(pool).rows(overdue, 1)).last)
    assert [row.item.act for row in second.rows] == ["explain_escalation"]
    assert (await WorkPages(pool).count(unit, now)).overdue == (await WorkPages(pool).count(overdue, now)).total == 2


async def test_readers_near_the_end_and_far_behind_are_counted_alike(pool: Pool) -> None:
    """How many events wait, and since when, is right for a reader that is new, that is near, and that is done."""
    await pool.execute(
        "insert into event (dossier, version, command_id, kind, schema, at, actor_person, actor_role, body, hash)"
        " select 'D' || number, 1, gen_random_uuid(), 'processing_started', 1,"
        " now() - (hashint4(number) & 1023) * interval '1 hour', 'p', 'system', '{}', sha256('')"
        " from generate_series(1, $1::int) number",
        NEAR_END + 300,
    )
    rows = await pool.fetch("select xid, position, at from event order by xid, position")
    places = {FeedReader.NOTICES: 250, FeedReader.ASSIGNER: len(rows) - 7, "other": len(rows)}
    for reader, place in places.items():
        await Feed(pool).commit_cursor(reader, Cursor(xid=rows[place - 1]["xid"], position=rows[place - 1]["position"]))
    found = {one.reader: one for one in await Feed(pool).status()}
    for reader, place in {FeedReader.PORTAL: 0, **places}.items():
        waiting = [row["at"] for row in rows[place:]]
        assert (found[reader].waiting, found[reader].waits_since) == (len(waiting), min(waiting, default=None))
    for one in await Feed(pool).status(whole=False):
        assert one.waiting == min(found[one.reader].waiting, NEAR_END)
