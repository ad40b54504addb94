"""An independent reading of the policy: which rung fires when for a planned dossier, and who is told.

It reads escalation.yaml as plain data, counts working time session by session, and looks at the plan alone: it uses no
code by which the engine counts time, finds a rung or finds people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import yaml

from domain.procedures.procedure import StepKind
from domain.rules.province import Province
from domain.values import VIETNAM
from tools.fortnight.scenario import CENTRE, COMMITTEE, Planned, head, limit_days, officer

COUNCIL = frozenset({f"cb.{CENTRE}.head_of_unit.1", f"cb.{COMMITTEE}.head_of_unit.1", f"cb.{COMMITTEE}.supervisor.1"})
HEADS_OF_CENTRE = frozenset({f"cb.{CENTRE}.head_of_unit.1", f"cb.{CENTRE}.head_of_unit.2"})
HEAD_OF_COMMITTEE = frozenset({f"cb.{COMMITTEE}.head_of_unit.1"})
CLOCKS = ("share", "past_due", "before_due")
Instants = Iterator[tuple[datetime, str]]


@dataclass(frozen=True, order=True)
class Firing:
    """One rung that fired, or should have: when, for what, and who was told."""

    at: datetime
    rung: str
    occasion: str
    people: frozenset[str]

    @property
    def named(self) -> tuple[str, str, frozenset[str]]:
        """The same without its time."""
        return self.rung, self.occasion, self.people


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
            if at <= plan.fortnight.end and (plan.ended is None or at < plan.ended)
        )
        return tuple(sorted(found))

    def _people(self, rung: dict[str, Any], plan: Planned, at: datetime) -> frozenset[str]:
        told: set[str] = set()
        unit = _seen_from(rung["trigger"]["kind"], plan, at)
        for whom in rung["notify"]:
            match whom:
                case "officer" if _officer(plan, at) and plan.officer not in self._away:
                    told.add(plan.officer)
                case "officer" | "head_of_unit":
                    told |= self._heads(unit)
                case "level_above":
                    told |= HEAD_OF_COMMITTEE if unit == CENTRE else HEADS_OF_CENTRE
                case "two_levels_above":
                    told |= HEAD_OF_COMMITTEE
                case _:
                    raise ValueError(whom)
        return frozenset(told | (COUNCIL if "council" in rung else frozenset()))

    def _heads(self, unit: str) -> frozenset[str]:
        if unit == CENTRE:
            return HEADS_OF_CENTRE
        if head(unit) not in self._away:
            return frozenset({head(unit)})
        instead = self._instead.get(head(unit))
        return frozenset({instead}) if instead == officer(unit, 1) else HEADS_OF_CENTRE


def _seen_from(kind: str, plan: Planned, at: datetime) -> str:
    """The unit at which the dossier waits. A signature that failed waits at the level above the commune."""
    if kind == "opinion" and plan.asked is not None:
        return plan.asked.unit
    return CENTRE if kind == "signing" else plan.unit_at(at)


def _officer(plan: Planned, at: datetime) -> bool:
    """True while an officer has a step: from the assignment until the last step of an officer is done.

    Of a rung and an act at the same instant, the rung comes first.
    """
    processing = sum(step.kind is StepKind.PROCESS for step in plan.procedure.steps)
    done = plan.steps[processing - 1] if len(plan.steps) >= processing else None
    return plan.assigned is not None and plan.assigned < at and (done is None or at < done)


def _instants(rung: dict[str, Any], plan: Planned) -> Instants:
    """When this rung fires for the dossier, whether or not it is finished before."""
    trigger = rung["trigger"]
    if trigger["kind"] in CLOCKS:
        if not plan.unpaid:  # the clocks stand still until the end of the fortnight
            yield from _of_clock(rung, trigger, plan)
    elif rung.get("scope", {}).get("limit_at_least_working_hours", 0) <= limit_days(plan.procedure) * 8:
        yield from _of_wait(trigger, plan)


def _of_wait(trigger: dict[str, Any], plan: Planned) -> Instants:
    later, minutes = plan.fortnight.later, trigger["working_hours"] * 60
    match trigger["kind"]:
        case "handover" if plan.desk != plan.unit:
            at = later(plan.received, minutes)
            if plan.acknowledged is None or plan.acknowledged >= at:
                yield at, "handover/1"
        case "unassigned" if not plan.unpaid and (plan.desk == plan.unit or plan.acknowledged is not None):
            at = later(plan.acknowledged or plan.received, minutes)
            if plan.merged is not None and plan.merged.at <= at:
                at = later(plan.merged.at, minutes)
            if plan.assigned is None or plan.assigned >= at:
                yield at, f"unassigned/{1 if plan.desk == plan.unit else 2}"
        case "opinion" if plan.asked is not None:
            at = later(plan.asked.at, minutes)
            if plan.asked.given is None or plan.asked.given >= at:
                yield at, "opinion/1"
        case "signing" if plan.hangs:
            yield later(plan.steps[-1], minutes), "signing/1"
        case "payment" if plan.unpaid:
            at = later(plan.received, minutes)
            if plan.paid is None or plan.paid >= at:
                yield at, "payment/1"
        case _:
            return


def _of_clock(rung: dict[str, Any], trigger: dict[str, Any], plan: Planned) -> Instants:
    """By the limit of the receipt until a later date is granted, and then by that date if it was granted in time."""
    clock, wanted = rung["clock"], rung.get("scope", {}).get("limit_at_least_working_hours", 0)
    minutes: float = _limits(plan)[clock] * 60
    if not minutes:
        return
    extended, due = plan.extended, _moved(plan, minutes)
    at = _instant(trigger, minutes, due, plan)
    if extended is None or due <= extended.at:
        if minutes >= wanted * 60:
            yield at, f"{clock}/1"
        return
    if at < extended.at and minutes >= wanted * 60:
        yield at, f"{clock}/1"
    due = datetime.combine(extended.until, time(17), VIETNAM)
    minutes = plan.fortnight.worked(plan.received, due)
    at = _instant(trigger, minutes, due, plan)
    if at > extended.at and minutes >= wanted * 60:
        yield at, f"{clock}/2"


def _limits(plan: Planned) -> dict[str, int]:
    """Working hours of both clocks; 0: there is no such clock."""
    statutory = limit_days(plan.procedure) * 8
    return {"statutory": statutory, "promised": min(16, statutory) if plan.procedure.green is not None else 0}


def _instant(trigger: dict[str, Any], minutes: float, due: datetime, plan: Planned) -> datetime:
    """When the rung of a clock fires that has so many working minutes and is due then."""
    match trigger["kind"]:
        case "share":
            return _moved(plan, minutes * trigger["percent"] / 100)
        case "before_due":
            return _moved(plan, minutes - trigger["working_hours"] * 60)
        case _:
            at = plan.fortnight.later(due, trigger["working_hours"] * 60) if trigger["working_hours"] else due
            asked, came = plan.paused or (plan.fortnight.end, plan.fortnight.end)
            return came if asked < at < came else at


def _moved(plan: Planned, minutes: float) -> datetime:
    """So many working minutes of the clock: a supplement that was asked for before stops it."""
    if plan.paused is None:
        return plan.fortnight.later(plan.received, minutes)
    asked, came = plan.paused
    before = plan.fortnight.worked(plan.received, asked)
    return plan.fortnight.later(*((plan.received, minutes) if minutes <= before else (came, minutes - before)))
