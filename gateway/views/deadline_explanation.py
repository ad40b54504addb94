"""The explanation of due dates for `luongxanh deadline explain`, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from activities.ledger.calendar_letters import ChangedBy
from domain.deadlines.bound_dates import BoundDate, bound_dates
from domain.deadlines.calendar import DatedException, WorkingCalendar
from domain.deadlines.clock import (
    Extension,
    Pause,
    PauseGround,
    SpentTime,
    Timing,
    WhichClock,
    attribution,
)
from domain.deadlines.explain import Beyond, DayLine, Derivation, Explanation, GreenLine, NoClock, PauseLine, explain
from domain.deadlines.limits import Counting, GreenCap, GreenRule, Limit
from domain.deadlines.pauses import Stretch, require_order
from domain.deadlines.timing import CorrectedReceipt
from domain.procedures.published_limits import PublishedLimits
from domain.text.printable import printable
from domain.values import VIETNAM, Bilingual, Value
from gateway.i18n.deadline_wording import (
    CLOCKS,
    DECIDED,
    GROUNDS,
    NO_CLOCK,
    PHRASES,
    RULES,
    WEEKDAYS,
    WHOSE_PAUSE,
    holder_name,
)

Language = Literal["vi", "en"]


class ExplainedDeadlines(Value):
    """The explanation of both clocks of a dossier. It becomes the JSON of `deadline explain --json`."""

    statutory: Explanation
    promised: Explanation
    bound: tuple[BoundDate, ...] = ()
    corrections: tuple[CorrectedReceipt, ...] = ()
    letters: tuple[ChangedBy, ...] = ()
    whose: tuple[SpentTime, ...] = ()
    """The working time since receipt, by who held the dossier. The parts add up to the whole."""


def explain_code(
    catalogue: PublishedLimits,
    calendar: WorkingCalendar,
    counting: Counting,
    *,
    code: str,
    channel: str,
    received: datetime,
    case: int | None = None,
    green: GreenRule | None = None,
    own: Limit | None = None,
    pauses: Sequence[Stretch] = (),
) -> ExplainedDeadlines:
    """Both dates for the published limit of a procedure, without a dossier.

    Raises the errors of `PublishedLimits.limit` and of the calendar, and `pause_ends_before_it_starts`.
    """
    for began, ended in pauses:
        require_order(began, ended)
    timing = Timing(
        received_at=received,
        statutory=catalogue.limit(code, channel, case),
        own=own,
        green=green,
        counting=counting,
        pauses=tuple(Pause(ground=PauseGround.OTHER, began=began, ended=ended) for began, ended in pauses),
    )
    return explain_timing(timing, (calendar,))


def explain_timing(
    timing: Timing,
    calendars: Sequence[WorkingCalendar],
    now: datetime | None = None,
    letters: Sequence[ChangedBy] = (),
) -> ExplainedDeadlines:
    """Both dates of an existing dossier. An open pause counts as ending `now`.

    `calendars` are the one in force, then the earlier ones that bind. `bound` has the earlier date if it differs.
    """
    calendar = calendars[0]
    return ExplainedDeadlines(
        statutory=explain(timing, WhichClock.STATUTORY, calendar, now),
        promised=explain(timing, WhichClock.PROMISED, calendar, now),
        bound=bound_dates(timing, calendars, now),
        corrections=timing.corrections,
        letters=tuple(letters),
        whose=attribution(timing, calendar, now) if now is not None and now > timing.received_at else (),
    )


def explanation_lines(
    explained: ExplainedDeadlines, language: Language = "vi", name_of: Callable[[str], str] = str
) -> list[str]:
    """Both derivations as lines of text with an empty line between them, then who held the dossier for how long.

    `name_of` gives the name of a unit.
    """
    words = _Words(language)
    whose = [
        f"  {printable(words.of(holder_name(one.holder, name_of)))}: {words.span(one.working)}"
        for one in explained.whose
        if round(one.working.total_seconds()) > 0
    ]
    spent = ["", words.say("whose"), *whose] if whose else []
    both = [*derivation_lines(explained.statutory, language), "", *derivation_lines(explained.promised, language)]
    return [*both, *explanation_notes(explained, language), *spent]


def explanation_notes(explained: ExplainedDeadlines, language: Language = "vi") -> list[str]:
    """The lines about both dates: letters that changed the calendar, dates that still bind, corrected receipts."""
    words = _Words(language)
    bound = [
        words.say(
            "bound",
            clock=words.of(CLOCKS[one.which]),
            at=words.at(one.due),
            version=one.calendar_version,
            new=words.at(one.in_force) if one.in_force else words.say("beyond_end"),
        )
        for one in explained.bound
    ]
    corrected = [_corrected(one, words) for one in explained.corrections]
    changed = [words.say("changed_by", at=words.at(one.at), letter=one.letter) for one in explained.letters]
    return [*changed, *bound, *corrected]


def _corrected(one: CorrectedReceipt, words: _Words) -> str:
    binds = words.say("binds" if one.binds else "binds_not")
    return words.say(
        "corrected",
        at=words.at(one.at),
        before=words.at(one.before),
        after=words.at(one.after),
        basis=one.legal_basis,
        binds=binds,
    )


def derivation_lines(explanation: Derivation | NoClock | Beyond, language: Language = "vi") -> list[str]:
    """One derivation as lines of text: the receipt, each day, each pause, the Green rule, the result."""
    words = _Words(language)
    if isinstance(explanation, NoClock):
        clock, why = words.of(CLOCKS[explanation.which]), words.of(NO_CLOCK[explanation.reason])
        return [words.say("no_clock", clock=clock, why=why)]
    if isinstance(explanation, Beyond):
        return list(_beyond(explanation, words))
    return list(_lines(explanation, words))


def _beyond(found: Beyond, words: _Words) -> Iterator[str]:
    yield words.of(CLOCKS[found.which])
    yield words.say("calendar", name=found.calendar_name, version=found.calendar_version)
    yield words.say("received", at=words.at(found.received))
    yield words.say("beyond", last=f"{found.last_day:%d/%m/%Y}")


def _lines(found: Derivation, words: _Words) -> Iterator[str]:
    yield words.of(CLOCKS[found.which])
    yield from _before_the_days(found, words)
    for day in found.days:
        yield "  " + _day(day, words)
    yield from _after_the_days(found, words)


def _before_the_days(found: Derivation, words: _Words) -> Iterator[str]:
    yield words.say("calendar", name=found.calendar_name, version=found.calendar_version)
    yield words.say("received", at=words.at(found.received))
    if found.counted_from != found.received:
        restarted = any(pause.restarts for pause in found.pauses)
        yield words.say("restarted" if restarted else "counted_from", at=words.at(found.counted_from))
    if found.limit and found.rule:
        limit, rule = words.limit(found.limit), words.of(RULES[found.rule])
        yield words.say("own_limit" if found.own_limit else "limit", limit=limit, rule=rule)
    if found.green:
        yield _green(found.green, words)
    for extension in found.extensions:
        yield _extended(extension, words)


def _after_the_days(found: Derivation, words: _Words) -> Iterator[str]:
    for pause in found.pauses:
        yield _pause(pause, words)
    total = "total_paused" if found.paused else "total"
    yield words.say(total, counted=words.span(found.counted), paused=words.span(found.paused))
    paused_now = any(pause.still_open for pause in found.pauses)
    yield words.say("due_if_resumed" if paused_now else "due", at=words.at(found.due))


class DayRow(Value):
    """One day of a derivation as the row of a table. `why`: the reason for a day off, or the letter that changed it."""

    day: str
    number: int | None
    sessions: str
    counted: str
    paused: str
    total: str
    why: str
    worked: bool


class DerivationTable(Value):
    """One derivation as a table of days, with the lines before and after it. No days: the lines say why.

    `summary`: the whole derivation in a sentence; empty where there is none.
    """

    title: str
    summary: str = ""
    before: tuple[str, ...]
    days: tuple[DayRow, ...] = ()
    after: tuple[str, ...] = ()


def derivation_table(explanation: Derivation | NoClock | Beyond, language: Language = "vi") -> DerivationTable:
    """The same as `derivation_lines`, for a screen that has tables."""
    words = _Words(language)
    title = words.of(CLOCKS[explanation.which])
    if not isinstance(explanation, Derivation):
        lines = derivation_lines(explanation, language)
        return DerivationTable(title=title, before=tuple(line for line in lines if line != title))
    return DerivationTable(
        title=title,
        summary=_summary(explanation, words),
        before=tuple(_before_the_days(explanation, words)),
        days=tuple(_row(line, words) for line in explanation.days),
        after=tuple(_after_the_days(explanation, words)),
    )


def _summary(found: Derivation, words: _Words) -> str:
    extended = any(extension.until == found.due for extension in found.extensions)
    return words.say(
        "summary_extended" if extended else "summary_paused" if found.paused else "summary",
        begin=words.at(found.counted_from),
        counted=words.span(found.counted),
        paused=words.span(found.paused),
        due=words.at(found.due),
    )


def _row(line: DayLine, words: _Words) -> DayRow:
    return DayRow(
        day=words.day(line.weekday, line.day),
        number=line.day_number,
        sessions=_hours(line, words),
        counted=words.span(line.counted) if line.sessions else "",
        paused=words.span(line.paused) if line.paused else "",
        total=words.span(line.total),
        why=_why(line, words),
        worked=bool(line.sessions),
    )


def _hours(line: DayLine, words: _Words) -> str:
    return ", ".join(f"{words.hour(part.opens)}-{words.hour(part.closes)}" for part in line.sessions)


def _why(line: DayLine, words: _Words) -> str:
    """Why the day differs from others, or does not count; empty for an ordinary day."""
    if line.exception:
        return words.exception(line.exception)
    if line.sessions:
        return ""
    return words.say("weekly_off" if line.weekday in ("saturday", "sunday") else "no_session")


def _day(line: DayLine, words: _Words) -> str:
    day = words.day(line.weekday, line.day)
    why = words.exception(line.exception) if line.exception else None
    if line.sessions:
        text = words.say(
            "worked",
            day=day,
            sessions=_hours(line, words),
            counted=words.span(line.counted),
            total=words.span(line.total),
        )
        if line.paused:
            text = words.say("paused_part", line=text, paused=words.span(line.paused))
        if why:
            text = words.say("because", line=text, why=why)
    elif line.exception is None and line.weekday not in ("saturday", "sunday"):
        text = words.say("no_clock_session", day=day)
    else:
        text = words.say("off", day=day, why=why or words.say("weekly_off"))
    return words.say("numbered", line=text, n=line.day_number) if line.day_number else text


def _pause(line: PauseLine, words: _Words) -> str:
    text = words.say(
        "open_pause" if line.still_open else "pause",
        ground=words.of(GROUNDS[line.ground]),
        began=words.at(line.began),
        ended=words.at(line.ended),
        working=words.span(line.working),
        whose=words.of(WHOSE_PAUSE[line.ground]),
    )
    return words.say("basis", line=text, basis=line.legal_basis) if line.legal_basis else text


def _green(line: GreenLine, words: _Words) -> str:
    if isinstance(line.rule, GreenCap):
        rule = words.say("cap", name=line.rule.name, hours=line.rule.working_hours)
    else:
        rule = words.say("factor", name=line.rule.name, percent=f"{line.rule.factor * 100:f}".rstrip("0").rstrip("."))
    return words.say(
        "green",
        rule=rule,
        promised=words.at(line.promised),
        statutory=_or_none(line.statutory, words, beyond=line.statutory_beyond),
        decided=words.of(DECIDED[line.decided_by]),
    )


def _or_none(at: datetime | None, words: _Words, *, beyond: bool) -> str:
    return words.at(at) if at else words.say("beyond_end" if beyond else "none")


def _extended(extension: Extension, words: _Words) -> str:
    until = words.at(extension.until) if extension.until else words.limit(extension.limit)
    return words.say("extended", at=words.at(extension.at), until=until, reason=extension.reason)


class _Words:
    """The words of one language for dates, times and durations."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def of(self, text: Bilingual) -> str:
        return text.vi if self._language == "vi" else text.en

    def say(self, phrase: str, **facts: object) -> str:
        return self.of(PHRASES[phrase]).format_map({name: printable(str(fact)) for name, fact in facts.items()})

    def day(self, weekday: object, day: date) -> str:
        name = next(self.of(text) for known, text in WEEKDAYS.items() if known == weekday)
        return f"{name} {day:%d/%m/%Y}"

    def at(self, at: datetime) -> str:
        local = at.astimezone(VIETNAM)
        return f"{self.hour(local)} {self.day(list(WEEKDAYS)[local.weekday()], local.date())}"

    def hour(self, at: datetime) -> str:
        local = at.astimezone(VIETNAM)
        return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"

    def limit(self, limit: Limit | None) -> str:
        return self.of(limit.words) if limit else self.say("none")

    def exception(self, exception: DatedException) -> str:
        text = self.say("by_letter", name=self.of(exception.name), source=exception.source)
        return self.say("provisional", text=text) if exception.provisional else text

    def span(self, span: timedelta) -> str:
        """Working time in hours, minutes and whole seconds. Parts that are zero are left out."""
        minutes, rest = divmod(timedelta(seconds=round(span.total_seconds())), timedelta(minutes=1))
        hours, minutes = divmod(minutes, 60)
        parts = [self.say("hours", n=hours)] if hours else []
        parts += [self.say("minutes", n=minutes)] if minutes or not (hours or rest) else []
        parts += [self.say("seconds", n=rest.seconds)] if rest else []
        return " ".join(parts)
