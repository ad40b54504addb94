"""The escalations of a dossier that somebody must still answer or explain, and those that are done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.dossier.state.later_fields import LATER
from domain.rules.audience import Addressee
from domain.values import Code, Instant


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """One escalation. It is open until it is answered and explained, as far as either is wanted, or until it ends."""

    number: int
    rung: Code | None
    """None: no rung, but a dossier that was handed back."""
    occasion: str
    since: Instant
    unit: Code
    """The unit that must answer now."""
    competent: Annotated[Code | None, LATER] = None
    """The competent authority when it began: with another one the lateness of a clock is not this unit's any more."""
    addressees: tuple[Addressee, ...] = ()
    level: Annotated[int, LATER] = 0
    """How often it has climbed."""
    answer_within_working_hours: Annotated[int | None, LATER] = None
    answer_by: Annotated[Instant | None, LATER] = None
    """When it climbs. None: it was answered, is at the top, or wants no answer."""
    answered_at: Annotated[Instant | None, LATER] = None
    at_top_since: Annotated[Instant | None, LATER] = None
    """Since when nobody above can be told: it is an incident until somebody answers."""
    explains: Annotated[Code | None, LATER] = None
    explain_by: Annotated[Instant | None, LATER] = None
    explained_at: Annotated[Instant | None, LATER] = None
    unexplained_since: Annotated[Instant | None, LATER] = None
    """When it was told that no explanation came in time. It is told once; the explanation is still wanted."""
    handed_back_by: Annotated[Code | None, LATER] = None
    """The level that handed the dossier back. It is told if the dossier is not finished by `answer_by`."""

    @property
    def wants_answer(self) -> bool:
        """True if somebody must still acknowledge it."""
        waits = self.answer_by is not None or self.at_top_since is not None
        return waits and self.answered_at is None and self.handed_back_by is None

    @property
    def wants_explanation(self) -> bool:
        """True if the unit that kept the dossier waiting must still explain."""
        return self.explains is not None and self.explained_at is None

    @property
    def settled(self) -> bool:
        """True if nothing more is wanted."""
        return not (self.wants_answer or self.wants_explanation or self.handed_back_by)


class EscalationOutcome(StrEnum):
    """How an escalation left the list of the open ones."""

    SETTLED = "settled"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class DoneEscalation:
    """An escalation that is not open any more."""

    number: int
    outcome: EscalationOutcome
