"""Work-lists, and dossiers in trouble."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, NamedCode
from luongxanh_client.models.words import EscalationState, Role, State


class WorkItem(Answer):
    """One item of work: what is to be done in which dossier, by whom, until when."""

    dossier: str
    act: str
    act_words: Bilingual
    state: State
    procedure: NamedCode
    unit: NamedCode
    role: Role
    person: str | None
    """To whom it is assigned; None: anybody in the role."""
    acting: str | None
    """Who does it today."""
    since: datetime
    due: datetime | None
    statutory_due: datetime | None
    promised_due: datetime | None
    href: str


class WorkList(Answer):
    """The most urgent work. `more`: there is more than is shown."""

    at: datetime
    items: tuple[WorkItem, ...]
    more: bool


class OpenEscalation(Answer):
    """One escalation that is open, or one dossier that was taken over (`number` None)."""

    dossier: str
    procedure: NamedCode
    number: int | None
    rung: str | None
    state: EscalationState
    state_words: Bilingual
    unit: NamedCode
    """The unit that must answer or finish."""
    explains: NamedCode | None
    since: datetime
    answer_by: datetime | None
    explain_by: datetime | None
    at_top: bool
    """There is no level above that could be told."""
    handed_back_by: NamedCode | None


class OpenEscalationPage(Answer):
    """A page of open escalations: what must be answered first, then what must be explained."""

    items: tuple[OpenEscalation, ...]
    next: str | None
    previous: str | None


class Incident(Answer):
    """A call to an outside system that failed and has not succeeded yet. `final`: it is not tried again."""

    id: str
    system: str
    system_words: Bilingual
    effect: str
    code: str
    code_words: Bilingual
    failures: int
    since: datetime
    final: bool


class Stuck(Answer):
    """Why a dossier does not go on by itself, and since when."""

    id: str
    code: str
    code_words: Bilingual
    since: datetime


class TroubledDossier(Answer):
    """A dossier in trouble."""

    dossier: str
    procedure: NamedCode
    state: str
    received_by: NamedCode
    responsible: NamedCode | None
    incidents: tuple[Incident, ...]
    stuck: Stuck | None
    href: str


class TroubledPage(Answer):
    """A page of dossiers in trouble, in the order of their codes."""

    items: tuple[TroubledDossier, ...]
    next: str | None
    previous: str | None
