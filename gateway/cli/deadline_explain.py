"""The dates for `deadline explain`: those of an existing dossier, or of a procedure without a dossier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.province import load_province
from activities.province.catalogue_import import CATALOGUE
from domain.deadlines.counting import counted_from
from domain.deadlines.pauses import require_order
from domain.deadlines.timing import Pause, PauseGround, Timing
from domain.dossier.state import TERMINAL, Dossier
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Channel, Procedure
from domain.procedures.published_limits import PublishedLimits
from domain.procedures.started_clocks import started
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.cli.choices import Green
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.problems import CommandLineProblem
from gateway.client.pinned_rules import pinned_rules
from gateway.views.calendar_changes import letters_in
from gateway.views.deadline_batch import GREEN_MODES, OWN, Procedures
from gateway.views.deadline_explanation import ExplainedDeadlines, explain_timing
from gateway.views.names import Names


@dataclass(frozen=True)
class Asked:
    """The options for an explanation without a dossier.

    `green` is the procedure's own rule, none, or one of the batch.
    """

    procedure: str
    channel: Channel
    case: int | None
    received: datetime | None
    green: Green
    pauses: tuple[tuple[datetime, datetime], ...]
    unit: str | None
    catalogue: Path | None


def explain_asked(asked: Asked, province_folder: Path) -> ExplainedDeadlines:
    """Both dates, from the province's own procedure if there is one, else from the row of the catalogue.

    Raises the errors of `PublishedLimits.limit`; `unknown_unit`; `pause_ends_before_it_starts`; `before_calendar` and
    `calendar_exhausted` for a receipt outside the calendar.
    """
    province = load_province(province_folder)
    return explain_as(province, limits_of(province, province_folder, asked.catalogue), asked)


def explain_as(province: Province, limits: PublishedLimits, asked: Asked) -> ExplainedDeadlines:
    """The same as `explain_asked`, with the `limits` for procedures that the province does not have."""
    received = asked.received or datetime.now(VIETNAM)
    procedure = None if asked.catalogue else _own(province, asked.procedure, received)
    for began, ended in asked.pauses:
        require_order(began, ended)
    if procedure is None:
        limit = limits.limit(asked.procedure, asked.channel, asked.case)
        timing = Timing(received_at=received, statutory=limit, green=GREEN_MODES.get(asked.green))
    else:
        limit = PublishedLimits.of_procedures([procedure]).limit(asked.procedure, asked.channel, asked.case)
        if asked.green != OWN:
            procedure = procedure.model_copy(update={"green": GREEN_MODES.get(asked.green)})
        timing = started(procedure, limit, received)
    calendar = province.calendar_of(asked.unit, received.date())
    counted_from(received, calendar)  # refuses a receipt outside the calendar
    pauses = tuple(Pause(ground=PauseGround.OTHER, began=began, ended=ended) for began, ended in asked.pauses)
    paused = timing.model_copy(update={"pauses": pauses})
    return explain_timing(paused, (calendar,))


async def explain_dossier(pool: Pool, code: str, now: datetime) -> tuple[ExplainedDeadlines, Callable[[str], str]]:
    """Both dates of an existing dossier under the calendar that it pinned, and a function for the names of units.

    Raises NotFound `unknown_dossier`; CommandLineProblem `not_accepted_yet`, `never_accepted`.
    """
    reader = LedgerReader(pool)
    row = await reader.dossier(code)
    if row is None:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
    dossier = dossier_in(row)
    if dossier.deadlines.timing is None:
        raise _without_clocks(dossier)
    rules = await pinned_rules(pool, dossier.pins, dossier.deadlines.binding_calendars)
    letters = letters_in(await reader.story(code))
    explained = explain_timing(dossier.deadlines.timing, rules.calendars(dossier), now, letters)
    return explained, Names.of_rules(rules, now.date()).unit


def _without_clocks(dossier: Dossier) -> CommandLineProblem:
    """The error for a dossier without clocks: it is not accepted yet, or it ended before it was accepted."""
    if dossier.state not in TERMINAL or dossier.ended_at is None:
        return CommandLineProblem(CommandLineRefusal.NOT_ACCEPTED_YET, dossier=dossier.code)
    return CommandLineProblem(
        CommandLineRefusal.NEVER_ACCEPTED, dossier=dossier.code, ended=dossier.ended_at, state=dossier.state.words
    )


def limits_of(province: Province, province_folder: Path, catalogue: Path | None) -> PublishedLimits:
    """The limits of the given catalogue file, else of the imported catalogue, else of the province's procedures."""
    file = catalogue or province_folder / CATALOGUE
    if not file.exists():
        return PublishedLimits.of_procedures(published.procedure for published in province.procedures)
    with file.open(encoding="utf-8", errors="surrogateescape") as rows:
        return PublishedLimits.of_national(rows)


def _own(province: Province, code: str, received: datetime) -> Procedure | None:
    """The province's version of the procedure for the day; None when only the catalogue has the procedure."""
    known = {published.procedure.code for published in province.procedures}
    return province.published(code, received.date()).procedure if code in known else None


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
