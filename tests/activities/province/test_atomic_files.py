"""Tests that a file is written as a whole or not at all, also on a full disk."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from activities.province.atomic_files import PRIVATE, write_whole
from activities.province.catalogue_import import import_catalogue
from activities.province.change_files import laid_on_file, read_change, write_merger
from domain.deadlines.calendar_letter import CalendarLetter
from domain.organisation.merger import Merger
from gateway.cli.calendar_build import build_year
from tests.support.ninh_binh import FOLDER
from tools.local_stack.state import StackState, write_state


@contextmanager
def full_disk(room: int = 100) -> Iterator[None]:
    """Limits every file to this many bytes: the machine then refuses at the same point as on a full disk, with
    another error number."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("standing", [None, "đang có"])
def test_a_full_disk_leaves_what_stood_there(tmp_path: Path, standing: str | None) -> None:
    """On a full disk the old file stays, no draft is left beside it, and the error names the file."""
    file = tmp_path / "năm.yaml"
    if standing is not None:
        file.write_text(standing, encoding="utf-8")
    before = everything(tmp_path)
    with full_disk(), pytest.raises(OSError, match=r"năm\.yaml") as refused:
        write_whole(file, "x" * 10_000)
    assert (refused.value.errno, refused.value.filename) == (errno.EFBIG, str(file))
    assert everything(tmp_path) == before


def test_a_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    """A new file gets the process's normal mode, a secret is readable only by its owner, whatever the umask."""
    before = os.umask(0o027)
    try:
        for name, mode in (("a", None), ("b", PRIVATE)):
            write_whole(tmp_path / name, "x", mode=mode)
        (tmp_path / "a").chmod(0o604)
        write_whole(tmp_path / "a", "y")
        write_whole(tmp_path / "c", "y")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "abc"]
    assert modes == [0o604, 0o600, 0o640]


def test_a_province_survives_a_full_disk(tmp_path: Path) -> None:
    """On a full disk `calendar build` leaves no empty file, with which no command of the province would work."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province"))
    letter = tmp_path / "letter.yaml"
    storm = "{day: 2026-12-01, kind: closure, name: {vi: Bão, en: Storm}, source: CĐ 1}"
    letter.write_text(f"exceptions:\n  - {storm}\n", encoding="utf-8")
    rows = tmp_path / "rows.jsonl"
    first = (FOLDER / "catalogue" / "national.jsonl").read_text(encoding="utf-8").splitlines()[0]
    rows.write_text(json.dumps({**json.loads(first), "name": "Tên khác"}), encoding="utf-8")
    laid = laid_on_file(read_change(letter, CalendarLetter), folder / "calendars")
    before = everything(folder)
    for writing in (
        lambda: build_year(2029, folder / "calendars"),
        laid.write,
        lambda: import_catalogue(rows, folder),
    ):
        with full_disk(), pytest.raises(OSError, match=str(folder)):
            writing()
    assert everything(folder) == before


@pytest.mark.parametrize("first_fits", [False, True])
def test_a_merger_is_written_whole_or_not_at_all(tmp_path: Path, first_fits: bool) -> None:
    """A merger's files are written together: closed units without their successors would stop every command."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "province"))
    new = {"code": "99001", "name": "Phường Mới", "level": "ward", "parent": "TTPVHCC", "authority_id": "H42.LX91"}
    closed = {"code": "13366", "successors": [{"code": "99001"}]}
    merger = Merger.model_validate({"effective": "2027-01-01", "source": "NQ 1", "closed": [closed], "opened": [new]})
    room = max(path.stat().st_size for path in (folder / "organisation").iterdir()) + 10_000 if first_fits else 100
    second = folder / "organisation" / "units-2027-01-01.jsonl"
    second.write_text("\n" * (room + 1), encoding="utf-8")  # another merger of that day, too long for the disk
    before = everything(folder)
    with full_disk(room), pytest.raises(OSError, match=str(folder)):
        write_merger(merger, folder)
    assert everything(folder) == before
    assert len(write_merger(merger, folder)) == 2
    assert write_merger(merger, folder) == []


def test_the_state_of_a_stack_survives_a_full_disk(tmp_path: Path) -> None:
    """On a full disk no draft of the state file is left."""
    write_state(tmp_path, StackState())
    before = everything(tmp_path)
    with full_disk(10), pytest.raises(OSError, match=r"state\.json"):
        write_state(tmp_path, StackState(last_ports={"api": {"http": 1}}))
    assert everything(tmp_path) == before
