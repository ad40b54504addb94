"""Reads the failure of an activity for a workflow, in the same way live and at replay. It is read nowhere else."""

from __future__ import annotations

from temporalio.exceptions import ActivityError, ApplicationError, FailureError

FAILED = FailureError
"""Every failure of an activity, local or not.

An ordinary activity's failure arrives wrapped in ActivityError. A local activity's own failure arrives bare; one that
timed out or was cancelled arrives wrapped while the worker runs, and bare (TimeoutError, CancelledError) at replay.
Code that catches less takes another path at replay than live, and the dossier never goes on.
"""


def refused_as(failed: FailureError) -> str | None:
    """The code of a refusal that no retry can change; None when another try may succeed."""
    cause = failed.cause if isinstance(failed, ActivityError) else failed
    return cause.type if isinstance(cause, ApplicationError) and cause.non_retryable else None
