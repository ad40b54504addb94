"""When an officer does an activity: at its time in the log, or after the work of absent officers that came before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import InvalidInput
from workers.simulation.log_file import THE_END, LoggedCase
from workers.simulation.messages import SimulationRefusal

NEVER = datetime.min.replace(tzinfo=UTC)


class Officers:
    """The officers of the log.

    While all are there, each activity is done at its time in the log. An activity of an absent officer is taken by the
    one who has done least for absent ones so far, does one such activity at a time, and needs its minutes of working
    time from when it is ready. What that officer has to do meanwhile comes after it, and needs its minutes too.
    """

    def __init__(self, cases: Iterable[LoggedCase], fewer: int, calendar: WorkingCalendar) -> None:
        done = Counter(one.officer for case in cases for one in case.activities if one.name != THE_END)
        ranked = sorted(done, key=lambda officer: (-done[officer], officer))
        if fewer >= len(ranked):
            raise InvalidInput(SimulationRefusal.TOO_FEW_OFFICERS, officers=len(ranked), fewer=fewer)
        self.absent = frozenset(ranked[:fewer])
        """The busiest ones: the hardest case."""
        self._busy_until = dict.fromkeys(ranked[fewer:], NEVER)
        self._taken = dict.fromkeys(ranked[fewer:], timedelta(0))
        self._calendar = calendar

    def takes(self, officer: str, ready: datetime, effort: timedelta) -> tuple[str, datetime]:
        """Who does an activity that is ready at this time, and when it is done."""
        if officer in self.absent:
            who = min(self._taken, key=lambda one: (max(self._busy_until[one], ready), self._taken[one], one))
            self._taken[who] += effort
        else:
            who = officer
            if self._busy_until[who] <= ready:
                return who, ready
        done = (
            self._calendar.add_working_time(max(ready, self._busy_until[who]), effort)
            if effort
            else max(ready, self._busy_until[who])
        )
        self._busy_until[who] = done
        return who, done
