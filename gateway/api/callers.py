"""Who calls: the sign-in of each request, and whether the caller may do the operation."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from domain.errors import NotAuthorised
from domain.values import Code
from gateway.access.callers import ON_BEHALF_OF, Caller, on_behalf_of
from gateway.access.errors import NotAuthenticated, TooManyRequests
from gateway.access.rates import Quota, RateLeft
from gateway.access.sign_in import SignedIn, bearer_token, denied, known_caller, signed_in_for
from gateway.api.answer_headers import add_headers
from gateway.api.parts import Api, Parts

BEARER = HTTPBearer(
    scheme_name="accessToken",
    bearerFormat="JWT",
    auto_error=False,
    description="Mã truy cập do hệ thống đăng nhập cấp (access token of the sign-in system).",
)


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
        caller = await _caller_counted(request, parts)
        if applicant is not None:
            caller = on_behalf_of(caller, applicant)
        await count_request(request, parts, parts.policy.caller, caller.name)
        return signed_in_for(caller, operation, parts.engine.province.organisation)
    except (NotAuthenticated, NotAuthorised) as refused:
        denied(refused, operation)
        raise


async def count_request(request: Request, parts: Api, quota: Quota, *caller: str) -> None:
    """Counts the request of a caller. Its answer says what is left. Raises TooManyRequests `too_many_requests`."""
    try:
        left = await parts.rates.take(quota, *caller)
    except TooManyRequests as refused:
        nothing = RateLeft(quota=quota, left=0, resets_in=int(refused.facts["wait"]))
        add_headers(request.scope, nothing.headers)
        raise
    add_headers(request.scope, left.headers)


async def counted_by_address(request: Request, parts: Parts) -> None:
    """Counts a request without a sign-in, by the address from which it comes."""
    await count_request(request, parts, parts.policy.public, address_of(request))


async def _caller_counted(request: Request, parts: Api) -> Caller:
    """The caller. Requests of nobody known are counted by their address: verifying a token costs as much as a read."""
    try:
        return await _caller(request, parts)
    except (NotAuthenticated, NotAuthorised):
        await parts.rates.take(parts.policy.public, "refused", address_of(request))
        raise


def address_of(request: Request) -> str:
    """The address from which a request comes."""
    return request.client.host if request.client else "–"


async def _caller(request: Request, parts: Api) -> Caller:
    token = bearer_token(request.headers.getlist("authorization"))
    now = parts.now()
    return known_caller(await parts.tokens.verify(token, now), parts.engine.staff, now)


Signed = Annotated[SignedIn, Depends(signed_in)]
"""The caller, as a parameter of an operation that needs a sign-in."""
