"""Tests of the anchored history: checkpoints outside the database show changes that the chains cannot show."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from activities.ledger.checkpoints import checkpointer
from activities.ledger.checkpoints.comparison import GRACE
from activities.ledger.checkpoints.keys import PublicKey, Signer, new_key
from activities.ledger.checkpoints.log import FILE
from activities.ledger.pool import Connection, Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.store import APPEND, Ledger
from activities.ledger.verification.walk import verify
from domain.errors import Conflict, InvalidInput, NotFound
from domain.record.checkpoint import checkpoint_in
from tests.support.checkpoint_archive import ORIGIN, Archive
from tests.support.ledger_samples import append, arguments, fold, open_dossier, rebuilt, started, step, submitted
from tests.support.tampering import as_owner_of_the_server, remove_everywhere, reseal
from tests.support.waiting import until

pytestmark = pytest.mark.stack


@pytest.fixture
async def dossiers(pool: Pool, archive: Archive) -> list[str]:
    """Three dossiers with two events each under a first checkpoint, and one more event each under a second one."""
    codes = [await open_dossier(pool, f"key-{number}", started()) for number in range(3)]
    assert await archive.checkpoint() == [6]
    for code in codes:
        happened = [event.event for event in await LedgerReader(pool).history(code)]
        await Ledger(pool).record(append(code, [step(1)], after=happened))
    assert await archive.checkpoint() == [9]
    return codes


async def test_an_honest_history_is_sound(archive: Archive, dossiers: list[str], pool: Pool) -> None:
    """Both checkpoints verify, and later events are counted but not reported as faults."""
    verified = await archive.verified()
    assert verified.problems == ()
    assert verified.compared is not None
    assert (verified.compared.checkpoints, verified.compared.anchored, verified.compared.waiting) == (2, 9, 0)
    await open_dossier(pool, "late")
    verified = await archive.verified()
    assert verified.problems == ()
    assert verified.compared is not None
    assert (verified.compared.anchored, verified.compared.waiting) == (9, 1)


async def test_a_dossier_removed_everywhere_is_named(
    archive: Archive, dossiers: list[str], superuser: Connection, pool: Pool
) -> None:
    """When a dossier is removed everywhere, the chains still verify, but the checkpoints name each of its events."""
    await remove_everywhere(superuser, dossiers[1])
    assert (await verify(pool, fold=fold)).sound
    code, *problems = (await archive.verified()).problems
    assert (code.code, code.table, code.expected) == ("registered_row_missing", "dossier_code", dossiers[1])
    assert [(one.code, one.dossier, one.version) for one in problems] == [
        ("anchored_event_missing", dossiers[1], version) for version in (1, 2, 3)
    ]
    assert [one.checkpoints for one in problems] == [
        "0 – 6 (2025-07-01T12:00+07:00)",
        "0 – 6 (2025-07-01T12:00+07:00)",
        "6 (2025-07-01T12:00+07:00) – 9 (2025-07-01T12:01+07:00)",
    ]


async def test_a_tail_cut_off_with_its_command_is_named(
    archive: Archive, dossiers: list[str], superuser: Connection, pool: Pool, owner: Pool
) -> None:
    """When the last event, its command and its read models are removed, the rest of the chain verifies, but the
    checkpoint names the event."""
    code = dossiers[2]
    await as_owner_of_the_server(
        superuser,
        f"delete from event where dossier = '{code}' and version = 3",  # noqa: S608
        f"delete from command where dossier = '{code}' and first_version = 3",  # noqa: S608
        f"delete from work_item where dossier = '{code}'",  # noqa: S608
        f"delete from dossier where code = '{code}'",  # noqa: S608
    )
    await rebuilt(owner)
    assert (await verify(pool, fold=fold)).sound
    assert await archive.found() == [("anchored_event_missing", code, 3)]


async def test_another_actor_with_new_hashes_is_named(
    archive: Archive, dossiers: list[str], superuser: Connection, pool: Pool
) -> None:
    """A changed event with new hashes, and the later events of its chain, are named."""
    code = dossiers[0]
    await as_owner_of_the_server(
        superuser,
        f"update event set actor_person = 'officer-8' where dossier = '{code}' and version = 2",  # noqa: S608
    )
    await reseal(superuser, code)
    assert (await verify(pool, fold=fold)).sound
    assert await archive.found() == [("anchored_event_altered", code, 2), ("anchored_event_altered", code, 3)]


async def test_two_dossiers_swapped_with_new_hashes_are_named(
    archive: Archive, dossiers: list[str], superuser: Connection
) -> None:
    """When the contents of two dossiers are exchanged with new hashes, every event of both is named."""
    one, two, _ = dossiers
    swap = f"case dossier when '{one}' then '{two}' when '{two}' then '{one}' end"
    await as_owner_of_the_server(
        superuser,
        "alter table event drop constraint event_pkey",
        f"update event set dossier = {swap}, body = case when body ? 'code' then jsonb_set(body, '{{code}}', "  # noqa: S608
        f"to_jsonb({swap})) else body end where dossier in ('{one}', '{two}')",
        "alter table event add primary key (dossier, version)",
        f"update command set dossier = {swap} where dossier in ('{one}', '{two}')",  # noqa: S608
        f"update vault.reference set dossier = {swap} where dossier in ('{one}', '{two}')",  # noqa: S608
    )
    for code in (one, two):
        await reseal(superuser, code)
    named = [place for place in await archive.found() if place[0] == "anchored_event_altered"]
    assert named == [("anchored_event_altered", code, version) for code in (one, two) for version in (1, 2, 3)]


async def test_an_event_put_in_behind_a_checkpoint_is_named(
    archive: Archive, dossiers: list[str], superuser: Connection, pool: Pool
) -> None:
    """An event that is inserted before a signed checkpoint is named."""
    code = await open_dossier(pool, "backdated")
    place = "(select xid from event order by xid limit 1)"
    await as_owner_of_the_server(superuser, f"update event set xid = {place} where dossier = '{code}'")  # noqa: S608
    assert ("event_not_anchored", code, 1) in await archive.found()


async def test_an_event_moved_in_the_order_is_named(
    archive: Archive, dossiers: list[str], superuser: Connection
) -> None:
    """An event that was moved in the order of the feed is named, before or after the checkpoints."""
    code = dossiers[0]
    last = "(select max(xid::text::bigint) from event)::text::xid8"
    await as_owner_of_the_server(
        superuser,
        f"update event set xid = {last}, position = default where dossier = '{code}' and version = 3",  # noqa: S608
    )
    assert ("anchored_order_differs", code, 3) in await archive.found()


async def test_a_row_that_commits_late_is_waited_for(archive: Archive, pool: Pool) -> None:
    """A transaction that is open when a checkpoint is made is under a later checkpoint, and no event after it is signed
    before."""
    await open_dossier(pool, "before")
    async with pool.acquire() as slow:
        transaction = slow.transaction()
        await transaction.start()
        await slow.fetchrow(APPEND, *arguments(append("H42.12-250701-7777", [submitted("H42.12-250701-7777")])))
        await open_dossier(pool, "after")
        assert await archive.checkpoint() == [1]
        await transaction.commit()
    assert await archive.checkpoint() == [3]
    assert list(archive.log.anchors())[1].events[0].dossier == "H42.12-250701-7777"


async def test_many_events_come_under_several_checkpoints(archive: Archive, pool: Pool) -> None:
    """Many events are signed in portions of limited size, each proved to continue the one before."""
    archive.at_once = 2
    for number in range(5):
        await open_dossier(pool, f"key-{number}")
    assert await archive.checkpoint() == [2, 4, 5]
    assert (await archive.verified()).problems == ()


async def test_what_comes_while_one_is_made_waits_for_the_next(archive: Archive, pool: Pool) -> None:
    """Under load one checkpoint is made, and not a new one for every event that arrives meanwhile."""
    await open_dossier(pool, "first")
    stopping = asyncio.Event()

    async def busy() -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            await open_dossier(pool, f"key-{number}")

    working = asyncio.create_task(busy())
    try:
        made = await asyncio.wait_for(archive.checkpoint(), 10)
    finally:
        stopping.set()
        await working
    assert len(made) == 1


async def test_an_hour_without_events_is_signed_too(archive: Archive, dossiers: list[str]) -> None:
    """Without new events the same tree is signed at a later time, which proves that nothing happened."""
    assert await archive.checkpoint() == []
    archive.now += timedelta(hours=1)
    assert await archive.checkpoint() == [9]
    assert (await archive.verified()).problems == ()


async def test_events_that_wait_too_long_are_told(archive: Archive, dossiers: list[str], pool: Pool) -> None:
    """When events wait too long for a checkpoint, the comparison reports it."""
    await open_dossier(pool, "late")
    archive.now += timedelta(hours=1) + GRACE + timedelta(minutes=1)
    assert [code for code, _, _ in await archive.found()] == ["checkpoint_overdue"]


async def test_no_checkpoint_is_no_success(archive: Archive, pool: Pool) -> None:
    """A deleted log proves nothing, and the report says so."""
    with pytest.raises(NotFound, match="no_checkpoint"):
        await archive.verified()


async def test_one_makes_checkpoints_at_a_time(archive: Archive, dossiers: list[str], pool: Pool) -> None:
    """Only one process makes checkpoints; a second one is told so."""
    async with pool.acquire() as other:
        await other.execute("select pg_advisory_lock(hashtext($1))", checkpointer.LOCK)
        with pytest.raises(Conflict, match="checkpoint_busy"):
            await archive.checkpointer().make()
        await other.execute("select pg_advisory_unlock(hashtext($1))", checkpointer.LOCK)
    await open_dossier(pool, "later")
    assert await archive.checkpoint() == [10]


async def test_a_ledger_that_lost_its_end_is_not_signed_again(
    archive: Archive, dossiers: list[str], superuser: Connection, pool: Pool
) -> None:
    """A checkpoint is not made when the ledger lacks events that were signed before."""
    await as_owner_of_the_server(superuser, f"delete from event where dossier = '{dossiers[2]}' and version = 3")  # noqa: S608
    await open_dossier(pool, "later")
    with pytest.raises(Conflict, match="checkpoint_history_differs") as refusal:
        await archive.checkpointer().make()
    assert refusal.value.facts == {"dossier": dossiers[2], "version": "3"}


def damage(archive: Archive, line: int, **changes: object) -> None:
    """Changes one line of the log, as a person can who may write to the folder."""
    lines = (archive.folder / FILE).read_text().splitlines()
    lines[line] = json.dumps({**json.loads(lines[line]), **changes})
    (archive.folder / FILE).write_text("\n".join(lines) + "\n")


async def test_a_list_that_was_altered_beside_its_checkpoint_is_told_apart(
    archive: Archive, dossiers: list[str]
) -> None:
    """When the ledger agrees with the signed root, the changed file is reported and not the ledger."""
    events = json.loads((archive.folder / FILE).read_text().splitlines()[0])["events"]
    damage(archive, 0, events=[*events[:-1], [*events[-1][:2], "0" * 64]])
    assert await archive.found() == [("checkpoint_list_altered", None, None)]


async def test_a_list_altered_together_with_the_ledger_is_found(
    archive: Archive, dossiers: list[str], superuser: Connection
) -> None:
    """A change of both ledger and file is found, because the signed root differs."""
    await remove_everywhere(superuser, dossiers[1])
    events = json.loads((archive.folder / FILE).read_text().splitlines()[0])["events"]
    damage(
        archive,
        0,
        events=[["H42.12-250701-0009", *event[1:]] if event[0] == dossiers[1] else event for event in events],
    )
    assert ("anchored_event_missing", "H42.12-250701-0009", 1) in await archive.found()
    damage(archive, 0, events=[event for event in events if event[0] != dossiers[1]])
    assert "checkpoint_gap" in [code for code, _, _ in await archive.found()]
    damage(archive, 0, events=[[*event[:2], "0" * 64] if event[0] == dossiers[1] else event for event in events])
    assert "checkpoint_root_differs" in [code for code, _, _ in await archive.found()]


async def test_a_checkpoint_that_is_gone_is_told(archive: Archive, dossiers: list[str]) -> None:
    """A missing checkpoint is found, because the sizes do not follow each other."""
    lines = (archive.folder / FILE).read_text().splitlines()
    (archive.folder / FILE).write_text(lines[1] + "\n")
    assert "checkpoint_gap" in [code for code, _, _ in await archive.found()]


async def test_a_forged_checkpoint_is_told(archive: Archive, dossiers: list[str], tmp_path: Path) -> None:
    """A checkpoint with another key of the same name, or with a changed text, is reported."""
    note = json.loads((archive.folder / FILE).read_text().splitlines()[1])["note"]
    damage(archive, 1, note=note.replace("\n9\n", "\n8\n"))
    assert [code for code, _, _ in await archive.found()] == ["checkpoint_lost", "checkpoint_signature_wrong"]
    other = tmp_path / "other.pem"
    other.touch(mode=0o600)
    other.write_bytes(new_key())
    damage(archive, 1, note=Signer.read(ORIGIN, other).note(note.partition("\n\n")[0] + "\n"))
    assert [code for code, _, _ in await archive.found()] == ["checkpoint_lost", "checkpoint_signature_wrong"]


async def test_a_line_cut_short_by_a_crash_harms_nothing(
    archive: Archive, dossiers: list[str], pool: Pool, superuser: Connection
) -> None:
    """A line that was written only in part is skipped, and its events are under the next checkpoint."""
    await open_dossier(pool, "later")
    whole = (archive.folder / FILE).read_bytes()
    await archive.checkpoint()
    cut = (archive.folder / FILE).read_bytes()[: len(whole) + 40]
    (archive.folder / FILE).write_bytes(cut)
    await as_owner_of_the_server(superuser, "delete from checkpoint_made where size = 10")  # after the line was written
    assert (await archive.verified()).problems == ()
    assert await archive.checkpoint() == [10]
    assert (await archive.verified()).problems == ()


async def test_a_log_that_lost_its_newest_lines_is_told(
    archive: Archive, dossiers: list[str], pool: Pool, superuser: Connection
) -> None:
    """The database records which checkpoints were made, so a log that lost its newest lines, or was replaced by another
    log, is reported."""
    whole = (archive.folder / FILE).read_text().splitlines(keepends=True)
    (archive.folder / FILE).write_text(whole[0])
    problems = (await archive.verified()).problems
    assert [(one.code, one.expected, one.found) for one in problems] == [
        ("checkpoint_lost", "9 (2025-07-01T12:01+07:00)", "6 (2025-07-01T12:00+07:00)")
    ]
    (archive.folder / FILE).write_text("".join(whole))
    await as_owner_of_the_server(superuser, "update checkpoint_made set root = repeat('0', 64) where size = 6")
    assert [code for code, _, _ in await archive.found()] == ["checkpoint_lost"]


async def test_a_log_that_was_set_aside_is_not_missed(archive: Archive, dossiers: list[str]) -> None:
    """After a restore to an earlier moment the old log is moved away and a new log begins without an error."""
    (archive.folder / FILE).rename(archive.folder / "set-aside.jsonl")
    assert await archive.checkpoint() == [9]
    assert await archive.found() == []


async def test_a_line_nested_by_the_thousand_harms_nothing(archive: Archive, dossiers: list[str], pool: Pool) -> None:
    """A deeply nested line is ignored, and stops neither verification nor the next checkpoint."""
    await open_dossier(pool, "later")
    with (archive.folder / FILE).open("ab") as log:
        log.write(b"[" * 100_000 + b"\n")
    assert await archive.checkpoint() == [10]
    assert (await archive.verified()).problems == ()


async def test_only_a_key_that_nobody_else_may_read_signs(tmp_path: Path) -> None:
    """A key file that is missing, readable by others, or no key is refused with a remedy."""
    file = tmp_path / "key.pem"
    for content, mode, code in (
        (None, 0o600, "checkpoint_key_missing"),
        (new_key(), 0o640, "checkpoint_key_open"),
        (b"no key", 0o600, "checkpoint_key_unreadable"),
    ):
        if content is not None:
            file.write_bytes(content)
            file.chmod(mode)
        with pytest.raises(InvalidInput) as refusal:
            Signer.read(ORIGIN, file)
        assert refusal.value.code == code
        assert str(file) in refusal.value.message.vi


async def test_the_public_key_is_one_line(signer: Signer) -> None:
    """The public key is one line that reads back as the same key; with one letter changed it is refused."""
    line = str(signer.public)
    assert str(PublicKey.read(line)) == line
    with pytest.raises(InvalidInput, match="public_key_unreadable"):
        PublicKey.read(line.replace("H42", "H43"))


async def test_the_checkpointer_runs_until_told_to_stop(archive: Archive, dossiers: list[str], pool: Pool) -> None:
    """The checkpointer makes a checkpoint at the start, and tries again after an error."""
    await open_dossier(pool, "later")
    stopping = asyncio.Event()
    running = asyncio.create_task(archive.checkpointer().run(stopping, timedelta(milliseconds=20)))

    def everything_is_anchored() -> bool:
        last = archive.log.last()
        return last is not None and checkpoint_in(last.note).size == 10

    await until(everything_is_anchored, "a checkpoint over all ten events")
    stopping.set()
    await running
