"""Checks the claims of a token whose signature is right, and says who asks. Pure: the time is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.roles import OF_NO_POST, Role
from domain.values import Code
from gateway.access.errors import NotAuthenticated
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.messages import TokenRefusal
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal, ServicePrincipal

_CODE: TypeAdapter[str] = TypeAdapter(Code)
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999."""


def require_issuer(claims: Mapping[str, Any], policy: IssuerPolicy) -> None:
    """NotAuthenticated: token_issuer_wrong."""
    if claims.get("iss") != policy.issuer:
        raise NotAuthenticated(TokenRefusal.ISSUER_WRONG)


def require_times(claims: Mapping[str, Any], policy: IssuerPolicy, now: datetime) -> None:
    """NotAuthenticated: token_expired, token_not_yet_valid, token_claims_wrong."""
    at, skew = now.timestamp(), policy.skew_seconds
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if at >= expires + skew:
        raise NotAuthenticated(TokenRefusal.EXPIRED)
    if max(begins, issued) > at + skew:
        raise NotAuthenticated(TokenRefusal.NOT_YET_VALID)
    if not 0 < expires - issued <= policy.longest_life_seconds:
        raise claim_wrong("exp")


def require_audience(claims: Mapping[str, Any], policy: IssuerPolicy) -> None:
    """NotAuthenticated: token_audience_wrong."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if policy.audience not in audiences:
        raise NotAuthenticated(TokenRefusal.AUDIENCE_WRONG, audience=policy.audience)


def principal_of(claims: Mapping[str, Any], policy: IssuerPolicy) -> Principal:
    """Who asks. NotAuthenticated: token_claims_wrong."""
    names = policy.claims
    client = next((name for name in names.client if name in claims), None)
    program = _code(claims, client) if client is not None else None
    match claims.get(names.kind):
        case "service":
            if program is None:
                raise claim_wrong(names.client[0])
            return ServicePrincipal(service=program)
        case "person":
            person, unit = _code(claims, names.identifier), _optional_code(claims, names.unit)
            return PersonPrincipal(person=person, carried_by=program, role=_role(claims, names.role), unit=unit)
        case "applicant":
            return ApplicantPrincipal(applicant=_code(claims, names.identifier), carried_by=program)
        case _:
            raise claim_wrong(names.kind)


def claim_wrong(name: str) -> NotAuthenticated:
    """The error of a claim, by the name that the configuration or the standard gives it."""
    return NotAuthenticated(TokenRefusal.CLAIMS_WRONG, claim=name)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    """A time as seconds since 1970."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
        raise claim_wrong(name)
    return value


def _code(claims: Mapping[str, Any], name: str) -> str:
    """An identifier, exactly as the token has it: one that must be trimmed first is refused."""
    value = claims.get(name)
    try:
        if isinstance(value, str) and _CODE.validate_python(value) == value:
            return value
    except ValidationError:
        pass
    raise claim_wrong(name)


def _optional_code(claims: Mapping[str, Any], name: str) -> str | None:
    return _code(claims, name) if name in claims else None


def _role(claims: Mapping[str, Any], name: str) -> Role | None:
    if name not in claims:
        return None
    try:
        role = Role(claims[name])
    except ValueError:
        raise claim_wrong(name) from None
    if role in OF_NO_POST:
        raise claim_wrong(name)
    return role
