"""The builds of the worker, each with its part of the work, and what was ordered for them."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.words import ReleaseAct


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
