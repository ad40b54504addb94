"""The errors of callers whose identity is not known. The HTTP side answers them with 401."""

from __future__ import annotations

from domain.errors import DomainError


class NotAuthenticated(DomainError):
    """The caller's identity is not known: no token, or a token that is not believed."""


class IssuerUnavailable(DomainError):
    """Access tokens cannot be verified now, because the issuer's keys are not known. A later try may succeed."""
