"""Who gives an operator's order: a person who holds that post today; unnamed, the account of this machine.

Every door asks here: the command line, and the engine itself for whoever calls it in the same process.
"""

from __future__ import annotations

import getpass
import re
from datetime import datetime

from domain.operator_orders import OPERATORS, require_operator
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import VIETNAM
from gateway.client.authorization import actor_for


def ordered_by(person: str | None, staff: Staff) -> str:
    """Whoever gives the order: an operator whom the staff knows today; None: the account of this machine.

    InvalidInput: those of `require_operator`. NotFound, NotAuthorised: those of `actor_for`.
    """
    return this_account() if person is None else operator_known(person, staff)


def operator_known(person: str, staff: Staff) -> str:
    """The person, who holds the post of an operator today. Errors: those of `ordered_by`."""
    return actor_for(require_operator(person), Role.OPERATOR, None, staff, datetime.now(VIETNAM)).person


def this_account() -> str:
    """The account of this machine, as an identifier. InvalidInput: those of `require_operator`."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError):  # an account that the machine has no name for
        return OPERATORS
    return require_operator(re.sub(r"[^A-Za-z0-9._-]", "-", account).lstrip(".-_")[:64] or OPERATORS)
