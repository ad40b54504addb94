"""Stores the personal data of a command in the vault, and checks that the vault has the data that commands name."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.ledger.reading import DossierRow, dossier_in
from activities.ledger.vault import Vault
from domain.dossier.commands import ApplicantField, CorrectApplicant, CorrectEntry, HumanCommand
from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from gateway.client.requests import Applicant, require_born


async def with_new_applicant(
    vault: Vault, row: DossierRow, command: HumanCommand, applicant: Applicant, today: date
) -> CorrectEntry:
    """Stores the new particulars and returns the command with their commitment.

    The command names the changed fields without their values. Raises InvalidInput `particulars_without_correction`.
    """
    if not isinstance(command, CorrectEntry) or not isinstance(command.correction, CorrectApplicant):
        raise InvalidInput(DossierRefusal.PARTICULARS_WITHOUT_CORRECTION, command=command.kind)
    require_born(applicant, today)
    person = applicant.model_dump(mode="json")
    current = dossier_in(row).applicant.commitment
    before = (await vault.reveal_all([current])).get(current, {})
    changed = tuple(field for field in ApplicantField if before.get(field) != person.get(field))
    kept = await vault.keep(row.code, {**person, "matter_address": before.get("matter_address")})
    return command.model_copy(update={"correction": CorrectApplicant(value=kept, changed=changed)})


async def require_kept(vault: Vault, code: str, command: Any) -> None:
    """Raises InvalidInput `applicant_not_kept` or `note_not_kept` for a commitment that is not this dossier's."""
    correction = command.correction if isinstance(command, CorrectEntry) else None
    if isinstance(correction, CorrectApplicant) and not await vault.holds_applicant(code, correction.value):
        raise InvalidInput(DossierRefusal.APPLICANT_NOT_KEPT, dossier=code)
    note = getattr(command, "note", None)
    if note is not None and not await vault.holds(code, note):
        raise InvalidInput(DossierRefusal.NOTE_NOT_KEPT, dossier=code)
