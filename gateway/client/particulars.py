"""Stores the personal data of a command in the vault, and checks that the vault has the data that commands name."""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.ledger.reading import DossierRow, dossier_in
from activities.ledger.vault import Vault
from domain.dossier.commands import (
    NOT_KEPT_YET,
    ApplicantField,
    CorrectApplicant,
    CorrectEntry,
    HumanCommand,
    RequestPost,
    RetryRefusedCall,
)
from domain.dossier.deciding.refused_calls import require_own_input
from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from gateway.client.requests import Applicant, PostalAddress, require_born

SOME = "f" * 64
"""Stands for a commitment in a check before the particulars are kept."""


async def with_new_applicant(
    vault: Vault, row: DossierRow, command: HumanCommand, applicant: Applicant, today: date
) -> CorrectEntry | RetryRefusedCall:
    """Stores the new particulars and returns the command with their commitment.

    The command names the changed fields without their values. Raises InvalidInput `particulars_without_correction`, and
    the refusal of a retry of a call that has no particulars: nothing is stored for it.
    """
    dossier = dossier_in(row)
    if isinstance(command, RetryRefusedCall):
        require_own_input(dossier, command.model_copy(update={"applicant": SOME}))
    elif not isinstance(command, CorrectEntry) or not isinstance(command.correction, CorrectApplicant):
        raise InvalidInput(DossierRefusal.PARTICULARS_WITHOUT_CORRECTION, command=command.kind)
    require_born(applicant, today)
    person = applicant.model_dump(mode="json")
    current = dossier.applicant.commitment
    before = (await vault.reveal_all([current])).get(current, {})
    changed = tuple(field for field in ApplicantField if before.get(field) != person.get(field))
    kept = await vault.keep(row.code, {**person, "matter_address": before.get("matter_address")})
    if isinstance(command, RetryRefusedCall):
        return command.model_copy(update={"applicant": kept, "changed": changed})
    return command.model_copy(update={"correction": CorrectApplicant(value=kept, changed=changed)})


async def with_postal_address(vault: Vault, code: str, command: HumanCommand, address: PostalAddress) -> RequestPost:
    """Stores the address and returns the command with its commitment.

    Raises InvalidInput `postal_address_not_wanted` for any other command.
    """
    if not isinstance(command, RequestPost):
        raise InvalidInput(DossierRefusal.POSTAL_ADDRESS_NOT_WANTED, command=command.kind)
    kept = await vault.keep(code, {"postal_address": address.model_dump(mode="json")})
    return command.model_copy(update={"postal_address": kept})


async def require_kept(vault: Vault, code: str, command: Any) -> None:
    """Raises InvalidInput `applicant_not_kept`, `postal_address_not_kept` or `note_not_kept` for a commitment that is
    not this dossier's."""
    correction = command.correction if isinstance(command, CorrectEntry) else None
    kept = correction.value if isinstance(correction, CorrectApplicant) else None
    if isinstance(command, RetryRefusedCall):
        kept = command.applicant
    if kept is not None and not await vault.holds_applicant(code, kept):
        raise InvalidInput(DossierRefusal.APPLICANT_NOT_KEPT, dossier=code)
    address = command.postal_address if isinstance(command, RequestPost) else NOT_KEPT_YET
    if address != NOT_KEPT_YET and not await vault.holds_postal_address(code, address):
        raise InvalidInput(DossierRefusal.POSTAL_ADDRESS_NOT_KEPT, dossier=code)
    note = getattr(command, "note", None)
    if note is not None and not await vault.holds(code, note):
        raise InvalidInput(DossierRefusal.NOTE_NOT_KEPT, dossier=code)
