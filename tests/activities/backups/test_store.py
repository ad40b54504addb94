"""The folder of backups: chains, what was cut or swapped, interrupted ones, pruning."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.backups.keys import BackupKey
from activities.backups.manifest import BackupKind, Manifest
from activities.backups.retention import WhyKept, plan
from activities.backups.room import require_room, size
from activities.backups.store import BackupFolder
from domain.errors import Conflict, InvalidInput, NotFound

KEY = BackupKey(b"k" * 32)
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def made(folder: BackupFolder, content: bytes, *, base: Manifest | None = None, at: datetime = NOON) -> Manifest:
    """A backup with two parts."""
    kind = BackupKind.FULL if base is None else BackupKind.INCREMENTAL
    with folder.only_one(), folder.draft(kind, at, KEY) as draft:
        for name in ("ledger", "files"):
            with draft.part(name) as part:
                part.write(content + name.encode())
        manifest = Manifest(
            id=draft.id,
            kind=kind,
            base=None if base is None else folder.base(base),
            key=KEY.id,
            release="0",
            server="1",
            lsn="0/1",
            began=at,
            ended=at,
            ledger=None,
            parts=tuple(draft.parts),
        )
        folder.finish(draft, manifest, KEY)
    return manifest


@pytest.fixture
def folder(tmp_path: Path) -> BackupFolder:
    return BackupFolder(tmp_path / "backups")


def test_a_chain_is_read_from_the_full_one_on(folder: BackupFolder) -> None:
    """Each names the one that it builds on; those of one second are in their order, too."""
    full = made(folder, b"1")
    first = made(folder, b"2", base=full)
    second = made(folder, b"3", base=first)
    assert folder.chain(second.id, KEY) == (full, first, second)
    assert [one.id for one in folder.all()] == [full.id, first.id, second.id]
    assert folder.latest(KEY) == second
    for one in folder.chain(second.id, KEY):
        folder.require_parts(one)
    with folder.opened(second, "ledger", KEY) as part:
        assert part.read() == b"3ledger"


def test_the_name_follows_also_when_the_clock_went_back(folder: BackupFolder) -> None:
    """Else an incremental backup would be older than what it builds on."""
    full = made(folder, b"1")
    later = made(folder, b"2", base=full, at=NOON - timedelta(days=3))
    assert later.id > full.id
    assert folder.chain(later.id, KEY) == (full, later)


def swapped(folder: BackupFolder, one: Manifest, other: Manifest) -> None:
    """The same part of two backups, which has the same size."""
    [a, b] = [folder.path(manifest, manifest.part("ledger")) for manifest in (one, other)]
    assert a.stat().st_size == b.stat().st_size
    kept = a.read_bytes()
    a.write_bytes(b.read_bytes())
    b.write_bytes(kept)


def test_a_part_swapped_with_that_of_another_backup_is_named(folder: BackupFolder) -> None:
    """By the digest in the manifest, and also by who opens it without looking there."""
    one, other = made(folder, b"1"), made(folder, b"2")
    swapped(folder, one, other)
    with pytest.raises(InvalidInput, match="backup_part_altered"):
        folder.require_parts(one)
    with folder.opened(one, "ledger", KEY) as part, pytest.raises(InvalidInput, match="backup_part_altered"):
        part.read()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "backup_part_altered"),
        (lambda path: path.unlink(), "backup_part_missing"),
        (lambda path: (path.rename(path.with_name("x")), path.symlink_to(path.with_name("x"))), "backup_part_missing"),
    ],
)
def test_a_part_that_is_cut_or_gone(folder: BackupFolder, how: object, code: str) -> None:
    """A link in its place is no part."""
    one = made(folder, b"1")
    how(folder.path(one, one.part("files")))  # type: ignore[operator]
    with pytest.raises(InvalidInput, match=code):
        folder.require_parts(one)


EDITS = {
    "a size": lambda body: body["parts"][0].update(bytes=1),
    "a digest": lambda body: body["parts"][0].update(sha256="0" * 64),
    "a part left out": lambda body: body["parts"].pop(),
    "the time": lambda body: body.update(began="2020-01-01T00:00:00Z"),
    "a part from elsewhere": lambda body: body["parts"][0].update(name="../../x"),
}


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_manifest_is_refused(folder: BackupFolder, what: str) -> None:
    """Only who has the key can write one."""
    one = made(folder, b"1")
    file = folder.folder / one.id / "manifest.json"
    whole = json.loads(file.read_bytes())
    EDITS[what](whole["manifest"])
    file.write_text(json.dumps(whole))
    with pytest.raises(InvalidInput, match="backup_manifest_altered"):
        folder.manifest(one.id, KEY)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"manifest": 1, "mark": "x"}', "[" * 100_000, "\x00" * 10])
def test_what_is_no_manifest(folder: BackupFolder, text: str) -> None:
    """It is named in the list and opens nothing."""
    one = made(folder, b"1")
    (folder.folder / one.id / "manifest.json").write_text(text)
    assert [(stored.id, stored.problem) for stored in folder.all()] == [(one.id, "backup_manifest_altered")]
    with pytest.raises(InvalidInput, match="backup_manifest_altered"):
        folder.manifest(one.id, KEY)
    assert folder.latest(KEY) is None


def test_the_manifest_of_another_backup_is_refused(folder: BackupFolder) -> None:
    """A whole folder under the name of another one."""
    one, other = made(folder, b"1"), made(folder, b"2")
    shutil.copy(folder.folder / one.id / "manifest.json", folder.folder / other.id / "manifest.json")
    with pytest.raises(InvalidInput, match="backup_manifest_altered"):
        folder.manifest(other.id, KEY)


def test_a_base_that_is_gone_or_another_one(folder: BackupFolder) -> None:
    """An incremental backup without exactly what it builds on restores nothing."""
    full = made(folder, b"1")
    later = made(folder, b"2", base=full)
    kept = folder.folder / "kept"
    (folder.folder / full.id).rename(kept)
    with pytest.raises(InvalidInput, match="backup_base_missing"):
        folder.chain(later.id, KEY)
    again = made(folder, b"1", at=NOON - timedelta(days=9))
    (folder.folder / again.id).rename(folder.folder / full.id)
    with pytest.raises(InvalidInput, match="backup_base_differs"):
        folder.chain(later.id, KEY)


def test_another_key_is_no_damage(folder: BackupFolder) -> None:
    """The refusal says which key is needed."""
    one = made(folder, b"1")
    with pytest.raises(InvalidInput, match="backup_key_wrong"):
        folder.manifest(one.id, BackupKey(b"x" * 32))


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc", "20261128T120000Z-full-abcdef/../x", "x" * 5_000])
def test_a_name_that_leads_elsewhere(folder: BackupFolder, name: str) -> None:
    """It is no backup."""
    with pytest.raises(NotFound, match="backup_unknown"):
        folder.manifest(name, KEY)


def _make_until_the_disk_is_full(folder: BackupFolder) -> None:
    with folder.only_one(), folder.draft(BackupKind.FULL, NOON, KEY) as draft, draft.part("ledger") as part:
        part.write(b"x")
        raise OSError(errno.ENOSPC, "full")


def test_what_was_interrupted_is_no_backup(folder: BackupFolder) -> None:
    """Neither by an error nor by a kill: the rest of it is removed by the next one."""

    with pytest.raises(OSError, match="full"):
        _make_until_the_disk_is_full(folder)
    assert [path.name for path in folder.folder.iterdir()] == [".lock"]
    killed = folder.folder / ".unfinished-20261128T120000Z-full-abcdef"
    killed.mkdir()
    (killed / "ledger.sealed").write_bytes(b"x")
    assert folder.all() == ()
    made(folder, b"1")
    assert not killed.exists()
    assert len(folder.all()) == 1


def test_two_at_once(folder: BackupFolder) -> None:
    """The second one is told, and nothing waits."""
    with folder.only_one(), pytest.raises(Conflict, match="backup_under_way"), BackupFolder(folder.folder).only_one():
        pass


def test_pruning_keeps_what_a_kept_one_builds_on(folder: BackupFolder) -> None:
    """Recent ones, the last ones, and their bases; what cannot be read is left to a person."""
    old = made(folder, b"1", at=NOON - timedelta(days=90))
    full = made(folder, b"2", at=NOON - timedelta(days=60))
    between = made(folder, b"3", base=full, at=NOON - timedelta(days=50))
    new = made(folder, b"4", base=between, at=NOON - timedelta(days=1))
    broken = made(folder, b"5", at=NOON - timedelta(days=70))
    (folder.folder / broken.id / "manifest.json").write_text("x")
    decided = {one.id: one.kept for one in plan(folder.all(), NOON, days=30, last=1)}
    assert decided == {
        old.id: None,
        full.id: WhyKept.BUILT_ON,
        between.id: WhyKept.BUILT_ON,
        new.id: WhyKept.RECENT,
        broken.id: WhyKept.UNREADABLE,
    }
    assert {one.id: one.kept for one in plan(folder.all(), NOON, days=0, last=1)}[new.id] is WhyKept.AMONG_THE_LAST
    folder.remove(old.id)
    assert old.id not in {one.id for one in folder.all()}
    assert folder.chain(new.id, KEY) == (full, between, new)


def test_a_removal_that_was_interrupted_leaves_no_half(folder: BackupFolder) -> None:
    """It was renamed first, and the next backup removes the rest."""
    one = made(folder, b"1")
    (folder.folder / one.id).rename(folder.folder / f".removed-{one.id}")
    assert folder.all() == ()
    made(folder, b"2")
    assert not (folder.folder / f".removed-{one.id}").exists()


def test_room(tmp_path: Path) -> None:
    """It is looked at before the work begins, also for a folder that is not there yet."""
    require_room(tmp_path / "not" / "yet", 1)
    with pytest.raises(InvalidInput, match="backup_no_room") as refused:
        require_room(tmp_path / "not" / "yet", 1 << 60)
    assert refused.value.facts["needed"] == size((1 << 60) + (64 << 20))
    assert [size(count) for count in (0, 999, 1_500, 2_500_000, 7_000_000_000)] == [
        "0 B",
        "999 B",
        "1.5 kB",
        "2.5 MB",
        "7.0 GB",
    ]
