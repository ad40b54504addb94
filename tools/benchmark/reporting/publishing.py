"""Publishes what a bench has measured: into its file, and for people or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from domain.text.printable import json_text
from gateway.cli.output import print_json
from gateway.cli.terminal import Terminal

WIDTH = 100
"""The columns of a page that is not written to a terminal."""


def publish(value: Mapping[str, Any], file: Path, show: Callable[[Console], None], *, json_only: bool) -> None:
    """Writes the file, and prints the result: `show` for people, or the file's own content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json_text(value, indent=2) + "\n", encoding="utf-8")
    if json_only:
        print_json(value)
        return
    console = wide_console()
    show(console)
    console.print(str(file), style="dim", soft_wrap=True)


def wide_console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal; in a pipe it has 100 columns."""
    console = Terminal(stderr=stderr)
    return console if console.is_terminal else Terminal(stderr=stderr, width=WIDTH)
