"""The calendars folder of a province: `base/YEAR.yaml`, `overrides.yaml`, and one file for each desk.

Quoted times, plain dates; see the comments in the files themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_sources import CalendarOverrides, DeskHours, HolidayYear, composed

OVERRIDES = "overrides.yaml"
BASE = "base"

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_calendars(folder: Path) -> tuple[WorkingCalendar, ...]:
    """Every desk's calendar, composed and validated, by file name.

    Errors: FileNotFoundError, yaml.YAMLError with the line, ValueError (pydantic's included) with the code and place.
    """
    years = [load_year(path) for path in sorted((folder / BASE).glob("*.yaml"))]
    overrides = CalendarOverrides.model_validate(read_yaml(folder / OVERRIDES))
    desks = [path for path in sorted(folder.glob("*.yaml")) if path.name != OVERRIDES]
    return tuple(composed(DeskHours.model_validate(read_yaml(path)), years, overrides) for path in desks)


def load_year(path: Path) -> HolidayYear:
    """One frozen year."""
    return HolidayYear.model_validate(read_yaml(path))


def read_yaml(path: Path) -> Any:
    """The one document of a YAML file, in plain values."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, _Loader)  # noqa: S506 - both loaders are the safe ones
