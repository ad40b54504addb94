"""The postal items of a dossier: papers that the post collects from the applicant, and the result that it delivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.dossier.commands import PostPurpose
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.post_stages import UNDER_ORDER, PostStage
from domain.dossier.state.later_fields import NOT_THE_FIRST
from domain.dossier.state.money import TRIES_APART
from domain.values import Code, Hash, Instant

LONG_UNDER_WAY_LOOKS = 12
"""After so many looks of the timer without news (about three weeks) a person should ask the post where the item is."""


@dataclass(frozen=True, kw_only=True)
class PostalItem:
    """One item. `number` counts the orders of the dossier and is part of the key at the post."""

    number: int
    purpose: PostPurpose
    postal_address: Hash
    """The commitment to the address, which is in the vault."""
    stage: PostStage = PostStage.REQUESTED
    item: Code | None = None
    """The post's own number of the item (mã bưu gửi)."""
    wanted: bool = True
    """False: it was cancelled here, or another one took its place."""
    cancelling: bool = False
    """True: the order may have reached the post, which has not answered to the cancellation yet."""
    cancel_tries: Annotated[int, NOT_THE_FIRST] = 1
    checks: int = 0
    """How often the post was asked where the item is."""
    asked: int = 0
    """The number of the open question; 0: none is open."""
    polls: int = 0
    """How often the timer has asked since the last news."""
    looked_at: Instant | None = None
    """When it was ordered, or asked about last."""

    @property
    def order(self) -> EffectId:
        """The call that orders it. Its key is the item's reference at the post."""
        return EffectId(EffectKind.POST_ORDER, self.number)

    @property
    def cancellation(self) -> EffectId:
        """The call that cancels it."""
        return EffectId(EffectKind.POST_CANCEL, self.number + TRIES_APART * (self.cancel_tries - 1))

    @property
    def question(self) -> EffectId | None:
        """The open question where it is."""
        return EffectId(EffectKind.POST_QUERY, self.asked) if self.asked else None

    @property
    def long_under_way(self) -> bool:
        """True if a person should ask the post where it is."""
        return self.stage in UNDER_ORDER and self.polls >= LONG_UNDER_WAY_LOOKS

    def to_be_cancelled(self, *, ended: bool, issued: bool) -> bool:
        """True if the post must be told that nobody wants it. A dossier that has `ended` wants none that it did not
        fetch yet; a delivery was ordered only if there was a result (`issued`)."""
        sent = self.stage is PostStage.ORDERED or self.purpose is PostPurpose.COLLECTION or issued
        not_fetched = self.stage in (PostStage.REQUESTED, PostStage.ORDERED)
        return self.cancelling or (ended and self.wanted and not_fetched and sent)


def current(items: tuple[PostalItem, ...], purpose: PostPurpose) -> PostalItem | None:
    """The item that is wanted for a purpose; there is at most one."""
    return next((one for one in reversed(items) if one.purpose is purpose and one.wanted), None)


def next_number(items: tuple[PostalItem, ...]) -> int:
    """The number of the next item."""
    return max((one.number for one in items), default=0) + 1


def next_check(items: tuple[PostalItem, ...]) -> int:
    """The number of the next question."""
    return sum(one.checks for one in items) + 1
