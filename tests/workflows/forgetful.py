"""A dossier's workflow with a mistake that the replay gate has to catch: a command is not written down."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.ledger.contracts import Append, Appended
    from domain.errors import DomainError
    from workflows.ledger_calls import LedgerCalls
    from workflows.messages import DossierEnd, OpenDossier

from workflows.dossier import DossierWorkflow


class ForgetfulLedgerCalls(LedgerCalls):
    """Nothing is written down."""

    async def write_down(self, request: Append) -> Appended:
        """As if it had been."""
        first, last = request.after_version + 1, request.after_version + len(request.events)
        return Appended(dossier=request.dossier, first_version=first, last_version=last)


@workflow.defn(name="Dossier", failure_exception_types=[DomainError, ValidationError])
class ForgetfulDossierWorkflow(DossierWorkflow):
    """The same workflow, but it only claims to have written to the ledger."""

    @workflow.init
    def __init__(self, start: OpenDossier) -> None:
        super().__init__(start)
        self._ledger = ForgetfulLedgerCalls(self._revision)

    @workflow.run
    async def run(self, start: OpenDossier) -> DossierEnd:
        """As the real one."""
        return await super().run(start)
