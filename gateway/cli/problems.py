"""The errors of the command line: their exit codes, and their forms for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Protocol, runtime_checkable

from domain.errors import Conflict, DomainError, InvalidInput, NotAuthorised, NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.reconciling import ReconcilingRefusal
from domain.messages.record import RecordRefusal
from domain.values import Bilingual
from gateway.access.errors import IssuerUnavailable, NotAuthenticated
from gateway.cli.messages import CommandLineRefusal


class Exit(IntEnum):
    """The exit codes. They are stable for scripts."""

    DONE = 0
    FAILED = 1
    INVALID = 2
    REFUSED = 3
    NOT_FOUND = 4
    UNAVAILABLE = 5
    INTERRUPTED = 130


class CommandLineProblem(InvalidInput):
    """An option or a file cannot be used."""


@runtime_checkable
class ErrorInWords(Protocol):
    """An error with a stable code, a sentence in both languages, and facts. Several packages have such errors."""

    code: str
    message: Bilingual
    facts: dict[str, str]


_BY_CLASS: tuple[tuple[type[DomainError], Exit], ...] = (
    (InvalidInput, Exit.INVALID),
    (RuleViolation, Exit.REFUSED),
    (NotAuthorised, Exit.REFUSED),
    (Conflict, Exit.REFUSED),
    (NotFound, Exit.NOT_FOUND),
    (NotAuthenticated, Exit.REFUSED),
    (IssuerUnavailable, Exit.UNAVAILABLE),
)
_BY_NAME = {kind.__name__: exit_code for kind, exit_code in _BY_CLASS}
_UNAVAILABLE = frozenset(
    {
        RecordRefusal.DATABASE_UNAVAILABLE,
        RecordRefusal.DATABASE_RESTORED,
        RecordRefusal.DATABASE_IN_USE,
        RecordRefusal.RELAY_BUSY,
        ReconcilingRefusal.RECONCILIATION_UNDER_WAY,
        ReconcilingRefusal.REBUILD_UNDER_WAY,
        ReconcilingRefusal.READ_MODELS_BUSY,
        DossierRefusal.TEMPORAL_UNAVAILABLE,
        DossierRefusal.ANSWER_PENDING,
        CommandLineRefusal.NO_DEVELOPMENT_ISSUER,
        "outside_timeout",
        "outside_unavailable",
        "outside_bad_reply",
        "breaker_open",
    }
)


def exit_code_of(problem: ErrorInWords) -> Exit:
    """The error's own exit code, or the one of its class. For a refusal from a workflow it is the original's class."""
    own = getattr(problem, "exit_code", None)
    if isinstance(own, Exit):
        return own
    if problem.code in _UNAVAILABLE:
        return Exit.UNAVAILABLE
    by_name = _BY_NAME.get(getattr(problem, "kind", ""))
    if by_name is not None:
        return by_name
    return next((found for kind, found in _BY_CLASS if isinstance(problem, kind)), Exit.FAILED)


def as_json(problem: ErrorInWords) -> dict[str, object]:
    """`{"error": {"code", "message": {"vi", "en"}, "facts"}}`, with all problems if there is a list."""
    error: dict[str, object] = {"code": problem.code, "message": problem.message.model_dump(), "facts": problem.facts}
    several = getattr(problem, "problems", None)
    if several:
        error["problems"] = [one.model_dump(mode="json") for one in several]
    return {"error": error}


def as_lines(problem: ErrorInWords) -> Iterator[str]:
    """The lines for people: the code, the sentence in both languages, what to type, then each problem of a list."""
    from gateway.cli.hints import hints_of

    yield f"✗ {problem.code}"
    yield from _indented(problem.message.vi)
    yield from _indented(problem.message.en)
    yield from (f"  → {hint}" for hint in hints_of(problem.code, problem.facts))
    for one in getattr(problem, "problems", ()):
        yield f"  • {one}"


def _indented(sentence: str) -> Iterator[str]:
    for line in sentence.splitlines():
        yield f"  {line}"
