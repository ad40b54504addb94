"""Where the ledger's errors become Temporal's: the type is the stable code, and only an absent database is retried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from temporalio.exceptions import ApplicationError

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import DomainError

log = structlog.get_logger(__name__)


@contextmanager
def as_application_error(dossier: str | None = None, *, patient: bool = False) -> Iterator[None]:
    """Raises each domain error as an ApplicationError of type `code`, with both sentences and the facts as details.

    What the database refuses is logged with its SQLSTATE, of which dossier, and not tried again; `patient`: it is, for
    those whose end nobody would notice.
    """
    try:
        yield
    except DomainError as error:
        raise _told(error, dossier, patient=patient) from error


def _told(error: DomainError, dossier: str | None, *, patient: bool) -> ApplicationError:
    again = isinstance(error, DatabaseUnavailable)
    if isinstance(error, DatabaseRefuses):
        told = {"sqlstate": error.facts["sqlstate"], "exception_type": error.facts["problem"]}
        log.error("database_refused", dossier=dossier, **told)
        again = patient
    sentences = {"kind": type(error).__name__, **error.message.model_dump()}
    return ApplicationError(error.message.en, sentences, error.facts, type=error.code, non_retryable=not again)
