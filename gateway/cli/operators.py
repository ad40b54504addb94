"""Who gives an operator's command."""

from __future__ import annotations

import getpass
import re
from datetime import datetime

from domain.operator_orders import OPERATORS, require_operator
from domain.organisation.staff import Staff
from domain.values import VIETNAM
from gateway.client.authorization import operator_known


def operator(by: str | None, staff: Staff) -> str:
    """Who gives the order: as told, an operator whom the staff knows today; else the account of this machine.

    InvalidInput: those of `require_operator`; NotFound and NotAuthorised: those of `actor_for`, before anything is
    written.
    """
    return this_account() if by is None else operator_known(by, staff, datetime.now(VIETNAM))


def this_account() -> str:
    """The account of this machine, as an identifier. InvalidInput: those of `require_operator`."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError):  # an account that the machine has no name for
        return OPERATORS
    return require_operator(re.sub(r"[^A-Za-z0-9._-]", "-", account).lstrip(".-_")[:64] or OPERATORS)
