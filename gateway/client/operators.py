"""Finds who gives an operator's order: a person who holds that post today, or the account of this machine.

The command line uses it, and the engine itself for services in the same process.
"""

from __future__ import annotations

import getpass
import re
from datetime import datetime

from domain.operator_orders import OPERATORS, require_operator
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import VIETNAM
from gateway.access.principals import MachineAccount
from gateway.client.authorization import actor_for


def ordered_by(person: str | None, staff: Staff) -> str:
    """The operator `person`, who must hold the post today; None means the account of this machine.

    Raises the InvalidInput errors of `require_operator`, and the errors of `actor_for`.
    """
    return this_account() if person is None else operator_known(person, staff)


def operator_known(person: str, staff: Staff) -> str:
    """The person, who must hold the post of an operator today. Raises the errors of `ordered_by`."""
    return actor_for(require_operator(person), Role.OPERATOR, None, staff, datetime.now(VIETNAM)).person


def this_machine() -> MachineAccount:
    """The account of this machine as a principal, for the command line and programs in the same process.

    Raises the InvalidInput errors of `require_operator`.
    """
    return MachineAccount(account=this_account())


def this_account() -> str:
    """The account of this machine as an identifier. Raises the InvalidInput errors of `require_operator`."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError):  # the account has no name on this machine
        return OPERATORS
    return require_operator(re.sub(r"[^A-Za-z0-9._-]", "-", account).lstrip(".-_")[:64] or OPERATORS)
