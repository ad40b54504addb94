"""Dossier workflows with one mistake each, which the replay gate and the watch over stuck dossiers have to find."""

from __future__ import annotations

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import ValidationError

    from activities.ledger.contracts import Append, Appended
    from domain.dossier.react import Reaction
    from domain.dossier.revision import Revision
    from workflows.ledger_calls import LedgerCalls
    from workflows.messages import DossierEnd, OpenDossier

from workflows.dossier import LOOKS_BACK, DossierWorkflow


def as_dossier(variant: Any) -> Any:
    """Registers a variant under the name of the real workflow, with its `ledger_calls`.

    Temporal asks each class for a start and a run of its own, and reads the types of all parameters but a plain `self`.
    """

    def begun(self, start: OpenDossier) -> None:  # type: ignore[no-untyped-def]
        super(variant, self).__init__(start)
        self._ledger = variant.ledger_calls(self._revision, self._steps)

    async def run(self, start: OpenDossier) -> DossierEnd:  # type: ignore[no-untyped-def]
        end: DossierEnd = await super(variant, self).run(start)
        return end

    begun.__name__, begun.__qualname__ = "__init__", f"{variant.__qualname__}.__init__"
    run.__qualname__ = f"{variant.__qualname__}.run"
    variant.__init__, variant.run = workflow.init(begun), workflow.run(run)
    return workflow.defn(name="Dossier", failure_exception_types=[ValidationError])(variant)


class NoEntries(LedgerCalls):
    """Only claims to have written to the ledger."""

    async def write_down(self, request: Append) -> Appended:
        """Writes nothing."""
        first, last = request.after_version + 1, request.after_version + len(request.events)
        return Appended(dossier=request.dossier, first_version=first, last_version=last)


class LateEntries(LedgerCalls):
    """Sets a timer before each entry."""

    async def write_down(self, request: Append) -> Appended:
        """Writes a moment later."""
        await workflow.sleep(0.01)
        return await super().write_down(request)


@as_dossier
class WithoutEntries(DossierWorkflow):
    """It calls for no entry in the ledger."""

    ledger_calls = NoEntries


@as_dossier
class WithOneTimerMore(DossierWorkflow):
    """It waits before each entry."""

    ledger_calls = LateEntries


@as_dossier
class BadRelease(DossierWorkflow):
    """It waits before each entry, and its task fails as long as a dossier waits for its approval."""

    ledger_calls = LateEntries

    def _reaction(self) -> Reaction:
        if self._submitted.processing.step == "approve":
            raise RuntimeError("planted")
        return super()._reaction()


@as_dossier
class WithAMistake(DossierWorkflow):
    """It fails when it reacts, with an error whose text repeats what somebody typed."""

    ledger_calls = LedgerCalls

    async def _react_and_wait(self) -> None:
        raise ZeroDivisionError("0912345678")


@as_dossier
class OfTheReleaseBefore(DossierWorkflow):
    """It knows the third revision and no later one."""

    ledger_calls = LedgerCalls

    async def _until_nothing_follows(self) -> None:
        if self._revision > Revision.THIRD:
            raise RuntimeError("a newer worker must go on")
        await super()._until_nothing_follows()


@as_dossier
class WithOneLookLess(DossierWorkflow):
    """After it took a dossier over, it reads the ledger again once less."""

    ledger_calls = LedgerCalls

    async def _look_now_and_then(self) -> None:
        for pause in LOOKS_BACK[:-1]:
            await workflow.sleep(pause)
            self._look_due = True
