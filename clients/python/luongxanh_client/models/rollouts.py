"""Changes of the rules, applied to open dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from luongxanh_client.models.base import Answer, Bilingual
from luongxanh_client.models.words import ItemState, RolloutKind, RolloutState


class RolloutLine(Answer):
    """One rollout. `why` is the letter or the resolution."""

    id: UUID
    kind: RolloutKind
    kind_words: Bilingual
    state: RolloutState
    who: str
    why: str
    begun_at: datetime
    finished_at: datetime | None
    abandoned_at: datetime | None
    file_hash: str


class RolloutPage(Answer):
    """A page of rollouts, the newest first."""

    items: tuple[RolloutLine, ...]
    next: str | None
    previous: str | None


class RolloutProgress(Answer):
    """How many dossiers have each outcome."""

    dossiers: int
    done: int = 0
    unchanged: int = 0
    refused: int = 0
    waiting: int = 0
    pending: int = 0
    abandoned: int = 0
    moved_on: int = 0
    not_cured: int = 0


class RolloutAct(Answer):
    """What a person did with a rollout."""

    act: str
    act_words: Bilingual
    who: str
    why: str
    at: datetime


class Rollout(Answer):
    """One rollout: how far it is, and who did what with it."""

    rollout: RolloutLine
    progress: RolloutProgress
    acts: tuple[RolloutAct, ...]


class RolloutItem(Answer):
    """What a rollout did to one dossier. `detail`: old and new dates or units, or the sentences of a refusal."""

    dossier: str
    state: ItemState
    code: str | None
    detail: Mapping[str, Any]
    href: str


class RolloutItemPage(Answer):
    """A page of the dossiers of a rollout, in the order of their codes."""

    items: tuple[RolloutItem, ...]
    next: str | None
    previous: str | None
