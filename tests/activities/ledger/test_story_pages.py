"""Tests of the pages of a long story: 20,000 events that the ledger's own function wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from activities.ledger import story_pages
from activities.ledger.failed_calls import failed_calls
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rows import Row, event_or_unread
from activities.ledger.store import Ledger
from activities.ledger.story_days import story_days
from activities.ledger.story_pages import StoryPages
from domain.dossier.events import AnyEvent, OutsideCallFailed
from domain.record.sealing import RecordedEvent, UnreadEvent
from tests.support.ledger_samples import MORNING, append, open_dossier, started, step

pytestmark = pytest.mark.stack
MANY = 20_000
AT_ONCE = 4_000


def failed(minutes: int) -> OutsideCallFailed:
    return failed_at(MORNING + timedelta(minutes=minutes), "timeout")


def failed_at(at: datetime, code: str) -> OutsideCallFailed:
    return OutsideCallFailed(at=at, effect="registration/1", system="civil", code=code, final=False)


async def long_story(pool: Pool) -> str:
    """A dossier of 20,000 events: a registry that does not answer, and three steps at its end."""
    code = await open_dossier(pool, "key-long")
    before: list[AnyEvent] = list(await _events(pool, code))
    wanted: list[AnyEvent] = [*(failed(n) for n in range(MANY - 5)), started(), step(1), step(2), step(3)]
    for first in range(0, len(wanted), AT_ONCE):
        part = wanted[first : first + AT_ONCE]
        await Ledger(pool).record(append(code, part, after=before, command_id=uuid4()))
        before += part
    return code


async def _events(pool: Pool, code: str) -> Sequence[AnyEvent]:
    return [one.event for one in await LedgerReader(pool).history(code)]


def versions(found: Sequence[RecordedEvent | UnreadEvent]) -> list[int]:
    return [one.version for one in found]


async def test_a_long_story_is_read_in_parts(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest come first, a page at a time; a filter leaves out the other kinds in the database: no page parses
    more events than it shows."""
    code = await long_story(pool)
    parsed: list[int] = []
    read = event_or_unread

    def counted(row: Row) -> RecordedEvent | UnreadEvent:
        parsed.append(row["version"])
        return read(row)

    monkeypatch.setattr(story_pages, "event_or_unread", counted)
    pages = StoryPages(pool)
    newest = await pages.newest(code, limit=50)
    assert versions(newest) == list(range(MANY, MANY - 50, -1))
    older = await pages.newest(code, before=newest[-1].version, limit=50)
    assert versions(older) == list(range(MANY - 50, MANY - 100, -1))
    steps = await pages.newest(code, kinds={"step_completed", "processing_started"}, limit=50)
    assert versions(steps) == [MANY, MANY - 1, MANY - 2, MANY - 3]
    assert versions(await pages.newest(code, kinds={"step_completed"}, before=MANY, limit=1)) == [MANY - 1]
    assert versions(await pages.of_kinds(code, {"dossier_submitted", "step_completed"})) == [1, *versions(steps[2::-1])]
    assert len(parsed) <= 120
    assert await pages.counts(code) == {
        "dossier_submitted": 1, "outside_call_failed": MANY - 5, "processing_started": 1, "step_completed": 3,
    }  # fmt: skip
    seals = await pages.seals(code, limit=2)
    assert [(one.version, one.hash) for one in seals] == [
        (one.version, one.hash) for one in newest[:2] if isinstance(one, RecordedEvent)
    ]


async def test_failed_calls_are_counted_by_their_reason(pool: Pool) -> None:
    """Calls to one system that failed on one day for two reasons are two counts; midnight is that of Vietnam."""
    midnight = MORNING.replace(hour=0) + timedelta(days=1)
    happened = [
        failed_at(midnight - timedelta(minutes=minutes), code)
        for minutes, code in ((30, "timeout"), (20, "refused"), (10, "timeout"), (0, "timeout"))
    ]
    code = await open_dossier(pool, "key-reasons", *happened)
    counted = await failed_calls(pool, code, MORNING, midnight)
    assert {(one.code, one.times, one.first) for one in counted} == {
        ("timeout", 2, midnight - timedelta(minutes=30)), ("refused", 1, midnight - timedelta(minutes=20)),
        ("timeout", 1, midnight),
    }  # fmt: skip
    assert await failed_calls(pool, code, midnight, midnight + timedelta(days=1)) == counted[-1:]


async def test_days_are_counted_whole(pool: Pool) -> None:
    """A day is one of Vietnam. The oldest day, whose kinds may be cut, is left out: no day has too small a number."""
    midnight = MORNING.replace(hour=0, minute=0) + timedelta(days=1)
    code = await open_dossier(
        pool, "key-days", failed_at(midnight - timedelta(minutes=1), "timeout"), failed_at(midnight, "timeout")
    )
    days, more = await story_days(pool, code, limit=3)
    assert [(one.day, one.kind, one.events) for one in days] == [
        (midnight.date(), "outside_call_failed", 1),
        (MORNING.date(), "outside_call_failed", 1),
        (MORNING.date(), "dossier_submitted", 1),
    ]
    assert not more
    assert await story_days(pool, code, limit=2) == (days[:1], True)


async def test_there_is_nothing_before_the_first_event(pool: Pool) -> None:
    """The page before version 1 is empty, and is not the newest page."""
    code = await open_dossier(pool, "key-short", started())
    assert versions(await StoryPages(pool).newest(code, limit=5)) == [2, 1]
    assert await StoryPages(pool).newest(code, before=1, limit=5) == []
    assert await StoryPages(pool).newest("H42.12-250701-9999", limit=5) == []
