"""The files that change rules for open dossiers: a letter that changes the calendar, a merger of units.

Reading reports every mistake with its line. Writing adds to the province's folder and keeps what is there, comments
included.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel

from activities.province.atomic_files import write_together, write_whole
from activities.province.calendars import OVERRIDES, CalendarSources, compose, read_sources
from activities.province.organisation import UNITS
from activities.province.problems import ConfigurationErrors
from activities.province.reading import Reading
from activities.province.yaml_reader import read_yaml_text
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_letter import CalendarLetter, laid_over
from domain.deadlines.calendar_sources import CalendarOverrides
from domain.errors import InvalidInput
from domain.messages.rollouts import RolloutRefusal
from domain.organisation.merger import Merger
from domain.organisation.units import ONE_DAY, Unit
from domain.text.json_reader import read_json

M = TypeVar("M", bound=BaseModel)


def read_change(path: Path, model: type[M]) -> M:
    """A letter or a merger from YAML or JSON. Raises ConfigurationErrors with every mistake, its line and its fix."""
    reading = Reading(path.parent)
    source = reading.yaml(path.name, dict)
    value = None if source is None else reading.validated(model, source)
    if value is None:
        raise ConfigurationErrors(str(path), reading.problems)
    return value


@dataclass(frozen=True)
class LetterOnFile:
    """The calendars of a province with a letter applied, validated, before anything is written.

    `text` is the new content of `overrides.yaml`; None when the letter's days are already in it.
    """

    calendars: tuple[WorkingCalendar, ...]
    file: Path
    text: str | None

    def write(self) -> Path | None:
        """Writes the letter's days into `overrides.yaml` and keeps its comments. Returns the file or None."""
        if self.text is None:
            return None
        write_whole(self.file, self.text)
        return self.file


def laid_on_file(letter: CalendarLetter, folder: Path) -> LetterOnFile:
    """Applies a letter to the calendars of a `calendars` folder; writes nothing.

    Raises ConfigurationErrors when the folder itself is wrong; Conflict `override_day_taken`; InvalidInput
    `letter_day_outside`, `calendar_cannot_take`, `calendar_not_extended`.
    """
    reading = Reading(folder)
    sources = read_sources(reading, folder="")
    if sources is None:
        raise ConfigurationErrors(str(folder), reading.problems)
    _require_within(letter, sources)
    after = laid_over(letter, sources.overrides)
    calendars = compose(reading, replace(sources, overrides=after))
    if calendars is None:
        first = reading.problems[0]
        raise InvalidInput(
            RolloutRefusal.CALENDAR_CANNOT_TAKE,
            calendar=first.file,
            problem_vi=first.message.vi,
            problem_en=first.message.en,
        )
    path = folder / OVERRIDES
    text = None if after == sources.overrides else _extended(path, sources.overrides, after)
    return LetterOnFile(calendars, path, text)


def _require_within(letter: CalendarLetter, sources: CalendarSources) -> None:
    """Refuses a letter that would seem to be carried out although it changes nothing.

    Such a letter names a day outside every calendar, or an extension that the calendar files do not have yet.
    """
    desks = [desk for _, desk in sources.desks]
    until = letter.extends_to
    short = next((desk for desk in desks if until is not None and desk.last_day < until), None)
    if short is not None:
        raise InvalidInput(RolloutRefusal.CALENDAR_NOT_EXTENDED, calendar=short.code, last=short.last_day, until=until)
    for day in (*(one.day for one in letter.exceptions), *(one.day for one in letter.cancelled)):
        if not any(desk.first_day <= day <= desk.last_day for desk in desks):
            first, last = min(desk.first_day for desk in desks), max(desk.last_day for desk in desks)
            raise InvalidInput(RolloutRefusal.LETTER_DAY_OUTSIDE, day=day, first=first, last=last)


def _extended(path: Path, before: CalendarOverrides, after: CalendarOverrides) -> str:
    """The text of `overrides.yaml` with the new entries. It is parsed again to check its content."""
    text = path.read_text(encoding="utf-8")
    for key in ("exceptions", "cancelled"):
        new = [one.model_dump(mode="json", exclude_defaults=True) for one in getattr(after, key)]
        text = _with_entries(text, key, new[len(getattr(before, key)) :])
    if CalendarOverrides.model_validate(read_yaml_text(text).value) != after:
        raise InvalidInput(
            RolloutRefusal.CALENDAR_CANNOT_TAKE, calendar=OVERRIDES, problem_vi=OVERRIDES, problem_en=OVERRIDES
        )
    return text


def _with_entries(text: str, key: str, entries: list[Any]) -> str:
    """The YAML text with entries added at the end of one of its lists."""
    if not entries:
        return text
    block = yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=1_000)
    root = yaml.compose(text)
    found = next((value for name, value in root.value if name.value == key), None) if root else None
    if found is None:
        return f"{text.rstrip()}\n{key}:\n{textwrap.indent(block, '  ')}"
    if not found.value:
        begin, end = found.start_mark.index, found.end_mark.index
        return f"{text[:begin].rstrip()}\n{textwrap.indent(block, '  ')}{text[end:].lstrip()}"
    end = found.end_mark.index
    indented = textwrap.indent(block, " " * found.start_mark.column)
    return f"{text[:end].rstrip()}\n{indented}{text[end:]}"


def write_merger(merger: Merger, folder: Path) -> list[Path]:
    """Closes and opens the units in the province's `organisation` folder.

    Returns the files that were written; none when the merger is already in the folder.
    """
    texts = {path: text for path in sorted(folder.glob(UNITS)) if (text := _closed_in(path, merger)) is not None}
    known = {(line["code"], line["valid_from"]) for path in sorted(folder.glob(UNITS)) for line in _lines(path) if line}
    opened = [Unit(valid_from=merger.effective, **one.model_dump()) for one in merger.opened]
    new = [unit for unit in opened if (unit.code, unit.valid_from.isoformat()) not in known]
    if new:
        path = folder / "organisation" / f"units-{merger.effective:%Y-%m-%d}.jsonl"
        before = path.read_text(encoding="utf-8") if path.exists() else ""  # another merger of the same day
        lines = [_as_line(unit.model_dump(mode="json", exclude_defaults=True)) for unit in new]
        texts[path] = texts.get(path, before) + "".join(lines)
    write_together(texts)
    return list(texts)


def _closed_in(path: Path, merger: Merger) -> str | None:
    """The text of the file with its units closed; every other line stays as it was. None when no unit had to close."""
    closing = {one.code: one for one in merger.closed}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = False
    for number, line in enumerate(lines):
        unit = read_json(line) if line.strip() else {}
        if unit.get("code") in closing and "valid_to" not in unit and unit["valid_from"] < merger.effective.isoformat():
            successors = closing[unit["code"]].model_dump(mode="json", exclude_defaults=True)["successors"]
            last_day = (merger.effective - ONE_DAY).isoformat()
            lines[number] = _as_line({**unit, "valid_to": last_day, "successors": successors})
            changed = True
    return "".join(lines) if changed else None


def _lines(path: Path) -> list[dict[str, Any]]:
    return [read_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _as_line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"
