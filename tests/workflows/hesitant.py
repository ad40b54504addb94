"""A dossier's workflow of a release that never was: it waits a moment before it writes. Its histories do not replay."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.ledger.contracts import Append, Appended
    from workflows.messages import DossierEnd, OpenDossier

from workflows.dossier import DossierWorkflow


@workflow.defn(name="Dossier", failure_exception_types=[ValidationError])
class HesitantDossierWorkflow(DossierWorkflow):
    """The same workflow, but for a timer that the real one does not set."""

    @workflow.init
    def __init__(self, start: OpenDossier) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: OpenDossier) -> DossierEnd:
        """As the real one."""
        return await super().run(start)

    async def _write_down(self, request: Append) -> Appended:
        await workflow.sleep(0.01)
        return await super()._write_down(request)
