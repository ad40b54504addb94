"""Errors as a calling workflow gets them: a refusal ends its operation with our code, any other is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from nexusrpc import HandlerError, HandlerErrorType, OperationError, OperationErrorState
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from activities.ledger.temporal_errors import application_error
from domain.errors import DomainError, NotAuthorised
from gateway.access.errors import IssuerUnavailable, NotAuthenticated, TooManyRequests
from gateway.access.sign_in import denied
from gateway.client import EngineUnavailable
from gateway.client.engine_errors import Refused

log = structlog.get_logger(__name__)

PASSING = (EngineUnavailable, IssuerUnavailable, DatabaseUnavailable)
"""The same operation may succeed in a moment."""
OF_THE_SDK = "OperationError"
"""The type of the error that the SDK wraps around a refusal."""


def refusal_of(error: DomainError) -> ApplicationError:
    """The error of Temporal for a refusal: its type is the code, its details are both sentences and the facts."""
    return application_error(error, kind=error.kind if isinstance(error, Refused) else None)


@contextmanager
def answering(operation: str) -> Iterator[None]:
    """Turns the errors of an operation into those of Nexus. The text of an unforeseen error stays in this process.

    Temporal repeats an operation after a HandlerError of these types, and not after an OperationError.
    """
    try:
        yield
    except PASSING as passing:
        log.warning("nexus_operation_postponed", operation=operation, code=str(passing.code))
        raise HandlerError(str(passing.code), type=HandlerErrorType.UNAVAILABLE) from None
    except TooManyRequests as refused:
        log.warning("nexus_operation_postponed", operation=operation, code=str(refused.code))
        raise HandlerError(refused.message.en, type=HandlerErrorType.RESOURCE_EXHAUSTED) from None
    except DatabaseRefuses as refused:
        log.error("nexus_operation_failed", operation=operation, code=str(refused.code))
        raise HandlerError(str(refused.code), type=HandlerErrorType.INTERNAL) from None
    except DomainError as refused:
        if isinstance(refused, NotAuthenticated | NotAuthorised):
            denied(refused, operation)
        else:
            log.info("nexus_operation_refused", operation=operation, code=str(refused.code))
        raise OperationError(refused.message.en, state=OperationErrorState.FAILED) from refusal_of(refused)
    except Exception as failed:
        log.exception("nexus_operation_failed", operation=operation, exc_info=failed)
        raise HandlerError("internal_error", type=HandlerErrorType.INTERNAL) from None


class PlainFailures(DefaultFailureConverter):
    """Gives callers the refusal itself, without the SDK's error around it and without our stack traces."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        """Fills in the failure."""
        cause = exception.__cause__
        wrapped = isinstance(exception, ApplicationError) and exception.type == OF_THE_SDK
        told: Any = cause if wrapped and isinstance(cause, ApplicationError) else exception
        super().to_failure(told, payload_converter, failure)
        failure.stack_trace = ""
