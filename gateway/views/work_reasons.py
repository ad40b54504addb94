"""Why an item of work is somebody's: who assigned it, for whom one stands in, or what took it over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from activities.ledger.reading import Assignment
from domain.dossier.state import Routing
from domain.dossier.view import WorkAct
from domain.organisation.people import Absence
from domain.organisation.staff import Duty, Staff
from domain.roles import Role
from domain.values import Bilingual, Code
from gateway.i18n.wording import at as instant
from gateway.i18n.wording import say
from gateway.views.names import Names
from gateway.views.people import People
from gateway.views.work_list import HeldWork, fitting_duties


@dataclass(frozen=True)
class Whose:
    """For whom the sentences are: a person in the duties of an instant."""

    person: Code
    duties: Collection[Duty]
    staff: Staff
    at: datetime
    names: Names
    assignments: Mapping[Code, Assignment]
    """The last assignment of each dossier."""

    def why(self, held: HeldWork) -> Bilingual:
        """The sentence for one item; where another level took the dossier over, this comes after it."""
        first, taken = self._first(held), self._taken_over(held)
        return first if taken is None else say(f"{first.vi} {taken.vi}", f"{first.en} {taken.en}")

    def on_behalf_of(self, held: HeldWork) -> Code | None:
        """The absent colleague for whom the reader does the item; None for the reader's own work."""
        person = held.item.person
        if person is not None:
            return person if held.acting == self.person != person else None
        holders = [one.holder for one in fitting_duties(held, self.duties)]
        return None if self.person in holders else next(iter(holders), None)

    def _first(self, held: HeldWork) -> Bilingual:
        person = held.item.person
        if held.item.act == WorkAct.ASSIGN and person is not None:
            gone = self._called(person, held)
            return say(
                f"Đã giao cho {gone.vi}, nay không ai làm được: bạn cần giao lại.",
                f"It is assigned to {gone.en}, and nobody can do it now: you assign it anew.",
            )
        if person is None:
            return self._of_the_role(held)
        if held.acting not in (None, person):
            away, called = self._away(person), self._called(person, held)
            acting = self._you_or(held)
            return say(
                f"Đã giao cho {called.vi}{away.vi}; {acting.vi} làm thay.",
                f"It is assigned to {called.en}{away.en}; {acting.en} in their place.",
            )
        return self._assigned(held, person)

    def _assigned(self, held: HeldWork, person: str) -> Bilingual:
        known = self.assignments.get(held.item.dossier)
        to = say("bạn", "you") if person == self.person else self._called(person, held)
        if known is None:
            return say(f"Đã giao cho {to.vi}.", f"It is assigned to {to.en}.")
        when, by = instant(known.at), known.by
        if by.role is Role.ASSIGNER:
            return say(f"Hệ thống giao cho {to.vi} lúc {when}.", f"The engine assigned it to {to.en} at {when}.")
        if by.person == self.person:
            return say(f"Bạn giao cho {to.vi} lúc {when}.", f"You assigned it to {to.en} at {when}.")
        head = self._called(by.person, held)
        return say(f"{head.vi} giao cho {to.vi} lúc {when}.", f"{head.en} assigned it to {to.en} at {when}.")

    def _of_the_role(self, held: HeldWork) -> Bilingual:
        """Nobody is named: anybody in the role does it, by the own post or for an absent colleague."""
        item, unit = held.item, self.names.unit(held.item.unit)
        words, absent = item.role.words, self.on_behalf_of(held)
        if absent is not None:
            away, called = self._away(absent), self._called(absent, held)
            return say(
                f"Chưa giao riêng cho ai; bạn làm thay {called.vi}{away.vi} ({words.vi}, {unit}).",
                f"Nobody is named; you stand in for {called.en}{away.en} ({words.en}, {unit}).",
            )
        return say(
            f"Chưa giao riêng cho ai: việc của {words.vi}, {unit}.",
            f"Nobody is named: it is for the {words.en} of {unit}.",
        )

    def _away(self, person: str) -> Bilingual:
        absence: Absence | None = next(
            (one for one in self.staff.absences if one.person == person and one.covers(self.at)), None
        )
        if absence is None:
            return say("", "")
        if absence.ended is None:
            return say(" đang vắng", ", who is away")
        until = instant(absence.ended)
        return say(f" vắng đến {until}", f", who is away until {until}")

    def _called(self, person: str, held: HeldWork) -> Bilingual:
        """A person in words; the unit of the item is not repeated."""
        return self._people.words(person, beside=held.item.unit)

    @property
    def _people(self) -> People:
        return People(self.staff, self.names, self.at)

    def _you_or(self, held: HeldWork) -> Bilingual:
        """Who acts in the place of somebody absent: `held` has such a person."""
        assert held.acting is not None
        if held.acting == self.person:
            return say("bạn", "you act")
        acting = self._called(held.acting, held)
        return say(acting.vi, f"{acting.en} acts")

    def _taken_over(self, held: HeldWork) -> Bilingual | None:
        """After an escalation another unit than the competent one must finish it."""
        dossier = held.dossier
        routing = Routing(received_by=dossier.received_by, competent=dossier.competent, responsible=dossier.responsible)
        if dossier.competent is None or not routing.taken_over:
            return None  # without a competent unit it is in the coordination queue, and nobody can take it over
        unit = self.names.unit(dossier.responsible)
        return say(f"Quá hạn, nên {unit} nay chịu trách nhiệm.", f"It is overdue, so {unit} is responsible for it now.")
