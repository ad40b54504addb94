"""The two clocks that a procedure starts for a dossier."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines import clock
from domain.deadlines.limits import GreenScope, Limit
from domain.deadlines.timing import Timing
from domain.procedures.procedure import Procedure


def started(procedure: Procedure, limit: Limit | None, received_at: datetime) -> Timing:
    """Both clocks of a dossier received at an instant. `limit`: the one published for its channel and case, or None.

    If none is published, the province's own limit applies. Green Stream is the procedure's own rule. The share of the
    excluded steps, and the share of each step if the rule shortens each one, come from the procedure's steps.
    """
    green = procedure.green
    excluded = set(green.excluded_steps) if green else set()
    each_step = green is not None and green.applies_to is GreenScope.EACH_STEP
    return clock.start(
        received_at=received_at,
        statutory=limit,
        own=None if limit else procedure.own_limit,
        green=green,
        counting=procedure.counting,
        excluded_share=sum(step.share for step in procedure.steps if step.code in excluded),
        step_shares=tuple(step.share for step in procedure.steps if each_step and step.code not in excluded),
    )
