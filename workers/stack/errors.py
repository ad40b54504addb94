"""Why the stack could not do what it was asked."""

from __future__ import annotations

from pathlib import Path

from domain.values import Bilingual
from workers.stack.messages import STACK_MESSAGES, sentence


class StackError(Exception):
    """A component did not start or stop, or a setting is wrong.

    `code` is stable; `message` is for people; `facts` for machines.
    """

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        text = STACK_MESSAGES[code]
        self.facts = {name: str(value) for name, value in facts.items()}
        in_vietnamese = {name: value.vi for name, value in facts.items() if isinstance(value, Bilingual)}
        vi, en = sentence(text, {**self.facts, **in_vietnamese}).vi, sentence(text, self.facts).en
        self.message = Bilingual(vi=vi, en=en)
        super().__init__(f"{code}: {self.message.en}")


def last_lines(log: Path, start: int = 0, count: int = 15) -> str:
    """The end of a log from its byte `start` on, indented, for an error that a person reads.

    Says so when there is nothing.
    """
    if not log.exists():
        return "  (không có nhật ký / no log)"
    with log.open("rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(start, stream.tell() - 16_000))
        lines = stream.read().decode("utf-8", "replace").splitlines()[-count:]
    return "\n".join(f"  | {line}" for line in lines) or "  (nhật ký trống / the log is empty)"
