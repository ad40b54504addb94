"""A repair by operators is noted in the ledger after it was verified."""

from __future__ import annotations

from domain.dossier.commands import NoteRepair
from domain.dossier.context import Context
from domain.dossier.deciding.guards import require_role
from domain.dossier.events import AnyEvent, DossierRepaired
from domain.roles import Role


def note_repair(command: NoteRepair, context: Context) -> list[AnyEvent]:
    """In every state: a dossier that has ended may have been repaired too. NotAuthorised `wrong_role`."""
    require_role(context, Role.OPERATOR)
    return [
        DossierRepaired(
            at=context.now,
            repair=command.repair,
            plan=command.plan,
            reason=command.reason,
            second=command.second,
            outcome=command.outcome,
        )
    ]
