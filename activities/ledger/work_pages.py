"""Reads pages of work-lists: every page is one statement, and each of its parts is a range of one index.

A list is made of parts: the work of a person, the work without an assignee in a unit and role, and others. PostgreSQL
reads the first rows of each part from the part's index, puts them in order and keeps those of the page. So a page costs
the same wherever it is in the list.

The order is by the date that binds, then by since when the item waits, then by the code. A page begins after a key, so
what comes in before it moves nothing. Later pages leave out items that changed after the first page was read (as the
search does): no item is on two pages, and none that stands still is on no page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.reading import WORK_LIST_COLUMNS, WorkListRow, readable_rows, work_list_row
from activities.ledger.rows import Row
from activities.ledger.search.conditions import Condition, written
from activities.ledger.search.moments import READ, Moment
from activities.ledger.tracing import sql_span
from domain.dossier.view import ANSWERS, WorkAct
from domain.roles import Role
from domain.values import VIETNAM, Code, Instant, Value, midnight

MOST_COUNTED = 10_000
"""The most items of a list that are counted."""
KEY = (
    "coalesce(item.due, 'infinity'::timestamptz)",
    "item.since",
    "code_order(item.dossier)",
    "item.dossier",
    "item.act",
    "item.unit",
)
"""The order of every list. The indexes of `work_item` have it."""
PLAIN = 2
"""So many columns of the order are cheap to compute. The parts are cut by them, with what is alike in these, before the
order of a code is computed for each row."""
IN_ORDER = "set local enable_bitmapscan = off"
"""A bitmap has no order: all items of a part would be read for its first ones. So the plan does not depend on how many
there are, nor on statistics that are old."""
ITEM = "item.dossier, item.unit, item.role, item.person, item.act, item.due, item.since"


class Held(Value):
    """Work that is assigned to a person, in a role of a unit: the item's unit, or the competent one of its dossier."""

    person: Code
    role: Role
    unit: Code


class Deserted(Value):
    """Work of a unit that is assigned to a person who cannot do it now. `acting_in`: where the person still can."""

    unit: Code
    person: Code
    role: Role
    acting_in: tuple[Code, ...] = ()


class WorkWanted(Value):
    """The parts of a list, and what restricts all of them. No item is in two parts."""

    held: tuple[Held, ...] = ()
    unassigned: tuple[tuple[Code, Role], ...] = ()
    """The units and roles whose work without an assignee is wanted."""
    of_units: tuple[tuple[Code, Role], ...] = ()
    """The units and roles whose work is wanted, whoever has it."""
    deserted: tuple[Deserted, ...] = ()
    of_operators: bool = False
    """True: the work of the operators in every unit."""
    procedures: tuple[Code, ...] | None = None
    acts: tuple[Code, ...] | None = None
    overdue_at: Instant | None = None
    """Only items of dossiers that are overdue at this instant, by either date."""


class WorkKey(NamedTuple):
    """The place of an item in the order. `due` None: it has no date and comes last."""

    due: datetime | None
    since: datetime
    dossier: str
    act: str
    unit: str


class WorkPlace(Value):
    """From where a page is read: after a key, or `back`, before it. `as_of`: the moment of the first page."""

    key: WorkKey
    back: bool = False
    as_of: Moment | None = None


class WorkCounts(Value):
    """How many items a list has. `more`: there are more than were counted."""

    total: int
    overdue: int
    due_today: int
    """Due before the end of the day, and not overdue."""
    unassigned: int
    """Processing steps that nobody has."""
    more: bool = False


class WorkRows(Value):
    """The rows of a page in the order of the list, and the places of its first and last row (None: it is empty).

    `more`: there are more rows in the direction in which it was read. A row that cannot be read is left out and logged.
    """

    rows: tuple[WorkListRow, ...]
    first: WorkPlace | None
    last: WorkPlace | None
    more: bool


class WorkPages:
    """Reads work-lists. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def rows(self, wanted: WorkWanted, limit: int, place: WorkPlace | None = None) -> WorkRows:
        """Up to `limit` items from a place on, or from the beginning."""
        async with one_moment(self._pool, "work_page") as db:
            as_of = place.as_of if place else Moment.of(await db.fetchrow(READ))
            await db.execute(IN_ORDER)
            sql, arguments = page_statement(wanted, limit + 1, place)
            found = await db.fetch(sql, *arguments)
        nearest = found[:limit]
        rows = nearest[::-1] if place and place.back else nearest
        ends = [WorkPlace(key=_key(row), back=back, as_of=as_of) for row, back in _ends(rows)]
        return WorkRows(
            rows=tuple(readable_rows(rows, work_list_row)),
            first=ends[0] if ends else None,
            last=ends[1] if ends else None,
            more=len(found) > limit,
        )

    async def count(self, wanted: WorkWanted, at: datetime) -> WorkCounts:
        """The counts of a list, up to `MOST_COUNTED`."""
        async with one_moment(self._pool, "work_count") as db:
            sql, arguments = count_statement(wanted, at)
            row = await db.fetchrow(sql, *arguments)
        return WorkCounts(**dict(row))

    async def assignees(self, units: Sequence[Code]) -> list[tuple[Code, Code, Role]]:
        """Who has work in each of these units, and in which roles. One look into the index for each of them."""
        with sql_span("ledger.work_assignees", units=len(units)), unavailable_as_answer():
            rows: list[Row] = await self._pool.fetch(ASSIGNEES, list(units))
        known = tuple(Role)
        return [(row["unit"], row["person"], Role(row["role"])) for row in rows if row["role"] in known]


def _ends(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    return [(rows[0], True), (rows[-1], False)] if rows else []


def _key(row: Row) -> WorkKey:
    """The place of a row of `WORK_LIST_COLUMNS`, also of one that cannot be read."""
    return WorkKey(row["due"], row["since"], row["dossier"], row["act"], row["unit"])


def page_statement(wanted: WorkWanted, limit: int, place: WorkPlace | None = None) -> tuple[str, list[object]]:
    """The statement of a page, and its arguments."""
    back = place is not None and place.back
    order = ", ".join(f"{column} desc" if back else column for column in KEY)
    beyond = [_beyond(place)] if place else []
    as_of = [_unchanged(place.as_of)] if place and place.as_of else []
    conditions, arguments = written([*_restricting(wanted), *beyond, *as_of], _parts_of(wanted))
    plain = ", ".join(f"{column} desc" if back else column for column in KEY[:PLAIN])
    first = f"order by {plain} fetch first {limit} rows with ties"
    return (
        f"select {WORK_LIST_COLUMNS} from ("  # noqa: S608  our own columns
        f" select {ITEM} from ({_ranges(wanted, conditions, first)}) as item {first}"
        f") as item join dossier on dossier.code = item.dossier order by {order} limit {limit}"
    ), arguments


def count_statement(wanted: WorkWanted, at: datetime) -> tuple[str, list[object]]:
    """The statement that counts the items of a list, and its arguments."""
    conditions, arguments = written(_restricting(wanted), _parts_of(wanted))
    tomorrow = midnight(at.astimezone(VIETNAM).date() + timedelta(days=1))
    first = len(arguments) + 1
    dated = f"item.due < ${first} or item.act in {tuple(map(str, ANSWERS))}"
    late = f"({dated}) and {OVERDUE.format(f'${first}')}"
    return (
        f"select count(*) as total, count(*) filter (where {late}) as overdue,"  # noqa: S608  our own columns
        f" count(*) filter (where item.due < ${first + 1} and not ({late})) as due_today,"
        f" count(*) filter (where item.person is null and item.act = '{WorkAct.COMPLETE_STEP}') as unassigned,"
        f" count(*) >= {MOST_COUNTED} as more"
        f" from (select * from ({_ranges(wanted, conditions, f'limit {MOST_COUNTED}')}) as item"
        f" limit {MOST_COUNTED}) as item"
    ), [*arguments, at, tomorrow]


def _ranges(wanted: WorkWanted, conditions: str, order: str) -> str:
    """The first rows of every part, each read from its index.

    What is overdue is due too, but for answers to escalations: they are looked for among what is due later.
    """
    dated = ("true",) if wanted.overdue_at is None else OVERDUE_DATED
    return " union all ".join(
        f"select item.* from {parts} cross join lateral ("  # noqa: S608  our own columns
        f" select {ITEM} from work_item as item where {condition} and {dates} and {conditions} {order}) as item"
        for parts, condition in RANGES.items()
        for dates in dated
    )


OF_DOSSIER = "select from dossier where dossier.code = item.dossier"
OVERDUE = (
    f"exists ({OF_DOSSIER} and least(dossier.overdue_statutory_from, dossier.overdue_promised_from) < {{0}} offset 0)"
)
DUE = "coalesce(item.due, 'infinity'::timestamptz)"
OVERDUE_DATED = (
    f"{DUE} < $17::timestamptz",
    f"{DUE} >= $17::timestamptz and item.act = any(array[{', '.join(repr(str(one)) for one in ANSWERS)}])",
)
"""When items of overdue dossiers are due: `overdue_at` is the argument after those of the parts."""


def _restricting(wanted: WorkWanted) -> list[Condition]:
    found = []
    if wanted.procedures is not None:
        sql = f"exists ({OF_DOSSIER} and dossier.procedure = any({{}}::text[]) offset 0)"
        found.append(Condition(sql, (list(wanted.procedures),)))
    if wanted.acts is not None:
        found.append(Condition("item.act = any({}::text[])", (list(wanted.acts),)))
    if wanted.overdue_at is not None:
        found.append(Condition(OVERDUE.replace("{0}", "$17::timestamptz"), ()))
    return found


def _beyond(place: WorkPlace) -> Condition:
    sign, key = "<" if place.back else ">", place.key
    values = "coalesce({0}::timestamptz, 'infinity'), {1}::timestamptz, code_order({2}::text), {2}::text, {3}::text"
    return Condition(f"({', '.join(KEY)}) {sign} ({values}, {{4}}::text)", tuple(key))


def _unchanged(moment: Moment) -> Condition:
    """The row was not written after the moment. Of a dossier that stands still since long, the number is not asked."""
    number, values = moment.ended("item.xmin::text::bigint", first=0)
    long_ago = moment.long_ago
    changed_at = "(select updated_at from dossier where dossier.code = item.dossier)"
    rested = f"{changed_at} < {{{len(values)}}}"
    return Condition(f"{number} or {rested}", (*values, long_ago))


def _parts_of(wanted: WorkWanted) -> list[object]:
    acting = [(one.unit, one.person, one.role, unit) for one in wanted.deserted for unit in one.acting_in]
    return [
        [one.person for one in wanted.held], [one.role for one in wanted.held], [one.unit for one in wanted.held],
        *_by_unit(wanted.unassigned), *_by_unit(wanted.of_units),
        [one.unit for one in wanted.deserted], [one.person for one in wanted.deserted],
        [one.role for one in wanted.deserted],
        *([one[place] for one in acting] for place in range(4)),
        wanted.of_operators,
        list(dict.fromkeys(one.person for one in wanted.held)),
        *([wanted.overdue_at] if wanted.overdue_at else []),
    ]  # fmt: skip


def _by_unit(places: Sequence[tuple[Code, Role]]) -> tuple[list[str], list[str]]:
    """The units, each once, and the roles of each, with commas between."""
    roles: dict[str, list[str]] = {}
    for unit, role in places:
        roles.setdefault(unit, []).append(role)
    return [*roles], [",".join(dict.fromkeys(several)) for several in roles.values()]


# `offset 0`: looked up for each row, so that the rows stay in order.
COMPETENT = "(select competent from dossier where dossier.code = item.dossier)"
FITS = (
    "exists (select from unnest($1::text[], $2::text[], $3::text[]) as fit (person, role, unit)"
    " where fit.person = item.person and fit.role = item.role"
    f" and (fit.role = '{Role.OPERATOR}' or fit.unit = item.unit or fit.unit = {COMPETENT}) offset 0)"
)
LOST = (
    "not exists (select from unnest($11::text[], $12::text[], $13::text[], $14::text[])"
    " as can (unit, person, role, acting)"
    " where can.unit = item.unit and can.person = item.person and can.role = item.role"
    f" and can.acting = {COMPETENT} offset 0)"
)
OF_ROLES = "item.unit = one.unit and item.role = any(string_to_array(one.roles, ','))"
RANGES = {
    "unnest($16::text[]) as one (person)": f"item.person = one.person and {FITS}",
    "unnest($4::text[], $5::text[]) as one (unit, roles)": f"{OF_ROLES} and item.person is null",
    "unnest($6::text[], $7::text[]) as one (unit, roles)": OF_ROLES,
    "unnest($8::text[], $9::text[], $10::text[]) as one (unit, person, role)": (
        f"item.unit = one.unit and item.role = one.role and item.person = one.person and {LOST}"
    ),
    "(select where $15::bool) as one": f"item.role = '{Role.OPERATOR}' and item.person is null",
}
"""The parts of a list, and what holds for the items of one of them. The arguments are those of `_parts_of`."""

ASSIGNEES = """
with recursive has (unit, person, role) as (
    select wanted.unit, first.person, first.role from unnest($1::text[]) as wanted (unit) cross join lateral (
        select person, role from work_item
        where unit = wanted.unit and person is not null order by person, role limit 1
    ) as first
    union all
    select has.unit, next.person, next.role from has cross join lateral (
        select person, role from work_item
        where unit = has.unit and person is not null and (person, role) > (has.person, has.role)
        order by person, role limit 1
    ) as next
)
select unit, person, role from has order by unit, person, role
"""
