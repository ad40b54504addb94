"""Sees every call of an activity, and takes the answers away that it is told to; everything else is the real thing."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from temporalio import activity, client, worker
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)


class Call(NamedTuple):
    """One way in which a workflow calls an activity."""

    activity: str
    local: bool


class Way(StrEnum):
    """How a call can go wrong, seen from the workflow that made it."""

    REFUSED = "refused"
    """A failure that no retry changes."""
    FAILS = "fails"
    """A failure that may pass; a local activity fails until its tries are used up."""
    HANGS = "hangs"
    """No answer within its time; nothing was done."""
    LOST = "lost"
    """Everything was done, and the answer was a failure."""
    LATE = "late"
    """Everything was done, and no answer came within its time."""
    CANCELLED = "cancelled"
    """No answer yet, and the workflow is asked to stop."""
    STOPPED = "stopped"
    """No answer yet, and the worker is stopped gently."""


TRIES = {True: 3, False: 1}
"""How often a call is spoilt: every try of a local activity, which has three at most, and the first of another."""

WAITED_FOR = frozenset({Way.HANGS, Way.LATE, Way.STOPPED})
"""Ways in which a test can only wait until the workflow's time for an answer is over."""
SOONER = {True: timedelta(seconds=0.5), False: timedelta(seconds=3)}
"""That time for each try of such a call, local or not: shorter than in production, since the tests wait for nothing
else. After it the workflow does what it does after the longer one."""


@dataclass
class Spoilt:
    """The calls of one activity that are to go wrong."""

    activity: str
    local: bool
    way: Way
    actor: str | None = None
    """Only those in which this role acts."""
    left: int = field(init=False)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.left = TRIES[self.local]

    def is_about(self, request: Any) -> bool:
        """Whether this call is one of them."""
        info = activity.info()
        acts = getattr(request, "actor", None)
        role = acts.role if acts is not None and self.actor is not None else None
        return self.left > 0 and (info.activity_type, info.is_local, role) == (self.activity, self.local, self.actor)


class ActivityCalls(client.Interceptor, worker.Interceptor):
    """Sits in the workers of a test; spoils nothing until it is told what."""

    def __init__(self) -> None:
        self.spoilt: list[Spoilt] = []
        self.seen: set[Call] = set()
        """Every call that was made."""
        self.under_way: Counter[str] = Counter()
        """How many calls of each activity have begun and not ended."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Every activity of the worker goes through it."""
        return _Between(next, self)

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """Every call of an activity by a workflow goes through it."""
        calls = self

        class Impatient(WorkflowInboundInterceptor):
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(_Impatient(outbound, calls))

        return Impatient

    def ends_sooner(self, activity: str, *, local: bool) -> bool:
        """Whether this test waits until such a call has had its time. A worker that stops may lose another one too."""
        silent = [one for one in self.spoilt if one.way in WAITED_FOR]
        lost = not local and any(one.way is Way.STOPPED for one in silent)
        return lost or any((one.activity, one.local) == (activity, local) for one in silent)


class _Impatient(WorkflowOutboundInterceptor):
    def __init__(self, next: WorkflowOutboundInterceptor, calls: ActivityCalls) -> None:
        super().__init__(next)
        self._calls = calls

    def start_activity(self, input: StartActivityInput) -> Any:
        if self._calls.ends_sooner(input.activity, local=False):
            input.start_to_close_timeout = SOONER[False]
            input.heartbeat_timeout = SOONER[False] if input.heartbeat_timeout else None
        return self.next.start_activity(input)

    def start_local_activity(self, input: StartLocalActivityInput) -> Any:
        if self._calls.ends_sooner(input.activity, local=True):
            input.start_to_close_timeout = SOONER[True]
        return self.next.start_local_activity(input)


class _Between(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, calls: ActivityCalls) -> None:
        super().__init__(next)
        self._calls = calls

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        self._calls.seen.add(Call(info.activity_type, info.is_local))
        self._calls.under_way[info.activity_type] += 1
        try:
            return await self._executed(input)
        finally:
            self._calls.under_way[info.activity_type] -= 1

    async def _executed(self, input: ExecuteActivityInput) -> Any:
        one = next((one for one in self._calls.spoilt if one.is_about(input.args[0])), None)
        if one is None:
            return await super().execute_activity(input)
        one.left -= 1
        try:
            if one.way in (Way.LOST, Way.LATE):
                # On a slow machine the time for an answer may be over before it is done: it is done all the same.
                await asyncio.shield(super().execute_activity(input))
        finally:
            one.reached.set()
        if one.way in (Way.REFUSED, Way.FAILS, Way.LOST):
            raise ApplicationError("spoilt", type="spoilt", non_retryable=one.way is Way.REFUSED)
        return await asyncio.sleep(3_600)  # no answer: an event that nobody holds would be collected, its task with it
