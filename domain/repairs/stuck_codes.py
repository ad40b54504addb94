"""The codes of workflows that do not go on, and the cause behind each. Python and the queries read the same table."""

from __future__ import annotations

from domain.repairs.causes import Cause

NOT_REPLAYED = "NonDeterministicError"
"""Temporal's name for a history that does not replay."""
FORGOTTEN = "unknown_to_temporal"
"""Temporal knows no workflow of the dossier."""
ENDED = "ended_"
"""Begins the code of a workflow that has ended; its status follows, as in `ended_terminated`."""

BY_BEGINNING = {
    NOT_REPLAYED: Cause.DOES_NOT_REPLAY,
    FORGOTTEN: Cause.ENDED_EARLY,
    ENDED: Cause.ENDED_EARLY,
}
"""The cause of a code that begins so. Every other code is the error by which a task fails."""


def cause_named(code: str) -> Cause:
    """The cause behind the code of a stuck workflow."""
    return next((cause for beginning, cause in BY_BEGINNING.items() if code.startswith(beginning)), Cause.TASK_FAILS)
