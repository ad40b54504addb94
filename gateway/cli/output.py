"""What a command prints: answers on standard output, words to the person on standard error.

With `--json`, standard output holds one JSON value (JSON lines for lists) and nothing else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from domain.values import Bilingual

PIPE_WIDTH = 120
"""Columns when nobody looks: a file or another program has no width of its own."""


@Parameter(name="*")
@dataclass(frozen=True)
class Output:
    """How a command answers."""

    json: Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")] = False
    lang: Annotated[Literal["vi", "en"], Parameter(help="Ngôn ngữ (language)")] = "vi"

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
    """For people: colours on a terminal only, nothing that a name happens to contain is taken for markup."""
    from rich.console import Console

    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False)
    return made if made.is_terminal or "COLUMNS" in made._environ else _wide(stderr)


def _wide(stderr: bool) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=PIPE_WIDTH)


def show(*parts: RenderableType) -> None:
    """Prints for people on standard output."""
    for part in parts:
        console().print(part)


def tell(*lines: str, style: str | None = None) -> None:
    """Says something to the person on standard error."""
    for line in lines:
        console(stderr=True).print(line, style=style, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON value; indented when a person is looking."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    sys.stdout.write(text + "\n")


def print_json_lines(values: Iterable[Any]) -> None:
    """One JSON value a line."""
    for value in values:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
