"""Reads the people of a province. A staffing pattern gives every unit of some levels the same posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field

from activities.province.reading import Reading
from activities.province.source import Source
from domain.dossier.commands import COMMAND_KINDS
from domain.dossier.four_eyes import EVENT_OF, FORBIDDABLE
from domain.errors import InvalidInput
from domain.messages.configuration import ConfigurationFault
from domain.organisation.organisation import Organisation
from domain.organisation.people import Absence, Appointment, Delegation, FourEyes, Post, Service
from domain.organisation.staff import Staff
from domain.organisation.staff_checks import problems as inconsistencies
from domain.organisation.units import Unit, UnitLevel
from domain.privacy.particulars import require_impersonal_text
from domain.roles import Role
from domain.values import Day, Name, Strict

PEOPLE = "people.yaml"
IDENTIFYING = ("person", "giver", "receiver")
M = TypeVar("M", bound=BaseModel)


class PostPattern(Strict):
    """A kind of post, and how many of it (`count`) a unit has."""

    role: Role
    title: Name
    count: Annotated[int, Field(ge=1, le=50)] = 1
    fields: tuple[Name, ...] = ()


class StaffingPattern(Strict):
    """The posts of every unit of some levels, from a day on. The codes of the posts begin with the unit's code."""

    levels: tuple[UnitLevel, ...]
    in_force_on: Day
    posts: tuple[PostPattern, ...]


class _People(Strict):
    """The shape of people.yaml without its lists. The lists are validated one by one, so each problem has its line."""

    staffing: tuple[StaffingPattern, ...] = ()


_LISTS = frozenset({"posts", "appointments", "absences", "delegations", "services", "four_eyes"})


def read_staff(reading: Reading, organisation: Organisation) -> Staff | None:
    """Everybody who works in the province. Returns None when something is wrong; the problems are in `reading`."""
    source = reading.yaml(PEOPLE, dict)
    if source is None:
        return None
    problems_before = len(reading.problems)
    people = reading.validated(_People, Source(source.file, _without_lists(source), source.lines, source.at))
    posts = tuple(_listed(reading, source, "posts", Post))
    appointments = tuple(_listed(reading, source, "appointments", Appointment))
    absences = tuple(_listed(reading, source, "absences", Absence))
    delegations = tuple(_listed(reading, source, "delegations", Delegation))
    services = tuple(_listed(reading, source, "services", Service))
    four_eyes = tuple(_listed(reading, source, "four_eyes", FourEyes))
    if people is None or len(reading.problems) > problems_before:
        return None
    for pattern in people.staffing:
        more_posts, more_appointments = _staffed(pattern, organisation)
        posts, appointments = posts + more_posts, appointments + more_appointments
    staff = Staff.model_construct(
        posts=posts,
        appointments=appointments,
        absences=absences,
        delegations=delegations,
        services=services,
        four_eyes=four_eyes,
    )
    reading.tell_inconsistencies(inconsistencies(staff))
    return staff if len(reading.problems) == problems_before else None


def _without_lists(source: Source) -> dict[str, object]:
    return {key: value for key, value in source.value.items() if key not in _LISTS}


def _listed(reading: Reading, source: Source, name: str, model: type[M]) -> Iterator[M]:
    listed = reading.shaped(source.inside(name), list) if source.value.get(name) is not None else None
    for item in listed.items() if listed else ():
        value = reading.validated(model, item)
        if value is not None:
            _require_identifiers(reading, value, item)
            _require_commands(reading, value, item)
            _mark(reading, value, item)
            yield value


def _require_identifiers(reading: Reading, value: BaseModel, item: Source) -> None:
    """Refuses an identity or telephone number as a person's code: every event of that person would keep it for ever.

    The problem does not repeat the number.
    """
    for field in ("code",) if isinstance(value, Service) else IDENTIFYING:
        try:
            require_impersonal_text("person", getattr(value, field, ""))
        except InvalidInput:
            reading.tell(ConfigurationFault.PERSON_BY_OWN_NUMBER, item.file, item.line(), field=field)


def _require_commands(reading: Reading, value: BaseModel, item: Source) -> None:
    """Refuses a command that does not exist: a scope, or a rule of four eyes, would be another than people believe."""
    match value:
        case Service(code=code, commands=commands):
            _require_known(reading, item, code, "commands", commands or (), COMMAND_KINDS)
        case FourEyes(done=done, then=then):
            _require_known(reading, item, "four_eyes", "done", done, tuple(EVENT_OF))
            _require_known(reading, item, "four_eyes", "then", then, FORBIDDABLE)


def _require_known(
    reading: Reading, item: Source, whose: str, field: str, given: Collection[str], known: Collection[str]
) -> None:
    for kind in given:
        if kind not in known:
            reading.tell(
                ConfigurationFault.UNKNOWN_COMMAND_IN_PEOPLE,
                item.file, item.line(field), whose=whose, field=field, command=kind, known=", ".join(known),
            )  # fmt: skip


def _mark(reading: Reading, value: BaseModel, item: Source) -> None:
    match value:
        case Post(code=code):
            reading.mark(item, "post", code)
        case Service(code=code):
            reading.mark(item, "service", code)
        case FourEyes(source=source):
            reading.mark(item, "four_eyes", source)
        case Appointment(person=person) | Absence(person=person) | Delegation(giver=person):
            reading.mark(item, "person", person)


def _staffed(pattern: StaffingPattern, organisation: Organisation) -> tuple[tuple[Post, ...], tuple[Appointment, ...]]:
    posts: list[Post] = []
    appointments: list[Appointment] = []
    for unit in organisation.in_force(pattern.in_force_on):
        if unit.level in pattern.levels:
            for post in _posts_of(unit, pattern):
                posts.append(post)
                appointments.append(
                    Appointment.model_construct(
                        person=f"cb.{post.code}", post=post.code, valid_from=unit.valid_from, valid_to=unit.valid_to
                    )
                )
    return tuple(posts), tuple(appointments)


def _posts_of(unit: Unit, pattern: StaffingPattern) -> Iterator[Post]:
    """The posts of one unit. They are not validated: pattern and unit are valid, and there are a thousand posts."""
    numbers: Counter[Role] = Counter()
    for kind in pattern.posts:
        for _ in range(kind.count):
            numbers[kind.role] += 1
            code = f"{unit.code}.{kind.role.value}.{numbers[kind.role]}"
            yield Post.model_construct(code=code, unit=unit.code, role=kind.role, title=kind.title, fields=kind.fields)
