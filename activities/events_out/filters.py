"""Which events a reader wants, and which it may see. One function decides both, for pages, streams and webhooks."""

from __future__ import annotations

from typing import Annotated, Protocol

from pydantic import Field

from domain.values import Code, Strict

MOST = 10_000
"""The most codes in one list: a province has some hundreds of units and some thousands of procedures."""
Codes = Annotated[frozenset[Code], Field(max_length=MOST)]


class Filtered(Protocol):
    """What filters look at: of an event, or of its row before it is read."""

    @property
    def kind(self) -> str:
        """The kind of the event."""
        ...

    @property
    def procedure(self) -> str | None:
        """The dossier's procedure."""
        ...

    @property
    def units(self) -> frozenset[str]:
        """The units that a reader may ask for."""
        ...

    @property
    def taking_part(self) -> frozenset[str]:
        """The units that take part in the dossier as of now."""
        ...


class EventFilter(Strict):
    """The events of these procedures, units and kinds; None: of all. An empty list lets nothing through."""

    procedures: Codes | None = None
    units: Codes | None = None
    """A dossier is a unit's when the unit received it first, or receives, decides or processes it as of now. In a scope
    it is a unit's when the unit takes part in it as of now. Whoever means a unit with all below it lists them."""
    kinds: Codes | None = None

    def matches(self, event: Filtered) -> bool:
        """True when the event is wanted."""
        return self._lets_through(event, event.units)

    def covers(self, event: Filtered) -> bool:
        """True when a caller with this scope may see the event: exactly when it may read the dossier as of now."""
        return self._lets_through(event, event.taking_part)

    def _lets_through(self, event: Filtered, units: frozenset[str]) -> bool:
        return (
            (self.procedures is None or event.procedure in self.procedures)
            and (self.units is None or not self.units.isdisjoint(units))
            and (self.kinds is None or event.kind in self.kinds)
        )


EVERYTHING = EventFilter()


class Wanted(Strict):
    """What a reader asks for and what it may see: an event must pass both."""

    asked: EventFilter = EVERYTHING
    scope: EventFilter
    """What the caller may see as of now. There is no default: whoever reads says it."""

    def matches(self, event: Filtered) -> bool:
        """True when the event is asked for and may be seen."""
        return self.asked.matches(event) and self.scope.covers(event)
