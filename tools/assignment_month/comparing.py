"""Plays the same months under several ways to assign, and compares them seed by seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domain.rules.province import Province
from tools.assignment_month.choosers import POLICIES
from tools.assignment_month.drawing import draw
from tools.assignment_month.measuring import figures
from tools.assignment_month.month import play
from tools.assignment_month.parameters import Parameters

ORDINARY, SWAMPED, WHOLE = "ordinary", "swamped", "whole"
LOWER_IS_BETTER = (
    "worked_cv",
    "worked_gini",
    "open_cv",
    "open_gini",
    "open_spread_hours",
    "finish_median_hours",
    "finish_p90_hours",
    "unassigned_mean_minutes",
    "unassigned_p90_minutes",
)
"""Of all others, the shares in time, the higher value is better."""


@dataclass
class Comparison:
    """The figures of every policy and seed, of the whole and of the ordinary and the swamped units."""

    parameters: Parameters
    seeds: tuple[int, ...]
    runs: dict[str, dict[str, list[dict[str, float]]]] = field(default_factory=dict)
    """By policy, then by group of units, one entry for each seed."""

    def better(self, figure: str, than: str, group: str = WHOLE) -> int:
        """In how many seeds the engine is better than another policy by this figure."""
        sign = 1 if figure in LOWER_IS_BETTER else -1
        pairs = zip(self.runs["automatic"][group], self.runs[than][group], strict=True)
        return sum(sign * ours[figure] < sign * theirs[figure] for ours, theirs in pairs)


def compare(
    province: Province,
    parameters: Parameters,
    seeds: Sequence[int],
    policies: Sequence[str] = tuple(POLICIES),
    progress: Callable[[str, int], None] = lambda _policy, _seed: None,
) -> Comparison:
    """Every policy plays the same month of every seed."""
    found = Comparison(parameters, tuple(seeds))
    calendar = province.calendar_of(None, parameters.first_day)
    for seed in seeds:
        month = draw(province, parameters, seed)
        codes = [unit.code for unit in month.units]
        groups = {WHOLE: codes, ORDINARY: codes[:-1] or codes, SWAMPED: codes[-1:]}
        for policy in policies:
            progress(policy, seed)
            chooser = POLICIES[policy](province.assignment, parameters, seed)
            played = play(month, chooser, province.assignment, parameters)
            for group, units in groups.items():
                of_policy = found.runs.setdefault(policy, {}).setdefault(group, [])
                of_policy.append(figures(played, calendar, units))
    return found
