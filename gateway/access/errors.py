"""The errors of callers whose identity is not known. The HTTP side answers them with 401."""

from __future__ import annotations

from domain.errors import DomainError


class NotAuthenticated(DomainError):
    """The caller's identity is not known: no token, or a token that is not believed."""
