"""Tests that temporary files of a test run are in memory only where there is room for them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests.support import memory_folder
from tests.support.memory_folder import NAME, use_memory


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the one in memory, with room, and no TMPDIR."""
    monkeypatch.setattr(memory_folder, "MEMORY", tmp_path)
    monkeypatch.setattr(memory_folder, "ROOM", 1)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", "")
    monkeypatch.delenv("TMPDIR")
    return tmp_path


def test_temporary_files_are_in_memory_where_there_is_room(memory: Path) -> None:
    """The programs that are started are told too. What a killed run left behind is erased."""
    (memory / f"{NAME}999999999").mkdir()
    use_memory()
    assert [one.name for one in memory.iterdir()] == [f"{NAME}{os.getpid()}"]
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(memory / f"{NAME}{os.getpid()}")


@pytest.mark.parametrize("why", ["no room", "no folder", "named"])
def test_they_stay_where_they_are_elsewhere(memory: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """No folder in memory, too little room in it, or a TMPDIR that somebody chose: nothing is changed."""
    if why == "no room":
        monkeypatch.setattr(memory_folder, "ROOM", 1 << 80)
    elif why == "no folder":
        monkeypatch.setattr(memory_folder, "MEMORY", memory / "none")
    else:
        monkeypatch.setenv("TMPDIR", str(memory))
    before = dict(os.environ)
    use_memory()
    assert dict(os.environ) == before
    assert list(memory.iterdir()) == []
