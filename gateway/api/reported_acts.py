"""Has a dossier look at what another system reports. A report acts once, by the id that its system gives it."""

from __future__ import annotations

from uuid import UUID

from domain.dossier.decide import Act
from domain.errors import DomainError
from domain.messages.record import RecordRefusal
from gateway.client import Engine
from workflows.messages import Receipt


async def send_reported(engine: Engine, dossier: str, act: Act, own: UUID | None) -> Receipt:
    """Sends the act. `own`: the id that it has if another report has taken its id; None: then it is refused.

    A system that counts from 1 again each day gives two reports one id. Refused for good, the second one would be lost.
    Raises the errors of `Engine.send`.
    """
    try:
        return await engine.send(dossier, act)
    except DomainError as refused:
        if refused.code != RecordRefusal.COMMAND_ID_REUSED or own is None:
            raise
    return await engine.send(dossier, act.model_copy(update={"command_id": own}))
