"""The checks of the installation, and what is stuck, for operators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual


class CheckFinding(Answer):
    """One thing that a check found, and what to do. `level`: ok, warning or trouble."""

    level: str
    code: str
    message: Bilingual
    facts: Mapping[str, str]


class Check(Answer):
    """One check, with its findings, the worst first."""

    check: str
    check_words: Bilingual
    level: str
    findings: tuple[CheckFinding, ...]


class Doctor(Answer):
    """Every check that the API's process can make."""

    items: tuple[Check, ...]


class PartOfCause(Answer):
    """How many dossiers have this code of an error. `where`: the system, relay, unit or queue; empty: the workflow."""

    where: str
    code: str
    dossiers: int


class VersionOfCause(Answer):
    """How many dossiers were run last by workers of this version."""

    version: str | None
    dossiers: int


class ExampleOfCause(Answer):
    """One dossier that is stuck."""

    dossier: str
    where: str
    code: str
    since: datetime | None


class FailureTrace(Answer):
    """Where the program failed at one dossier."""

    dossier: str
    at: datetime | None
    worker: str | None
    build: str | None
    types: tuple[str, ...]
    event: str | None = None
    lines: tuple[str, ...]


class StuckCause(Answer):
    """Everything that is stuck by one cause, and what to do."""

    cause: str
    cause_words: Bilingual
    dossiers: int
    or_more: bool
    since: datetime | None
    parts: tuple[PartOfCause, ...]
    versions: tuple[VersionOfCause, ...]
    oldest: tuple[ExampleOfCause, ...]
    trace: FailureTrace | None
    what_to_do: Bilingual


class Failed(Answer):
    """What is stuck, by cause."""

    items: tuple[StuckCause, ...]
