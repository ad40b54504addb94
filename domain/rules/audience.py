"""Who gets a warning or an escalation at the instant at which it fires: people, their stand-ins, and the reasons.

Staff and absences change daily and no dossier pins them. So nothing here may be decided inside a workflow: an activity
answers, and the dossier records the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from domain.errors import NotFound
from domain.messages.organisation import AudienceReason
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Reason
from domain.organisation.staff import ActingInPost, Staff
from domain.organisation.units import Unit
from domain.roles import Role
from domain.rules.escalation import Whom
from domain.text.sentences import filled
from domain.values import VIETNAM, Code, Day, Name, Value


class Addressee(Value):
    """A person who is told, and in which unit and role. `stands_in_for` is the absent colleague, if any."""

    person: Code
    unit: Code
    role: Role
    stands_in_for: Code | None = None
    of_council: bool = False
    """True: told as a member of the council, which answers together for the unit."""


class AudienceWanted(Value):
    """What must be looked up for one firing: whom the rung names, seen from a unit of the dossier."""

    key: str
    """Tells the firings of one timer apart; the answer repeats it."""
    notify: tuple[Whom, ...]
    unit: Code
    on: Day
    """A day on which `unit` was the unit's code. Codes are reused."""
    assignee: Code | None = None
    field: Name | None = None
    posts: tuple[Code, ...] = ()
    """The posts of the council, if the rung raises the dossier to one."""


class Audience(Value):
    """The people of one firing. `units` are theirs, in the order of the rung; `answers` is the highest of them."""

    key: str
    units: tuple[Code, ...] = ()
    answers: Code | None = None
    addressees: tuple[Addressee, ...] = ()
    passed_over: tuple[Reason, ...] = ()
    """Who was away, which post nobody holds, and to which level it went instead."""


class _Looking:
    """One look-up, which collects the reasons."""

    def __init__(self, organisation: Organisation, staff: Staff, at: datetime, wanted: AudienceWanted) -> None:
        self.organisation, self.staff, self.at, self.wanted = organisation, staff, at, wanted
        self.today = at.astimezone(VIETNAM).date()
        self.reasons: dict[Reason, None] = {}

    def say(self, code: AudienceReason, /, **facts: object) -> None:
        self.reasons.setdefault(Reason(code=code, text=filled(code.sentence, facts)))

    def own_unit(self) -> Unit | None:
        """The unit of today; the first successor of a closed one."""
        meant = _meant(self.organisation, self.wanted.unit, self.wanted.on)
        if meant is None or meant.in_force(self.today):
            return meant
        successor = next(iter(self.organisation.successors_on(meant, self.today)), None)
        if successor is not None:
            self.say(AudienceReason.UNIT_CLOSED, unit=meant.code, successor=successor.code)
        return successor

    def above(self, unit: Unit, levels: int) -> Unit:
        """The unit so many levels up; the highest one if there are not so many."""
        for _ in range(levels):
            unit = self.organisation.above(unit.code, self.today) or unit
        return unit

    def in_role(self, unit: Unit, role: Role) -> tuple[Addressee, ...]:
        """Everybody who acts in the role in the unit now. The field matters only where somebody handles it."""
        held = self.staff.holders(unit.code, role, self.at)
        if not held:
            self.say(AudienceReason.NO_SUCH_POST, unit=unit.code, role=role.words)
        for _, holder in held:
            if self.staff.stand_in(holder, role, self.at) is None:
                self.say(AudienceReason.AWAY, person=holder)
        by_field = self.staff.acting_in(unit.code, role, self.at, self.wanted.field)
        return tuple(map(_addressee, by_field or self.staff.acting_in(unit.code, role, self.at)))

    def heads(self, unit: Unit) -> tuple[Addressee, ...]:
        """The heads of the unit; if there is nobody, of the next level up. At the top also the supervisors."""
        while True:
            found = self.in_role(unit, Role.HEAD_OF_UNIT)
            above = self.organisation.above(unit.code, self.today)
            if found or above is None:
                return found or self.in_role(unit, Role.SUPERVISOR)
            self.say(AudienceReason.ONE_LEVEL_UP, unit=unit.code, above=above.code)
            unit = above

    def officer(self, unit: Unit) -> tuple[Addressee, ...]:
        """The officer who has the dossier, or the stand-in; if there is nobody, the heads of the unit."""
        assignee = self.wanted.assignee
        if assignee is not None and self.staff.knows(assignee):
            post = self.staff.last_post(assignee, self.at)
            role = post.role if post else Role.SPECIALIST
            acting = self.staff.stand_in(assignee, role, self.at) if self.staff.posts_of(assignee, self.at) else None
            if acting is not None:
                where = self.staff.unit_of(acting, self.at) or unit.code
                instead = assignee if acting != assignee else None
                return (Addressee(person=acting, unit=where, role=role, stands_in_for=instead),)
            self.say(AudienceReason.AWAY, person=assignee)
        else:
            self.say(AudienceReason.NOBODY_ASSIGNED, unit=unit.code)
        return self.heads(unit)

    def found(self, whom: Whom, unit: Unit) -> tuple[Addressee, ...]:
        match whom:
            case Whom.OFFICER:
                return self.officer(unit)
            case Whom.HEAD_OF_UNIT | Whom.LEVEL_ABOVE | Whom.TWO_LEVELS_ABOVE:
                return self.heads(self.above(unit, whom.levels_up))
            case Whom.COORDINATOR:
                return self.coordinators(unit)
            case Whom.SUPERVISOR:
                top = self.above(unit, len(self.organisation.chain(unit.code, self.today)))
                return self.in_role(top, Role.SUPERVISOR) or self.heads(top)

    def coordinators(self, unit: Unit) -> tuple[Addressee, ...]:
        try:
            centre = self.organisation.province_centre(self.today, near=unit.code)
        except NotFound:
            return self.heads(self.above(unit, 1))
        return self.in_role(centre, Role.COORDINATOR) or self.heads(centre)

    def council(self) -> Iterator[Addressee]:
        for post in self.staff.posts:
            if post.code in self.wanted.posts:
                acting = self.staff.acting_in(post.unit, post.role, self.at)
                members = (_addressee(one) for one in acting if one.post.code == post.code)
                yield from (one.model_copy(update={"of_council": True}) for one in members)


def audience_of(wanted: AudienceWanted, organisation: Organisation, staff: Staff, at: datetime) -> Audience:
    """The people of one firing at an instant. Nobody there: one level further up, and the reasons say so."""
    looking = _Looking(organisation, staff, at, wanted)
    own = looking.own_unit()
    found: dict[Addressee, None] = {}
    answers, highest = None, -1
    for whom in wanted.notify if own is not None else ():
        people = looking.found(whom, own) if own is not None else ()
        found.update(dict.fromkeys(people))
        if people and whom.levels_up >= highest:
            answers, highest = people[0].unit, whom.levels_up
    members = tuple(looking.council())
    if wanted.posts and not members:
        looking.say(AudienceReason.COUNCIL_AWAY, unit=wanted.unit)
    people_told = _once({**dict.fromkeys(members), **found})
    return Audience(
        key=wanted.key,
        units=tuple(dict.fromkeys(one.unit for one in people_told)),
        answers=members[0].unit if members else answers,
        addressees=people_told,
        passed_over=tuple(looking.reasons),
    )


def _once(found: dict[Addressee, None]) -> tuple[Addressee, ...]:
    """Each person once in a unit: as a member of the council, else in the first role in which the rung reaches them."""
    by_person: dict[tuple[str, str], Addressee] = {}
    for one in found:
        by_person.setdefault((one.person, one.unit), one)
    return tuple(by_person.values())


def _addressee(acting: ActingInPost) -> Addressee:
    instead = acting.holder if acting.acting != acting.holder else None
    return Addressee(person=acting.acting, unit=acting.post.unit, role=acting.post.role, stands_in_for=instead)


def _meant(organisation: Organisation, code: str, on: date) -> Unit | None:
    """The unit that a code of the dossier means."""
    known = organisation.periods(code)
    return organisation.find(code, on) or (known[-1] if known else None)
