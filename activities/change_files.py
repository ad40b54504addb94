"""The files by which rules change under open dossiers: a letter on the calendar, a merger of units.

Read with the line of every mistake; written into the province's folder beside what stands there, comments included.
"""

from __future__ import annotations

import json
import os
import textwrap
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from activities.calendar_files import BASE, OVERRIDES, load_year, read_yaml
from activities.province_organisation import UNITS
from activities.province_problems import ConfigurationErrors
from activities.province_reading import Reading
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_letter import CalendarLetter, laid_over
from domain.deadlines.calendar_sources import CalendarOverrides, DeskHours, composed
from domain.errors import InvalidInput
from domain.incoherence import Incoherent
from domain.organisation.merger import Merger
from domain.organisation.units import ONE_DAY, Unit

M = TypeVar("M", bound=BaseModel)


def read_change(path: Path, model: type[M]) -> M:
    """A letter or a merger from YAML or JSON. ConfigurationErrors: every mistake, with its line and its fix."""
    reading = Reading(path.parent)
    source = reading.yaml(path.name, dict)
    value = None if source is None else reading.validated(model, source)
    if value is None:
        raise ConfigurationErrors(str(path), reading.problems)
    return value


def calendars_after(letter: CalendarLetter, folder: Path) -> tuple[WorkingCalendar, ...]:
    """The calendar of every desk of a `calendars` folder with the letter laid over it.

    Conflict: override_day_taken. InvalidInput: calendar_cannot_take.
    """
    overrides = laid_over(letter, CalendarOverrides.model_validate(read_yaml(folder / OVERRIDES)))
    years = [load_year(path) for path in sorted((folder / BASE).glob("*.yaml"))]
    desks = [path for path in sorted(folder.glob("*.yaml")) if path.name != OVERRIDES]
    calendars = []
    for desk in (DeskHours.model_validate(read_yaml(path)) for path in desks):
        try:
            calendars.append(composed(desk, years, overrides))
        except (Incoherent, ValidationError) as problem:
            told = " ".join(str(problem).split())[:300]
            raise InvalidInput("calendar_cannot_take", calendar=desk.code, problem=told) from None
    return tuple(calendars)


def write_letter(letter: CalendarLetter, folder: Path) -> Path | None:
    """Puts the letter's days into `overrides.yaml`; None when they stand there already. Comments stay."""
    path = folder / OVERRIDES
    before = CalendarOverrides.model_validate(read_yaml(path))
    after = laid_over(letter, before)
    if after == before:
        return None
    text = path.read_text(encoding="utf-8")
    for key in ("exceptions", "cancelled"):
        new = [one.model_dump(mode="json", exclude_defaults=True) for one in getattr(after, key)]
        text = _with_entries(text, key, new[len(getattr(before, key)) :])
    if CalendarOverrides.model_validate(yaml.safe_load(text)) != after:
        raise InvalidInput("calendar_cannot_take", calendar=OVERRIDES, problem="the file could not be extended")
    _replace(path, text)
    return path


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
    """Closes and opens the units in the province's `organisation` folder; empty when it stands there already."""
    written = [path for path in sorted(folder.glob(UNITS)) if _close_in(path, merger)]
    known = {(line["code"], line["valid_from"]) for path in sorted(folder.glob(UNITS)) for line in _lines(path) if line}
    opened = [Unit(valid_from=merger.effective, **one.model_dump()) for one in merger.opened]
    new = [unit for unit in opened if (unit.code, unit.valid_from.isoformat()) not in known]
    if new:
        path = folder / "organisation" / f"units-{merger.effective:%Y-%m-%d}.jsonl"
        _replace(path, "".join(_as_line(unit.model_dump(mode="json", exclude_defaults=True)) for unit in new))
        written.append(path)
    return written


def _close_in(path: Path, merger: Merger) -> bool:
    """True when a unit of the file was open and is closed now; every other line stays as it was written."""
    closing = {one.code: one for one in merger.closed}
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    changed = False
    for number, line in enumerate(lines):
        unit = json.loads(line) if line.strip() else {}
        if unit.get("code") in closing and "valid_to" not in unit and unit["valid_from"] < merger.effective.isoformat():
            heirs = closing[unit["code"]].model_dump(mode="json", exclude_defaults=True)["successors"]
            last_day = (merger.effective - ONE_DAY).isoformat()
            lines[number] = _as_line({**unit, "valid_to": last_day, "successors": heirs})
            changed = True
    if changed:
        _replace(path, "".join(lines))
    return changed


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _as_line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: a reader never sees half a file."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
