"""The errors of HTTP requests that are refused before or beside the engine."""

from __future__ import annotations

from fastapi import HTTPException

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import DomainError
from domain.messages.record import RecordRefusal
from gateway.client import EngineUnavailable

OURS = (RecordRefusal.DATABASE_REFUSED, RecordRefusal.LEDGER_REFUSED)
"""Codes of what our own database refuses, also where a dossier met it."""


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


def is_ours(refused: DomainError) -> bool:
    """True when it is on our side, so that who reports something to us must report it again.

    A database that refuses a statement (a privilege, a table) would refuse it again to a person, who is told so. What
    another system reports is lost if it is told that it was refused for good.
    """
    unavailable = isinstance(refused, EngineUnavailable | DatabaseUnavailable | DatabaseRefuses)
    return unavailable or refused.code in OURS
