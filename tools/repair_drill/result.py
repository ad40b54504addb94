"""The result of a drill, and whether it is as it must be."""

from __future__ import annotations

from domain.values import Strict


class DrillResult(Strict):
    """Counts of dossiers. Of the seconds, `seconds` has those of each part."""

    dossiers: int
    ways: dict[str, int]
    """The planted mistake that each met."""
    causes: dict[str, int]
    """What the plan found; `none`: it went on by itself as soon as the fix ran."""
    repairs: dict[str, int]
    """How many dossiers the plan gives each repair, chosen by their causes."""
    plan: str
    planned_by: str
    approved_by: str
    outcomes: dict[str, int]
    """The itemised result of the run."""
    by_way: dict[str, dict[str, int]]
    """The same for each planted mistake, with the repair that was done: `done restart`."""
    noted: int
    """Repairs in the ledgers, each with both persons and the hash of the plan."""
    finished: int
    effects: int
    """What the simulated systems did for them."""
    wrong: tuple[str, ...]
    """Everything that must not be."""
    seconds: dict[str, float]

    @property
    def sound(self) -> bool:
        """True when all finished and nothing is wrong."""
        return not self.wrong and self.finished == self.dossiers
