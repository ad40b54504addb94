"""The errors of callers whose identity is not known (401), and of those who send too much (429)."""

from __future__ import annotations

from domain.errors import DomainError


class NotAuthenticated(DomainError):
    """The caller's identity is not known: no token, or a token that is not believed."""


class IssuerUnavailable(DomainError):
    """Access tokens cannot be verified now, because the issuer's keys are not known. A later try may succeed."""


class TooManyRequests(DomainError):
    """The caller has used up its quota. The same request may be sent again after a while."""
