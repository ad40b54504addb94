"""The terminal that people read: nothing that is printed can act on it, whoever stored the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from domain.text.printable import printable_lines


class Terminal(Console):
    """Nothing that a name happens to contain is taken for markup. A text given as `str` is one line; a `Text` that is
    several has been put together here, and its parts went through `one_line`."""

    def __init__(self, *, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """As a line of text in which everything can be seen."""
        return super().render_str(printable_lines(text).replace("\n", "\\n"), **options)

    def on_broken_pipe(self) -> None:
        """The reader has seen enough (`| head`): told to whoever runs the command, not ended here with exit code 1."""
        raise BrokenPipeError

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The last gate: whatever way a text came, only our own line breaks and colours act on the terminal."""
        for segment in super().render(renderable, options):
            text, style, control = segment
            yield segment if control else Segment(printable_lines(text), style)
