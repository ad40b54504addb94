"""Sends the commands of a standard dossier to the engine."""

from __future__ import annotations

from typing import Any, assert_never
from uuid import uuid4

from domain.dossier.commands import Accept, CompleteStep, ReturnResult, Sign
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.roles import Role
from gateway.client import ActRequest, Engine, EngineUnavailable, this_machine
from tools.benchmark.driving.driven_dossier import NotYet
from tools.benchmark.driving.standard_dossier import Command, officer, submission
from tools.benchmark.standard_work import DOCUMENT

PASSING_REFUSALS = (DossierRefusal.WRONG_STATE, DossierRefusal.WRONG_STEP)
"""The machine is slow: the payment, or the signature, is not recorded yet."""


class EngineDossier:
    """One dossier of the engine."""

    def __init__(self, engine: Engine, key: str, accepted_in: float) -> None:
        self.key = key
        self.code = ""
        self._engine = engine
        self._principal = this_machine()
        self._submission = submission(key, accepted_in)
        self._command_ids = {command: uuid4() for command in Command}

    async def send(self, command: Command) -> None:
        """Sends a command and waits for its receipt. Raises NotYet when the dossier is not so far."""
        try:
            if command is Command.SUBMIT:
                self.code = (await self._engine.submit(self._principal, self._submission)).dossier
            else:
                await self._engine.act(self._principal, self.code, self._request(command))
        except EngineUnavailable as unavailable:
            raise NotYet(unavailable.code) from unavailable
        except DomainError as refused:
            if refused.code not in PASSING_REFUSALS:
                raise
            raise NotYet(refused.code) from refused

    def _request(self, command: Command) -> ActRequest:
        role, body = self._act(command)
        return ActRequest(command_id=self._command_ids[command], actor=officer(role), command=body)

    def _act(self, command: Command) -> tuple[Role, Any]:
        match command:
            case Command.ACCEPT:
                return Role.RECEPTION, Accept()
            case Command.STEP:
                return Role.SPECIALIST, CompleteStep(step="process")
            case Command.SIGN:
                return Role.SIGNATORY, Sign(document=DOCUMENT, result_number=f"{self.code}-KQ")
            case Command.RETURN:
                return Role.RECEPTION, ReturnResult()
            case Command.SUBMIT:
                raise ValueError("a submission is not an act on a dossier")
            case _:
                assert_never(command)
