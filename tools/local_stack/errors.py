"""The errors of the embedded stack."""

from __future__ import annotations

from pathlib import Path

from tools.local_stack.messages import STACK_MESSAGES
from workers.errors import CodedError


class StackError(CodedError):
    """A component did not start or stop, or the stack's folder cannot be used."""

    MESSAGES = STACK_MESSAGES


def last_lines(log: Path, start: int = 0, count: int = 15) -> str:
    """The last lines of a log after its byte `start`, indented, for an error that a person reads.

    If the log is missing or empty, the text says so.
    """
    if not log.exists():
        return "  (không có nhật ký / no log)"
    with log.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(start, stream.tell() - 16_000))
        lines = stream.read().decode("utf-8", "replace").splitlines()[-count:]
    return "\n".join(f"  | {line}" for line in lines) or "  (nhật ký trống / the log is empty)"
