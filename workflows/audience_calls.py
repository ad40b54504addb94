"""The call of a dossier's workflow that looks up the people of its rungs: the answer is in the history.

It is a local activity first, which costs no task of its own; if that fails, an ordinary one, which is repeated.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.audiences import Audiences, AudiencesFound, AudiencesWanted
    from domain.rules.audience import Audience
    from workflows.answered import answered
    from workflows.failures import FAILED

AT_ONCE_WITHIN = timedelta(seconds=2)
AT_FIRST = RetryPolicy(maximum_attempts=1)
UNTIL_FOUND = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
ASKED_AGAIN_AFTER = timedelta(seconds=15)


async def audiences_of(asked: AudiencesWanted) -> tuple[Audience, ...] | None:
    """The people; None if the worker has no readable staff."""
    try:
        found = await workflow.execute_local_activity_method(
            Audiences.find, asked, start_to_close_timeout=AT_ONCE_WITHIN, retry_policy=AT_FIRST
        )
    except FAILED:
        found = await answered(
            "escalation.audiences",
            asked,
            AudiencesFound,
            within=timedelta(seconds=10),
            retried=UNTIL_FOUND,
            again_after=ASKED_AGAIN_AFTER,
            raised=lambda _: False,
        )
    return found.audiences
