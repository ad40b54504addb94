"""Plays the dossiers in virtual time, by the workflow's own code and without a server."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from temporalio.api.common.v1 import Payload

from activities.adapters.recorded_calls import CallOfDossier, Recorded
from activities.province import load_province
from domain.dossier.effects import SignResult
from domain.dossier.events import AnyEvent
from domain.dossier.outcomes import RecordFailure
from domain.dossier.revision import CURRENT
from domain.outside_systems import System
from domain.values import Value
from tools.fortnight.acts import act_of, acts, answers
from tools.fortnight.days import NEW_YEAR
from tools.fortnight.scenario import Planned
from tools.fortnight.stage import Stage, rules_of, set_stage
from tools.fortnight.verdict import Verdict
from workers.simulation.virtual_ledger import VirtualLedger
from workers.simulation.virtual_workflow import UpdateRefused, VirtualWorkflow, read
from workflows.messages import OpenDossier

Progress = Callable[[int], None]


def run(folder: Path, dossiers: int, seed: int, progress: Progress) -> Verdict:
    """The verdict on so many dossiers, each played to the end of the fortnight: no rule joins two of them."""
    stage = set_stage(folder, load_province(folder), NEW_YEAR, dossiers, seed)
    verdict = Verdict()
    with rules_of(stage):
        for plan in stage.plans:
            verdict.judge(plan, play_one(plan, stage, verdict), stage.oracle.firings(plan))
            progress(verdict.dossiers)
    return verdict


def play_one(plan: Planned, stage: Stage, verdict: Verdict) -> list[AnyEvent]:
    """The events of one dossier; what was refused is counted in the verdict."""
    ledger = VirtualLedger(province=stage.merged)
    workflow = VirtualWorkflow(OpenDossier(code=plan.code, revision=CURRENT), _answering(plan, ledger))
    planned = sorted(acts(plan, stage.province, stage.organisation.hash), key=lambda one: one[0])
    queue = [(at, number, actor, command) for number, (at, actor, command) in enumerate(planned)]
    heapq.heapify(queue)
    sent, read_to, end = len(queue), 0, plan.fortnight.end
    while not workflow.ended and (now := _next(queue, workflow.wakes_at)) is not None and now <= end:
        if queue and queue[0][0] == now and (workflow.wakes_at is None or workflow.wakes_at > now):
            _, number, actor, command = heapq.heappop(queue)
            try:
                workflow.act(act_of(plan, number, actor, command), now)
            except UpdateRefused as refused:
                verdict.refused[f"{command.kind}: {refused.code}"] += 1
        else:
            workflow.wake()
        for event in ledger.events[read_to:]:
            for at, actor, command in answers(plan, event):
                heapq.heappush(queue, (at, sent, actor, command))
                sent += 1
        read_to = len(ledger.events)
    workflow.close()
    return ledger.events


def _answering(plan: Planned, ledger: VirtualLedger) -> Callable[[str, Payload], Value]:
    """The answers of the activities; for a dossier that hangs, the signing service does not answer."""

    def answer(activity: str, argument: Payload) -> Value:
        if plan.hangs and activity == "outside.quick_recorded":
            effect = read(argument, CallOfDossier).call.effect
            if isinstance(effect, SignResult):
                failed = RecordFailure(effect=effect.id, system=System.SIGNING, code="timeout", final=False)
                return Recorded(outcome=failed)
        return ledger.answer(activity, argument)

    return answer


def _next(queue: Sequence[tuple[datetime, int, object, object]], wakes_at: datetime | None) -> datetime | None:
    instants = [queue[0][0]] if queue else []
    return min((*instants, *((wakes_at,) if wakes_at is not None else ())), default=None)
