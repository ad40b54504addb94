"""Prints the output of commands: answers on standard output, messages for the person on standard error.

With `--json`, standard output has one JSON value (JSON lines for lists) and nothing else.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from domain.text.printable import json_text, printable, printable_lines
from gateway.cli.choices import Language, choice

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from domain.values import Bilingual

PIPE_WIDTH = 120
"""The columns for a file or a pipe, which has no width of its own."""


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """The form and the language of a command's answer."""

    json: Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")] = False
    lang: Annotated[Language, choice("Ngôn ngữ (language)", Language)] = "vi"

    def of(self, text: Bilingual) -> str:
        """The text in the chosen language."""
        return text.vi if self.lang == "vi" else text.en

    def say(self, vi: str, en: str) -> str:
        """The Vietnamese or the English text, by the chosen language."""
        return vi if self.lang == "vi" else en


PLAIN = Output()
"""For people, in Vietnamese."""


@cache
def console(*, stderr: bool = False) -> Console:
    """The console for people, with colours on a terminal only."""
    from gateway.cli.terminal import Terminal

    terminal = Terminal(stderr=stderr)
    has_width = terminal.is_terminal or "COLUMNS" in terminal._environ
    return terminal if has_width else Terminal(stderr=stderr, width=PIPE_WIDTH)


@cache
def called() -> str:
    """How this program is called here: by its name if the shell finds it, else by its path."""
    found, program = shutil.which("luongxanh"), Path(sys.executable).parent / "luongxanh"
    if (found and Path(found).resolve() == program.resolve()) or not program.exists():
        return "luongxanh"
    return str(program.relative_to(Path.cwd())) if program.is_relative_to(Path.cwd()) else str(program)


def one_line(text: str, style: str = "") -> Text:
    """A text as one line of a page, also when stored texts in it have line breaks or control characters."""
    from rich.text import Text

    return Text(printable(text), style)


def to_copy(command: str) -> Text:
    """A command for the reader to copy, on its own line that is never wrapped: `called()` may be a long path."""
    from rich.text import Text

    return Text(f"  {printable(command)}", no_wrap=True, overflow="ignore")


def show(*parts: RenderableType) -> None:
    """Prints for people on standard output."""
    from rich.text import Text

    for part in parts:
        console().print(part, soft_wrap=isinstance(part, Text) and part.no_wrap)


def tell(*lines: str, style: str | None = None) -> None:
    """Prints messages for the person on standard error. A closed standard error does not stop the command."""
    from rich.text import Text

    with suppress(OSError):
        for line in lines:
            console(stderr=True).print(Text(printable_lines(line)), style=style, soft_wrap=True)


def print_json(value: Any) -> None:
    """Prints one JSON value, indented on a terminal."""
    sys.stdout.write(json_text(value, indent=2 if sys.stdout.isatty() else None) + "\n")


def print_json_lines(values: Iterable[Any]) -> None:
    """Prints one JSON value on each line."""
    for value in values:
        sys.stdout.write(json_text(value) + "\n")
