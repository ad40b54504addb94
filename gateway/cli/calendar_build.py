"""`luongxanh calendar build YEAR`: writes the public holidays of a year from the `holidays` package to a file.

Only this module reads the package. So an upgrade changes no due date until somebody builds and commits the file.
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path

import holidays
import yaml

from activities.province.atomic_files import write_whole
from activities.province.calendars import BASE, load_overrides, load_year
from domain.deadlines.announced_days import PendingDay
from domain.deadlines.calendar import DatedException, ExceptionKind
from domain.deadlines.calendar_sources import CalendarOverrides, Certainty, HolidayYear, PublicHolidays
from domain.errors import InvalidInput
from domain.messages.deadlines import DeadlineRefusal
from domain.values import Bilingual, Value

FIRST_YEAR, LAST_YEAR = 2000, 2100

_HEADER = (
    "# Ngày nghỉ lễ năm {year}, do lệnh `luongxanh calendar build {year}` tạo ra. Không sửa tay:\n"
    "# văn bản điều chỉnh của Chính phủ ghi trong ../overrides.yaml.\n"
    "# provisional: true là dự kiến, chưa có văn bản nghỉ lễ của năm; có rồi thì chạy lại lệnh với --settled.\n"
)


_STATUTORY = frozenset(
    {
        "New Year's Day",
        "29 of Lunar New Year", "Lunar New Year's Eve", "Lunar New Year", "Second Day of Lunar New Year",
        "Third Day of Lunar New Year", "Fourth Day of Lunar New Year", "Fifth Day of Lunar New Year",
        "Sixth Day of Lunar New Year",
        "Hung Kings' Commemoration Day",
        "Liberation Day/Reunification Day",
        "International Labor Day",
        "National Day",
    }
)  # fmt: skip
"""The holidays of article 112 of the Labour Code, by their English names in the package.

The package also lists a day that was only announced (24 November, from 2026 on). Such a day counts as a working day
until `overrides.yaml` has a letter. People are told of it from the list `announced` there.
"""
_OBSERVED = " (observed)"
"""Marks the next working day after a holiday on a day of rest (article 111). It is statutory too."""


class DayLeftOut(Value):
    """A day that is a holiday in the package, and neither in the law nor in a letter."""

    day: date
    name: Bilingual


class DayChange(Value):
    """One day that differs from the old file. `before` is None for an added day, `after` for a removed day."""

    day: date
    before: DatedException | None
    after: DatedException | None


class CalendarBuild(Value):
    """The result of a build: the year, the file, every changed day (none on a second run), and the days left out."""

    year: int
    certainty: Certainty
    path: str
    written: bool
    holidays: HolidayYear
    changes: tuple[DayChange, ...]
    announced: tuple[PendingDay, ...] = ()
    """Days of the year in the list `announced` of `overrides.yaml` without a letter yet."""
    left_out: tuple[DayLeftOut, ...] = ()
    """Further days of the package; see `DayLeftOut`."""


def build_year(year: int, folder: Path, *, provisional: bool | None = None, dry_run: bool = False) -> CalendarBuild:
    """Builds `folder/base/YEAR.yaml`. `folder` is the province's calendars folder.

    `provisional` None keeps the value of the file (True for a new year). Raises InvalidInput
    `calendar_year_out_of_range`.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(DeadlineRefusal.CALENDAR_YEAR_OUT_OF_RANGE, year=year, first=FIRST_YEAR, last=LAST_YEAR)
    path = folder / BASE / f"{year}.yaml"
    before = load_year(path) if path.exists() else None
    settled = before is not None and not before.provisional
    after = holidays_of(year, provisional=not settled if provisional is None else provisional)
    overrides = load_overrides(folder)
    announced = PublicHolidays(years=(after,), overrides=_of_year(overrides, year)).pending(*_ends(year))
    mentioned = {one.day for one in announced} | {one.day for one in overrides.exceptions}
    changed = before != after
    if changed and not dry_run:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, _as_yaml(after))
    return CalendarBuild(
        year=year,
        certainty=after.certainty,
        path=str(path),
        written=changed and not dry_run,
        holidays=after,
        changes=_changes(before, after),
        announced=announced,
        left_out=tuple(one for one in left_out(year) if one.day not in mentioned),
    )


def _of_year(overrides: CalendarOverrides, year: int) -> CalendarOverrides:
    """The overrides without the days cancelled in other years, whose holidays are not read here."""
    cancelled = tuple(one for one in overrides.cancelled if one.day.year == year)
    return overrides.model_copy(update={"cancelled": cancelled})


def _ends(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def holidays_of(year: int, *, provisional: bool) -> HolidayYear:
    """The statutory holidays, swapped days off and make-up working days of the package that fall in one year."""
    source = f"Bộ luật Lao động 2019, Điều 112 (theo gói holidays {version('holidays')})"
    swaps = _swaps(year)
    days = [
        DatedException(
            day=day,
            kind=ExceptionKind.SWAPPED_OFF if day in swaps else ExceptionKind.HOLIDAY,
            name=name,
            source=source,
            swapped_with=swaps.get(day),
            provisional=provisional,
        )
        for day, name in _named(year).items()
        if day in swaps or _is_statutory(name)
    ]
    days += [_make_up(off, worked, source, provisional) for off, worked in _all_swaps(year) if worked.year == year]
    return HolidayYear(
        year=year, source=source, provisional=provisional, days=tuple(sorted(days, key=lambda entry: entry.day))
    )


def left_out(year: int) -> tuple[DayLeftOut, ...]:
    """The package's holidays that are not in the law: they are working days until a letter orders them."""
    swaps, found = _swaps(year), sorted(_named(year).items())
    return tuple(DayLeftOut(day=day, name=name) for day, name in found if day not in swaps and not _is_statutory(name))


def _named(year: int) -> dict[date, Bilingual]:
    vietnamese = holidays.country_holidays("VN", years=year, language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    return {day: Bilingual(vi=vietnamese[day], en=english[day]) for day in vietnamese}


def _is_statutory(name: Bilingual) -> bool:
    """True when the law has the holiday. For two holidays on one day, one of them is enough."""
    return any(one.removesuffix(_OBSERVED) in _STATUTORY for one in name.en.split("; "))


def _make_up(off: date, worked: date, source: str, provisional: bool) -> DatedException:
    return DatedException(
        day=worked,
        kind=ExceptionKind.MAKE_UP_WORKING,
        name=Bilingual(vi=f"Làm bù cho ngày {off:%d/%m/%Y}", en=f"Made up for {off:%d/%m/%Y}"),
        source=source,
        swapped_with=off,
        provisional=provisional,
    )


def _swaps(year: int) -> dict[date, date]:
    return {off: worked for off, worked in _all_swaps(year) if off.year == year}


def _all_swaps(year: int) -> list[tuple[date, date]]:
    """Pairs of a day off and the day worked instead, of this year, the one before and the one after.

    A swap may cross the new year.
    """
    table = holidays.country_holidays("VN").special_public_holidays
    swaps = []
    for off_year in (year - 1, year, year + 1):
        entries = table.get(off_year, ())
        for entry in entries if entries and isinstance(entries[0], tuple) else (entries,) if entries else ():
            month, day, worked_month, worked_day, *worked_year = entry
            worked = date(worked_year[0] if worked_year else off_year, worked_month, worked_day)
            swaps.append((date(off_year, month, day), worked))
    return swaps


def _changes(before: HolidayYear | None, after: HolidayYear) -> tuple[DayChange, ...]:
    old = {entry.day: entry for entry in before.days} if before else {}
    new = {entry.day: entry for entry in after.days}
    return tuple(
        DayChange(day=day, before=old.get(day), after=new.get(day))
        for day in sorted(old | new)
        if old.get(day) != new.get(day)
    )


def _as_yaml(year: HolidayYear) -> str:
    content = year.model_dump(mode="python", exclude_defaults=True)
    content["days"] = [{**entry, "kind": str(entry["kind"])} for entry in content["days"]]
    body = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)
    return _HEADER.format(year=year.year) + body
