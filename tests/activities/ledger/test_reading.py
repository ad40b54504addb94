"""Tests of the queries for the register and the work-lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activities.ledger.feed import Feed
from activities.ledger.pool import Connection, Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.search.query import Late, SearchFilter
from activities.ledger.store import Ledger
from activities.ledger.work_pages import Held, WorkPages, WorkWanted
from domain.dossier.state import State
from domain.dossier.view import WorkItem
from domain.errors import InvalidInput
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Role
from domain.rules.escalation import WhichClock
from tests.support.ledger_samples import MORNING, append, started, step
from tests.support.register_pages import listed
from tests.support.tampering import as_owner_of_the_server
from tests.support.work_of_units import work_of

pytestmark = pytest.mark.stack
RESPONSIBLE = {"codes": ["13285"], "part": "responsible"}
CODES = [f"H42.12-250701-{number:04d}" for number in range(1, 6)]


async def put(ledger: Ledger, code: str, **changed: Any) -> None:
    await ledger.record(append(code, [started()], **changed))


def item(code: str, **changed: object) -> WorkItem:
    fields: dict[str, object] = {
        "dossier": code,
        "unit": "13366",
        "role": Role.SPECIALIST,
        "act": "complete_step",
        "since": MORNING,
    }
    return WorkItem.model_validate({**fields, **changed})


async def test_each_filter_narrows(ledger: Ledger, pool: Pool) -> None:
    """State, responsible unit, procedure and part of a code each filter the register, alone and together."""
    await put(ledger, CODES[0])
    await put(ledger, CODES[1], state=State.RETURNED, portal_code=10)
    await put(ledger, CODES[2], responsible="13285")
    await put(ledger, CODES[3], procedure="2.000815", responsible="13285")

    async def codes(**wanted: object) -> list[str]:
        return [row.code for row in await listed(pool, SearchFilter.model_validate(wanted))]

    assert await codes() == CODES[:4]
    assert await codes(states=["returned"]) == [CODES[1]]
    assert await codes(units=RESPONSIBLE) == [CODES[2], CODES[3]]
    assert await codes(procedures=["2.000815"]) == [CODES[3]]
    assert await codes(text={"text": "h42.12-250701-0003"}) == [CODES[2]]
    assert await codes(text={"text": "0004"}) == [CODES[3]]
    assert await codes(text={"text": "0%4"}) == []
    assert await codes(units=RESPONSIBLE, procedures=["1.004222"]) == [CODES[2]]


async def test_overdue_is_open_and_past_its_date(ledger: Ledger, pool: Pool) -> None:
    """A dossier is overdue when the domain's overdue time has passed; a past date alone is not enough, since the clock
    may be paused."""
    due = MORNING + timedelta(hours=4)
    await put(ledger, CODES[0], overdue_promised_from=due, overdue_statutory_from=due + timedelta(days=1))
    await put(ledger, CODES[1], promised_due=due, overdue_promised_from=None)
    await put(ledger, CODES[2], promised_due=None, statutory_due=None)

    async def codes(clock: WhichClock, hours: int) -> list[str]:
        wanted = SearchFilter(late=Late(clock=clock, ended=False))
        return [row.code for row in await listed(pool, wanted, at=due + timedelta(hours=hours))]

    assert await codes(WhichClock.PROMISED, 0) == []
    assert await codes(WhichClock.PROMISED, 1) == [CODES[0]]
    assert await codes(WhichClock.STATUTORY, 1) == []
    assert await codes(WhichClock.STATUTORY, 25) == [CODES[0]]


async def test_pages_join_without_a_seam(ledger: Ledger, pool: Pool) -> None:
    """Following `after` page by page gives every dossier once, in order of code."""
    for code in CODES:
        await put(ledger, code)
    pages = []
    after = None
    while page := await listed(pool, limit=2, after=after):
        pages.append([row.code for row in page])
        after = page[-1].code
    assert pages == [CODES[:2], CODES[2:4], CODES[4:]]


async def test_codes_beyond_the_9999th_of_a_day_sort_as_numbers(
    ledger: Ledger, reader: LedgerReader, pool: Pool
) -> None:
    """The ten thousandth code of a day comes after the 9,999th and before the next day, also across pages."""
    wanted = [f"H42.12-250701-{number}" for number in ("0001", "9999", "10000", "10001", "100000")]
    wanted.append("H42.12-250702-0001")
    for code in reversed(wanted):
        await put(ledger, code, work=(item(code),))
    assert [row.code for row in await listed(pool)] == wanted
    after, walked = None, []
    while page := await listed(pool, limit=2, after=after):
        walked += [row.code for row in page]
        after = page[-1].code
    assert walked == wanted
    assert [row.dossier.code for row in await work_of(pool, "13366")] == wanted


async def test_a_work_list_is_of_a_unit_a_role_and_a_person(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """A person sees their own and unassigned items, a unit sees all; the most urgent comes first."""
    tomorrow = MORNING + timedelta(days=1)
    await put(ledger, CODES[0], work=(item(CODES[0], person="officer-7", due=tomorrow),))
    await put(ledger, CODES[1], work=(item(CODES[1], person="officer-8", due=MORNING),))
    await put(ledger, CODES[2], work=(item(CODES[2], due=None), item(CODES[2], act="sign", role=Role.SIGNATORY)))
    await put(ledger, CODES[3], work=(item(CODES[3], unit="13285"),))

    async def codes(unit: str, role: Role) -> list[str]:
        return [row.dossier.code for row in await work_of(pool, unit, role)]

    assert await codes("13366", Role.SPECIALIST) == [CODES[1], CODES[0], CODES[2]]
    assert await codes("13366", Role.SIGNATORY) == [CODES[2]]
    assert await codes("13285", Role.SPECIALIST) == [CODES[3]]
    assert await reader.work_of(CODES[2]) == [
        item(CODES[2], due=None),
        item(CODES[2], act="sign", role=Role.SIGNATORY),
    ]


async def test_a_work_item_moves_with_its_dossier(ledger: Ledger, reader: LedgerReader) -> None:
    """A new view replaces the items: the same act in the same unit is updated, others are removed."""
    code = CODES[0]
    await put(ledger, code, work=(item(code), item(code, act="sign", role=Role.SIGNATORY)))
    moved = (item(code, person="officer-7", due=MORNING), item(code, unit="13285"))
    await ledger.record(append(code, [started()], after=[started()], work=moved))
    assert await reader.work_of(code) == [item(code, unit="13285"), item(code, person="officer-7", due=MORNING)]


async def test_what_is_not_there_is_none(reader: LedgerReader, pool: Pool) -> None:
    """For an unknown dossier the row is None, and history and lists are empty."""
    assert await reader.dossier(CODES[0]) is None
    assert await reader.history(CODES[0]) == []
    assert await reader.work_of(CODES[0]) == []
    assert await listed(pool) == []


async def test_what_a_newer_release_wrote_hides_nothing_else(
    ledger: Ledger, reader: LedgerReader, superuser: Connection
) -> None:
    """A row of an unknown kind, an unknown role or a later schema is in the history as unreadable."""
    await ledger.record(append(CODES[0], [started()]))
    for version, kind, schema, role in ((2, "drone_sent", 1, "pilot"), (3, "processing_started", 9, "system")):
        await superuser.execute(
            "insert into event (dossier, version, command_id, kind, schema, at, actor_person, actor_role, body, hash)"
            " values ($1, $2, gen_random_uuid(), $3, $4, now(), 'p', $5, '{}', decode(repeat('00', 32), 'hex'))",
            CODES[0], version, kind, schema, role,
        )  # fmt: skip
    first, *unread = await reader.story(CODES[0])
    assert isinstance(first, RecordedEvent)
    assert [one.kind for one in unread if isinstance(one, UnreadEvent)] == ["drone_sent", "processing_started"]
    with pytest.raises(InvalidInput, match="event_unreadable"):
        await reader.history(CODES[0], after_version=2)


NONSENSE = (
    "actor_role = 'pilot'",
    "actor_person = 'no code'",
    "actor_unit = ''",
    "dossier = 'no code'",
    "body = '[]'",
)


@pytest.mark.parametrize("change", NONSENSE)
async def test_a_row_of_nonsense_stands_in_the_story_and_in_the_feed_unread(
    ledger: Ledger, reader: LedgerReader, superuser: Connection, pool: Pool, change: str
) -> None:
    """A row with invalid columns is in the history and the feed as unreadable; a caller that needs every event gets an
    error that names it."""
    await ledger.record(append(CODES[0], [started(), step(1)]))
    await as_owner_of_the_server(superuser, f"update event set {change} where version = 2")  # noqa: S608
    code = await pool.fetchval("select dossier from event where version = 2")
    assert [type(one) for one in await reader.story(code, after_version=1)] == [UnreadEvent]
    with pytest.raises(InvalidInput, match="event_unreadable"):
        await reader.history(code)
    batch = await Feed(pool).next_batch("portal")
    assert ([one.version for one in batch.events], [one.version for one in batch.unread]) == ([1], [2])


async def test_a_row_of_nonsense_hides_nobody_in_a_list(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """A list leaves out an unreadable dossier on any page; reading that dossier alone raises an error with a remedy."""
    for code in CODES:
        await put(ledger, code, work=(item(code, person="officer-7"),))
    await pool.execute("update dossier set state = 'nowhere', channel = 'pigeon' where code = any ($1)", CODES[1:3])
    await pool.execute("update work_item set role = 'pilot' where dossier = $1", CODES[0])
    after, walked = None, []
    while page := await listed(pool, limit=2, after=after):
        walked += [row.code for row in page]
        after = page[-1].code
    assert walked == [CODES[0], *CODES[3:]]
    assert [row.dossier.code for row in await work_of(pool, "13366")] == CODES[3:]
    theirs = WorkWanted(held=(Held(person="officer-7", role=Role.SPECIALIST, unit="13366"),))
    assert [row.dossier.code for row in (await WorkPages(pool).rows(theirs, 10)).rows] == CODES[3:]
    assert await reader.assignees("13366") == {("officer-7", Role.SPECIALIST): len(CODES) - 1}
    assert await reader.work_of(CODES[0]) == []
    with pytest.raises(InvalidInput, match="register_unreadable") as refusal:
        await reader.dossier(CODES[1])
    assert refusal.value.facts["dossier"] == CODES[1]
    assert "ledger rebuild" in refusal.value.message.vi


async def test_a_state_of_nonsense_is_told(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """An unreadable state of a dossier in the register raises an error with a code."""
    await put(ledger, CODES[0])
    await pool.execute("update dossier set snapshot = '{\"pins\": 7}'")
    row = await reader.dossier(CODES[0])
    assert row is not None
    with pytest.raises(InvalidInput, match="register_unreadable"):
        dossier_in(row)
