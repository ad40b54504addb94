"""The reads that are measured at the size of a province: those of screens, relays and watches, with real arguments."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from activities.ledger.feed import Cursor, Feed, FeedReader
from activities.ledger.last_acts import LastActs
from activities.ledger.one_moment import one_moment
from activities.ledger.pinned_versions import open_dossiers_of
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, WorkListRow
from activities.ledger.search.order import Place, Reading
from activities.ledger.search.query import ALL_DOSSIERS, Late, OfUnits, SearchFilter, TextWanted, UnitPart
from activities.ledger.search.reader import DossierSearch, Search
from activities.ledger.work_pages import (
    IN_ORDER,
    Deserted,
    Held,
    WorkKey,
    WorkPages,
    WorkPlace,
    WorkWanted,
    page_statement,
)
from activities.relays.set_aside import SetAsideList
from domain.dossier.state import State
from domain.roles import MACHINES, Role
from domain.rules.escalation import WhichClock
from domain.values import VIETNAM

Read = Callable[[], Awaitable[Any]]

WORK_PAGE = 50
MANY_UNITS = 20
SHARED_PEOPLE = 3
"""An officer and the two colleagues for whom the officer stands in."""


class LedgerReads:
    """The reads, by name. Units, people and dossiers are those with the most work: the slowest page of each kind."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._reader, self._feed = LedgerReader(pool), Feed(pool)
        self._work_pages = WorkPages(pool)
        self._acts, self._set_aside = LastActs(pool), SetAsideList(pool)

    async def all(self) -> dict[str, Read]:
        """Every read that is measured, with its arguments."""
        return {**await self._pages(), **await self._searches(), **await self._work(), **await self._watches()}

    async def _pages(self) -> dict[str, Read]:
        """Pages of the register without a text."""
        unit, middle = await self._busiest("responsible", "dossier"), await self._middle()
        procedure = await self._busiest("procedure", "dossier")
        of_unit = OfUnits(codes=(unit,), part=UnitPart.RESPONSIBLE)
        late = Late(clock=WhichClock.PROMISED, ended=False)
        return {
            "page of the register": self._page(SearchFilter()),
            "page of the register, from the middle": self._page(SearchFilter(), Reading(Place(code=middle))),
            "page of a unit": self._page(SearchFilter(units=of_unit)),
            "page of a unit, of a state": self._page(SearchFilter(units=of_unit, states=(State.ACCEPTED,))),
            "page of a state": self._page(SearchFilter(states=(State.RESOLVED,))),
            "page of a state that no dossier has": self._page(SearchFilter(states=(State.SUSPENDED,))),
            "page of a procedure": self._page(SearchFilter(procedures=(procedure,))),
            "page of a procedure that no dossier has": self._page(SearchFilter(procedures=("0.0",))),
            "page of what is overdue": self._page(SearchFilter(late=late)),
            "page of what is overdue in a unit": self._page(SearchFilter(late=late, units=of_unit)),
        }

    async def _searches(self) -> dict[str, Read]:
        """Texts as people type them, and those that are worst to find."""
        middle, last = await self._middle(), await self._last()
        authority, day, number = middle.rsplit("-", 2)
        texts = {
            "a whole code": middle.lower(),
            "the end of a code": f"{day}-{number}",
            "a number": number,
            "a day": day,
            "a unit": authority,
            "the last unit": last.rsplit("-", 2)[0],
            "the beginning of the last units": last[: last.index(".") + 4],
            "a part that all codes have": "H42",
            "one that no code has": "nguyen",
            "digits that no code has": "0000",
            "two letters that no code has": "zz",
        }
        return {f"search for {what}": self._search(text) for what, text in texts.items()}

    def _search(self, text: str) -> Read:
        return self._page(SearchFilter(text=TextWanted(text=text)))

    def _page(self, wanted: SearchFilter, reading: Reading | None = None) -> Read:
        """A page in the order of the codes, of what is late now."""
        search = Search(wanted=wanted, scope=ALL_DOSSIERS, at=datetime.now(VIETNAM))
        return lambda: DossierSearch(self._pool).rows(search, reading)

    async def _work(self) -> dict[str, Read]:
        """Work-lists, and one dossier."""
        unit, code = await self._busiest("unit", "work_item"), await self._middle()
        pages, now = await self.work_pages(), datetime.now(VIETNAM)
        of_unit, of_head = pages["work: a unit"][0], pages["work: a head who stands in for others"][0]
        return {
            **{name: self._work_page(*page) for name, page in (await self.work_pages()).items()},
            "work: counts of a unit": lambda: self._work_pages.count(of_unit, now),
            "work: counts of a head who stands in for others": lambda: self._work_pages.count(of_head, now),
            "work: who has work in a unit": lambda: self._work_pages.assignees([unit]),
            "how many items each person has": lambda: self._reader.assignees(unit),
            "one dossier": lambda: self._reader.dossier(code),
            "history of one dossier": lambda: self._reader.history(code),
            "work of one dossier": lambda: self._reader.work_of(code),
        }

    def _work_page(self, wanted: WorkWanted, place: WorkPlace | None) -> Read:
        async def read() -> Sequence[object]:
            return (await self._work_pages.rows(wanted, WORK_PAGE, place)).rows

        return read

    async def work_pages(self) -> dict[str, tuple[WorkWanted, WorkPlace | None]]:
        """The first, a middle and the last page of each kind of list, of the unit and the person with the most work."""
        found: dict[str, tuple[WorkWanted, WorkPlace | None]] = {}
        for name, wanted in (await self._work_wanted()).items():
            found[f"work: {name}"] = (wanted, None)
            rows = (await self._work_pages.rows(wanted, 100_000)).rows
            for where, place in {"middle": len(rows) // 2, "end": len(rows) - 2}.items():
                if len(rows) > 2 * WORK_PAGE:
                    found[f"work: {name}, {where}"] = (wanted, _place_of(rows[place]))
        return found

    async def _work_wanted(self) -> dict[str, WorkWanted]:
        unit = await self._busiest("unit", "work_item")
        person = await self._busiest_person()
        colleagues = [row["person"] for row in await self._pool.fetch(PEOPLE, unit, SHARED_PEOPLE)]
        roles = [role for role in Role if role not in MACHINES]
        units = [row["unit"] for row in await self._pool.fetch(UNITS, MANY_UNITS)]
        held = tuple(Held(person=one, role=role, unit=unit) for one in colleagues for role in roles)
        deserted = tuple(Deserted(unit=unit, person=one, role=Role.SPECIALIST) for one in colleagues[:1])
        return {
            "a unit": WorkWanted(of_units=tuple((unit, role) for role in roles)),
            "unassigned in a unit": WorkWanted(unassigned=tuple((unit, role) for role in roles)),
            "overdue in a unit": WorkWanted(
                of_units=tuple((unit, role) for role in roles), overdue_at=datetime.now(VIETNAM)
            ),
            "assigned to me": WorkWanted(held=tuple(Held(person=person, role=role, unit=unit) for role in roles)),
            "a head who stands in for others": WorkWanted(
                held=held[len(roles) :], unassigned=tuple((unit, role) for role in roles), deserted=deserted
            ),
            "twenty units": WorkWanted(of_units=tuple((one, role) for one in units for role in roles)),
            "the operators": WorkWanted(of_operators=True),
        }

    async def _busiest_person(self) -> str:
        found: str = await self._pool.fetchval(
            "select person from work_item where person is not null group by 1 order by count(*) desc limit 1"
        )
        return found

    async def work_plans(self) -> dict[str, dict[str, object]]:
        """How PostgreSQL reads each page: the indexes, the rows and pages that it touches, and its milliseconds."""
        return {name: await self._plan(*page) for name, page in (await self.work_pages()).items()}

    async def _plan(self, wanted: WorkWanted, place: WorkPlace | None) -> dict[str, object]:
        sql, arguments = page_statement(wanted, WORK_PAGE + 1, place)
        async with one_moment(self._pool, "plan") as db:
            await db.execute(IN_ORDER)
            await db.fetch(sql, *arguments)
            told = await db.fetchval(f"explain (analyze, buffers, format json) {sql}", *arguments)
        whole = json.loads(told)[0] if isinstance(told, str) else told[0]
        steps = [*_steps(whole["Plan"])]
        used = dict.fromkeys(step["Index Name"] for step in steps if "Index Name" in step and step["Actual Loops"])
        return {
            "indexes": [one for one in used if one != "dossier_pkey"],
            "sequential": any(step["Node Type"] == "Seq Scan" for step in steps),
            "buffers": whole["Plan"]["Shared Hit Blocks"] + whole["Plan"]["Shared Read Blocks"],
            "planning_ms": round(whole["Planning Time"], 2),
            "execution_ms": round(whole["Execution Time"], 2),
        }

    async def _watches(self) -> dict[str, Read]:
        """What relays, gauges and watches of the processes ask again and again."""
        procedure = await self._busiest("procedure", "dossier")
        newest = await self._acts.newest()
        back = await self._acts.before(newest, 1_000)
        awaited = await self._reader.awaited_orders(1)
        return {
            "all open dossiers": self._reader.open_dossiers,
            "open dossiers of a procedure": lambda: open_dossiers_of(self._pool, procedure),
            "awaited orders": lambda: self._reader.awaited_orders(10_000),
            "requests of an order": lambda: self._reader.requests_of_order(awaited[0][1]),
            "newest entry": self._acts.newest,
            "entry 1 000 before the newest": lambda: self._acts.before(newest, 1_000),
            "last acts of 1 000 entries": lambda: self._acts.between(back, newest),
            "batch of a relay that is up to date": lambda: self._feed.after(newest, 200),
            "batch of a relay at the beginning": lambda: self._feed.after(Cursor(), 200),
            "entries that were set aside": self._set_aside.counts,
            "readers of the feed, all new": self._feed.status,
        }

    async def up_to_date(self) -> None:
        """Moves the cursor of every reader to the end, as the relays do that follow a province."""
        end = await self._feed.end()
        for reader in FeedReader:
            await self._feed.commit_cursor(reader, end)

    async def _middle(self) -> str:
        found: str = await self._pool.fetchval(
            "select code from dossier order by code_order(code) offset (select count(*) / 2 from dossier) limit 1"
        )
        return found

    async def _last(self) -> str:
        found: str = await self._pool.fetchval("select code from dossier order by code_order(code) desc limit 1")
        return found

    async def _busiest(self, column: str, table: str) -> str:
        found: str = await self._pool.fetchval(
            f"select {column} from {table} group by 1 order by count(*) desc limit 1"  # noqa: S608  our own names
        )
        return found


def _place_of(row: WorkListRow) -> WorkPlace:
    item = row.item
    return WorkPlace(key=WorkKey(item.due, item.since, item.dossier, item.act, item.unit))


def _steps(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for below in step.get("Plans", ()):
        yield from _steps(below)


UNITS = "select unit from work_item group by 1 order by count(*) desc limit $1"
PEOPLE = (
    "select person from work_item where unit = $1 and person is not null group by 1 order by count(*) desc limit $2"
)
