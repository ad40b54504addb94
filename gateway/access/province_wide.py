"""Who reaches the whole province with an operation: for orders and lists that belong to no unit."""

from __future__ import annotations

from domain.errors import NotAuthorised
from domain.organisation.organisation import Organisation
from domain.values import VIETNAM
from gateway.access.messages import AccessRefusal
from gateway.access.scopes import EVERYTHING
from gateway.access.sharing import OF_PROVINCE
from gateway.access.sign_in import SignedIn


def reaches_province(signed: SignedIn, organisation: Organisation) -> bool:
    """True for who holds, in a unit of the province's level, a post that may do the operation.

    A service must be restricted to no units and no procedures, and ask for no applicant.
    """
    caller = signed.caller
    if caller.service is not None:
        return signed.scope == EVERYTHING
    today = caller.at.astimezone(VIETNAM).date()
    units = (organisation.find(duty.unit, today) for duty in caller.duties if duty.role in signed.roles)
    return any(unit is not None and unit.level in OF_PROVINCE for unit in units)


def require_province(signed: SignedIn, organisation: Organisation) -> None:
    """Raises NotAuthorised `operation_of_province`."""
    if not reaches_province(signed, organisation):
        raise NotAuthorised(AccessRefusal.OPERATION_OF_PROVINCE, operation=signed.operation)
