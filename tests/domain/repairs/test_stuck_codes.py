"""The cause behind the code of a stuck workflow."""

from __future__ import annotations

import pytest

from domain.repairs.causes import Cause
from domain.repairs.stuck_codes import cause_named


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("NonDeterministicError", Cause.DOES_NOT_REPLAY),
        ("unknown_to_temporal", Cause.ENDED_EARLY),
        ("ended_terminated", Cause.ENDED_EARLY),
        ("task_fails", Cause.TASK_FAILS),
        ("WorkflowWorkerUnhandledFailure", Cause.TASK_FAILS),
        ("database_refused 42501", Cause.TASK_FAILS),
    ],
)
def test_a_code_has_one_cause(code: str, cause: Cause) -> None:
    """Every code that is not in the table is the error by which a task fails."""
    assert cause_named(code) is cause
