"""A plan with the times at which its acts were really done: on a server they come a little after the planned ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.dossier.events import AnyEvent
from tools.fortnight.scenario import Planned

STEPS = ("step_completed", "signature_requested")


def observed(plan: Planned, events: Sequence[AnyEvent]) -> Planned:
    """The plan as it was carried out. What was refused, or did not happen, stays as it was planned."""
    first: dict[str, datetime] = {event.kind: event.at for event in reversed(events)}

    def when(kind: str, planned: datetime | None) -> datetime | None:
        return None if planned is None else first.get(kind, planned)

    done = [event.at for event in events if event.kind in STEPS]
    changes: dict[str, Any] = {
        "received": first.get("dossier_accepted", plan.received),
        "acknowledged": when("handover_acknowledged", plan.acknowledged),
        "assigned": when("dossier_assigned", plan.assigned),
        "paid": when("payment_confirmed", plan.paid),
        "steps": tuple(done[: len(plan.steps)]) or plan.steps,
    }
    if plan.paused is not None:
        asked, came = plan.paused
        changes["paused"] = (first.get("supplement_requested", asked), first.get("supplement_received", came))
    if plan.asked is not None:
        given = when("opinion_given", plan.asked.given)
        changes["asked"] = replace(plan.asked, at=first.get("opinion_asked", plan.asked.at), given=given)
    if plan.extended is not None:
        changes["extended"] = replace(plan.extended, at=first.get("deadline_extended", plan.extended.at))
    if plan.merged is not None:
        changes["merged"] = replace(plan.merged, at=first.get("moved_to_successor", plan.merged.at))
    return replace(plan, **changes)
