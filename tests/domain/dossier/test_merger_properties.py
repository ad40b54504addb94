"""Properties of mergers, splits and handovers: a dossier always has one place, one responsible unit, and its
unchanged clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.dossier.commands import Accept, AcknowledgeHandover, HandOver, MoveToSuccessor, RefuseHandover
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.react import next_wake_up
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.viewing import view_of
from domain.errors import DomainError
from domain.organisation.merger import Closing, Merger, Opening, merged
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter
from domain.organisation.units import Successor, Unit, UnitLevel
from domain.roles import ENGINE, Actor, Role
from domain.rules.rulebook import Rulebook, content_hash
from tests.support.given import CITIZEN, HasDossier, a_submission
from tests.support.small_province import CALENDAR, CENTRE, COMMITTEE, ESCALATION, FREE, ORGANISATION, at, pins

OPERATOR = Actor(person="op.1", role=Role.OPERATOR)
WARDS = ("W1", "W2", "W3", "W4")
START = at("2025-07-07 09:00")


def a_ward(code: str) -> Unit:
    """A ward that exists from the first day."""
    first = date(2025, 7, 1)
    return Unit(
        code=code, name=f"Phường {code}", level=UnitLevel.WARD, parent=CENTRE, authority_id=code, valid_from=first
    )


ABOVE = tuple(unit for unit in ORGANISATION.units if unit.code in (CENTRE, COMMITTEE))
FIRST = Organisation(units=(*ABOVE, *(a_ward(code) for code in WARDS)))


@dataclass
class World(HasDossier):
    """A dossier, its organisation, and the day."""

    now: datetime = START
    organisation: Organisation = FIRST
    rulebook: Rulebook = field(default_factory=lambda: Rulebook.of(FIRST, CALENDAR, ESCALATION, FREE))
    standing: Dossier | NotSubmitted = field(default_factory=lambda: NotSubmitted("H42.W1-250707-0001"))
    opened: int = 0

    def act(self, actor: Actor, command: Any) -> bool:
        """Sends a command, which may be refused."""
        asked = Act(command_id=uuid4(), actor=actor, command=command)
        try:
            events = decide(self.standing, asked, Context(now=self.now, actor=actor, rulebook=self.rulebook))
        except DomainError:
            return False
        self.dossier = evolve_all(self.standing, events)
        return True

    def wards(self) -> list[Unit]:
        """The wards of today, in the order of the data."""
        return list(self.organisation.communes(self.now.date()))

    def merge(self, closed: list[Unit], codes: list[str], shares: dict[str, tuple[str, ...]]) -> None:
        """Today these units close, units with these codes open, and the dossier follows; it is applied twice and
        takes effect once."""
        day = self.now.date()
        closings = tuple(
            Closing(code=unit.code, successors=tuple(Successor(code=code) for code in shares[unit.code]))
            for unit in closed
        )
        opened = tuple(
            Opening(
                code=code,
                name=f"Phường {code} {day:%j}",
                level=UnitLevel.WARD,
                parent=CENTRE,
                authority_id=f"{code}.{day:%j}",
            )
            for code in codes
        )
        file = Merger(effective=day, source="Nghị quyết", closed=closings, opened=opened)
        self.organisation = merged(self.organisation, file)
        assert merged(self.organisation, file) is self.organisation
        self.rulebook = self.rulebook.adding(*Rulebook.of(self.organisation).stored())
        move = MoveToSuccessor(organisation=content_hash(self.organisation), effective=day, source="Nghị quyết")
        assert self.act(OPERATOR, move)
        version = self.dossier.version
        assert self.act(OPERATOR, move)
        assert self.dossier.version == version

    def fresh(self) -> str:
        """A code that no unit had."""
        self.opened += 1
        return f"N{self.opened}"


def two_become_one(world: World, n: int) -> None:
    """Two wards merge; the new ward has a new code, or the code of one of them."""
    wards = world.wards()
    if len(wards) > 2:
        first, second = wards[n % len(wards)], wards[(n + 1) % len(wards)]
        code = (world.fresh(), first.code, second.code)[n % 3]
        world.merge([first, second], [code], {first.code: (code,), second.code: (code,)})


def one_becomes_two(world: World, n: int) -> None:
    """A ward is divided; one part may keep its code."""
    ward = world.wards()[n % len(world.wards())]
    codes = [world.fresh() if n % 2 else ward.code, world.fresh()]
    world.merge([ward], codes, {ward.code: tuple(codes)})


def codes_change_places(world: World, n: int) -> None:
    """Two wards close, and the successor of each gets the code of the other."""
    wards = world.wards()
    if len(wards) > 1:
        one, other = wards[n % len(wards)], wards[(n + 1) % len(wards)]
        codes = [one.code, other.code]
        world.merge([one, other], codes, {one.code: (other.code,), other.code: (one.code,)})


def handed_over(world: World, n: int) -> None:
    """The present unit sends the dossier to another one."""
    dossier, wards = world.dossier, world.wards()
    role = Role.COORDINATOR if dossier.routing.competent is None else Role.HEAD_OF_UNIT
    sender = Actor(person="p.1", role=role, unit=dossier.routing.competent or dossier.routing.queue)
    world.act(sender, HandOver(unit=wards[n % len(wards)].code, legal_basis="Điều 4"))


def answered(world: World, n: int) -> None:
    """The receiver acknowledges or refuses."""
    handover = world.dossier.handovers.open
    if handover is not None:
        receiver = Actor(person="p.2", role=Role.RECEPTION, unit=handover.to_unit)
        assert world.act(receiver, RefuseHandover(legal_basis="Điều 5") if n % 3 == 0 else AcknowledgeHandover())


def the_timer_rings(world: World, n: int) -> None:
    """The timer fires for the ladder and the waits."""
    assert world.act(ENGINE, EvaluateTimers())
    wake_up = next_wake_up(world.dossier, Rules.pinned(world.dossier.pins, world.rulebook))
    assert wake_up is None or wake_up > world.now


MOVES: tuple[Callable[[World, int], None], ...] = (
    two_become_one, one_becomes_two, one_becomes_two, codes_change_places, handed_over, answered, the_timer_rings,
)  # fmt: skip


def accepted(received_by: str, territory: str | None) -> World:
    """Given: accepted on the first day, by one ward for another, or for an unknown one."""
    world = World()
    matter = Matter(territory=territory)
    begun = {**pins(FREE).model_dump(), "organisation": content_hash(FIRST)}
    assert world.act(CITIZEN, a_submission(received_by=received_by, matter=matter, pins=begun))
    assert world.act(Actor(person="p.0", role=Role.RECEPTION, unit=received_by), Accept())
    return world


def clocks(dossier: Dossier) -> tuple[Any, ...]:
    """The timing, without who has had the dossier since when."""
    timing = dossier.deadlines.timing.model_copy(update={"holdings": ()}) if dossier.deadlines.timing else None
    return timing, dossier.deadlines.statutory_due, dossier.deadlines.promised_due, dossier.deadlines.printed_promise


@given(
    received_by=st.sampled_from(WARDS),
    territory=st.sampled_from((*WARDS, None)),
    moves=st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 11)), max_size=12),
)
@example("W1", "W2", [(codes_change_places, 0), (one_becomes_two, 1), (codes_change_places, 0)])
@example("W1", "W2", [(handed_over, 2), (one_becomes_two, 2), (answered, 1), (handed_over, 0), (two_become_one, 4)])
@settings(max_examples=300, deadline=None)
def test_one_place_one_who_answers_and_its_time(
    received_by: str, territory: str | None, moves: list[tuple[Callable[[World, int], None], int]]
) -> None:
    """After every merger, split, handover and refusal the dossier has exactly one competent unit or queue, which
    exists today, exactly one responsible unit, a work item, and unchanged clocks."""
    world = accepted(received_by, territory)
    before = clocks(world.dossier)
    for move, n in moves:
        world.now += timedelta(days=1)
        move(world, n)
        dossier, today = world.dossier, world.now.date()
        assert (dossier.routing.competent is None) != (dossier.routing.queue is None)
        assert dossier.routing.responsible is not None
        named = [
            dossier.routing.competent,
            dossier.routing.queue,
            dossier.routing.responsible,
            dossier.routing.received_by,
        ]
        named.append(dossier.handovers.open.to_unit if dossier.handovers.open else None)
        for code in filter(None, named):
            assert world.organisation.find(code, today) is not None, f"{code} does not exist on {today}"
        assert clocks(dossier) == before
        items = view_of(dossier, world.rulebook).work
        assert items
        assert all(world.organisation.find(item.unit, today) is not None for item in items)


@given(n=st.integers(0, 11), splits=st.booleans())
def test_the_unit_that_followed_is_the_one_that_the_file_names(n: int, splits: bool) -> None:
    """A unit that was merged as a whole is followed by its successor, whatever its code; a divided one by the
    coordination queue."""
    world = accepted("W1", "W2")
    ward = world.organisation.unit("W2", world.now.date())
    world.now += timedelta(days=1)
    if splits:
        world.merge([ward], ["X", "Y"], {"W2": ("X", "Y")})
        assert (world.dossier.routing.competent, world.dossier.routing.queue) == (None, CENTRE)
    else:
        code = ("X", "W2")[n % 2]
        world.merge([ward], [code], {"W2": (code,)})
        assert (world.dossier.routing.competent, world.dossier.routing.queue) == (code, None)
