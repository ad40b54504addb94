"""What a service sends when it has no client library of the engine: it takes a code, keeps the particulars, and gives
each command the bytes that the engine's command has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.pool import Pool
from activities.ledger.vault import Vault
from domain.roles import Role
from domain.values import VIETNAM, Code
from tools.benchmark.driving.standard_dossier import APPLICANT, Command, officer, submission
from tools.benchmark.rules import WARD

ROWS_OF = {command: "return_result" if command is Command.RETURN else command.value for command in Command}
"""What the baseline and the peers call each command, and the template the rows of it."""


async def take_code(pool: Pool, key: str) -> Code:
    """The code of a new dossier, whose applicant is in the vault, as the engine's client has it."""
    day = datetime.now(VIETNAM).date()
    code = await DossierCodes(pool).allocate(key, f"H42.{WARD}", day, "0" * 64)
    await Vault(pool).keep(code, APPLICANT.model_dump(mode="json"))
    return code


def submission_payload(key: str, accepted_in: float) -> dict[str, Any]:
    """The payload of the first command. The applicant is in the vault."""
    return submission(key, accepted_in).model_dump(mode="json", exclude={"applicant"})


def act_payload() -> dict[str, Any]:
    """The payload of the other commands."""
    return {"actor": officer(Role.RECEPTION).model_dump(mode="json")}
