"""What `deadline explain` asks for: an existing dossier's dates, or those of one that need not exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from activities.catalogue import CATALOGUE
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.province import load_province
from domain.deadlines.limits import Counting, GreenRule
from domain.deadlines.pauses import require_order
from domain.deadlines.published import PublishedLimits
from domain.deadlines.timing import Pause, PauseGround, Timing
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.procedure import Channel, Procedure
from domain.rules import Province
from domain.values import VIETNAM
from gateway.cli.problems import CommandLineProblem
from gateway.deadline_batch import GREEN_MODES
from gateway.deadlines import ExplainedDeadlines, explain_timing
from gateway.names import Names
from gateway.pinned_rules import pinned_rules

Green = Literal["own", "none", "cap16", "factor50"]


@dataclass(frozen=True)
class Asked:
    """A dossier that need not exist. `green`: the procedure's own rule, none, or one of the batch's."""

    procedure: str
    channel: Channel
    case: int | None
    received: datetime | None
    green: Green
    pauses: tuple[tuple[datetime, datetime], ...]
    unit: str | None
    catalogue: Path | None


def explain_asked(asked: Asked, province_folder: Path) -> ExplainedDeadlines:
    """Both dates by the province's own procedure where it has one, else by the catalogue's row.

    Errors: those of `PublishedLimits.limit` and of the calendar, unknown_unit, pause_ends_before_it_starts.
    """
    province = load_province(province_folder)
    received = asked.received or datetime.now(VIETNAM)
    procedure = None if asked.catalogue else _own(province, asked.procedure, received)
    limits = limits_of(province, province_folder, asked.catalogue)
    if procedure is not None:
        limits = PublishedLimits.of_procedures([procedure])
    for began, ended in asked.pauses:
        require_order(began, ended)
    timing = Timing(
        received_at=received,
        statutory=limits.limit(asked.procedure, asked.channel, asked.case),
        green=_green(asked.green, procedure),
        pauses=tuple(Pause(ground=PauseGround.OTHER, began=began, ended=ended) for began, ended in asked.pauses),
        **(_terms(procedure, asked) if procedure else {"counting": Counting()}),
    )
    return explain_timing(timing, (province.calendar_of(asked.unit, received.date()),))


async def explain_dossier(pool: Pool, code: str, now: datetime) -> tuple[ExplainedDeadlines, Callable[[str], str]]:
    """Both dates of an existing dossier under the calendar it pinned, and how its units are called.

    Errors: unknown_dossier, not_accepted_yet.
    """
    row = await LedgerReader(pool).dossier(code)
    if row is None:
        raise NotFound("unknown_dossier", dossier=code)
    dossier = Dossier.model_validate(row.snapshot)
    if dossier.timing is None or dossier.pins is None:
        raise CommandLineProblem("not_accepted_yet", dossier=code)
    rules = await pinned_rules(pool, dossier.pins, dossier.binding_calendars)
    explained = explain_timing(dossier.timing, rules.calendars(dossier), now)
    return explained, Names.of_rules(rules, now.date()).unit


def limits_of(province: Province, province_folder: Path, catalogue: Path | None) -> PublishedLimits:
    """The limits of a file in the national format; else of the catalogue that was imported; else of the procedures."""
    file = catalogue or province_folder / CATALOGUE
    if not file.exists():
        return PublishedLimits.of_procedures(published.procedure for published in province.procedures)
    with file.open(encoding="utf-8", errors="surrogateescape") as rows:
        return PublishedLimits.of_national(rows)


def _own(province: Province, code: str, received: datetime) -> Procedure | None:
    """The province's version for that day; None for a procedure that is in the catalogue only."""
    known = {published.procedure.code for published in province.procedures}
    return province.published(code, received.date()).procedure if code in known else None


def _green(asked: Green, procedure: Procedure | None) -> GreenRule | None:
    if asked == "own":
        return procedure.green if procedure else None
    return None if asked == "none" else GREEN_MODES[asked]


def _terms(procedure: Procedure, asked: Asked) -> dict[str, object]:
    """What the procedure says beside its limit, as intake would write it down."""
    excluded = set(procedure.green.excluded_steps) if procedure.green and asked.green == "own" else set()
    published = procedure.terms_for(asked.channel, asked.case or 1)
    return {
        "own": procedure.own_limit if published is None or published.limit is None else None,
        "counting": procedure.counting,
        "excluded_share": sum(step.share for step in procedure.steps if step.code in excluded),
        "step_shares": tuple(step.share for step in procedure.steps if step.code not in excluded),
    }
