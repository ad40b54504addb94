"""The answers about rollouts: one of them, how far it is, and what it did to each dossier."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from pydantic import Field

from activities.rollouts.register import RolloutAct, RolloutHead
from domain.rollouts.plans import Item, ItemState, RolloutKind, RolloutProgress, operator_of
from domain.values import Bilingual, Code, Hash, Instant, Value
from gateway.i18n.wording import ROLLOUT_ACTS


class RolloutState(StrEnum):
    """How far a rollout is."""

    UNFINISHED = "unfinished"
    FINISHED = "finished"
    ABANDONED = "abandoned"


class RolloutLine(Value):
    """One rollout. `why` is the letter or the resolution."""

    id: UUID
    kind: RolloutKind
    kind_words: Bilingual
    state: RolloutState
    file_hash: Hash
    who: Code = Field(description="Mã nội bộ người ra lệnh (who ordered it: an identifier, never a name).")
    why: str
    begun_at: Instant
    finished_at: Instant | None
    abandoned_at: Instant | None

    @classmethod
    def of(cls, head: RolloutHead) -> RolloutLine:
        """The rollout with its state. The first release may have stored a name for `who`: it is not shown."""
        told = {**head.model_dump(), "who": operator_of(head.who)}
        return cls(**told, kind_words=head.kind.words, state=state_of(head))


class _Ends(Protocol):
    @property
    def finished_at(self) -> datetime | None: ...

    @property
    def abandoned_at(self) -> datetime | None: ...


def state_of(head: _Ends) -> RolloutState:
    """How far a rollout is, by when it ended."""
    if head.abandoned_at is not None:
        return RolloutState.ABANDONED
    return RolloutState.UNFINISHED if head.finished_at is None else RolloutState.FINISHED


class RolloutPage(Value):
    """A page of rollouts, the newest first."""

    items: tuple[RolloutLine, ...]
    next: str | None
    previous: str | None


class ProgressAnswer(RolloutProgress):
    """How many dossiers of the whole province have each outcome."""

    dossiers: int

    @classmethod
    def counted(cls, progress: RolloutProgress) -> ProgressAnswer:
        """The numbers with their sum."""
        return cls(**progress.model_dump(), dossiers=progress.total)


class RolloutActAnswer(Value):
    """What a person did with a rollout."""

    act: Code
    act_words: Bilingual
    who: Code
    why: str
    at: Instant

    @classmethod
    def of(cls, one: RolloutAct) -> RolloutActAnswer:
        """The act with its words."""
        return cls(act=one.act, act_words=ROLLOUT_ACTS[one.act], who=operator_of(one.who), why=one.why, at=one.at)


class RolloutAnswer(Value):
    """One rollout: how far it is, and who did what with it."""

    rollout: RolloutLine
    progress: ProgressAnswer
    acts: tuple[RolloutActAnswer, ...]


class RolloutItemAnswer(Value):
    """What a rollout did to one dossier. `detail`: old and new dates or units, or both sentences of a refusal."""

    dossier: Code
    href: str
    state: ItemState
    code: Code | None
    detail: dict[str, Any]

    @classmethod
    def of(cls, item: Item) -> RolloutItemAnswer:
        """The outcome with the address of the dossier."""
        return cls(**item.model_dump(), href=f"/v1/dossiers/{item.dossier}")


class RolloutItemPage(Value):
    """A page of the dossiers of a rollout within the caller's scope, in the order of their codes."""

    items: tuple[RolloutItemAnswer, ...]
    next: str | None
    previous: str | None
