"""What came of a run, as it is printed and written to the report."""

from __future__ import annotations

from pydantic import Field

from domain.values import Value
from tools.chaos.invariants import Line


class ChaosResult(Value):
    """The table, the faults, and what else is worth knowing."""

    seed: int
    dossiers: int
    lines: tuple[Line, ...]
    calls: dict[str, dict[str, int]]
    """The misbehaviours of each system by kind, as the simulator counted them."""
    received: int
    """The calls that the simulator received."""
    strikes: dict[str, int]
    connections: int
    """The open connections that were reset or held up."""
    ended: dict[str, int] = Field(default_factory=dict)
    """The processes that ended by themselves and were started again."""
    not_struck: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    waiting: dict[str, int] = Field(default_factory=dict)
    people: dict[str, int] = Field(default_factory=dict)
    people_refused: dict[str, int] = Field(default_factory=dict)
    errors: dict[str, int] = Field(default_factory=dict)
    examples: dict[str, list[str]] = Field(default_factory=dict)
    states: dict[str, int] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)

    @property
    def faults(self) -> int:
        """All faults: misbehaviours of calls, strikes, and connections that were struck."""
        return sum(sum(kinds.values()) for kinds in self.calls.values()) + sum(self.strikes.values()) + self.connections

    @property
    def lost(self) -> int:
        """What was lost."""
        return sum(len(line.lost) for line in self.lines)

    @property
    def doubled(self) -> int:
        """What was doubled."""
        return sum(len(line.doubled) for line in self.lines)

    @property
    def late(self) -> int:
        """What became late."""
        return sum(len(line.late) for line in self.lines)

    @property
    def wrong(self) -> int:
        """What else is wrong."""
        return sum(len(line.wrong) for line in self.lines)

    @property
    def passed(self) -> bool:
        """True when every invariant holds and every strike could be carried out."""
        return all(line.holds for line in self.lines) and not self.not_struck
