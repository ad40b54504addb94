"""Waits until a dossier is in a wanted state. It looks at the record: the dossier's own workflow knows nothing of it.

The pause between two looks grows with the time that the dossier has stood still. So a change is seen soon after other
changes, and a dossier that rests for weeks costs a few looks an hour.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from domain.dossier.state import State
    from domain.values import Code, Instant, Value
    from workflows.failures import FAILED, refused_as

from workflows.answered import answered

UNTIL_DONE = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
MADE_AGAIN_AFTER = timedelta(seconds=15)
LOOK_WITHIN = timedelta(seconds=10)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=10)
SHARE_OF_REST = 5
"""A pause is this part of the time since the last change."""


class WaitOrder(Value):
    """Waits for one of `states`, or for the end of the dossier."""

    dossier: Code
    states: tuple[State, ...]
    after: int
    """States of later versions count, also those that the dossier has left again."""
    asked_by: dict[str, Any]
    """The principal who asks, as the gateway writes it: what it may see is looked up at each look."""
    for_applicant: Code | None = None
    """The applicant for whom a service asks."""


class Look(Value):
    """What a look at the dossier found."""

    version: int
    """The version at which the state was reached; without it, the present one."""
    state: State
    reached: bool
    ended: bool
    """True: no other state can follow."""
    changed_at: Instant


class Awaited(Value):
    """The result: the dossier is, or was, in a wanted state, or has ended in another one (`reached` false)."""

    dossier: Code
    version: int
    state: State
    reached: bool


@workflow.defn(name="DossierWait")
class DossierWaitWorkflow:
    """One wait. It may be cancelled at any time, and nothing has happened."""

    @workflow.run
    async def run(self, order: WaitOrder) -> Awaited:
        """Ends when the state is reached or cannot be reached any more. Fails with the code when it may not look."""
        look = await _look(order)
        while not (look.reached or look.ended):
            order = order.model_copy(update={"after": look.version})
            await workflow.sleep(_pause(look), summary="until the next look")
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(order)
            look = await _look(order)
        return Awaited(dossier=order.dossier, version=look.version, state=look.state, reached=look.reached)


def _pause(look: Look) -> timedelta:
    rest = (workflow.now() - look.changed_at) / SHARE_OF_REST
    return min(max(rest, SHORTEST_PAUSE), LONGEST_PAUSE)


async def _look(order: WaitOrder) -> Look:
    try:
        return await answered(
            "nexus.look",
            order,
            Look,
            within=LOOK_WITHIN,
            retried=UNTIL_DONE,
            again_after=MADE_AGAIN_AFTER,
            raised=lambda failed: refused_as(failed) is not None,
        )
    except FAILED as failed:
        refusal = _own(failed)
        if refusal is None:
            raise  # as it is: without its cause, a cancellation is none any more
        raise refusal from None


def _own(failed: FailureError) -> ApplicationError | None:
    """The refusal itself, without the activity around it: the caller gets the code as the type of the first error.

    None for another failure, such as a cancellation.
    """
    cause = failed.cause if isinstance(failed, ActivityError) else failed
    if not isinstance(cause, ApplicationError):
        return None
    return ApplicationError(cause.message, *cause.details, type=cause.type, non_retryable=True)
