"""The ids of requests that act, derived from the caller and its own key: the same key acts once, by any way in.

The ledger refuses a second effect of an id, so this holds for ever.
"""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

from activities.ledger.dossier_codes import submission_of
from gateway.access.callers import Caller

COMMANDS = UUID("5f6f2a0e-0f4b-5b6c-9f0e-2f3a4f5b6c7d")
LONGEST_KEY = 255
KEY = f"[!-~]{{1,{LONGEST_KEY}}}"
"""The pattern of a caller's key: printable ASCII without spaces."""


def command_id_of(caller: Caller, key: str) -> UUID:
    """The id of the command of a request: the same for the same caller and key."""
    return uuid5(COMMANDS, f"{caller.name}\n{key}")


def command_id_by_receipt(dossier: str, key: str) -> UUID:
    """The id of the command of whoever showed the receipt of a dossier: the same for the same dossier and key."""
    return uuid5(COMMANDS, f"receipt/{dossier}\n{key}")


def submission_key_of(caller: Caller, key: str) -> str:
    """The key of a submission in the engine: the same for the same caller and key."""
    return "api-" + hashlib.sha256(f"{caller.name}\n{key}".encode()).hexdigest()


def submission_id_of(caller: Caller, key: str) -> UUID:
    """The id of the command of a submission."""
    return submission_of(submission_key_of(caller, key))
