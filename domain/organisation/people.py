"""Posts, the people who hold them, absences, delegations and trusted services, as they are entered.

A person is an internal identifier. Names, identity numbers and telephone numbers are in no rule and in no log.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.roles import Role
from domain.values import Code, Day, Indexed, Instant, Name, Strict


class Post(Strict):
    """A post in a unit: what its holder may do there, and in which fields."""

    code: Code
    unit: Code
    role: Role
    title: Name
    fields: tuple[Name, ...] = ()
    """The fields (lĩnh vực) of procedures it handles; empty: every field."""

    def handles(self, field: str | None) -> bool:
        """True when dossiers of this field may be given to the post."""
        return field is None or not self.fields or field in self.fields


class Appointment(Strict):
    """A person holds a post between two dates, both included."""

    person: Code
    post: Code
    valid_from: Day
    valid_to: Day | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise Inconsistent(
                ConfigurationFault.DATES_REVERSED, unit=self.post, valid_from=self.valid_from, valid_to=self.valid_to
            )
        return self

    def in_force(self, on: date) -> bool:
        """True when the person holds the post on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Absence(Strict):
    """A person is away from one instant to another; None: until further notice."""

    person: Code
    began: Instant
    ended: Instant | None = None
    ground: Name

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        _ends_after_it_began(self.person, self.began, self.ended)
        return self

    def covers(self, at: datetime) -> bool:
        """True when the person is away at that instant."""
        return self.began <= at and (self.ended is None or at < self.ended)


class Delegation(Strict):
    """A person lets another act in their roles for a time (phân công, ủy quyền ký thay)."""

    giver: Code
    receiver: Code
    roles: tuple[Role, ...] = Field(min_length=1)
    began: Instant
    ended: Instant | None = None
    source: Name

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        _ends_after_it_began(self.giver, self.began, self.ended)
        return self

    def covers(self, role: Role, at: datetime) -> bool:
        """True when the delegation holds for that role at that instant."""
        return role in self.roles and self.began <= at and (self.ended is None or at < self.ended)


class Service(Strict):
    """Software of the back office that is trusted to act by itself: an actor without a post.

    It acts under its code, in its scopes: these roles, units, procedures and commands, between two dates. The service
    itself records which person uses it.
    """

    code: Code
    name: Name
    roles: tuple[Role, ...] = ()
    """The roles in which it acts by itself; empty: it does nothing by itself."""
    units: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    """The units in which it acts in its roles. None: every unit."""
    procedures: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    """The procedures whose dossiers it opens and acts on. None: every procedure."""
    commands: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    """The commands that it sends, by their kinds. None: every command."""
    for_applicants: bool = False
    """True when it may carry the acts of applicants, whom it has identified itself."""
    personal_data: bool = False
    """True when it may read the particulars of applicants."""
    brings_over: bool = False
    """True when it may open dossiers that an older system had received, with that system's date of receipt."""
    events: bool = False
    """True when it may follow the events of the ledger."""
    valid_from: Day | None = None
    """The first day on which it is trusted. None: as long as it is in the file."""
    valid_to: Day | None = None
    """The last day on which it is trusted. A service that is revoked gets this date."""
    source: Name
    """The decision by which it is trusted."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_to < self.valid_from:
            raise Inconsistent(
                ConfigurationFault.DATES_REVERSED, unit=self.code, valid_from=self.valid_from, valid_to=self.valid_to
            )
        if not (self.roles or self.for_applicants or self.events):
            raise Inconsistent(ConfigurationFault.SERVICE_WITHOUT_SCOPE, service=self.code)
        return self


class FourEyes(Strict):
    """Who gave one of the commands `done` in a dossier may not give one of the commands `then` in it."""

    done: Annotated[tuple[Code, ...], Field(min_length=1)]
    then: Annotated[tuple[Code, ...], Field(min_length=1)]
    procedures: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    """The procedures whose dossiers it holds for. None: every procedure."""
    source: Name
    """The document that demands it."""


class StaffRecords(Indexed):
    """Posts, appointments, absences, delegations, services and the rules of four eyes as they are entered.

    `Staff` is the same, checked.
    """

    posts: tuple[Post, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    absences: tuple[Absence, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    services: tuple[Service, ...] = ()
    four_eyes: tuple[FourEyes, ...] = ()


def _ends_after_it_began(person: str, began: datetime, ended: datetime | None) -> None:
    """Refuses a period that does not end after it began: Inconsistent `ends_before_it_began`."""
    if ended is not None and ended <= began:
        raise Inconsistent(ConfigurationFault.ENDS_BEFORE_IT_BEGAN, person=person, began=began, ended=ended)
