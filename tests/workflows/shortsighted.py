"""A dossier's workflow with a mistake that the replay gate has to catch: it looks back once too seldom."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from workflows.messages import DossierEnd, OpenDossier

from workflows.dossier import LOOKS_BACK, DossierWorkflow


@workflow.defn(name="Dossier", failure_exception_types=[ValidationError])
class ShortsightedDossierWorkflow(DossierWorkflow):
    """The same workflow, but for its last look."""

    @workflow.init
    def __init__(self, start: OpenDossier) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: OpenDossier) -> DossierEnd:
        """As the real one."""
        return await super().run(start)

    async def _look_now_and_then(self) -> None:
        for pause in LOOKS_BACK[:-1]:
            await workflow.sleep(pause)
            self._look_due = True
