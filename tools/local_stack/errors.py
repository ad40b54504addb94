"""The errors of the embedded stack."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.problems import Exit
from tools.local_stack.messages import StackRefusal
from workers.errors import CodedError
from workers.messages import SettingsRefusal

_EXIT_CODES = {
    StackRefusal.COMPONENT_MISSING: Exit.UNAVAILABLE,
    StackRefusal.COMPONENT_ENDED: Exit.UNAVAILABLE,
    StackRefusal.COMPONENT_NOT_READY: Exit.UNAVAILABLE,
    StackRefusal.STACK_BUSY: Exit.UNAVAILABLE,
    SettingsRefusal.STACK_NOT_RUNNING: Exit.UNAVAILABLE,
    StackRefusal.UNKNOWN_COMPONENT: Exit.INVALID,
    StackRefusal.FOLDER_NOT_PRIVATE: Exit.INVALID,
    StackRefusal.FOLDER_IN_USE: Exit.INVALID,
    StackRefusal.RESTORE_INTERRUPTED: Exit.REFUSED,
    SettingsRefusal.FOLDER_OF_ANOTHER: Exit.INVALID,
}


class StackError(CodedError):
    """A component did not start or stop, or the stack's folder cannot be used."""

    def __init__(self, code: StackRefusal | SettingsRefusal, /, **facts: object) -> None:
        self.exit_code = _EXIT_CODES.get(code, Exit.FAILED)
        super().__init__(code, **facts)


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
