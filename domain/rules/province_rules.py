"""The configuration of a province as it is entered: its defaults, and its procedures' versions with their days."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.channels.applicant_policy import ApplicantNotices
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_sources import PublicHolidays
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.organisation.assignment_rules import AssignmentRules
from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from domain.procedures.procedure import Procedure
from domain.roles import Role
from domain.rules.document_rules import DocumentRules
from domain.rules.escalation import EscalationPolicy
from domain.rules.notice_policy import NoticePolicy
from domain.rules.rulebook import content_hash
from domain.values import Code, Day, Hash, Name, Strict


class Status(StrEnum):
    """The status of a version: a draft accepts no dossier, a retired version none after its last day."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class PublishedProcedure(Strict):
    """A version of a procedure, its days and its status. The procedure's own hash depends on neither."""

    procedure: Procedure
    status: Status
    effective_from: Day
    effective_to: Day | None = None
    """The last day on which a dossier is accepted under it."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        code = self.procedure.code
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise Inconsistent(
                ConfigurationFault.DATES_REVERSED, unit=code, valid_from=self.effective_from, valid_to=self.effective_to
            )
        if self.status is Status.RETIRED and self.effective_to is None:
            raise Inconsistent(ConfigurationFault.RETIRED_WITHOUT_END, procedure=code, version=self.procedure.version)
        return self

    def accepts(self, on: date) -> bool:
        """True when a dossier received on that day falls under this version. A retired version keeps its days."""
        ended = self.effective_to is not None and self.effective_to < on
        return self.status is not Status.DRAFT and self.effective_from <= on and not ended

    @cached_property
    def hash(self) -> Hash:
        """The content hash of the procedure."""
        return content_hash(self.procedure)


class Defaults(Strict):
    """What the province uses where nothing more specific is given."""

    calendar: Code
    escalation: Code
    oldest_applicant_years: Annotated[int, Field(ge=100, le=200)] = 130
    """An earlier date of birth is a typing error."""
    repairs_alone: Annotated[int, Field(ge=0, le=10_000)] = 20
    """So many dossiers one operator may repair by one plan without the approval of another."""


class LadderPeriod(Strict):
    """The days on which a ladder is in force for dossiers that are accepted then. None: no bound."""

    code: Code
    effective_from: Day | None = None
    effective_to: Day | None = None
    """The last day."""

    @property
    def is_dated(self) -> bool:
        """True if the file gives it a day."""
        return self.effective_from is not None or self.effective_to is not None

    def holds(self, on: date) -> bool:
        """True if it is dated, and in force on that day."""
        begun = self.effective_from is None or self.effective_from <= on
        return self.is_dated and begun and (self.effective_to is None or on <= self.effective_to)


class ProvinceRules(Strict):
    """The whole configuration of a province; each part is checked by itself. `Province` is also checked as a whole."""

    code: Code
    name: Name
    defaults: Defaults
    organisation: Organisation
    staff: Staff = Staff()
    assignment: AssignmentRules = AssignmentRules()
    """How a dossier that comes to a unit gets its officer."""
    notices: NoticePolicy = NoticePolicy()
    """When members of staff get their digest."""
    applicant_notices: ApplicantNotices = ApplicantNotices()
    """How applicants are told of their dossiers."""
    documents: DocumentRules = DocumentRules()
    """Who works on the document axis and not in this engine."""
    procedures: Annotated[tuple[PublishedProcedure, ...], Field(min_length=1)]
    calendars: Annotated[tuple[WorkingCalendar, ...], Field(min_length=1)]
    holidays: PublicHolidays = PublicHolidays()
    """The holidays in the calendars: how certain each year is, and which days are only announced."""
    escalations: Annotated[tuple[EscalationPolicy, ...], Field(min_length=1)]
    ladder_periods: tuple[LadderPeriod, ...] = ()
    """When each ladder is in force. No ladder with days: the default one always is."""

    @cached_property
    def roles_of_units(self) -> dict[str, frozenset[Role]]:
        """The roles that the posts of each unit have."""
        found: dict[str, set[Role]] = {}
        for post in self.staff.posts:
            found.setdefault(post.unit, set()).add(post.role)
        return {unit: frozenset(roles) for unit, roles in found.items()}
