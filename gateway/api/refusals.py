"""The errors of HTTP requests that are refused before or beside the engine."""

from __future__ import annotations

from fastapi import HTTPException

from domain.errors import DomainError


class BadRequest(DomainError):
    """A request that is refused before the engine is asked."""


class NotNow(DomainError):
    """A refusal that may pass: the same request may be accepted later. It is answered with 503."""

    @classmethod
    def of(cls, error: DomainError, wait: int) -> NotNow:
        """The same code and sentence as another error. `wait` is in seconds."""
        later = cls.__new__(cls)
        later.code, later.message, later.facts = error.code, error.message, {**error.facts, "wait": str(wait)}
        return later


class RefusedBody(HTTPException):
    """A body that cannot be read. FastAPI lets only its own exceptions through while it reads a body."""

    def __init__(self, refusal: DomainError) -> None:
        self.refusal = refusal
        super().__init__(422)
