"""Plays the fortnight of a province's folder."""

from __future__ import annotations

from pathlib import Path

from activities.province import load_province
from tools.fortnight.oracle import Oracle
from tools.fortnight.playing import Progress, Verdict, play
from tools.fortnight.scenario import FIRST_DAY, absences, planned
from workflows import rules_in_force


def run(folder: Path, dossiers: int, seed: int, progress: Progress) -> Verdict:
    """The verdict on so many dossiers. The rules of this process are the province's while it plays."""
    province = absences(load_province(folder), seed)
    before = rules_in_force.rulebook()
    rules_in_force.install(before.adding(*province.rulebook().stored()))
    try:
        oracle = Oracle(folder, province.escalation_on(FIRST_DAY).code, province)
        return play(planned(province, dossiers, seed), province, oracle, progress)
    finally:
        rules_in_force.install(before)
