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
        """The dossier's units."""
        ...


class EventFilter(Strict):
    """The events of these procedures, units and kinds; None: of all. An empty list lets nothing through."""

    procedures: Codes | None = None
    units: Codes | None = None
    """A dossier is a unit's when the unit received it first, or receives, decides or processes it as of now. Whoever
    means a unit with all below it lists them."""
    kinds: Codes | None = None

    def matches(self, event: Filtered) -> bool:
        """True when the event is wanted."""
        return (
            (self.procedures is None or event.procedure in self.procedures)
            and (self.units is None or not self.units.isdisjoint(event.units))
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
        return self.asked.matches(event) and self.scope.matches(event)
