"""The errors of the command line: their exit codes, and their forms for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Protocol, runtime_checkable

from domain.errors import Conflict, DomainError, InvalidInput, NotAuthorised, NotFound, RuleViolation
from domain.text.sentences import filled, plain
from domain.values import Bilingual
from gateway.cli.messages import COMMAND_LINE_MESSAGES


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
    """An option or a file cannot be used. The codes are those of `COMMAND_LINE_MESSAGES`."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = {name: plain(value) for name, value in facts.items()}
        self.message = filled(COMMAND_LINE_MESSAGES[code], facts)
        Exception.__init__(self, f"{code}: {self.message.en}")


@runtime_checkable
class Told(Protocol):
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
)
_BY_NAME = {kind.__name__: exit_code for kind, exit_code in _BY_CLASS}
_UNAVAILABLE = frozenset(
    {
        "database_unavailable", "temporal_unavailable", "answer_pending", "stack_not_running", "stack_busy",
        "component_not_ready", "component_ended", "component_missing", "port_unavailable", "database_restored",
        "database_in_use", "relay_busy",
    }
)  # fmt: skip
_WRONG_SETTINGS = frozenset(
    {
        "setting_invalid", "setting_missing", "unknown_component", "callback_secret_missing", "callback_secret_weak",
        "temporal_certificate_refused", "folder_of_another", "folder_in_use", "folder_not_private",
    }
)  # fmt: skip


def exit_code_of(problem: Told) -> Exit:
    """The exit code for an error, by its class. For a refusal from a workflow it is the class of the original error."""
    if problem.code in _UNAVAILABLE:
        return Exit.UNAVAILABLE
    if problem.code in _WRONG_SETTINGS:
        return Exit.INVALID
    by_name = _BY_NAME.get(getattr(problem, "kind", ""))
    if by_name is not None:
        return by_name
    return next((found for kind, found in _BY_CLASS if isinstance(problem, kind)), Exit.FAILED)


def as_json(problem: Told) -> dict[str, object]:
    """`{"error": {"code", "message": {"vi", "en"}, "facts"}}`, with all problems if there is a list."""
    error: dict[str, object] = {"code": problem.code, "message": problem.message.model_dump(), "facts": problem.facts}
    several = getattr(problem, "problems", None)
    if several:
        error["problems"] = [one.model_dump(mode="json") for one in several]
    return {"error": error}


def as_lines(problem: Told) -> Iterator[str]:
    """The lines for people: the code, the Vietnamese sentence, the English sentence, then each problem of a list."""
    yield f"✗ {problem.code}"
    yield from _indented(problem.message.vi)
    yield from _indented(problem.message.en)
    for one in getattr(problem, "problems", ()):
        yield f"  • {one}"


def _indented(sentence: str) -> Iterator[str]:
    for line in sentence.splitlines():
        yield f"  {line}"
