"""Plays a ladder over what has happened to a dossier: which rungs would have fired, when, for whom.

Everything else stays as it was recorded. What the recorded ladder did is left out; an answer that people gave to a rung
counts for the same rung and occasion of the played ladder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from domain.dossier.context import Rules
from domain.dossier.deciding.deadlines import rungs_ahead, rungs_reached
from domain.dossier.deciding.escalations import climbed, climbs_ahead, ended_after
from domain.dossier.deciding.timers import people_wanted
from domain.dossier.events import (
    AnyEvent,
    DeadlineWarned,
    DossierEscalated,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
    ResponsibilityHandedBack,
)
from domain.dossier.evolve import evolve
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.state import Dossier, NotSubmitted
from domain.errors import DomainError
from domain.rules.audience import Audience, AudienceWanted
from domain.rules.escalation import EscalationPolicy
from domain.rules.rulebook import Rulebook

Fired = DeadlineWarned | DossierEscalated | EscalationClimbed
"""What a ladder does: it warns, escalates, and climbs."""
AudienceAt = Callable[[AudienceWanted, datetime], Audience]
MOST_AT_ONCE = 1_000
"""A guard: no dossier has so many instants between two events."""


def fired_in(events: Sequence[AnyEvent]) -> tuple[Fired, ...]:
    """What the recorded ladder did."""
    return tuple(event for event in events if isinstance(event, Fired))


class LadderPlay:
    """Plays one ladder over the events of many dossiers, one after another."""

    def __init__(self, policy: EscalationPolicy, rulebook: Rulebook, audience_at: AudienceAt) -> None:
        self._policy = policy
        self._rulebook = rulebook
        self._audience_at = audience_at

    def over(self, code: str, events: Sequence[AnyEvent], until: datetime) -> tuple[Fired, ...]:
        """What the ladder would have done until an instant, in order of time."""
        standing: Dossier | NotSubmitted = NotSubmitted(code)
        found: list[Fired] = []
        numbers: dict[int, tuple[str | None, str]] = {}
        for event in events:
            if event.at > until:
                break
            standing = self._advanced(standing, event.at, found)
            standing = self._after(standing, event, numbers)
        self._advanced(standing, until, found)
        return tuple(found)

    def _after(
        self, standing: Dossier | NotSubmitted, event: AnyEvent, numbers: dict[int, tuple[str | None, str]]
    ) -> Dossier | NotSubmitted:
        """The dossier after a recorded event, with the ends of the played escalations that follow."""
        if isinstance(event, DeadlineWarned | DossierEscalated):
            numbers[event.number] = (event.rung, event.occasion)
        played = _played(standing, event, numbers)
        if played is None:
            return standing
        standing = evolve(standing, played)
        if isinstance(standing, Dossier):
            for end in ended_after(standing, event.at):
                standing = evolve(standing, end)
        return standing

    def _advanced(
        self, standing: Dossier | NotSubmitted, until: datetime, found: list[Fired]
    ) -> Dossier | NotSubmitted:
        """The dossier at an instant, after every rung and climb up to then."""
        for _ in range(MOST_AT_ONCE):
            if not isinstance(standing, Dossier) or standing.ended_at is not None:
                return standing
            rules = self._rules(standing)
            at = min(_instants(standing, rules), default=None)
            if at is None or at > until:
                return standing
            events = self._fired(standing, rules, at)
            if not events:
                return standing
            for event in events:
                standing = evolve(standing, event)
            found += [event for event in events if isinstance(event, Fired)]
        return standing

    def _rules(self, dossier: Dossier) -> Rules:
        return replace(Rules.pinned(dossier.pins, self._rulebook), escalation=self._policy)

    def _fired(self, dossier: Dossier, rules: Rules, at: datetime) -> list[AnyEvent]:
        wanted = people_wanted(dossier, rules, at)
        command = EvaluateTimers(audiences=tuple(self._audience_at(one, at) for one in wanted))
        try:
            return [*rungs_reached(dossier, command, rules, at), *climbed(dossier, command, rules, at)]
        except DomainError:  # a calendar or a unit that this instant does not have: such a rung never fires here
            return []


def _instants(dossier: Dossier, rules: Rules) -> Iterator[datetime]:
    yield from (max(ahead.at, dossier.updated_at) for ahead in rungs_ahead(dossier, rules))
    yield from (max(climb.at, dossier.updated_at) for climb in climbs_ahead(dossier, rules))


def _played(
    standing: Dossier | NotSubmitted, event: AnyEvent, numbers: dict[int, tuple[str | None, str]]
) -> AnyEvent | None:
    """The event as it happens under the played ladder, or None. Only what is about escalations is another."""
    match event:
        case DeadlineWarned() | DossierEscalated() | EscalationClimbed() | EscalationEnded():
            return None
        case EscalationAcknowledged() | EscalationExplained():
            number = _same(standing, numbers.get(event.escalation))
            return None if number is None else event.model_copy(update={"escalation": number})
        case ResponsibilityHandedBack():
            if not isinstance(standing, Dossier) or not standing.routing.taken_over:
                return None
            return event.model_copy(update={"escalation": standing.next_escalation})
        case _:
            return event


def _same(standing: Dossier | NotSubmitted, named: tuple[str | None, str] | None) -> int | None:
    """The number of the played escalation that is open for the same rung and occasion."""
    if named is None or not isinstance(standing, Dossier):
        return None
    return next((one.number for one in standing.escalations if (one.rung, one.occasion) == named), None)
