"""The place in the program at which a workflow task or a call failed, from the failure that Temporal keeps.

Only the types of the errors and the lines of the program are taken. A message may repeat what somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from temporalio.api.failure.v1 import Failure

from domain.values import Instant, Value

MOST_LINES = 6
"""The last lines, where the error was raised."""
_FRAME = re.compile(r'^\s*File "(?P<file>[^"\n]+)", line (?P<line>\d+), in (?P<name>[\w<>.]+)', re.MULTILINE)
_PACKAGES = ("domain", "activities", "workflows", "gateway", "workers", "site-packages")
_EVENT = re.compile(r"\[TMPRL1100\][^\n]*?HistoryEvent\(id: (?P<event>\d+), (?P<kind>\w+)\)")
_UNTYPED = "application_failure_info"
_TYPE = re.compile(r"[\w.]{1,100}")


class FailureTrace(Value):
    """Where one dossier failed. `types`: of the error and of those that caused it, the outermost first."""

    dossier: str
    at: Instant | None
    worker: str | None
    """The worker that failed, as it named itself."""
    build: str | None
    types: tuple[str, ...]
    event: str | None = None
    """The event of the history at which it does not replay: `12 TimerStarted`."""
    lines: tuple[str, ...]
    """`workflows/dossier.py:101 run`, the place of the error last."""


def types_in(failure: Failure) -> tuple[str, ...]:
    """The types of a failure and of its causes. One without a type has the kind that Temporal gives it: `timeout`."""
    named = [kind for one in _chain(failure) if _TYPE.fullmatch(kind := one.application_failure_info.type)]
    which: str | None = failure.WhichOneof("failure_info")
    return tuple(named) or ((which.removesuffix("_failure_info"),) if which and which != _UNTYPED else ())


def event_in(failure: Failure) -> str | None:
    """The event that a failed replay names. Temporal's library writes this part of the message, from numbers alone."""
    named = next((found for one in _chain(failure) if (found := _EVENT.match(one.message))), None)
    return f"{named['event']} {named['kind']}" if named else None


def lines_in(failure: Failure) -> tuple[str, ...]:
    """The lines of the program in the innermost failure that has any."""
    for one in reversed(list(_chain(failure))):
        if found := [_line(frame) for frame in _FRAME.finditer(one.stack_trace)]:
            return tuple(found[-MOST_LINES:])
    return ()


def _chain(failure: Failure) -> Iterator[Failure]:
    yield failure
    if failure.HasField("cause"):
        yield from _chain(failure.cause)


def _line(frame: re.Match[str]) -> str:
    parts = frame["file"].replace("\\", "/").split("/")
    ours = [place for place, part in enumerate(parts) if part in _PACKAGES]
    start = (ours[-1] + (parts[ours[-1]] == "site-packages")) if ours else max(0, len(parts) - 2)
    return f"{'/'.join(parts[start:])}:{frame['line']} {frame['name']}"
