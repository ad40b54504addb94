"""What is found at a dossier before a repair: its state, its cause, and what the repair would ask outside again."""

from __future__ import annotations

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer

from domain.repairs.causes import Cause
from domain.repairs.orders import RepairKind
from domain.values import Bilingual, Code, Value


class AskedAgain(Value):
    """A call that the repair makes again. It may have begun before, and the ledger has no outcome of it.

    It is harmless: it goes out under the same id, and the adapters' contract is that a system does each id once.
    """

    effect: str
    system: str


class Finding(Value):
    """One dossier as a plan saw it.

    `version` is that of the ledger and `run` the run of the workflow (None: none runs). A plan is carried out on the
    dossier only while these and the cause are still the same.
    """

    dossier: Code
    version: int
    run: str | None
    cause: Cause | None
    code: str | None = None
    """The code of the error, where one is known."""
    chosen: RepairKind | None = None
    """The repair that the cause calls for, in a plan that mends. None: the plan's order says it."""
    again: tuple[AskedAgain, ...] = ()
    refused: str | None = None
    """The code of the refusal, when the order cannot be carried out on this dossier."""
    refused_because: Bilingual | None = None
    """The whole sentence of the refusal, with its facts."""

    @model_serializer(mode="wrap")
    def _as_named_by_its_plan(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without a choice that was not made: the plans of releases that knew none keep their hashes."""
        written: dict[str, Any] = write(self)
        return written if self.chosen is not None else {k: v for k, v in written.items() if k != "chosen"}
