"""A dossier after something happened to one of its postal items."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.events import (
    PostCancellationAnswered,
    PostCheckAsked,
    PostChecked,
    PostOrdered,
    PostRequestCancelled,
    PostRequested,
    PostStageReached,
)
from domain.dossier.post_stages import PostStage
from domain.dossier.state import Dossier, PostalItem
from domain.dossier.state.post import next_check


def requested(dossier: Dossier, event: PostRequested) -> Dossier:
    """One more item is wanted."""
    item = PostalItem(number=event.number, purpose=event.purpose, postal_address=event.postal_address)
    return changed(dossier, postal_items=(*dossier.postal_items, item))


def request_cancelled(dossier: Dossier, event: PostRequestCancelled) -> Dossier:
    """Nobody wants the item. If its order may have reached the post, the post must be told."""
    item = _item(dossier, event.number)
    stage = item.stage if event.sent else PostStage.CANCELLED
    after = changed(item, wanted=False, cancelling=event.sent, stage=stage, asked=0)
    return _with(dossier, after)


def ordered(dossier: Dossier, event: PostOrdered) -> Dossier:
    """The post has the order."""
    item = _item(dossier, event.number)
    after = changed(item, item=event.item, stage=PostStage.ORDERED, looked_at=event.at)
    return _with(dossier, after)


def cancellation_answered(dossier: Dossier, event: PostCancellationAnswered) -> Dossier:
    """The order is cancelled; or the item goes on, and the one that should have taken its place is not wanted."""
    item = _item(dossier, event.number)
    stage = PostStage.CANCELLED if event.cancelled else PostStage.COLLECTED
    after = changed(
        item,
        wanted=not event.cancelled,
        cancelling=False,
        stage=stage,
        item=event.item,
        looked_at=item.looked_at or event.at,
    )
    settled = _with(dossier, after)
    return settled if event.cancelled else _without_successors(settled, after)


def check_asked(dossier: Dossier, event: PostCheckAsked) -> Dossier:
    """The post is asked where the item is."""
    item = _item(dossier, event.number)
    polls = item.polls + 1 if event.because == "poll" else item.polls
    number = next_check(dossier.postal_items)
    after = changed(item, checks=item.checks + 1, asked=number, polls=polls, looked_at=event.at)
    return _with(dossier, after)


def checked(dossier: Dossier, event: PostChecked) -> Dossier:
    """The item was looked up and nothing changed."""
    item = _item(dossier, event.number)
    return _with(dossier, changed(item, asked=0))


def stage_reached(dossier: Dossier, event: PostStageReached) -> Dossier:
    """The item has moved on."""
    item = _item(dossier, event.number)
    after = changed(item, stage=event.stage, asked=0, polls=0)
    return _with(dossier, after)


def ordered_again(dossier: Dossier, number: int, again: int) -> Dossier:
    """An order that was refused for good is asked for under a new number."""
    return _with(dossier, changed(_item(dossier, number), number=again), number)


def asked_again(dossier: Dossier, number: int, again: int) -> Dossier:
    """A question that was refused for good is asked under a new number."""
    item = next(one for one in dossier.postal_items if one.asked == number)
    return _with(dossier, changed(item, asked=again, checks=item.checks + 1))


def cancelled_again(dossier: Dossier, effect: str) -> Dossier:
    """A cancellation that was refused for good is asked for again."""
    item = next(one for one in dossier.postal_items if one.cancellation == effect)
    return _with(dossier, changed(item, cancel_tries=item.cancel_tries + 1))


def _without_successors(dossier: Dossier, item: PostalItem) -> Dossier:
    items = tuple(
        changed(one, wanted=False, stage=PostStage.CANCELLED)
        if one.purpose is item.purpose and one.number > item.number and one.wanted
        else one
        for one in dossier.postal_items
    )
    return changed(dossier, postal_items=items)


def _item(dossier: Dossier, number: int) -> PostalItem:
    return next(one for one in dossier.postal_items if one.number == number)


def _with(dossier: Dossier, item: PostalItem, number: int | None = None) -> Dossier:
    """The dossier with the item in the place of the one that had this number."""
    place = item.number if number is None else number
    items = tuple(item if one.number == place else one for one in dossier.postal_items)
    return changed(dossier, postal_items=items)
