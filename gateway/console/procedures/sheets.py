"""The procedures with their numbers as a table for a spreadsheet: every share with its numerator and denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.ledger.statistics.measures import Measure
from domain.deadlines.limits import GreenCap, GreenRule, WhichClock
from domain.procedures.procedure import Procedure
from domain.values import Bilingual, Code
from gateway.console.overview.figures import Line
from gateway.console.overview.report import Cell, Sheet
from gateway.console.visits import Visit
from gateway.i18n.statistics import MEASURES
from gateway.i18n.wording import say
from gateway.views.step_times import StepTime

NUMBERS = (
    Measure.RECEIVED, Measure.RESOLVED, Measure.KEPT_PROMISED, Measure.JUDGED_PROMISED, Measure.KEPT_STATUTORY,
    Measure.JUDGED_STATUTORY,
)  # fmt: skip
HEADINGS = (
    say("Mã", "Code"), say("Thủ tục", "Procedure"), say("Lĩnh vực", "Field"), say("Phiên bản", "Version"),
    say("Số phiên bản", "Versions"), say("Thời hạn quy định", "Statutory limit"), say("Luồng Xanh", "Green Stream"),
)  # fmt: skip
TIMES = (
    say("Phút làm việc bình quân", "Average working minutes"),
    say("Thời hạn hẹn bình quân (phút)", "Average promised limit (minutes)"),
    say("Rút ngắn nhờ Luồng Xanh (%)", "Green Stream gain (%)"),
    say("Bước chậm nhất", "Slowest step"),
    say("Phút bình quân của bước", "Average minutes of the step"),
    say("Tỷ trọng của bước (%)", "Share of the step (%)"),
)
NONE_PUBLISHED = say("không công bố", "none published")
WIDTHS = (12, 50, 24, 9, 9, 24, 22, *(12 for _ in NUMBERS), 14, 14, 12, 30, 12, 12)


@dataclass(frozen=True)
class Exported:
    """One procedure with its numbers. `slowest`: the code of the step, its time, its share in percent."""

    procedure: Procedure
    versions: int
    line: Line
    slowest: tuple[Code, StepTime, int] | None
    gain: float | None


def procedures_sheet(visit: Visit, rows: Sequence[Exported]) -> Sheet:
    """A row for each procedure."""
    title = visit.written("Procedures")
    numbers = (MEASURES[one] for one in NUMBERS)
    headings = tuple(visit.text(one) for one in (*HEADINGS, *numbers, *TIMES))
    return Sheet(title, headings, tuple(_row(visit, one) for one in rows), WIDTHS)


def _row(visit: Visit, row: Exported) -> tuple[Cell, ...]:
    one, time = row.procedure, row.line.times[WhichClock.PROMISED]
    limits = dict.fromkeys(visit.text(terms.limit.words if terms.limit else NONE_PUBLISHED) for terms in one.terms)
    average = (round(time.used / time.dossiers), round(time.granted / time.dossiers)) if time.dossiers else (None, None)
    step: tuple[Cell, ...] = (None, None, None)
    if row.slowest is not None:
        code, spent, share = row.slowest
        name = next((step.name for step in one.steps if step.code == code), code)
        step = (name, int(spent.average.total_seconds() // 60), share)
    return (
        one.code, one.name, one.field, one.version, row.versions, "; ".join(limits), visit.text(green_words(one.green)),
        *(row.line[measure].count for measure in NUMBERS), *average,
        None if row.gain is None else round(row.gain, 1), *step,
    )  # fmt: skip


def green_words(rule: GreenRule | None) -> Bilingual:
    """What Green Stream makes of the limit."""
    if rule is None:
        return say("không áp dụng", "not applied")
    if isinstance(rule, GreenCap):
        hours = rule.working_hours
        return say(f"tối đa {hours} giờ làm việc", f"at most {hours} working hours")
    percent = f"{rule.factor * 100:f}".rstrip("0").rstrip(".")
    return say(f"còn {percent} % thời hạn", f"{percent} % of the limit")
