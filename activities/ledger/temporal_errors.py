"""Turns the ledger's errors into Temporal's. The type is the stable code; only an absent database is retried."""

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

    A refusal of the database is logged with its SQLSTATE and dossier and is not retried. With `patient` it is retried,
    for activities whose end nobody would notice.
    """
    try:
        yield
    except DomainError as error:
        raise _application_error(error, dossier, patient=patient) from error


def _application_error(error: DomainError, dossier: str | None, *, patient: bool) -> ApplicationError:
    retried = isinstance(error, DatabaseUnavailable)
    if isinstance(error, DatabaseRefuses):
        facts = {"sqlstate": error.facts["sqlstate"], "exception_type": error.facts["problem"]}
        log.error("database_refused", dossier=dossier, **facts)
        retried = patient
    return application_error(error, retried=retried)


def application_error(error: DomainError, *, kind: str | None = None, retried: bool = False) -> ApplicationError:
    """Temporal's error for an error of the domain. `kind`: the class of the original, when `error` only repeats it."""
    sentences = {"kind": kind or type(error).__name__, **error.message.model_dump()}
    return ApplicationError(error.message.en, sentences, error.facts, type=str(error.code), non_retryable=not retried)
