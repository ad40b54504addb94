"""Restored data is put in place, also by a command after one that was killed between any two steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.backup import swapping
from tools.backup.swapping import STEPS, Swap, Swaps, carry_out, finish, swap, undo_of

PARTS = ("data", "temporal", "secrets", "roles.json")


class Killed(Exception):
    pass


def stack_with(folder: Path, live: tuple[str, ...] = PARTS) -> Swaps:
    """A stack with old data, and new data beside it. `roles.json` is a file, the others are folders."""
    for part in PARTS:
        _put(folder / "new" / part, "new")
        if part in live:
            _put(folder / part, "old")
    kept = folder / "kept"
    steps = tuple(Swap(new=folder / "new" / part, live=folder / part, kept=kept / part) for part in PARTS)
    return Swaps(steps=steps, kept=kept)


def _put(path: Path, content: str) -> None:
    file = path if path.suffix else path / "file"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)


def content(folder: Path) -> list[str | None]:
    """What each part holds."""
    files = [folder / part if Path(part).suffix else folder / part / "file" for part in PARTS]
    return [file.read_text() if file.exists() else None for file in files]


@pytest.mark.parametrize("moves", range(9))
def test_a_kill_between_any_two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int) -> None:
    """The next command does the rest: all new data is in place, and all old data is kept. Then all of it comes back."""
    swaps, done, move = stack_with(tmp_path), 0, swapping._move

    def move_or_die(path: Path, to: Path) -> None:
        nonlocal done
        if done == moves:
            raise Killed
        done += 1
        move(path, to)

    monkeypatch.setattr(swapping, "_move", move_or_die)
    if moves < 8:
        with pytest.raises(Killed):
            swap(tmp_path, swaps)
        assert (tmp_path / STEPS).exists(), "the stack does not start"
        monkeypatch.setattr(swapping, "_move", move)
        assert finish(tmp_path)
    else:
        swap(tmp_path, swaps)
    assert not finish(tmp_path), "there is nothing left to do"
    monkeypatch.setattr(swapping, "_move", move)
    assert (content(tmp_path), content(tmp_path / "kept")) == (["new"] * 4, ["old"] * 4)
    carry_out(tmp_path, undo_of(tmp_path / "kept"))
    assert content(tmp_path) == ["old"] * 4
    assert (tmp_path / "kept" / "data.restored" / "file").read_text() == "new"


def test_over_nothing(tmp_path: Path) -> None:
    """There is nothing to keep, and nothing to bring back."""
    swap(tmp_path, stack_with(tmp_path, live=()))
    assert content(tmp_path) == ["new"] * 4
    assert undo_of(tmp_path / "kept").steps == ()
