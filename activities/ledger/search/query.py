"""What is searched for: a filter, and the scope of the caller. Neither knows names: codes are resolved before."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from domain.deadlines.clock import Timeliness
from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import HolderKind
from domain.dossier.state import State
from domain.inconsistency import Inconsistent
from domain.messages.search import SearchFault
from domain.procedures.procedure import Channel
from domain.text.folding import fold
from domain.values import Code, Instant, Name, Strict, Value

MOST_CODES = 5_000
"""The most codes of one kind: more than the units or procedures of a province."""

MOST_HOLDERS = 500

Codes = Annotated[tuple[Code, ...], Field(max_length=MOST_CODES)]
"""Any of these codes. An empty tuple is satisfied by no dossier."""


def _with_letters(text: str) -> str:
    if not any(letter.isalnum() for letter in fold(text)):
        raise Inconsistent(SearchFault.TEXT_WITHOUT_LETTERS)
    return text


SearchedText = Annotated[Name, AfterValidator(_with_letters)]
"""A text that a person typed to search for. It has a letter or a digit after folding."""


class UnitPart(StrEnum):
    """What a unit is for a dossier."""

    RECEIVING = "receiving"
    COMPETENT = "competent"
    RESPONSIBLE = "responsible"
    ACCOUNTABLE = "accountable"
    """The one unit that answers for it: the responsible one, else the queue in which it waits, else the competent one,
    else the receiving one. Each dossier has exactly one, so counts by it add up."""
    ANY = "any"
    """Receiving, competent or responsible."""


class OfUnits(Strict):
    """Dossiers that one of these units received, is competent for, is responsible for, or any of the three; or for
    which it is accountable."""

    codes: Codes
    part: UnitPart = UnitPart.ANY


class Window(Strict):
    """From `since` (included) to `before` (not included). None: no bound on that side."""

    since: Instant | None = None
    before: Instant | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.before and self.before <= self.since:
            raise Inconsistent(SearchFault.WINDOW_REVERSED, since=self.since, before=self.before)
        return self


class HolderWanted(Strict):
    """To whom lateness is attributed: a unit or an outside system by its code, or every holder of a kind."""

    kind: HolderKind
    code: Code | None = None


class Late(Strict):
    """Dossiers that are open and overdue on the clock, or ended late on it.

    `caused_by`: only those whose lateness is attributed to one of these holders.
    """

    clock: WhichClock
    ended: bool | None = None
    """True: only those that ended late. False: only open ones. None: both."""
    caused_by: Annotated[tuple[HolderWanted, ...], Field(max_length=MOST_HOLDERS)] | None = None


class HadNow(Strict):
    """Dossiers whose lateness on the clock is, or while they are in time would be, attributed to such a holder."""

    clock: WhichClock
    kind: HolderKind


class Judged(Strict):
    """Dossiers that have ended, by their judgement on the clock: early, on time, late (see `Timeliness`).

    `open`: the judgement needs a longer calendar, or there is no such clock. Early: on a day before the date as it was
    computed last.
    """

    clock: WhichClock
    judgements: Annotated[tuple[Timeliness, ...], Field(max_length=4)]


class FallsDue(Window):
    """Open dossiers whose date is in the window and which are overdue after it, unless something happens first.

    A dossier that stands still since before its date is not among them. `clock` None: the date on the receipt, which is
    the promised one, or the statutory one where nothing was promised.
    """

    clock: WhichClock | None = None


class ReceivedAt(Strict):
    """An hour of a weekday in Vietnam at which dossiers were received. `weekday`: 1 is Monday, 7 Sunday."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    hour: Annotated[int, Field(ge=0, le=23)]


class TextWanted(Strict):
    """A text within the code of the dossier, or within the name of its procedure or of one of its units.

    The names are not in the register: the procedures and units whose names have the text are found before.
    """

    text: SearchedText
    procedures: Codes = ()
    units: Codes = ()


class SearchFilter(Strict):
    """Which dossiers are wanted: those that satisfy every condition. A field that is None does not restrict."""

    states: tuple[State, ...] | None = None
    units: OfUnits | None = None
    procedures: Codes | None = None
    officers: Codes | None = None
    green: bool | None = None
    """True: a Green Stream rule was marked at intake. False: none was."""
    green_rules: Annotated[tuple[Name, ...], Field(max_length=MOST_CODES)] | None = None
    """Names of Green Stream rules."""
    statutory_due: Window | None = None
    promised_due: Window | None = None
    received: Window | None = None
    received_hour: ReceivedAt | None = None
    ended: Window | None = None
    """When it ended: resolved, withdrawn, stopped or refused. The return of a result is no end of its own."""
    open: bool | None = None
    """True: it has not ended. False: it has."""
    under_way_at: Instant | None = None
    """Received before this instant, and not ended before it."""
    not_ended_before: Instant | None = None
    judged: Judged | None = None
    falls_due: FallsDue | None = None
    channels: tuple[Channel, ...] | None = None
    assigned: bool | None = None
    """True: an officer has it. False: nobody."""
    late: Late | None = None
    late_by_nobody: WhichClock | None = None
    """Only those whose lateness on this clock is attributed to no holder. Callers do not ask for it."""
    had_now: HadNow | None = None
    """Only those that such a holder has, or had, when they are or would be late. Callers do not ask for it."""
    rungs: Codes | None = None
    """Rungs of the escalation ladder: the last one that fired."""
    crossing: bool | None = None
    interconnected: bool | None = None
    """True: the whole of an interconnected procedure, or one of its parts."""
    """True: received by another unit than the competent one."""
    incident: bool | None = None
    """True: a call to an outside system has failed and has not succeeded yet."""
    incident_systems: Codes | None = None
    applicants: Codes | None = None
    """The applicants' internal identifiers, by which they filed online."""
    text: TextWanted | None = None


class SearchScope(Value):
    """What the caller may see, whatever the filter says. Every part that is given restricts; None does not.

    `units`: dossiers in which at least one of these units takes part.
    """

    units: tuple[Code, ...] | None = None
    procedures: tuple[Code, ...] | None = None
    applicant: Code | None = None


ALL_DOSSIERS = SearchScope()
"""The scope of those who may see every dossier: the machine's own account, a province-wide supervisor."""
