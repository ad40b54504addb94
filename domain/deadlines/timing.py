"""The history of a dossier's two clocks: start, pauses, resumptions, extensions, end, and who held the dossier.

Operations return a new `Timing` and need no calendar. Dates, shares and lateness are computed from it with a calendar
(`domain.deadlines.clock`). So a new calendar changes these results, and never the history.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypedDict, Unpack

from pydantic import Field

from domain.deadlines.limits import Counting, GreenRule, Limit, WhichClock
from domain.deadlines.pauses import require_order
from domain.errors import RuleViolation
from domain.messages.deadlines import DeadlineRefusal
from domain.values import VIETNAM, Bilingual, Code, Instant, Text, Value


class PauseGround(StrEnum):
    """Why the clocks stand still. The legal basis of each pause is recorded with it."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    SUSPENSION = "suspension"
    OTHER = "other"  # stated in legal_basis

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _GROUNDS[self]


_GROUNDS = {
    PauseGround.SUPPLEMENT: Bilingual(vi="chờ bổ sung hồ sơ", en="waiting for a supplement"),
    PauseGround.PAYMENT: Bilingual(vi="chờ thực hiện nghĩa vụ tài chính", en="waiting for payment"),
    PauseGround.SUSPENSION: Bilingual(vi="tạm dừng xử lý", en="suspended"),
    PauseGround.OTHER: Bilingual(vi="căn cứ khác", en="another ground"),
}


class HolderKind(StrEnum):
    """Who has the dossier and uses its time."""

    UNIT = "unit"
    APPLICANT = "applicant"
    OUTSIDE_SYSTEM = "outside_system"
    SIGNING = "signing"
    PAYMENT = "payment"
    SUSPENDED = "suspended"


class Holder(Value):
    """Who has the dossier: a unit or an outside system with its code, or another kind without a code."""

    kind: HolderKind
    code: Code | None = None


class Holding(Value):
    """The holder from `since` until the next holding."""

    holder: Holder
    since: Instant


class Pause(Value):
    """A period in which both clocks stood still. `ended` None: still open."""

    ground: PauseGround
    began: Instant
    ended: Instant | None = None
    legal_basis: Text | None = None
    evidence: Text | None = None
    restarts: bool = False
    """True: the limit began anew when this pause ended."""
    granted_to: tuple[WhichClock, ...] | None = None
    """The clocks that the restart started again; no later change takes this away. None in data of the first release:
    decided by today's dates."""


class Extension(Value):
    """A new date, or a new limit from the same start, given to both clocks by an apology letter."""

    at: Instant
    reason: Text
    until: Instant | None = None
    limit: Limit | None = None
    granted_to: tuple[WhichClock, ...] | None = None
    """The clocks that had not run out when it was granted. They keep this date whatever is corrected or changed later.
    None in data of the first release: decided by today's dates."""


class CorrectedReceipt(Value):
    """The correction of a wrong time of receipt. `binds`: the time before still counts, and its earlier date is due."""

    at: Instant
    before: Instant
    after: Instant
    legal_basis: Text
    binds: bool


class Timing(Value):
    """Everything the two clocks of one dossier depend on, except the calendar."""

    received_at: Instant
    statutory: Limit | None
    own: Limit | None = None
    """The limit the province set where the catalogue publishes none: a promise, not a statute."""
    green: GreenRule | None = None
    excluded_share: Annotated[int, Field(ge=0, le=100)] = 0
    step_shares: tuple[int, ...] = ()
    counting: Counting = Counting()
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    corrections: tuple[CorrectedReceipt, ...] = ()
    ended_at: Instant | None = None
    holdings: tuple[Holding, ...] = ()

    @property
    def open_pauses(self) -> tuple[Pause, ...]:
        """The pauses that have not ended."""
        return tuple(pause for pause in self.pauses if pause.ended is None)

    @property
    def paused(self) -> bool:
        """True while both clocks stand still."""
        return self.ended_at is None and any(pause.ended is None for pause in self.pauses)

    @property
    def receipts(self) -> tuple[datetime, ...]:
        """The time of receipt, then each earlier entry that still binds: no correction makes a dossier less late."""
        return (self.received_at, *(correction.before for correction in self.corrections if correction.binds))


def start(
    received_at: datetime,
    *,
    statutory: Limit | None,
    own: Limit | None = None,
    green: GreenRule | None = None,
    counting: Counting | None = None,
    excluded_share: int = 0,
    step_shares: tuple[int, ...] = (),
    holder: Holder | None = None,
) -> Timing:
    """Both clocks begin with valid intake. `green` is the rule marked at intake; None: no promise beyond `own`."""
    return Timing(
        received_at=received_at,
        statutory=statutory,
        own=own,
        green=green,
        counting=counting or Counting(),
        excluded_share=excluded_share,
        step_shares=step_shares,
        holdings=(Holding(holder=holder, since=received_at),) if holder else (),
    )


def pause(
    timing: Timing,
    ground: PauseGround,
    at: datetime,
    *,
    legal_basis: str | None = None,
    evidence: str | None = None,
) -> Timing:
    """Both clocks stop on this ground. Errors: already_paused (on the same ground), clock_ended."""
    _require_running(timing)
    for other in timing.open_pauses:
        if other.ground is ground:
            raise RuleViolation(DeadlineRefusal.ALREADY_PAUSED, ground=ground, began=other.began.isoformat())
    new = Pause(ground=ground, began=at, legal_basis=legal_basis or None, evidence=evidence or None)
    return _changed(timing, pauses=(*timing.pauses, new))


def resume(
    timing: Timing,
    ground: PauseGround,
    at: datetime,
    *,
    restart: bool = False,
    granted_to: tuple[WhichClock, ...] | None = None,
) -> Timing:
    """The pause on this ground ends. The clocks continue, or start again with `restart`. Error: not_paused."""
    _require_running(timing)
    found = next((p for p in timing.open_pauses if p.ground is ground), None)
    if found is None:
        raise RuleViolation(DeadlineRefusal.NOT_PAUSED, ground=ground)
    require_order(found.began, at)
    closed = Pause(
        ground=found.ground,
        began=found.began,
        ended=at,
        legal_basis=found.legal_basis,
        evidence=found.evidence,
        restarts=restart,
        granted_to=granted_to,
    )
    return _changed(timing, pauses=tuple(closed if p is found else p for p in timing.pauses))


def end(timing: Timing, at: datetime) -> Timing:
    """Both clocks end; a pause still open ends with them. Errors: clock_ended."""
    _require_running(timing)
    return _changed(timing, ended_at=at.astimezone(VIETNAM))


def extend(
    timing: Timing,
    until: Limit | datetime,
    at: datetime,
    reason: str,
    *,
    at_most: int = 1,
    granted_to: tuple[WhichClock, ...] | None = None,
) -> Timing:
    """A new date or limit for both clocks; a clock that had already run out at `at` stays late.

    Errors: clock_already_extended, no_clock_to_extend, extension_in_the_past, clock_ended.
    """
    _require_running(timing)
    if len(timing.extensions) >= at_most:
        latest = timing.extensions[-1].at.isoformat() if timing.extensions else "-"
        raise RuleViolation(DeadlineRefusal.CLOCK_ALREADY_EXTENDED, at=latest, at_most=at_most)
    if timing.statutory is None and timing.own is None and timing.green is None:
        raise RuleViolation(DeadlineRefusal.NO_CLOCK_TO_EXTEND)
    if isinstance(until, Limit):
        new = Extension(at=at, reason=reason, limit=until, granted_to=granted_to)
    else:
        if until <= at:
            raise RuleViolation(DeadlineRefusal.EXTENSION_IN_THE_PAST, until=until.isoformat(), at=at.isoformat())
        new = Extension(at=at, reason=reason, until=until, granted_to=granted_to)
    return _changed(timing, extensions=(*timing.extensions, new))


def receipt_corrected(timing: Timing, value: datetime, at: datetime, legal_basis: str, *, binds: bool) -> Timing:
    """The time of receipt is corrected to `value`. `binds`: the time before still counts if it is earlier."""
    before = timing.received_at
    corrected = CorrectedReceipt(
        at=at, before=before, after=value, legal_basis=legal_basis, binds=binds and before < value
    )
    return _changed(timing, received_at=value, corrections=(*timing.corrections, corrected))


def handed_to(timing: Timing, holder: Holder, at: datetime) -> Timing:
    """From `at` on the time is this holder's. The same holder again changes nothing."""
    _require_running(timing)
    if timing.holdings and timing.holdings[-1].holder == holder:
        return timing
    return _changed(timing, holdings=(*timing.holdings, Holding(holder=holder, since=at)))


def _require_running(timing: Timing) -> None:
    if timing.ended_at is not None:
        raise RuleViolation(DeadlineRefusal.CLOCK_ENDED, ended=timing.ended_at.isoformat())


class _Changes(TypedDict, total=False):
    received_at: datetime
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    corrections: tuple[CorrectedReceipt, ...]
    ended_at: datetime
    holdings: tuple[Holding, ...]


def _changed(timing: Timing, **changes: Unpack[_Changes]) -> Timing:
    """A copy with these changes. `_Changes` lets mypy check the fields; `model_copy` alone does not."""
    return timing.model_copy(update=dict(changes))
