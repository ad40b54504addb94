"""What a verified principal may do with one operation now: the same check for every way in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from opentelemetry import metrics

from domain.errors import DomainError, NotAuthorised, NotFound
from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from domain.roles import Role
from gateway.access.callers import Caller, caller_of, on_behalf_of
from gateway.access.errors import NotAuthenticated
from gateway.access.messages import AccessRefusal
from gateway.access.permissions import PERMISSIONS, Reach, require_permission
from gateway.access.principals import Principal
from gateway.access.scopes import Scope, is_whole_province, scope_of

log = structlog.get_logger(__name__)
_denied = metrics.get_meter("luongxanh.access").create_counter(
    "luongxanh_requests_denied", description="Requests refused because of who asked, by code"
)


@dataclass(frozen=True)
class SignedIn:
    """The caller of an operation that needs a sign-in, and what it reaches with it."""

    caller: Caller
    operation: str
    roles: frozenset[Role]
    """The roles of the caller that may do the operation."""
    scope: Scope


class Tokens(Protocol):
    """Verifies access tokens. `gateway.access.tokens` does it against an OIDC issuer."""

    async def verify(self, token: str, now: datetime) -> Principal:
        """The principal of a token. Raises NotAuthenticated when the token is not believed."""
        ...


def bearer_token(given: Sequence[str]) -> str:
    """The token in the `Authorization` headers of a request. Two of them are refused: they would have two readings.

    Raises NotAuthenticated `token_missing`.
    """
    scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated(AccessRefusal.TOKEN_MISSING, header="Authorization: Bearer")
    return token.strip()


def known_caller(principal: Principal, staff: Staff, at: datetime) -> Caller:
    """The caller behind a verified principal.

    Raises NotAuthorised: `caller_unknown`, and the refusals of `caller_of`.
    """
    try:
        return caller_of(principal, staff, at)
    except NotFound as unknown:
        raise NotAuthorised(AccessRefusal.CALLER_UNKNOWN) from unknown


def signed_in_for(caller: Caller, operation: str, organisation: Organisation) -> SignedIn:
    """The caller with what it reaches by an operation.

    Raises NotAuthorised `operation_not_allowed`, `whole_province_needed`.
    """
    roles = require_permission(caller, operation)
    signed = SignedIn(caller, operation, roles, scope_of(caller, roles, organisation))
    permission = PERMISSIONS[operation]
    of_its_own = caller.service is not None and permission.entry is not None
    if not of_its_own and {permission.reach[role] for role in roles} == {Reach.PROVINCE}:
        require_whole_province(signed, organisation)
    return signed


def require_whole_province(signed: SignedIn, organisation: Organisation) -> None:
    """Accepts a caller who reaches the whole province. Raises NotAuthorised `whole_province_needed`."""
    if not is_whole_province(signed.scope, organisation, signed.caller.at):
        raise NotAuthorised(AccessRefusal.WHOLE_PROVINCE_NEEDED)


def still_reaches(signed: SignedIn, staff: Staff, organisation: Organisation, at: datetime) -> bool:
    """True while the caller may do the operation, and reaches by it what it reached when the request came."""
    try:
        caller, applicant = known_caller(signed.caller.principal, staff, at), signed.caller.for_applicant
        caller = caller if applicant is None else on_behalf_of(caller, applicant)
        return signed_in_for(caller, signed.operation, organisation).scope == signed.scope
    except NotAuthorised:
        return False


def denied(refused: DomainError, operation: str) -> None:
    """Logs and counts a request that is refused because of who asked."""
    log.warning("request_denied", code=str(refused.code), operation=operation)
    _denied.add(1, {"code": str(refused.code), "operation": operation})
