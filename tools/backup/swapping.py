"""Puts restored data in the place of the live data, in steps that are written down first.

A command that is killed between two steps leaves the list of them, and the next one does the rest: each step is done or
not, and can be told apart. The old data is kept aside; `undo` swaps it back in the same way.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from domain.values import Value
from tools.local_stack.stack import RESTORE_STEPS, RESTORED
from tools.local_stack.state import write_private

STEPS = RESTORE_STEPS
"""The list, in the stack's folder, while a swap is under way."""
UNDO = "undo.json"
"""The list that brings the old data back, in the folder where it is kept."""


class Swap(Value):
    """One thing to put in place: `new`, which exists, becomes `live`, and what was there becomes `kept`."""

    new: Path
    live: Path
    kept: Path


class Swaps(Value):
    """All of them, and the folder where the old data is kept."""

    steps: tuple[Swap, ...]
    kept: Path
    restored: str | None = None
    """What is written down of a restore when all is in place; None of an undo, after which there is none."""

    def reversed(self) -> Swaps:
        """The swaps that bring the old data back, where there was any. What was restored is then kept beside it."""
        back = tuple(
            Swap(new=one.kept, live=one.live, kept=one.kept.with_name(f"{one.kept.name}.restored"))
            for one in self.steps
            if one.live.exists()
        )
        return Swaps(steps=back, kept=self.kept)


def swap(stack: Path, swaps: Swaps) -> None:
    """Writes the list and carries it out. When it cannot be written, nothing was moved and nothing is left behind."""
    swaps.kept.mkdir(mode=0o700, exist_ok=True)
    try:
        write_private(swaps.kept / UNDO, swaps.reversed().model_dump_json(indent=1))
        write_private(stack / STEPS, swaps.model_dump_json(indent=1))
    except OSError:
        shutil.rmtree(swaps.kept, ignore_errors=True)
        raise
    finish(stack)


def carry_out(stack: Path, swaps: Swaps) -> None:
    """Writes the list and does its steps."""
    write_private(stack / STEPS, swaps.model_dump_json(indent=1))
    finish(stack)


def finish(stack: Path) -> Swaps | None:
    """Does the rest of a swap that was interrupted, and returns it; None when there was none."""
    try:
        content = (stack / STEPS).read_bytes()
    except FileNotFoundError:
        return None
    swaps = Swaps.model_validate_json(content)
    for one in swaps.steps:
        if one.new.exists():  # else this step was done
            if one.live.exists():
                _move(one.live, one.kept)
            _move(one.new, one.live)
    if swaps.restored is None:
        (stack / RESTORED).unlink(missing_ok=True)
    else:
        write_private(stack / RESTORED, swaps.restored)
    (stack / STEPS).unlink()
    return swaps


def undo_of(kept: Path) -> Swaps:
    """The swaps that bring the data of this folder back. Raises OSError; ValueError for another kind of file."""
    return Swaps.model_validate_json((kept / UNDO).read_bytes())


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.rename(to)
    for folder in {path.parent, to.parent}:
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
