"""Writes a Python file that names what the templates of the console use, so that the gate for dead code sees it.

`python -m tools.template_names FILE`. The file is read by vulture alone, and never run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import nodes

from gateway.console.rendering import FOLDER, environment


def names_in(source: str) -> Iterator[str]:
    """The attributes, functions and filters that a template uses."""
    tree = environment("en").parse(source)
    yield from (one.attr for one in tree.find_all(nodes.Getattr))
    yield from (one.name for one in tree.find_all(nodes.Filter))
    yield from (one.name for one in tree.find_all(nodes.Name))
    yield from (str(one.arg.value) for one in tree.find_all(nodes.Getitem) if isinstance(one.arg, nodes.Const))


def main() -> None:
    """Writes the file."""
    found = {name for file in FOLDER.rglob("*.html") for name in names_in(file.read_text(encoding="utf-8"))}
    names = sorted(name for name in found if name.isidentifier())
    Path(sys.argv[1]).write_text("".join(f"templates.{name}\n" for name in names), encoding="utf-8")


if __name__ == "__main__":
    main()
