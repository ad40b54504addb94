"""Turns a refusal of the domain into Temporal's error: the type is the stable code, the details are both sentences."""

from __future__ import annotations

from temporalio.exceptions import ApplicationError

from domain.errors import DomainError


def refusal(error: DomainError, version: int) -> ApplicationError:
    """An answer, not a failure: it is never retried and fails no task. `version` is the version of the dossier."""
    return ApplicationError(
        error.message.en,
        {"kind": type(error).__name__, **error.message.model_dump()},
        error.facts,
        version,
        type=error.code,
        non_retryable=True,
    )
