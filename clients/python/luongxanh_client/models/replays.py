"""Replays on a build of the worker: what is ordered, how far one is, and what does not replay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.search import Filter
from luongxanh_client.models.words import ReplayState


class ReplayToBegin(Question):
    """On which build, and which histories: of `codes`, of a `filter`, or of everything that is open."""

    build: str
    codes: tuple[str, ...] | None = None
    filter: Filter | None = None
    sample: int | None = None
    seed: int = 0


class ReplayProblem(Answer):
    """Why a replay was broken off."""

    vi: str
    en: str
    code: str


class ReplayRun(Answer):
    """One replay: on which build, of what, how far it is, and how it ended."""

    id: UUID
    href: str
    build: str
    state: ReplayState
    state_words: Bilingual
    by: str
    codes: int | None
    wanted: Mapping[str, Any] | None
    sample: int | None
    seed: int
    who: str
    begun_at: datetime
    seen_at: datetime | None
    histories: int | None
    looked: int
    events: int
    failed: int
    absent: int
    per_second: int | None
    cancelled_by: str | None
    problem: ReplayProblem | None
    finished_at: datetime | None


class ReplayPage(Answer):
    """A page of replays, the newest first."""

    items: tuple[ReplayRun, ...]
    next: str | None
    previous: str | None


class PlaceInCode(Answer):
    """A line of the code."""

    file: str
    line: int
    function: str


class ReplayDifference(Answer):
    """The first event where history and code differ, in the words of Temporal. None: nothing."""

    event: int | None
    recorded: str | None
    wanted: str | None
    asked_at: PlaceInCode | None


class ReplayRemedy(Answer):
    """What to do, with its code."""

    vi: str
    en: str
    code: str


class FailedHistory(Answer):
    """A history that does not replay. `code` None: Temporal has no history of the workflow."""

    number: int
    workflow: str
    run: str
    code: str | None
    problem: str | None
    message: Bilingual | None
    difference: ReplayDifference | None
    remedy: ReplayRemedy | None


class Replay(Answer):
    """One replay, and a page of the histories that do not replay."""

    replay: ReplayRun
    items: tuple[FailedHistory, ...]
    next: str | None
    previous: str | None
