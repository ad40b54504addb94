"""Where the ledger's errors become Temporal's: the type is the stable code, and only an absent database is retried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from temporalio.exceptions import ApplicationError

from activities.ledger.pool import DatabaseUnavailable
from domain.errors import DomainError


@contextmanager
def as_application_error() -> Iterator[None]:
    """Raises each domain error as an ApplicationError of type `code`, with both sentences and the facts as details."""
    try:
        yield
    except DomainError as error:
        raise ApplicationError(
            error.message.en,
            error.message.model_dump(),
            error.facts,
            type=error.code,
            non_retryable=not isinstance(error, DatabaseUnavailable),
        ) from error
