"""Draws the day's dossiers at random from a seed. The same seed and day give the same plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from domain.deadlines.limits import Limit, LimitUnit
from domain.dossier.commands import BroughtOver
from domain.dossier.state import State
from domain.organisation.units import Unit
from domain.procedures.procedure import Channel, ChannelTerms, Level, Procedure, StepKind, TerritoryBasis
from domain.rules.province import Province
from domain.values import Instant, Value
from tools.demo import citizens, filing_places
from tools.demo.citizens import Person
from tools.demo.filing_places import Place, UnitsAtWork
from tools.demo.receipts import Age, received_at
from tools.demo.stories import STORY_SETUPS, UNCLEAR, Story, StorySetup, distribute

OLDER_SYSTEM = "igate"
BROUGHT_OVER = 0.15
SENT_TWICE = 0.08
MISTAKEN = 0.12
RATED = 0.4
STATED_FEES = (0, 0, 0, 15_000, 30_000)
"""The fees, in dong, that the desk states when the catalogue does not state one."""
CHANNEL_WEIGHTS = {Channel.ONLINE: 6.0, Channel.COUNTER: 3.0, Channel.POST: 1.0}
LEVEL_WEIGHTS = {Level.COMMUNE: 3.0, Level.PROVINCE: 1.0}
AGES_IN_TURN = (Age.LATE_A_DAY, Age.NEARLY_DUE, Age.PAST_PROMISE, Age.LATE, Age.RUNNING, Age.LATE_DAYS)
"""The ages are used in turn, so that a small demo has each of them."""
STARS = (1, 3, 4, 4, 5, 5, 5, 5, 5, 5)


class Mistake(StrEnum):
    """A mistake of a person at intake, with the code of the refusal."""

    WRONG_ROLE = "wrong_role"
    WRONG_UNIT = "wrong_unit"
    WRONG_STATE = "wrong_state"
    STALE_VERSION = "stale_version"


class Case(Value):
    """The plan of one dossier."""

    number: int
    key: str
    story: Story
    ends: State
    person: Person
    procedure: str
    channel: Channel
    case: int
    place: Place
    documents: tuple[str, ...]
    """The documents it is submitted with."""
    missing: tuple[str, ...]
    """The documents that must be requested."""
    fee: int
    """The fee that will be due, in dong."""
    fee_stated: int | None
    age: Age | None = None
    brought_over: BroughtOver | None = None
    sent_twice: bool = False
    """Everything is sent twice, as impatient people and broken connections do."""
    mistake: Mistake | None = None
    stars: int | None = None


class Plan(Value):
    """Every dossier of the day, in the order of their start."""

    seed: int
    drawn_at: Instant
    ward: str
    cases: tuple[Case, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """The applicants."""
        return tuple(case.person for case in self.cases)


@dataclass(frozen=True)
class _Offer:
    """One procedure with the terms of one channel."""

    procedure: Procedure
    terms: ChannelTerms

    @property
    def weight(self) -> float:
        return CHANNEL_WEIGHTS[self.terms.channel] * LEVEL_WEIGHTS[self.procedure.level]


def draw(province: Province, count: int, seed: int, now: datetime) -> Plan:
    """The plan of a day that begins `now`."""
    lot = Random(seed)  # noqa: S311  not a secret: the same seed must give the same plan
    units = filing_places.draw_units(lot, province.organisation, now.date())
    accepted = (published.procedure for published in province.procedures if published.accepts(now.date()))
    alone = (procedure for procedure in accepted if not procedure.children)  # the demo plays each dossier by itself
    offers = [_Offer(procedure, terms) for procedure in alone for terms in procedure.terms]
    stories = distribute(count)
    lot.shuffle(stories)
    stories.sort(key=lambda story: story is not Story.REGISTRY_DOWN)  # they are first, during the outage
    drawing = _Drawing(province, units, offers, now, seed)
    cases = [drawing.case(number, story) for number, story in enumerate(stories, start=1)]
    return Plan(seed=seed, drawn_at=now, ward=units.ward.code, cases=tuple(cases))


@dataclass
class _Drawing:
    province: Province
    units: UnitsAtWork
    offers: list[_Offer]
    now: datetime
    seed: int
    old_cases: int = 0

    def case(self, number: int, story: Story) -> Case:
        """One case that fits its story. It has its own random numbers, so other cases do not change it."""
        lot, habits = self._lot(number, "case"), self._lot(number, "habits")  # of which no procedure takes a number
        setup = STORY_SETUPS[story]
        by_chance = setup.brought_over is None and lot.random() < BROUGHT_OVER
        offer, age, received = self._offer(number, story, old=setup.brought_over is True or by_chance)
        terms = offer.terms
        fee = _fee(lot, terms, setup)
        required = [document.code for document in offer.procedure.documents if document.required]
        missing = tuple(required[-1:]) if story is Story.SUPPLEMENT_AT_INTAKE else ()
        older = BroughtOver(system=OLDER_SYSTEM, code=f"CU-{number:05d}", received_at=received) if received else None
        return Case(
            number=number,
            key=f"demo:{self.seed}:{number}",
            story=story,
            ends=setup.ends,
            person=citizens.draw(lot, number),
            procedure=offer.procedure.code,
            channel=terms.channel,
            case=terms.case,
            place=self._place(lot, story, offer),
            documents=tuple(code for code in required if code not in missing),
            missing=missing,
            fee=fee,
            fee_stated=fee if terms.fee is None else None,
            age=age,
            brought_over=older,
            sent_twice=habits.random() < SENT_TWICE,
            mistake=habits.choice(tuple(Mistake)) if habits.random() < MISTAKEN else None,
            stars=habits.choice(STARS) if habits.random() < RATED else None,
        )

    def _lot(self, number: int, purpose: str) -> Random:
        return Random(f"{self.seed}/{number}/{purpose}")  # noqa: S311

    def _offer(self, number: int, story: Story, *, old: bool) -> tuple[_Offer, Age | None, datetime | None]:
        lot = self._lot(number, "offer")
        fitting = [offer for offer in self.offers if _fits(offer, STORY_SETUPS[story], story)]
        weights = [offer.weight for offer in fitting]
        if not old:
            return lot.choices(fitting, weights)[0], None, None
        for _ in range(200):
            age = AGES_IN_TURN[self.old_cases % len(AGES_IN_TURN)]
            offer = lot.choices(fitting, weights)[0]
            calendar = self.province.calendar_of(None, self.now.date())
            at = received_at(age, offer.procedure, offer.terms, calendar, self.now)
            if at is not None:
                self.old_cases += 1
                return offer, age, at
        raise LookupError(f"no procedure for the story {story} at the age {age}")

    def _place(self, lot: Random, story: Story, offer: _Offer) -> Place:
        if story in UNCLEAR:
            return self.units.unclear(lot, offer.procedure)
        at_the_ward = story in (Story.REGISTRY_DOWN, Story.TOKEN_FAILED)
        home: Unit = self.units.ward if at_the_ward else lot.choice(self.units.communes[1:])
        return self.units.place(lot, offer.procedure, offer.terms.channel, home)


def _fits(offer: _Offer, setup: StorySetup, story: Story) -> bool:
    procedure, terms = offer.procedure, offer.terms
    kinds = {step.kind for step in procedure.steps}
    has_territory = story not in UNCLEAR or procedure.territory is not TerritoryBasis.ANYWHERE
    return (
        (setup.fee is None or setup.fee is bool(terms.fee))
        and (setup.online is None or setup.online is (terms.channel is Channel.ONLINE))
        and (setup.registry is None or setup.registry == procedure.outside.registry)
        and (not setup.approved or StepKind.APPROVE in kinds)
        and (not setup.signed or StepKind.SIGN in kinds)
        and (not setup.documents or any(document.required for document in procedure.documents))
        and (not setup.commune or procedure.level is Level.COMMUNE)
        and (setup.working_days == 0 or _at_least(terms.limit or procedure.own_limit, setup.working_days))
        and has_territory
    )


def _fee(lot: Random, terms: ChannelTerms, setup: StorySetup) -> int:
    if terms.fee is not None:
        return terms.fee
    return 0 if setup.fee is False else lot.choice(STATED_FEES)


def _at_least(limit: Limit | None, working_days: int) -> bool:
    match limit:
        case Limit(amount=amount, unit=LimitUnit.WORKING_DAY):
            return amount >= working_days
        case Limit(amount=amount, unit=LimitUnit.CALENDAR_DAY):
            return timedelta(days=amount) >= 2 * timedelta(days=working_days)
        case Limit(unit=LimitUnit.MONTH):
            return True
        case _:
            return False
