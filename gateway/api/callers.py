"""Who calls: the sign-in of each request, and whether the caller may do the operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer
from opentelemetry import metrics

from domain.errors import DomainError, NotAuthorised, NotFound
from domain.roles import Role
from domain.values import Code
from gateway.access.callers import ON_BEHALF_OF, Caller, caller_of, on_behalf_of
from gateway.access.errors import NotAuthenticated
from gateway.access.messages import AccessRefusal
from gateway.access.permissions import require_permission
from gateway.access.scopes import Scope, scope_of
from gateway.api.answer_headers import MORE
from gateway.api.parts import Api, Parts
from gateway.api.rates import Quota

log = structlog.get_logger(__name__)
_denied = metrics.get_meter("luongxanh.api").create_counter(
    "luongxanh_requests_denied", description="Requests refused because of who asked, by code"
)

BEARER = HTTPBearer(
    scheme_name="accessToken",
    bearerFormat="JWT",
    auto_error=False,
    description="Mã truy cập do hệ thống đăng nhập cấp (access token of the sign-in system).",
)


@dataclass(frozen=True)
class SignedIn:
    """The caller of an operation that needs a sign-in, and what it reaches with it."""

    caller: Caller
    operation: str
    roles: frozenset[Role]
    """The roles of the caller that may do the operation."""
    scope: Scope


OnBehalfOf = Annotated[
    Code | None,
    Header(
        alias=ON_BEHALF_OF,
        description="Người nộp mà dịch vụ làm thay; chỉ dịch vụ được phép (for whom a trusted service asks).",
        examples=["cong-dan.0001"],
    ),
]


async def signed_in(
    request: Request, parts: Parts, _token: Annotated[object, Depends(BEARER)], applicant: OnBehalfOf = None
) -> SignedIn:
    """The caller of the request. Raises NotAuthenticated, NotAuthorised; a refusal is logged and counted."""
    operation = str(request.scope["route"].operation_id)
    try:
        caller = await _caller(request, parts)
        if applicant is not None:
            caller = on_behalf_of(caller, applicant)
        await count_request(request, parts, parts.policy.caller, caller.name)
        roles = require_permission(caller, operation)
        scope = scope_of(caller, operation, parts.engine.province.organisation)
    except (NotAuthenticated, NotAuthorised) as refused:
        denied(refused, operation)
        raise
    return SignedIn(caller, operation, roles, scope)


async def count_request(request: Request, parts: Api, quota: Quota, *caller: str) -> None:
    """Counts the request of a caller. Its answer says what is left. Raises BadRequest `too_many_requests`."""
    left = await parts.rates.take(quota, *caller)
    request.scope.setdefault("state", {})[MORE] = left.headers


async def counted_by_address(request: Request, parts: Parts) -> None:
    """Counts a request without a sign-in, by the address from which it comes."""
    await count_request(request, parts, parts.policy.public, request.client.host if request.client else "–")


async def _caller(request: Request, parts: Api) -> Caller:
    token = _bearer(request.headers.getlist("authorization"))
    now = parts.now()
    principal = await parts.tokens.verify(token, now)
    try:
        return caller_of(principal, parts.engine.staff, now)
    except NotFound as unknown:
        raise NotAuthorised(AccessRefusal.CALLER_UNKNOWN) from unknown


def _bearer(given: list[str]) -> str:
    """The token of the header. Two such headers are refused: they would have two readings."""
    scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated(AccessRefusal.TOKEN_MISSING, header="Authorization: Bearer")
    return token.strip()


def denied(refused: DomainError, operation: str) -> None:
    """Logs and counts a request that is refused because of who asked."""
    log.warning("request_denied", code=str(refused.code), operation=operation)
    _denied.add(1, {"code": str(refused.code), "operation": operation})


Signed = Annotated[SignedIn, Depends(signed_in)]
"""The caller, as a parameter of an operation that needs a sign-in."""
