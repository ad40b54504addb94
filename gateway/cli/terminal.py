"""The terminal for people. No printed text can control it, whoever stored the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from domain.text.printable import printable_lines


class Terminal(Console):
    """A console without markup, so that brackets in a name are printed as they are.

    A `str` is printed as one line. A `Text` may have several lines; the program has made it from `one_line` parts.
    """

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """The text as one line, with visible escapes instead of control characters."""
        return super().render_str(printable_lines(text).replace("\n", "\\n"), **options)

    def on_broken_pipe(self) -> None:
        """Raises BrokenPipeError when the reader has closed the pipe (`| head`), instead of ending with exit code 1."""
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Escapes control characters in every output; only our own line breaks and colours control the terminal."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(printable_lines(text), style)
