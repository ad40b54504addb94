"""The dates for `deadline explain`: those of an existing dossier, or of a procedure without a dossier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.story_pages import StoryPages
from activities.province import limits_of, load_province
from domain.deadlines.counting import counted_from
from domain.dossier.state import TERMINAL, Dossier
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Channel
from domain.procedures.published_limits import PublishedLimits
from domain.rules.province import Province
from domain.values import VIETNAM
from gateway.cli.choices import Green
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.problems import CommandLineProblem
from gateway.client.pinned_rules import pinned_rules
from gateway.views.calendar_changes import letters_in
from gateway.views.deadline_calculation import (
    DeadlineCalculator,
    DeadlineQuestion,
    no_procedure,
    procedures_in_effect,
)
from gateway.views.deadline_explanation import ExplainedDeadlines, explain_timing
from gateway.views.dossier_page import LETTER_KINDS
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
    green = None if asked.green == "none" else asked.green
    question = DeadlineQuestion(asked.procedure, asked.channel, received, asked.case, green, asked.pauses)
    procedures = no_procedure if asked.catalogue else procedures_in_effect(province)
    timing = DeadlineCalculator(limits, procedures).timing(question)
    calendar = province.calendar_of(asked.unit, received.date())
    counted_from(received, calendar)  # refuses a receipt outside the calendar
    return explain_timing(timing, (calendar,))


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
    letters = letters_in(await StoryPages(pool).of_kinds(code, LETTER_KINDS))
    explained = explain_timing(dossier.deadlines.timing, rules.calendars(dossier), now, letters)
    return explained, Names.of_rules(rules, now.date()).unit


def _without_clocks(dossier: Dossier) -> CommandLineProblem:
    """The error for a dossier without clocks: it is not accepted yet, or it ended before it was accepted."""
    if dossier.state not in TERMINAL or dossier.ended_at is None:
        return CommandLineProblem(CommandLineRefusal.NOT_ACCEPTED_YET, dossier=dossier.code)
    return CommandLineProblem(
        CommandLineRefusal.NEVER_ACCEPTED, dossier=dossier.code, ended=dossier.ended_at, state=dossier.state.words
    )
