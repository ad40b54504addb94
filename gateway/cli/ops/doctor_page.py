"""What `luongxanh ops doctor` prints for people: a line for each check, and a summary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.text.sentences import many
from gateway.cli.output import Output, called, one_line, show, to_copy

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gateway.client.doctor.checks import Examined, Finding

_COMMAND = re.compile(r": (?P<command>luongxanh [^.]+)\.$")
"""The command with which a sentence ends."""
MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "trouble": ("✗", "bold red")}
"""The mark and the colour of each level. The mark alone says it too."""


def show_results(results: Sequence[Examined], output: Output) -> None:
    """Prints every finding beside the name of its check, then how many checks are how."""
    width = max((len(output.of(one.name)) for one in results), default=0)
    for one in results:
        for place, finding in enumerate(one.findings):
            name = output.of(one.name) if place == 0 else ""
            show(*_lines(finding, name, width, output))
    show("", _summary(results, output))


def _lines(finding: Finding, name: str, width: int, output: Output) -> Iterator[RenderableType]:
    """The finding in one row, and its commands on lines of their own, which are never wrapped."""
    from rich.table import Table

    from gateway.cli.hints import hints_of

    mark, style = MARKS[finding.level.value]
    text = output.of(finding.message)
    ends = _COMMAND.search(text)
    row = Table.grid("", padding=(0, 1, 0, 0))
    row.add_column(min_width=width, no_wrap=True)
    row.add_column()
    row.add_row(one_line(mark, style), one_line(name), one_line(text[: ends.start("command")] if ends else text))
    yield row
    if ends:
        yield to_copy(f"{called()}{ends['command'].removeprefix('luongxanh')}")
    yield from map(to_copy, hints_of(finding.code, finding.facts))


def _summary(results: Sequence[Examined], output: Output) -> str:
    counts = Counter(one.level.value for one in results)
    trouble, warned = counts["trouble"], counts["warning"]
    if not trouble and not warned:
        return output.say(f"✓ Cả {len(results)} mục đều tốt.", f"✓ All {many(len(results), 'check')} are well.")
    return output.say(
        f"{len(results)} mục: {trouble} hỏng, {warned} lưu ý.",
        f"{many(len(results), 'check')}: {trouble} in trouble, {many(warned, 'warning')}.",
    )
