"""Reads configuration files and keeps the line of every value: YAML for people, JSON lines for large tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from activities.province.problems import ConfigurationProblem, of_inconsistency, problem
from activities.province.source import Source
from activities.province.yaml_reader import LARGEST as YAML_LARGEST
from activities.province.yaml_reader import YamlProblem, read_yaml_text
from domain.inconsistency import Inconsistent
from domain.machine_errors import machine_says
from domain.messages.configuration import ConfigurationFault
from domain.text.json_reader import read_json
from domain.text.plain_text import texts_of, unseen

JSON_LINES_LARGEST = 64_000_000
"""Bytes of a file of JSON lines; the national catalogue has about one million."""


def read_yaml(folder: Path, name: str, problems: list[ConfigurationProblem], *, required: bool = True) -> Source | None:
    """The content of a YAML file. Returns None when the file is wrong, and adds what is wrong to `problems`.

    Where no content is required, a file without content gives a Source whose value is None.
    """
    if not (required or os.path.lexists(folder / name)):
        return Source(name, None)
    text = _text(folder, name, problems, YAML_LARGEST)
    if text is None:
        return None
    try:
        read = read_yaml_text(text)
    except YamlProblem as found:
        problems.append(problem(found.code, name, found.line, **found.facts))
        return None
    if read.value is None and not required:
        return Source(name, None)
    if read.value is None:
        problems.append(problem(ConfigurationFault.EMPTY_FILE, name, 1))
        return None
    problems.extend(problem(ConfigurationFault.DUPLICATE_KEY, name, line, key=key) for key, line in read.twice)
    source = Source(name, read.value, read.lines)
    problems.extend(_hidden_characters(source))
    return source


def read_json_lines(folder: Path, name: str, problems: list[ConfigurationProblem]) -> list[Source]:
    """The objects of a file with one JSON object a line. Blank lines are skipped; wrong lines go to `problems`."""
    text = _text(folder, name, problems, JSON_LINES_LARGEST)
    sources: list[Source] = []
    for number, line in enumerate((text or "").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = read_json(line, decimal=Decimal)
        except Inconsistent as found:
            problems.append(of_inconsistency(found, name, number))
            continue
        sources.append(Source(name, value, {(): number}))
        if "\\" in line or unseen(line) is not None:  # else no text of the line has such a character
            problems.extend(_hidden_characters(sources[-1]))
    return sources


def _hidden_characters(source: Source) -> Iterator[ConfigurationProblem]:
    """Reports, with its line, each text with invisible characters or with those that control a terminal."""
    for place, text in texts_of(source.value):
        hidden = unseen(text.strip())
        if hidden is not None:
            field = ".".join(map(str, place))
            facts = {"field": field, "character": hidden[0], "position": hidden[1]}
            yield problem(ConfigurationFault.CONTROL_CHARACTER, source.file, source.line(*place), **facts)


def _text(folder: Path, name: str, problems: list[ConfigurationProblem], largest: int) -> str | None:
    try:
        with (folder / name).open("rb") as file:
            content = file.read(largest + 1)
    except FileNotFoundError:
        problems.append(problem(ConfigurationFault.MISSING_FILE, name, 1))
        return None
    except OSError as error:
        problems.append(problem(ConfigurationFault.UNREADABLE_FILE, name, 1, detail=machine_says(error)))
        return None
    if len(content) > largest:
        problems.append(problem(ConfigurationFault.TEXT_TOO_LARGE, name, 1, limit=largest))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(problem(ConfigurationFault.INVALID_UTF8, name, line, byte=f"0x{content[error.start]:02x}"))
        return None
