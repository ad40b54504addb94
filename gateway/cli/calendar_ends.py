"""The warning that a working calendar ends within a year: no date after its end can be computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.text.sentences import many
from gateway.cli.output import Output

if TYPE_CHECKING:
    from domain.deadlines.calendar_end import CalendarEnd


def calendar_ends(end: CalendarEnd, output: Output) -> str:
    """One sentence: which calendar, when it ends, and what to do."""
    last, year = f"{end.last_day:%d/%m/%Y}", end.last_day.year + 1
    return output.say(
        f"⚠ Lịch {end.code} hết ngày {last}, còn {end.days_left} ngày: hạn sau ngày đó chưa tính được. "
        f"Hãy chạy luongxanh calendar build {year}, kéo dài last_day và seasons, rồi luongxanh calendar apply.",
        f"⚠ The calendar {end.code} ends on {last}, in {many(end.days_left, 'day')}: no date after it can be computed. "
        f"Run luongxanh calendar build {year}, move last_day and seasons, then luongxanh calendar apply.",
    )
