"""What a command prints: answers on standard output, words to the person on standard error.

With `--json`, standard output holds one JSON value (JSON lines for lists) and nothing else.
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
"""Columns when nobody looks: a file or another program has no width of its own."""


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """How a command answers."""

    json: Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")] = False
    lang: Annotated[Language, choice("Ngôn ngữ (language)", Language)] = "vi"

    def of(self, text: Bilingual) -> str:
        """The text in the language asked for."""
        return text.vi if self.lang == "vi" else text.en

    def say(self, vi: str, en: str) -> str:
        """One of the two."""
        return vi if self.lang == "vi" else en


PLAIN = Output()
"""For people, in Vietnamese."""


@cache
def console(*, stderr: bool = False) -> Console:
    """For people: colours on a terminal only; a pipe has no width of its own."""
    from gateway.cli.terminal import Terminal

    made = Terminal(stderr=stderr)
    return made if made.is_terminal or "COLUMNS" in made._environ else Terminal(stderr=stderr, width=PIPE_WIDTH)


@cache
def called() -> str:
    """How this command is called here: by its name where the shell finds it, else by its place."""
    found, program = shutil.which("luongxanh"), Path(sys.executable).parent / "luongxanh"
    if (found and Path(found).resolve() == program.resolve()) or not program.exists():
        return "luongxanh"
    return str(program.relative_to(Path.cwd())) if program.is_relative_to(Path.cwd()) else str(program)


def one_line(text: str, style: str = "") -> Text:
    """A line of a page, whatever stored texts it holds."""
    from rich.text import Text

    return Text(printable(text), style)


def to_copy(command: str) -> Text:
    """A command for the reader to copy, on a line of its own that is never broken: `called()` may be a long path."""
    from rich.text import Text

    return Text(f"  {printable(command)}", no_wrap=True, overflow="ignore")


def show(*parts: RenderableType) -> None:
    """Prints for people on standard output."""
    from rich.text import Text

    for part in parts:
        console().print(part, soft_wrap=isinstance(part, Text) and part.no_wrap)


def tell(*lines: str, style: str | None = None) -> None:
    """Says something to the person on standard error; when nobody listens there, the command goes on all the same."""
    from rich.text import Text

    with suppress(OSError):
        for line in lines:
            console(stderr=True).print(Text(printable_lines(line)), style=style, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON value; indented when a person is looking."""
    sys.stdout.write(json_text(value, indent=2 if sys.stdout.isatty() else None) + "\n")


def print_json_lines(values: Iterable[Any]) -> None:
    """One JSON value a line."""
    for value in values:
        sys.stdout.write(json_text(value) + "\n")
