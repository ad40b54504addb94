"""Finds who gives an operator's order: somebody who holds that post today, or the account of this machine.

The command line uses it, and the engine itself for services in the same process.
"""

from __future__ import annotations

import getpass
import re
from datetime import datetime

from domain.errors import DomainError
from domain.operator_orders import OPERATORS, require_operator
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.access.acting import carried
from gateway.access.callers import identifier_of
from gateway.access.principals import MachineAccount, PersonPrincipal, Principal
from gateway.client.admitting.authorization import actor_for


def ordered_by(principal: Principal, person: str | None, staff: Staff) -> str:
    """Who gives an order for which the account of a machine is enough: without a name, the account itself.

    Raises the errors of `operator_of`.
    """
    if person is None and isinstance(principal, MachineAccount):
        return require_operator(principal.account)
    return operator_of(principal, person, staff)


def operator_of(principal: Principal, person: str | None, staff: Staff) -> str:
    """The operator in whose name a principal gives an order, who must hold that post today.

    `person` None means the principal itself. Raises the InvalidInput errors of `require_operator`, and the errors of
    `carried` and `actor_for`.
    """
    at = datetime.now(VIETNAM)
    who = require_operator(identifier_of(principal) if person is None else person)
    unit = principal.unit if isinstance(principal, PersonPrincipal) else None
    actor = carried(principal, Actor(person=who, role=Role.OPERATOR, unit=unit), staff, at)
    return actor_for(actor.person, actor.role, actor.unit, staff, at).person


def operator_known(person: str, staff: Staff) -> str:
    """The person, for an order under the account of this machine. Raises the errors of `operator_of`."""
    return operator_of(this_machine(), person, staff)


def is_operator(person: str, staff: Staff) -> bool:
    """True when the person holds the post of an operator today."""
    try:
        operator_known(person, staff)
    except DomainError:
        return False
    return True


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
