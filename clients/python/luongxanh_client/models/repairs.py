"""Repairs of dossiers that do not go on: what is ordered, the plans, and their runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.rollouts import RolloutProgress
from luongxanh_client.models.search import Filter
from luongxanh_client.models.words import PlanningState, RolloutState


class RepairToPlan(Question):
    """An order, and the dossiers that it is for: `codes`, a `filter` of the register, `stuck`, or `everything`.

    `stuck`: everything that is stuck and can be repaired, narrowed by the `filter` if there is one.

    `order`: `{"kind": "restart"}`, or another kind of the API's document with its fields.
    """

    order: Mapping[str, Any]
    codes: tuple[str, ...] | None = None
    filter: Filter | None = None
    everything: bool = False
    stuck: bool = False
    reason: str
    per_minute: int = 1_200


class RepairCall(Answer):
    """A call to an outside system that the repair makes again."""

    effect: str
    system: str
    system_words: Bilingual


class RepairFinding(Answer):
    """One dossier as the plan saw it. `refused` None: it is repaired while it is still so."""

    dossier: str
    href: str
    version: int
    run: str | None
    cause: str | None
    cause_words: Bilingual | None
    code: str | None
    code_words: Bilingual | None
    chosen: str | None
    chosen_words: Bilingual | None
    again: tuple[RepairCall, ...]
    refused: str | None
    refused_because: Bilingual | None


class RepairFindingPage(Answer):
    """A page of the findings of a plan, in the order of their codes."""

    items: tuple[RepairFinding, ...]
    next: str | None
    previous: str | None


class RepairSelection(Answer):
    """How the dossiers were chosen: by `codes`, a `filter`, a `cause`, `stuck`, or `everything`."""

    by: str
    codes: int | None
    wanted: Mapping[str, Any] | None
    cause: str | None


class RefusedCount(Answer):
    """How many dossiers are left alone for one reason."""

    code: str
    dossiers: int


class RepairCount(Answer):
    """How many dossiers of a plan get one kind of repair."""

    repair: str
    repair_words: Bilingual
    dossiers: int


class CallsOfSystem(Answer):
    """How many calls to one outside system are made again."""

    system: str
    system_words: Bilingual
    calls: int


class SecondPerson(Answer):
    """One reason why a second operator must approve."""

    because: str
    because_words: Bilingual


class RepairApproval(Answer):
    """Who approved the plan."""

    who: str
    why: str
    at: datetime


class RepairRunLine(Answer):
    """The run of a plan, which is a rollout with this id."""

    id: UUID
    href: str
    state: RolloutState
    finished_at: datetime | None
    abandoned_at: datetime | None


class RepairRun(RepairRunLine):
    """The run, and how far it is."""

    items: str
    who: str
    begun_at: datetime
    progress: RolloutProgress


class RepairPlanning(Answer):
    """How far a plan is that is made in the background. `state`: `under_way`, `made`, `refused`, `cancelled`, or
    `interrupted`, when the gateway ended meanwhile."""

    id: UUID
    href: str
    state: PlanningState
    kind: str
    kind_words: Bilingual
    who: str
    begun_at: datetime
    ended_at: datetime | None
    looked: int
    dossiers: int
    plan_href: str | None
    refused: str | None
    refused_because: Bilingual | None
    cancelled_by: str | None


class RepairPlanningList(Answer):
    """The newest plans that are being made, or that were not made."""

    items: tuple[RepairPlanning, ...]


class RepairPlan(Answer):
    """What would be done and asked outside again, what is still needed (`second_person`, `approvals`), and the run."""

    hash: str
    href: str
    order: Mapping[str, Any]
    kind_words: Bilingual
    selected: RepairSelection
    made_by: str
    made_at: datetime
    why: str
    per_minute: int
    dossiers: int
    to_do: int
    refused: int
    repair_counts: tuple[RepairCount, ...]
    refused_counts: tuple[RefusedCount, ...]
    calls_again: int
    calls: tuple[CallsOfSystem, ...]
    harmless: Bilingual
    lasts_seconds: int
    second_person: tuple[SecondPerson, ...]
    approvals: tuple[RepairApproval, ...]
    run: RepairRun | None
    findings: tuple[RepairFinding, ...]
    findings_href: str


class RepairPlanLine(Answer):
    """One plan in the list."""

    hash: str
    href: str
    kind: str
    kind_words: Bilingual
    made_by: str
    made_at: datetime
    why: str
    dossiers: int
    to_do: int
    approved: bool
    run: RepairRunLine | None


class RepairPlanPage(Answer):
    """A page of plans, the newest first."""

    items: tuple[RepairPlanLine, ...]
    next: str | None
    previous: str | None
