"""The events of postal items: asked for, ordered, looked up, moved on, cancelled."""

from __future__ import annotations

from typing import Literal

from domain.dossier.commands import PostPurpose
from domain.dossier.events.base import BaseEvent
from domain.dossier.post_stages import PostStage
from domain.values import Code, Hash, Instant


class PostRequested(BaseEvent):
    """Somebody wants the post to deliver the result, or to collect papers. It takes the place of the item before it."""

    kind: Literal["post_requested"] = "post_requested"
    purpose: PostPurpose
    number: int
    postal_address: Hash
    """The commitment to the address, which is in the vault."""


class PostRequestCancelled(BaseEvent):
    """Nobody wants the item any more. `sent`: the order may have reached the post, so it is cancelled there too."""

    kind: Literal["post_request_cancelled"] = "post_request_cancelled"
    purpose: PostPurpose
    number: int
    sent: bool


class PostOrdered(BaseEvent):
    """The post has taken the order and given its number of the item."""

    kind: Literal["post_ordered"] = "post_ordered"
    purpose: PostPurpose
    number: int
    item: Code


class PostCancellationAnswered(BaseEvent):
    """The post has answered to a cancellation. `cancelled` False: it has the item already, so the item goes on."""

    kind: Literal["post_cancellation_answered"] = "post_cancellation_answered"
    purpose: PostPurpose
    number: int
    cancelled: bool
    item: Code | None = None


class PostCheckAsked(BaseEvent):
    """The post reported something, or it is time to ask."""

    kind: Literal["post_check_asked"] = "post_check_asked"
    number: int
    item: Code
    because: Literal["callback", "poll", "officer", "cancellation"]


class PostChecked(BaseEvent):
    """The item was looked up and nothing changed."""

    kind: Literal["post_checked"] = "post_checked"
    number: int
    item: Code
    stage: PostStage


class PostStageReached(BaseEvent):
    """The item is at another stage. `stated_at` is what the post's clock says; `evidence` the number of its proof."""

    kind: Literal["post_stage_reached"] = "post_stage_reached"
    purpose: PostPurpose
    number: int
    item: Code
    stage: PostStage
    stated_at: Instant
    evidence: Code | None = None


PostEvent = (
    PostRequested
    | PostRequestCancelled
    | PostOrdered
    | PostCancellationAnswered
    | PostCheckAsked
    | PostChecked
    | PostStageReached
)
