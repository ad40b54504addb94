"""The calls of a dossier's workflow to the ledger: read the events after a version, and write new ones.

Each call is a local activity first, which costs no task of its own. If PostgreSQL does not answer at once, it becomes
an ordinary activity, which is repeated until it answers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.ledger.contracts import Append, Appended
    from activities.ledger.history_reader import HistoryReader, Past, Since
    from activities.ledger.store import Ledger
    from domain.dossier.revision import Revision
    from domain.values import Value
    from workflows.answered import answered
    from workflows.changed_steps import LOOKS_UP_WHAT_IT_WROTE, ChangedSteps
    from workflows.failures import FAILED, refused_as

Answer = TypeVar("Answer", bound=Value)

AT_ONCE_WITHIN = timedelta(seconds=2)
AT_FIRST = RetryPolicy(initial_interval=timedelta(milliseconds=50), maximum_attempts=3)
UNTIL_WRITTEN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15))
ASKED_AGAIN_AFTER = timedelta(seconds=15)
"""The pause before a call that somebody else ended is repeated. It is short, because somebody waits for the answer."""


class LedgerCalls:
    """Calls the ledger for one run of a workflow. `revision`: the run's revision of the rules."""

    def __init__(self, revision: int, steps: ChangedSteps) -> None:
        self._revision = revision
        self._steps = steps

    async def read_back(self, request: Since) -> Past:
        """The events and commands of a dossier after a version. Raises FAILED if the ledger refuses."""
        try:
            return await workflow.execute_local_activity_method(
                HistoryReader.since, request, start_to_close_timeout=AT_ONCE_WITHIN, retry_policy=AT_FIRST
            )
        except FAILED as failed:
            if refused_as(failed) is not None:
                raise
        return await self._patiently("ledger.since", request, Past)

    async def write_down(self, request: Append) -> Appended:
        """Writes all events or none. Raises FAILED if the ledger refuses."""
        try:
            return await workflow.execute_local_activity_method(
                Ledger.append, request, start_to_close_timeout=AT_ONCE_WITHIN, retry_policy=AT_FIRST
            )
        except FAILED as failed:
            if refused_as(failed) is not None:
                raise
        while True:
            appended = await self._patiently("ledger.append", request, Appended)
            if not self._steps.has(LOOKS_UP_WHAT_IT_WROTE) or await self._is_written(request, appended):
                return appended
            workflow.logger.error("entry_not_in_the_ledger")
            await workflow.sleep(ASKED_AGAIN_AFTER, summary="an entry was said to be written that is not")

    async def _is_written(self, request: Append, appended: Appended) -> bool:
        """True if the ledger has the entry at these versions. Somebody else may have given the activity's answer."""
        first, last = appended.first_version, appended.last_version
        past = await self.read_back(Since(dossier=request.dossier, after_version=max(0, first - 1)))
        return past.acted.get(request.command_id) == (first, last)

    async def _patiently(self, activity: str, request: Value, shape: type[Answer]) -> Answer:
        return await answered(
            activity,
            request,
            shape,
            within=timedelta(seconds=10),
            retried=UNTIL_WRITTEN,
            again_after=ASKED_AGAIN_AFTER,
            raised=lambda failed: self._revision < Revision.SECOND or refused_as(failed) is not None,
        )
