"""Repeats an ordinary activity until it has answered itself. A result that somebody else gave is not an answer.

Anybody with access to Temporal can end an activity (`temporal activity complete`, `fail`). The history then contains
what they gave: a failure would fail every later task of the workflow, and a result of another shape would fail the
workflow itself. Neither is passed on: the activity is repeated after a pause.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.values import Value
    from workflows.failures import FAILED

Shape = TypeVar("Shape")
Pause = Callable[[timedelta, str], Awaitable[None]]


async def sleep(after: timedelta, summary: str) -> None:
    """The pause of a workflow that nothing cuts."""
    await workflow.sleep(after, summary=summary)


async def answered(
    activity: str,
    request: Value,
    shape: type[Shape],
    *,
    within: timedelta,
    retried: RetryPolicy,
    again_after: timedelta,
    raised: Callable[[FailureError], bool],
    execute: Callable[..., Awaitable[RawValue | None]] = workflow.execute_activity,
    pause: Pause = sleep,
    **options: Any,
) -> Shape:
    """The answer of the activity with this name. `options` are those of `execute`, which runs it.

    Raises the failures for which `raised` is true, the cancellation of the workflow, and what `pause` raises.
    """
    while True:
        try:
            raw = await execute(
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
        await pause(again_after, f"{activity} was ended without an answer")


def _read(raw: RawValue | None, shape: type[Shape]) -> Shape | None:
    """The answer; None for anything that does not have its shape."""
    if raw is None:
        return None
    try:
        answer = workflow.payload_converter().from_payload(raw.payload, shape)
    except Exception:  # the payload may be anything in any encoding; the caller logs it
        return None
    return answer if isinstance(answer, shape) else None
