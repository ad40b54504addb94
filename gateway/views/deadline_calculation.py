"""Due dates without a dossier: one way for the command line and for HTTP.

A question names a procedure, a channel, and the instant of receipt. The clocks are those with which a dossier would
start: of the province's own version of the procedure, else of the published catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Pause, PauseGround, Timing, WhichClock
from domain.deadlines.counting import counted_from
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, GreenRule
from domain.deadlines.pauses import Stretch, require_order
from domain.procedures.procedure import Procedure
from domain.procedures.published_limits import PublishedLimits
from domain.procedures.started_clocks import started
from domain.rules.province import Province

GREEN_MODES: Mapping[str, GreenRule] = {
    "cap16": GreenCap(name="Luồng Xanh 16 giờ"),
    "factor50": GreenFactor(name="Luồng Xanh 50 %"),
}
"""The two modes of Green Stream that are known by name."""
OWN = "own"
"""The mode that means the procedure's own rule."""

Procedures = Callable[[str, date], Procedure | None]
"""The province's version of a procedure for a day; None when there is none, so that the catalogue gives the limit."""


@dataclass(frozen=True)
class DeadlineQuestion:
    """What a due date is asked for. `green`: the procedure's own rule (`own`), a mode, or None for no Green Stream."""

    procedure: str
    channel: str
    received: datetime
    case: int | None = None
    green: str | None = None
    pauses: tuple[Stretch, ...] = ()


@dataclass(frozen=True)
class DueDates:
    """Both dates. A date is None when there is no such clock, or when it lies beyond the calendar (`beyond`)."""

    due: Mapping[WhichClock, datetime | None]
    beyond: tuple[WhichClock, ...]


class DeadlineCalculator:
    """Makes the clocks of each procedure, channel, case and mode once, for all questions."""

    def __init__(
        self,
        catalogue: PublishedLimits,
        procedures: Procedures,
        counting: Counting | None = None,
        green: Mapping[str, GreenRule] = GREEN_MODES,
    ) -> None:
        """`counting` holds for procedures of the catalogue; a procedure of the province has its own."""
        self._catalogue = catalogue
        self._counting = counting or Counting()
        self._green = green
        self._procedures = procedures
        self._limits: dict[str, tuple[Procedure, PublishedLimits]] = {}
        self._known: dict[tuple[str, str, int | None, str | None, int | None], Timing] = {}

    def timing(self, question: DeadlineQuestion) -> Timing:
        """The clocks of a question. Raises the errors of `PublishedLimits.limit`; `pause_ends_before_it_starts`."""
        procedure = self._procedures(question.procedure, question.received.date())
        version = procedure.version if procedure else None
        key = (question.procedure, question.channel, question.case, question.green, version)
        if key not in self._known:
            self._known[key] = self._started(question, procedure)
        changes: dict[str, object] = {"received_at": question.received}
        if question.pauses:
            changes["pauses"] = tuple(_pause(stretch) for stretch in question.pauses)
        return self._known[key].model_copy(update=changes)

    def _started(self, question: DeadlineQuestion, procedure: Procedure | None) -> Timing:
        at, green = question.received, self._green.get(question.green) if question.green else None
        asked = (question.procedure, question.channel, question.case)
        if procedure is None:
            limit = self._catalogue.limit(*asked)
            return Timing(received_at=at, statutory=limit, green=green, counting=self._counting)
        limit = self._published(procedure).limit(*asked)
        if question.green != OWN:
            procedure = procedure.model_copy(update={"green": green})
        return started(procedure, limit, at)

    def _published(self, procedure: Procedure) -> PublishedLimits:
        known = self._limits.get(procedure.code)
        if known is None or known[0] is not procedure:
            known = self._limits[procedure.code] = (procedure, PublishedLimits.of_procedures([procedure]))
        return known[1]


def _pause(stretch: Stretch) -> Pause:
    began, ended = stretch
    require_order(began, ended)
    return Pause(ground=PauseGround.OTHER, began=began, ended=ended)


def due_dates(timing: Timing, calendar: WorkingCalendar) -> DueDates:
    """Both dates under a calendar. Raises `before_calendar`, `calendar_exhausted` for a receipt outside it."""
    counted_from(timing.received_at, calendar)
    due = {which: clock.known_due(timing, which, calendar) for which in WhichClock}
    return DueDates(due, tuple(which for which in WhichClock if due[which] is None and clock.has(timing, which)))


def procedures_in_effect(province: Province) -> Procedures:
    """The province's version for the day of receipt.

    It raises NotFound `procedure_not_in_effect` for a procedure of the province that has no version on that day.
    """
    known = {published.procedure.code for published in province.procedures}

    def own(code: str, on: date) -> Procedure | None:
        return province.published(code, on).procedure if code in known else None

    return own


def own_procedures(province: Province) -> Procedures:
    """A function that gives the province's version for a code and a day; None when only the catalogue counts."""
    known = {published.procedure.code for published in province.procedures}

    @lru_cache(maxsize=4_096)
    def own(code: str, on: date) -> Procedure | None:
        versions = province.versions(code) if code in known else ()
        return next((published.procedure for published in versions if published.accepts(on)), None)

    return own


def no_procedure(code: str, on: date) -> Procedure | None:
    """Gives None for every procedure: the user named a catalogue, so only its limits count."""
    return None
