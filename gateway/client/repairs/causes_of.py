"""The cause behind the code of a stuck workflow."""

from __future__ import annotations

from domain.repairs.causes import Cause
from gateway.client.watching.lost_executors import FORGOTTEN

NOT_REPLAYED = "NonDeterministicError"
"""Temporal's name for a history that does not replay."""


def cause_named(code: str) -> Cause:
    """The cause behind the code of a stuck workflow, as `gateway.client.watching.executors` names it."""
    if code == NOT_REPLAYED:
        return Cause.DOES_NOT_REPLAY
    if code == FORGOTTEN or code.startswith("ended_"):
        return Cause.ENDED_EARLY
    return Cause.TASK_FAILS
