"""Workflows that show what the sandbox does. The sandbox loads this module once more for each workflow."""

from __future__ import annotations

from temporalio import workflow
from temporalio.worker.workflow_sandbox import RestrictedWorkflowAccessError


@workflow.defn
class ReadsTheClock:
    """Does what the sandbox forbids."""

    @workflow.run
    async def run(self) -> str:
        """Ends when the sandbox refuses."""
        import time

        try:
            return str(time.time())
        except RestrictedWorkflowAccessError as refused:
            return f"refused: {refused.qualified_name}"


@workflow.defn
class Echoes:
    """Gives back what it gets, through an update too."""

    def __init__(self) -> None:
        self._told = ""

    @workflow.run
    async def run(self, word: str) -> str:
        """Ends when it was told another word."""
        await workflow.wait_condition(lambda: bool(self._told))
        return f"{word} {self._told}"

    @workflow.update
    async def tell(self, word: str) -> str:
        """Takes the word."""
        self._told = word
        return word


@workflow.defn
class OnlyTried:
    """A workflow that no worker runs: the sandbox only makes it."""

    @workflow.run
    async def run(self) -> None:
        """Ends at once."""
