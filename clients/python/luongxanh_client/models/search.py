"""Searching dossiers: what is wanted, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from luongxanh_client.models.base import Answer, Bilingual, NamedCode, Question
from luongxanh_client.models.words import (
    Channel,
    HolderKind,
    RelativeDays,
    SortKey,
    State,
    Timeliness,
    UnitPart,
    WhichClock,
)


class Window(Question):
    """From `since` (included) to `before` (not included), or days from today. None: no bound on that side."""

    since: AwareDatetime | None = None
    before: AwareDatetime | None = None
    days: RelativeDays | None = None
    """Instead of the two: counted from the day on which the search is made."""


class HolderWanted(Question):
    """To whom lateness is attributed: a unit or an outside system by its code, or every holder of a kind."""

    kind: HolderKind
    code: str | None = None


class Late(Question):
    """Dossiers that are open and overdue on the clock, or ended late on it."""

    clock: WhichClock
    ended: bool | None = None
    caused_by: tuple[HolderWanted, ...] | None = None


class Judged(Question):
    """Dossiers that have ended, by their judgement on the clock."""

    clock: WhichClock
    judgements: tuple[Timeliness, ...]


class FallsDue(Window):
    """Open dossiers that are overdue after an instant of the window. `clock` None: the date on the receipt."""

    clock: WhichClock | None = None


class ReceivedAt(Question):
    """An hour of a weekday in Vietnam. `weekday`: 1 is Monday."""

    weekday: int
    hour: int


class UnitsWanted(Question):
    """Units, perhaps with those below them."""

    codes: tuple[str, ...]
    part: UnitPart = UnitPart.ANY
    with_below: bool = False


class Filter(Question):
    """Which dossiers are wanted. Every field restricts; a list means any of its values; None restricts nothing."""

    states: tuple[State, ...] | None = None
    procedures: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    """Fields of government, by name or code."""
    units: UnitsWanted | None = None
    officers: tuple[str, ...] | None = None
    applicants: tuple[str, ...] | None = None
    green: bool | None = None
    green_rules: tuple[str, ...] | None = None
    crossing: bool | None = None
    interconnected: bool | None = None
    late: Late | None = None
    received: Window | None = None
    received_hour: ReceivedAt | None = None
    ended: Window | None = None
    open: bool | None = None
    under_way_at: AwareDatetime | None = None
    """Received before this instant, and not ended before it."""
    not_ended_before: AwareDatetime | None = None
    judged: Judged | None = None
    falls_due: FallsDue | None = None
    channels: tuple[Channel, ...] | None = None
    assigned: bool | None = None
    statutory_due: Window | None = None
    promised_due: Window | None = None
    rungs: tuple[str, ...] | None = None
    incident: bool | None = None
    incident_systems: tuple[str, ...] | None = None
    text: str | None = None
    """A part of the code, or of the name of the procedure or a unit. Accents are not needed."""


def filter_read(conditions: Mapping[str, Any]) -> Filter:
    """The filter of an answer. A null restricts nothing, so one that only a later client knows is left out.

    Raises ValidationError for a condition that only a later client knows.
    """
    return Filter.model_validate(_restricting(conditions))


def _restricting(part: Any) -> Any:
    """The part without its nulls, at every depth."""
    match part:
        case Mapping():
            return {name: _restricting(value) for name, value in part.items() if value is not None}
        case list() | tuple():
            return [_restricting(value) for value in part]
        case _:
            return part


class Order(Question):
    """The order of the found dossiers."""

    by: SortKey = SortKey.CODE
    descending: bool = False


class Holder(Answer):
    """Who has the dossier: a unit or an outside system with its code, or another kind without a code."""

    kind: HolderKind
    code: str | None = None


class LateOn(Answer):
    """A clock on which the dossier is late. `minutes` is None while it is open."""

    clock: WhichClock
    minutes: int | None
    caused_by: tuple[Holder, ...]


class FoundDossier(Answer):
    """One found dossier."""

    code: str
    version: int
    state: State
    state_words: Bilingual
    procedure: NamedCode
    channel: Channel
    received_by: NamedCode
    competent: NamedCode | None
    responsible: NamedCode | None
    crossing: bool
    parent: str | None = None
    assignee: str | None
    green: str | None
    received_at: datetime | None
    statutory_due: datetime | None
    promised_due: datetime | None
    ended_at: datetime | None
    updated_at: datetime
    late: tuple[LateOn, ...]
    late_statutory_minutes: int | None
    late_promised_minutes: int | None
    rung: str | None
    incident_systems: tuple[str, ...]


class Counted(Answer):
    """How many were found; `more`: there are more than were counted."""

    count: int
    more: bool


class FoundPage(Answer):
    """A page of found dossiers, and the cursors of the pages beside it."""

    items: tuple[FoundDossier, ...]
    count: Counted
    at: datetime
    next: str | None
    previous: str | None
