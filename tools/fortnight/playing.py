"""Plays the dossiers in virtual time, by the workflow's own code, and judges what the ladder did."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.dossier.events import (
    AnyEvent,
    ClimbCause,
    DeadlineWarned,
    DossierEscalated,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
)
from domain.dossier.revision import CURRENT
from domain.rules.province import Province
from tools.fortnight.acts import act_of, acts, answers
from tools.fortnight.oracle import Firing, Oracle
from tools.fortnight.scenario import END, Planned
from workers.simulation.virtual_ledger import VirtualLedger
from workers.simulation.virtual_workflow import UpdateRefused, VirtualWorkflow
from workflows.messages import OpenDossier

Progress = Callable[[int], None]


@dataclass
class Verdict:
    """What was found. `wrong`: each difference from the independent reading, and each escalation without an end."""

    dossiers: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    followed: Counter[str] = field(default_factory=Counter)
    """How often escalations were answered, explained, climbed, ended."""
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def judge(self, plan: Planned, events: Iterable[AnyEvent], expected: tuple[Firing, ...]) -> None:
        """Compares the events of one dossier with what should have happened."""
        happened = tuple(events)
        self.dossiers += 1
        found = tuple(sorted(_firings(happened)))
        self.fired.update(one.rung for one in found)
        self.followed.update(one.kind for one in happened if one.kind.startswith("escalation_"))
        for missing in set(expected) - set(found):
            self.wrong.append(f"{plan.code}: expected {missing}")
        for extra in set(found) - set(expected):
            self.wrong.append(f"{plan.code}: not expected {extra}")
        twice = [one for one, often in Counter((one.rung, one.occasion) for one in found).items() if often > 1]
        self.wrong += [f"{plan.code}: twice {one}" for one in twice]
        self.wrong += [f"{plan.code}: {one}" for one in _left_open(happened)]


def _firings(events: Iterable[AnyEvent]) -> Iterable[Firing]:
    for event in events:
        if isinstance(event, DeadlineWarned | DossierEscalated):
            people = frozenset(one.person for one in event.addressees)
            yield Firing(at=event.at, rung=event.rung, occasion=event.occasion, people=people)


def _left_open(events: tuple[AnyEvent, ...]) -> Iterable[str]:
    """The escalations that had neither an answer nor an end nor their next level by their time."""
    for place, event in enumerate(events):
        match event:
            case DeadlineWarned() | DossierEscalated() if event.number:
                number = event.number
            case EscalationClimbed() if event.because is not ClimbCause.UNEXPLAINED:
                number = event.escalation
            case _:
                continue
        if event.answer_by is None or event.answer_by > END:
            continue
        later = (one for one in events[place + 1 :] if _settles(one, number) and one.at <= event.answer_by)
        if next(later, None) is None:
            yield f"escalation {number} of {event.at} has no answer, end or next level by {event.answer_by}"


def _settles(event: AnyEvent, number: int) -> bool:
    match event:
        case EscalationAcknowledged() | EscalationEnded():
            return event.escalation == number
        case EscalationClimbed():
            return event.escalation == number and event.because is not ClimbCause.UNEXPLAINED
        case EscalationExplained():
            return False
        case _:
            return False


def play(
    plans: Iterable[Planned], province: Province, oracle: Oracle, progress: Progress = lambda _done: None
) -> Verdict:
    """Plays every dossier to the end of the fortnight, one after the other: no rule joins two of them."""
    verdict = Verdict()
    for plan in plans:
        verdict.judge(plan, _played(plan, province, verdict), oracle.firings(plan))
        progress(verdict.dossiers)
    return verdict


def _played(plan: Planned, province: Province, verdict: Verdict) -> list[AnyEvent]:
    ledger = VirtualLedger(province=province)
    workflow = VirtualWorkflow(OpenDossier(code=plan.code, revision=CURRENT), ledger.answer)
    queue = [(at, number, actor, command) for number, (at, actor, command) in enumerate(acts(plan, province))]
    heapq.heapify(queue)
    sent, read = len(queue), 0
    while not workflow.ended and (now := _next(queue, workflow.wakes_at)) is not None and now <= END:
        if queue and queue[0][0] == now and (workflow.wakes_at is None or workflow.wakes_at > now):
            _, number, actor, command = heapq.heappop(queue)
            try:
                workflow.act(act_of(plan, number, actor, command), now)
            except UpdateRefused as refused:
                verdict.refused[f"{command.kind}: {refused.code}"] += 1
        else:
            workflow.wake()
        for event in ledger.events[read:]:
            for at, actor, command in answers(plan, event):
                heapq.heappush(queue, (at, sent, actor, command))
                sent += 1
        read = len(ledger.events)
    workflow.close()
    return ledger.events


def _next(queue: Sequence[tuple[datetime, int, object, object]], wakes_at: datetime | None) -> datetime | None:
    instants = [queue[0][0]] if queue else []
    return min((*instants, *((wakes_at,) if wakes_at is not None else ())), default=None)
