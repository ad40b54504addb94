"""The units of one dossier, followed through a merger: who took over each unit that it names.

A unit is its code *and* its dates, and codes are reused. What a code in the dossier means is therefore read on the day
on which it was written there, in the organisation that the dossier lived under; only then is it followed.
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
    """From the organisation `was` to the one that `becomes`, on the day the merger takes effect."""

    def __init__(self, dossier: Dossier, was: Organisation, becomes: Organisation, effective: date) -> None:
        self._dossier = dossier
        self._was = was
        self._becomes = becomes
        self.effective = effective
        self.received_on = self._since(dossier.intake.submitted_at.date())
        """The day on which `received_by` was the desk's code."""
        self.routed_on = self._since(dossier.routing.routed_on or self.received_on)
        """The day on which `competent` and `queue` were those units' codes."""
        self.escalated_on = self._since(max((one.at.date() for one in dossier.deadlines.fired), default=self.routed_on))
        """The day on which `responsible` was the code of the level that took over."""

    def _since(self, on: date) -> date:
        """A code that was followed through a merger has stood since that day."""
        return max(on, self._dossier.routing.followed_on or on)

    def meant(self, code: str, on: date) -> Unit:
        """The unit that a code in the dossier stands for, as the new organisation has it. NotFound: unknown_unit."""
        known = self._was.periods(code)
        unit = self._was.find(code, on) or (known[-1] if known else None)
        if unit is None:
            return self._becomes.unit(code, self.effective)
        again = (period for period in self._becomes.periods(code) if period.valid_from == unit.valid_from)
        before = self._becomes.find(code, self.effective - ONE_DAY)
        return next(again, None) or before or self._becomes.unit(code, self.effective)

    def heirs(self, code: str | None, on: date) -> tuple[Unit, ...]:
        """Who took it over; the unit itself when it goes on."""
        if code is None:
            return ()
        unit = self.meant(code, on)
        return self._becomes.heirs(unit, self.effective) if self._closed(unit) else (unit,)

    def only(self, code: str | None, on: date) -> str | None:
        """The one that took it over; None when it was divided."""
        heirs = self.heirs(code, on)
        return heirs[0].code if len(heirs) == 1 else None

    def desk(self, competent: str | None) -> str:
        """The desk that gives the result back: of a divided one the part that is competent, else the first named."""
        heirs = [unit.code for unit in self.heirs(self._dossier.routing.received_by, self.received_on)]
        return competent if competent in heirs else heirs[0]

    def matter(self) -> Matter:
        """The matter with its territory as the unit that was meant, even where its code means another one now."""
        matter = self._dossier.intake.matter
        if matter.territory is None or matter.territory_as_of is not None:
            return matter
        territory = self.meant(matter.territory, self.routed_on)
        return matter.model_copy(update={"territory_as_of": territory.valid_from})

    def moves(self, desk: str, holder: str | None) -> tuple[UnitMove, ...]:
        """Each closed unit of the dossier and where what was its went; of a divided one, to who holds the dossier."""
        found: dict[str, UnitMove] = {}
        for code, on in self._concerned():
            unit = self.meant(code, on)
            if self._closed(unit) and code not in found:
                divided_to = desk if code == self._dossier.routing.received_by else holder or desk
                new = self.only(code, on) or divided_to
                found[code] = UnitMove(old=code, old_name=unit.name, new=new)
        return tuple(found.values())

    @cached_property
    def handover_lapsed(self) -> bool:
        """Nobody is left to answer the open handover: its receiver was divided, or is now one with its sender."""
        handover = self._dossier.handovers.open
        if handover is None:
            return False
        sent_on = self._since(handover.sent_at.date())
        receiver = self.only(handover.to_unit, sent_on)
        was_moved = self._closed(self.meant(handover.to_unit, sent_on))
        was_moved = was_moved or self._closed(self.meant(handover.from_unit, sent_on))
        return was_moved and receiver in (None, self.only(handover.from_unit, sent_on))

    def _concerned(self) -> Iterator[tuple[str, date]]:
        """Every unit that the dossier still waits for or answers to, with the day on which its code stood."""
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
        awaited = (one for one in dossier.processing.opinions if one.agrees is None)
        named += [(one.unit, self._since(one.asked_at.date())) for one in awaited]
        return ((code, on) for code, on in named if code is not None)

    def _closed(self, unit: Unit) -> bool:
        return unit.valid_to is not None and unit.valid_to < self.effective
