"""Reading configuration files so that every value remembers its line: YAML for people, JSON lines for large tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from activities.province_problems import Problem, problem

Path_ = tuple[str | int, ...]
"""Where a value stands inside a file: keys and positions from the top."""


@dataclass(frozen=True)
class Source:
    """One value of a file: plain data, and the line of each part of it."""

    file: str
    value: Any
    lines: dict[Path_, int] = field(default_factory=dict)
    at: Path_ = ()

    def line(self, *inside: str | int) -> int:
        """The line of a part; where the part is not in the file (a missing field), that of what should hold it."""
        path = (*self.at, *inside)
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def inside(self, *inside: str | int) -> Source:
        """A part as a source of its own."""
        value = self.value
        for key in inside:
            value = value[key]
        return Source(self.file, value, self.lines, (*self.at, *inside))

    def items(self) -> Iterator[Source]:
        """The elements of a list, each as a source."""
        for index in range(len(self.value)):
            yield self.inside(index)


def read_yaml(folder: Path, name: str, problems: list[Problem]) -> Source | None:
    """The content of a YAML file; what is wrong with it goes to `problems`, and None comes back."""
    text = _text(folder, name, problems)
    if text is None:
        return None
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(problem("bad_yaml", name, mark.line + 1 if mark else 1, detail=error.problem or error.context))
        return None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.append(problem("bad_yaml", name, line, detail=error.reason))
        return None
    if node is None:
        problems.append(problem("empty_file", name, 1))
        return None
    lines: dict[Path_, int] = {}
    return Source(name, _plain(node, (), lines, name, problems), lines)


def read_json_lines(folder: Path, name: str, problems: list[Problem]) -> list[Source]:
    """The objects of a file with one JSON object a line; blank lines are skipped, wrong ones go to `problems`."""
    text = _text(folder, name, problems)
    sources: list[Source] = []
    for number, line in enumerate((text or "").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, parse_float=Decimal)
        except json.JSONDecodeError as error:
            problems.append(problem("bad_json", name, number, detail=f"{error.msg} (column {error.colno})"))
            continue
        sources.append(Source(name, value, {(): number}))
    return sources


_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
# The C parser when PyYAML was built with it: 10 times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _text(folder: Path, name: str, problems: list[Problem]) -> str | None:
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        problems.append(problem("missing_file", name, 1))
        return None
    except OSError as error:
        problems.append(problem("unreadable_file", name, 1, detail=error.strerror))
        return None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(problem("invalid_utf8", name, line, byte=f"0x{content[error.start]:02x}"))
        return None


def _plain(node: yaml.Node, path: Path_, lines: dict[Path_, int], file: str, problems: list[Problem]) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), lines, file, problems) for index, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in found:
            problems.append(problem("duplicate_key", file, key_node.start_mark.line + 1, key=key))
        found[key] = _plain(value_node, (*path, key), lines, file, problems)
        lines[*path, key] = key_node.start_mark.line + 1
    return found


def _scalar(node: yaml.ScalarNode) -> Any:
    """A plain value. Dates and times stay text, which pydantic reads; `13:30` is a time, not a number to base 60."""
    text: str = node.value
    match node.tag.rpartition(":")[2]:
        case "int" if _WHOLE.fullmatch(text):
            return int(text)
        case "float" if _DECIMAL.fullmatch(text):
            return Decimal(text)
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "null":
            return None
        case _:
            return text
