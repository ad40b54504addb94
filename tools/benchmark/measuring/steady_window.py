"""The steady part of a closed loop: what is measured while as many dossiers run as may run at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tools.benchmark.driving.driven_dossier import Driven
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.measuring.processor_time import Reading


class Steady(NamedTuple):
    """What was measured in the window: the work in dossiers, and the seconds and processor time that it took."""

    dossiers: float
    took: Reading

    @property
    def dossiers_per_s(self) -> float:
        """How many dossiers were processed a second."""
        return self.dossiers / self.took.seconds


class SteadyWindow:
    """Opens when as many dossiers have ended as run at once, and closes when `dossiers` more have ended.

    Before it opens, the first dossiers end at the speed at which they were started. When it closes, the last dossiers
    have been started and none is missing yet: so many must follow as run at once.
    """

    def __init__(self, at_once: int, dossiers: int, look: Callable[[], Reading]) -> None:
        self.number_to_drive = dossiers + 2 * at_once
        self._opens, self._closes = at_once, at_once + dossiers
        self._look = look
        self._ended = 0
        self._edges: list[Reading] = []

    def ended(self, _: Driven) -> None:
        """Counts a dossier that has ended."""
        self._ended += 1
        if self._ended in (self._opens, self._closes):
            self._edges.append(self._look())

    def measured(self, driven: Sequence[Driven]) -> Steady | None:
        """What was measured, when the loop is over. None when nothing was answered in the window."""
        opened, closed = self._edges
        dossiers = dossiers_between(driven, opened.seconds, closed.seconds)
        return Steady(dossiers, closed.since(opened)) if dossiers else None


def dossiers_between(driven: Sequence[Driven], opened: float, closed: float) -> float:
    """The work between two instants, in dossiers: a command that was answered is a fifth of one.

    Dossiers end in waves, as they were started, and an instant may lie before or after a wave. Commands are answered at
    all times. Dossiers that did not finish are no work.
    """
    instants = [instant for one in driven if one.finished for instant in one.answered.values()]
    return sum(opened < instant <= closed for instant in instants) / len(Command)
