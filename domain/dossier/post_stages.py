"""The stages of a postal item."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual


class PostStage(StrEnum):
    """How far an item is. The words are those that people read."""

    REQUESTED = "requested"  # asked for; the post has not confirmed an order yet
    ORDERED = "ordered"  # the post will fetch it from its sender
    COLLECTED = "collected"  # the post has it
    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"  # nobody took it, and it came back to its sender
    LOST = "lost"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _WORDS[self]


_WORDS = {
    PostStage.REQUESTED: Bilingual(vi="chờ bưu chính nhận đơn", en="waits for the post to take the order"),
    PostStage.ORDERED: Bilingual(vi="chờ bưu tá đến lấy", en="waits to be collected"),
    PostStage.COLLECTED: Bilingual(vi="bưu chính đã lấy", en="collected by the post"),
    PostStage.UNDER_WAY: Bilingual(vi="đang vận chuyển", en="under way"),
    PostStage.DELIVERED: Bilingual(vi="đã phát", en="delivered"),
    PostStage.UNDELIVERABLE: Bilingual(vi="không phát được, đã chuyển hoàn", en="undeliverable, sent back"),
    PostStage.LOST: Bilingual(vi="bị mất", en="lost"),
    PostStage.DAMAGED: Bilingual(vi="bị hư hỏng", en="damaged"),
    PostStage.CANCELLED: Bilingual(vi="đã hủy", en="cancelled"),
}

WITH_THE_POST = frozenset({PostStage.COLLECTED, PostStage.UNDER_WAY})
"""The post has the item in its hands."""
UNDER_ORDER = WITH_THE_POST | {PostStage.ORDERED}
"""The post confirmed the order, and the item has not reached its end."""
ENDED = frozenset(
    {PostStage.DELIVERED, PostStage.UNDELIVERABLE, PostStage.LOST, PostStage.DAMAGED, PostStage.CANCELLED}
)
FAILED = ENDED - {PostStage.DELIVERED}
"""Ended without reaching whom it was for. A cancellation that nobody here asked for counts too."""

STEPS = (
    PostStage.REQUESTED,
    PostStage.ORDERED,
    PostStage.COLLECTED,
    PostStage.UNDER_WAY,
    PostStage.UNDELIVERABLE,
    PostStage.LOST,
    PostStage.DAMAGED,
    PostStage.CANCELLED,
    PostStage.DELIVERED,
)
"""In this order an item moves on. An earlier stage than the one that is known is an old answer, and changes nothing."""
