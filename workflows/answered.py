"""An ordinary activity is made until it has answered. What somebody else made of it is no answer.

Whoever reaches Temporal can end an activity (`temporal activity complete`, `fail`). What they gave stands in the
history: a failure would fail every later task of the workflow, a result of another shape the workflow itself. Neither
gets further than here, and the activity is made again after a pause.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.values import Value
    from workflows.failures import FAILED

Shape = TypeVar("Shape")


async def answered(
    activity: str,
    request: Value,
    shape: type[Shape],
    *,
    within: timedelta,
    retried: RetryPolicy,
    again_after: timedelta,
    raised: Callable[[FailureError], bool],
    **options: Any,
) -> Shape:
    """The answer of the activity of this name. `options`: of `workflow.execute_activity`.

    Raises the failures that the caller wants to hear of (`raised`), and that of a workflow which is asked to stop.
    """
    while True:
        try:
            raw = await workflow.execute_activity(
                activity,
                request,
                result_type=RawValue,
                start_to_close_timeout=within,
                retry_policy=retried,
                **options,
            )
        except FAILED as failed:
            if raised(failed) or is_cancelled_exception(failed):
                raise
        else:
            answer = _read(raw, shape)
            if answer is not None:
                return answer
        workflow.logger.error("activity_ended_by_hand")
        await workflow.sleep(again_after, summary=f"{activity} was ended without an answer")


def _read(raw: RawValue | None, shape: type[Shape]) -> Shape | None:
    """The answer; None for what is not of its shape, whatever it is."""
    if raw is None:
        return None
    try:
        answer = workflow.payload_converter().from_payload(raw.payload, shape)
    except Exception:  # anything can stand there, in any encoding; the caller logs it
        return None
    return answer if isinstance(answer, shape) else None
