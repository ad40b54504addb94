"""A dossier's workflow of a release that never was: it waits a moment before it writes. Its histories do not replay."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.ledger.contracts import Append, Appended
    from workflows.ledger_calls import LedgerCalls
    from workflows.messages import DossierEnd, OpenDossier

from workflows.dossier import DossierWorkflow


class HesitantLedgerCalls(LedgerCalls):
    """A timer before each entry."""

    async def write_down(self, request: Append) -> Appended:
        """As the real ones, a moment later."""
        await workflow.sleep(0.01)
        return await super().write_down(request)


@workflow.defn(name="Dossier", failure_exception_types=[ValidationError])
class HesitantDossierWorkflow(DossierWorkflow):
    """The same workflow, but for a timer that the real one does not set."""

    @workflow.init
    def __init__(self, start: OpenDossier) -> None:
        super().__init__(start)
        self._ledger = HesitantLedgerCalls(self._revision)

    @workflow.run
    async def run(self, start: OpenDossier) -> DossierEnd:
        """As the real one."""
        return await super().run(start)
