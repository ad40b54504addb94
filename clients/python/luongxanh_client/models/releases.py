"""The builds of the worker, each with its part of the work, and what was ordered for them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.words import RampState, ReleaseAct


class Build(Answer):
    """One build of the worker."""

    build: str
    release: str | None
    revision: int | None
    share: int
    open_dossiers: int
    workers: tuple[str, ...]
    stuck: int
    retired: bool


class ReleaseOrder(Answer):
    """What was ordered for a build."""

    build: str
    act: ReleaseAct
    act_words: Bilingual
    percent: int | None
    instead: str | None
    who: str
    why: str
    at: datetime


class Releases(Answer):
    """Every build that Temporal knows, the newest first, and the last orders."""

    builds: tuple[Build, ...]
    open_dossiers: int
    without_build: int
    workers_without_build: tuple[str, ...]
    current: str | None
    ramping: str | None
    revision: int | None
    acts: tuple[ReleaseOrder, ...]
    ramp: str | None


class ReleaseOrderPage(Answer):
    """A page of the orders about builds, the newest first."""

    items: tuple[ReleaseOrder, ...]
    next: str | None
    previous: str | None


class RampProblem(Answer):
    """Why the work went back."""

    vi: str
    en: str
    code: str


class StuckDossier(Answer):
    """A dossier that does not go on, and why; the system and the code of the error, if known."""

    dossier: str
    cause: str
    where: str = ""
    code: str = ""


class Ramp(Answer):
    """One watched ramp: how far it is, what was seen, and how it ended."""

    id: UUID
    href: str
    build: str
    state: RampState
    state_words: Bilingual
    steps: tuple[int, ...]
    given: int
    percent: int
    given_at: datetime | None
    next_step: int | None
    next_at: datetime | None
    pause_seconds: int
    who: str
    why: str
    begun_at: datetime
    looks: int
    looked_at: datetime | None
    stuck: int
    examples: tuple[StuckDossier, ...]
    problem: RampProblem | None
    ended_by: str | None
    ended_at: datetime | None


class BuildToRetire(Question):
    """A build that never gets work again, and why."""

    build: str
    reason: str


class BuildToPromote(BuildToRetire):
    """A build that gets all work. `without_replay`: why nobody waits for a replay on it."""

    without_replay: str | None = None


class BuildToRamp(BuildToPromote):
    """A build that gets a part of the work, 1 to 100 per cent."""

    percent: int


class RampToBegin(BuildToPromote):
    """A build that gets a growing part of the work: the steps in per cent, and the pause between two."""

    steps: tuple[int, ...]
    pause_seconds: int = 600
