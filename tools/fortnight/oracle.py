"""An independent reading of the policy: which rung fires when for a planned dossier, and who is told.

It reads escalation.yaml as plain data, counts working time session by session, and looks at the plan alone: it uses no
code by which the engine counts time, finds a rung or finds people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from domain.procedures.procedure import StepKind
from domain.rules.province import Province
from tools.fortnight.scenario import CENTRE, COMMITTEE, END, Planned, head, later, officer, working_sessions

COUNCIL = frozenset({f"cb.{CENTRE}.head_of_unit.1", f"cb.{COMMITTEE}.head_of_unit.1", f"cb.{COMMITTEE}.supervisor.1"})
HEADS_OF_CENTRE = frozenset({f"cb.{CENTRE}.head_of_unit.1", f"cb.{CENTRE}.head_of_unit.2"})
HEAD_OF_COMMITTEE = frozenset({f"cb.{COMMITTEE}.head_of_unit.1"})


@dataclass(frozen=True, order=True)
class Firing:
    """One rung that fired, or should have: when, for what, and who was told."""

    at: datetime
    rung: str
    occasion: str
    people: frozenset[str]


class Oracle:
    """Reads the ladder that is in force on the first day of the fortnight."""

    def __init__(self, folder: Path, ladder: str, province: Province) -> None:
        policies = yaml.safe_load((folder / "escalation.yaml").read_text(encoding="utf-8"))
        self._rungs: list[dict[str, Any]] = next(one for one in policies if one["code"] == ladder)["rungs"]
        self._away = {one.person for one in province.staff.absences}
        self._instead = {one.giver: one.receiver for one in province.staff.delegations}

    def firings(self, plan: Planned) -> tuple[Firing, ...]:
        """What the ladder does with this dossier until the fortnight ends, in order of time."""
        found = (
            Firing(at=at, rung=rung["code"], occasion=occasion, people=self._people(rung, plan, at))
            for rung in self._rungs
            for at, occasion in _instants(rung, plan)
            if at <= END and (plan.ended is None or at < plan.ended)
        )
        return tuple(sorted(found))

    def _people(self, rung: dict[str, Any], plan: Planned, at: datetime) -> frozenset[str]:
        told: set[str] = set()
        for whom in rung["notify"]:
            match whom:
                case "officer" if _officer(plan, at) and plan.officer not in self._away:
                    told.add(plan.officer)
                case "officer" | "head_of_unit":
                    told |= self._heads(plan.unit)
                case "level_above":
                    told |= HEADS_OF_CENTRE
                case "two_levels_above":
                    told |= HEAD_OF_COMMITTEE
                case _:
                    raise ValueError(whom)
        return frozenset(told | (COUNCIL if "council" in rung else frozenset()))

    def _heads(self, unit: str) -> frozenset[str]:
        if head(unit) not in self._away:
            return frozenset({head(unit)})
        instead = self._instead.get(head(unit))
        return frozenset({instead}) if instead == officer(unit, 1) else HEADS_OF_CENTRE


def _officer(plan: Planned, at: datetime) -> bool:
    """True while an officer has a step: from the assignment until the last step of an officer is done."""
    processing = sum(step.kind is StepKind.PROCESS for step in plan.procedure.steps)
    done = plan.steps[processing - 1] if len(plan.steps) >= processing else None
    return plan.assigned is not None and plan.assigned <= at and (done is None or at < done)


def _instants(rung: dict[str, Any], plan: Planned) -> Iterator[tuple[datetime, str]]:
    """When this rung fires for the dossier, whether or not it is finished before."""
    trigger, hours = rung["trigger"], rung["trigger"].get("working_hours", 0)
    limits = _limits(plan)
    wanted = rung.get("scope", {}).get("limit_at_least_working_hours", 0)
    if wanted > limits[rung.get("clock", "statutory")]:
        return
    match trigger["kind"]:
        case "share" | "past_due" | "before_due":
            if limits[rung["clock"]]:
                yield _of_clock(trigger, limits[rung["clock"]], plan), f"{rung['clock']}/1"
        case "handover" if plan.desk != plan.unit:
            at = later(plan.received, hours * 60)
            if plan.acknowledged is None or plan.acknowledged > at:
                yield at, "handover/1"
        case "unassigned" if plan.desk == plan.unit or plan.acknowledged is not None:
            at = later(plan.acknowledged or plan.received, hours * 60)
            if plan.assigned is None or plan.assigned > at:
                yield at, f"unassigned/{1 if plan.desk == plan.unit else 2}"
        case _:
            return  # nothing hangs in this fortnight for which the other rungs are


def _limits(plan: Planned) -> dict[str, int]:
    """Working hours of both clocks; 0: there is no such clock."""
    terms = plan.procedure.terms[0]
    statutory = terms.limit.amount * 8 if terms.limit else 0
    green = plan.procedure.green
    return {"statutory": statutory, "promised": min(16, statutory) if green is not None else 0}


def _of_clock(trigger: dict[str, Any], limit: int, plan: Planned) -> datetime:
    due = _moved(plan, limit * 60)
    match trigger["kind"]:
        case "share":
            return _moved(plan, limit * 60 * trigger["percent"] / 100)
        case "before_due":
            return _moved(plan, (limit - trigger["working_hours"]) * 60)
        case _:
            at = later(due, trigger["working_hours"] * 60) if trigger["working_hours"] else due
            asked, came = plan.paused or (END, END)
            return came if asked < at < came else at


def _moved(plan: Planned, minutes: float) -> datetime:
    """So many working minutes of the clock: a supplement that was asked for before stops it."""
    if plan.paused is None:
        return later(plan.received, minutes)
    asked, came = plan.paused
    before = _worked(plan.received, asked)
    return later(plan.received, minutes) if minutes <= before else later(came, minutes - before)


def _worked(begin: datetime, end: datetime) -> float:
    """Working minutes between two instants."""
    spans = ((min(end, closes) - max(begin, opens)) for opens, closes in working_sessions())
    return sum(span / timedelta(minutes=1) for span in spans if span > timedelta(0))
