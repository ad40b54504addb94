"""Follows the units of one dossier through a merger to their successors.

A unit is its code *and* its dates, and codes are reused. So a code in the dossier is first read as of the day on which
it was written, in the organisation of that time. Only then is its successor looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from domain.dossier.events import UnitMove
from domain.dossier.state import Dossier, SigningStatus
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter
from domain.organisation.units import ONE_DAY, Unit


class Succession:
    """From the old organisation to the new one, on the day the merger takes effect."""

    def __init__(self, dossier: Dossier, old: Organisation, new: Organisation, effective: date) -> None:
        self._dossier = dossier
        self._old = old
        self._new = new
        self.effective = effective
        self.received_on = self._since(dossier.intake.submitted_at.date())
        """The day on which `received_by` was the desk's code."""
        self.routed_on = self._since(dossier.routing.routed_on or self.received_on)
        """The day on which `competent` and `queue` were those units' codes."""
        fired_on = (fired.at.date() for fired in dossier.deadlines.fired)
        self.escalated_on = self._since(max(fired_on, default=self.routed_on))
        """The day on which `responsible` was the code of the level that took over."""

    def _since(self, on: date) -> date:
        """The later of `on` and the last merger that the dossier followed: since then its codes are right."""
        return max(on, self._dossier.routing.followed_on or on)

    def unit_meant(self, code: str, on: date) -> Unit:
        """The unit that a code in the dossier means, as the new organisation has it. NotFound: unknown_unit."""
        known = self._old.periods(code)
        unit = self._old.find(code, on) or (known[-1] if known else None)
        if unit is None:
            return self._new.unit(code, self.effective)
        same = (period for period in self._new.periods(code) if period.valid_from == unit.valid_from)
        before = self._new.find(code, self.effective - ONE_DAY)
        return next(same, None) or before or self._new.unit(code, self.effective)

    def successors(self, code: str | None, on: date) -> tuple[Unit, ...]:
        """The units that took it over; the unit itself if it still exists."""
        if code is None:
            return ()
        unit = self.unit_meant(code, on)
        return self._new.successors_on(unit, self.effective) if self._closed(unit) else (unit,)

    def sole_successor(self, code: str | None, on: date) -> str | None:
        """The code of its only successor; None if it was divided."""
        successors = self.successors(code, on)
        return successors[0].code if len(successors) == 1 else None

    def desk(self, competent: str | None) -> str:
        """The desk that gives the result back. If it was divided: the part that is competent, else the first."""
        desks = [unit.code for unit in self.successors(self._dossier.routing.received_by, self.received_on)]
        return competent if competent in desks else desks[0]

    def matter(self) -> Matter:
        """The matter, with the day on which its territory's code meant the right unit."""
        matter = self._dossier.intake.matter
        if matter.territory is None or matter.territory_as_of is not None:
            return matter
        territory = self.unit_meant(matter.territory, self.routed_on)
        return matter.model_copy(update={"territory_as_of": territory.valid_from})

    def moves(self, desk: str, holder: str | None) -> tuple[UnitMove, ...]:
        """Each closed unit of the dossier with its successor. For a divided unit: the unit that holds the dossier."""
        found: dict[str, UnitMove] = {}
        for code, on in self._concerned():
            unit = self.unit_meant(code, on)
            if self._closed(unit) and code not in found:
                divided_to = desk if code == self._dossier.routing.received_by else holder or desk
                new = self.sole_successor(code, on) or divided_to
                found[code] = UnitMove(old=code, old_name=unit.name, new=new)
        for code, on in self._told():
            unit = self.unit_meant(code, on)
            if self._closed(unit) and code not in found:
                found[code] = UnitMove(old=code, old_name=unit.name, new=self.successors(code, on)[0].code)
        return tuple(found.values())

    @property
    def receiver(self) -> str | None:
        """The only successor of the unit that must answer the open handover; None without one, or if it was divided."""
        handover = self._dossier.handovers.open
        return self.sole_successor(handover.to_unit, self._since(handover.sent_at.date())) if handover else None

    @cached_property
    def handover_lapsed(self) -> bool:
        """True if nobody can answer the open handover: its receiver was divided, or has merged with its sender."""
        handover = self._dossier.handovers.open
        if handover is None:
            return False
        sent_on = self._since(handover.sent_at.date())
        was_moved = self._closed(self.unit_meant(handover.to_unit, sent_on))
        was_moved = was_moved or self._closed(self.unit_meant(handover.from_unit, sent_on))
        return was_moved and self.receiver in (None, self.sole_successor(handover.from_unit, sent_on))

    def _concerned(self) -> Iterator[tuple[str, date]]:
        """Every unit that still has to do with the dossier, with the day on which its code was written."""
        dossier = self._dossier
        routing, handover = dossier.routing, dossier.handovers.open
        holders = (routing.received_by, routing.competent, routing.queue)
        named: list[tuple[str | None, date]] = [
            (routing.received_by, self.received_on),
            (routing.competent, self.routed_on),
            (routing.queue, self.routed_on),
            (routing.responsible if routing.responsible not in holders else None, self.escalated_on),
            (None if dossier.signing.status is SigningStatus.SEALED else dossier.signing.unit, self.routed_on),
        ]
        if handover is not None:
            named.append((handover.to_unit, self._since(handover.sent_at.date())))
        awaited = (opinion for opinion in dossier.processing.opinions if opinion.agrees is None)
        named += [(opinion.unit, self._since(opinion.asked_at.date())) for opinion in awaited]
        return ((code, on) for code, on in named if code is not None)

    def _told(self) -> Iterator[tuple[str, date]]:
        """Every unit that must answer, explain or hear of an open escalation; it may have nothing else to do with it.

        If one was divided, its first successor answers: no address says who was told.
        """
        for one in self._dossier.escalations:
            named = (one.unit, one.explains, one.handed_back_by, *(person.unit for person in one.addressees))
            yield from ((code, self._since(one.since.date())) for code in named if code is not None)

    def _closed(self, unit: Unit) -> bool:
        return unit.valid_to is not None and unit.valid_to < self.effective
