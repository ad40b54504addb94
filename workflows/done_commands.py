"""The commands that a dossier has acted on, in one run of its workflow: their fingerprints and what they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.ledger.contracts import Append, Appended
    from activities.ledger.history_reader import Past
    from domain.dossier.decide import Act
    from domain.dossier.fingerprint import fingerprint_of
    from domain.errors import Conflict
    from domain.messages.record import RecordRefusal


class DoneCommands:
    """The commands that are in the ledger. `acted`: the first and the last version that each wrote."""

    def __init__(
        self, acted: Mapping[UUID, tuple[int, int]] | None = None, fingerprints: Mapping[UUID, str] | None = None
    ) -> None:
        self.acted = dict(acted or {})
        self.fingerprints = dict(fingerprints or {})
        self._unanswered: set[UUID] = set()
        """The commands that this run has found in the ledger and has not answered yet."""

    def __contains__(self, command_id: UUID) -> bool:
        return command_id in self.acted

    def remember(self, entry: Append, appended: Appended) -> None:
        """The entry of a command was written to the ledger, and the command is answered now."""
        self.acted[entry.command_id] = (appended.first_version, appended.last_version)
        if entry.fingerprint is not None:
            self.fingerprints[entry.command_id] = entry.fingerprint
        self._unanswered.discard(entry.command_id)

    def add(self, past: Past, *, answered: bool) -> None:
        """Adds commands from the ledger. `answered`: the run before has answered all of them."""
        if not answered:
            self._unanswered |= past.acted.keys() - self.acted.keys()
        self.acted |= past.acted
        self.fingerprints |= past.fingerprints

    def answer(self, command_id: UUID) -> tuple[int, int, bool]:
        """The first and last version that a command wrote, and True if it was answered before."""
        repeated = command_id not in self._unanswered
        self._unanswered.discard(command_id)
        return *self.acted[command_id], repeated

    def require_own_id(self, act: Act, dossier: str) -> None:
        """Conflict `command_id_reused` if another command has acted under this id."""
        known = self.fingerprints.get(act.command_id)
        if known is not None and known != fingerprint_of(act):
            raise Conflict(
                RecordRefusal.COMMAND_ID_REUSED, dossier=dossier, command_id=act.command_id, used_for=dossier
            )
