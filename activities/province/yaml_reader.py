"""Reads YAML files with limits and keeps the line of every value. Every YAML file of the engine is read here.

The reader uses the parser's events and not its tree. An alias is the value of its anchor and is counted each time it is
used, so a few lines cannot become billions of values. ruamel.yaml keeps lines too, but it expands aliases without a
limit, raises RecursionError for a deep text, and needs twenty times as long for the province's files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

import yaml
from yaml.resolver import Resolver

from activities.province.yaml_messages import yaml_says
from domain.messages.configuration import ConfigurationFault
from domain.text.json_reader import LONGEST_NUMBER
from domain.values import Bilingual

LARGEST = 4_000_000
"""Bytes of a file."""
DEEPEST = 30
MOST_VALUES = 200_000
MOST_ALIASES = 200

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands inside a file: keys and positions from the top."""


class YamlProblem(Exception):
    """A problem that stops the reading: a code, the line, and the facts of the sentence."""

    def __init__(self, code: ConfigurationFault, line: int, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.facts = facts


@dataclass
class YamlText:
    """The value of a text (None when it is empty), the line of each part, and the keys that appear twice."""

    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    twice: list[tuple[str, int]] = field(default_factory=list)


def read_yaml_text(text: str) -> YamlText:
    """The value of a YAML text with the line of each part.

    Raises YamlProblem: bad_yaml, text_too_large, text_too_deep, text_too_many_values, too_many_aliases,
    alias_of_itself, number_too_long.
    """
    if len(text) > LARGEST:
        raise YamlProblem(ConfigurationFault.TEXT_TOO_LARGE, 1, limit=LARGEST)
    reading = _Reading()
    for event in _events(text):
        reading.take(event)
    return reading.read


# The C parser is 10 times as fast; PyYAML may have been built without it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SECOND_DOCUMENT = Bilingual(vi="có tài liệu thứ hai (---)", en="a second document (---)")
_KEY_NO_TEXT = Bilingual(vi="có khóa không phải chữ", en="a key that is no text")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9_]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_RESOLVER: Any = Resolver()


def _events(text: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = yaml_says(error.problem or error.context)
        raise YamlProblem(ConfigurationFault.BAD_YAML, mark.line + 1 if mark else 1, detail=detail) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise YamlProblem(ConfigurationFault.BAD_YAML, line, detail=yaml_says(error.reason)) from None


@dataclass
class _Open:
    """A list or a mapping whose end was not read yet. `key` is the mapping's key whose value comes next."""

    path: Place
    value: Any
    anchor: str | None
    before: int
    key: str | None = None
    key_line: int = 0


class _Reading:
    def __init__(self) -> None:
        self.read = YamlText()
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int] | None] = {}
        """The value of each anchor and how many values it holds; None while it is being read."""
        self._values = 0
        self._aliases = 0
        self._documents = 0

    def take(self, event: Any) -> None:
        """Handles one event of the parser."""
        line = event.start_mark.line + 1
        match event:
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise YamlProblem(ConfigurationFault.BAD_YAML, line, detail=_SECOND_DOCUMENT)
            case yaml.ScalarEvent():
                self._scalar(event, line)
            case yaml.AliasEvent():
                self._alias(str(event.anchor), line)
            case yaml.SequenceStartEvent():
                self._begin([], event.anchor, line)
            case yaml.MappingStartEvent():
                self._begin({}, event.anchor, line)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                ended = self._open.pop()
                self._put_anchor(ended.anchor, ended.value, self._values - ended.before)

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        waiting = self._open[-1] if self._open else None
        if waiting is not None and isinstance(waiting.value, dict) and waiting.key is None:
            self._key(waiting, event.value, line)
            return
        value = _plain(event, line)
        self._count(1, line)
        self._put_anchor(event.anchor, value, 1)
        self._put(value, line)

    def _key(self, mapping: _Open, key: str, line: int) -> None:
        if key in mapping.value:
            self.read.twice.append((key, line))
        mapping.key, mapping.key_line = key, line

    def _alias(self, anchor: str, line: int) -> None:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise YamlProblem(ConfigurationFault.TOO_MANY_ALIASES, line, limit=MOST_ALIASES)
        if anchor not in self._anchors:
            missing = Bilingual(vi=f"trước *{anchor} không có &{anchor}", en=f"*{anchor} has no anchor before it")
            raise YamlProblem(ConfigurationFault.BAD_YAML, line, detail=missing)
        found = self._anchors[anchor]
        if found is None:
            raise YamlProblem(ConfigurationFault.ALIAS_OF_ITSELF, line, anchor=anchor)
        value, size = found
        self._count(size, line)
        self._put(value, line)

    def _begin(self, value: Any, anchor: str | None, line: int) -> None:
        if len(self._open) >= DEEPEST:
            raise YamlProblem(ConfigurationFault.TEXT_TOO_DEEP, line, limit=DEEPEST)
        before = self._values
        self._count(1, line)
        path = self._put(value, line)
        if anchor is not None:
            self._anchors[anchor] = None
        self._open.append(_Open(path, value, anchor, before))

    def _put(self, value: Any, line: int) -> Place:
        """Adds the value to the open list or mapping, notes its line, and returns its path."""
        path = self._place(value, line)
        self.read.lines.setdefault(path, line)
        return path

    def _place(self, value: Any, line: int) -> Place:
        if not self._open:
            self.read.value = value
            return ()
        holder = self._open[-1]
        if isinstance(holder.value, list):
            holder.value.append(value)
            return (*holder.path, len(holder.value) - 1)
        if holder.key is None:
            raise YamlProblem(ConfigurationFault.BAD_YAML, line, detail=_KEY_NO_TEXT)
        path = (*holder.path, holder.key)
        holder.value[holder.key] = value
        self.read.lines[path] = holder.key_line
        holder.key = None
        return path

    def _put_anchor(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = value, size

    def _count(self, more: int, line: int) -> None:
        self._values += more
        if self._values > MOST_VALUES:
            raise YamlProblem(ConfigurationFault.TEXT_TOO_MANY_VALUES, line, limit=MOST_VALUES)


def _plain(event: yaml.ScalarEvent, line: int) -> Any:
    """A plain value. Dates and times stay text, which pydantic reads. So `13:30` is a time, not a number to base 60."""
    text: str = event.value
    tag = event.tag if event.tag not in (None, "!") else _RESOLVER.resolve(yaml.ScalarNode, text, event.implicit)
    match tag.rpartition(":")[2]:
        case "int" if _WHOLE.fullmatch(text):
            return int(_short(text, line))
        case "float" if _DECIMAL.fullmatch(text):
            return Decimal(_short(text, line))
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "null":
            return None
        case _:
            return text


def _short(number: str, line: int) -> str:
    if len(number) > LONGEST_NUMBER:
        raise YamlProblem(ConfigurationFault.NUMBER_TOO_LONG, line, limit=LONGEST_NUMBER)
    return number
