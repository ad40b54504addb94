"""The post collects papers from the applicant and delivers the result (dịch vụ bưu chính công ích).

A report of the post proves nothing: it may be late, doubled, lost or forged. Only its answer to a question counts. The
result is issued before anything is ordered, so no dossier is late by the post.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from domain.dossier.commands import (
    NOT_KEPT_YET,
    CancelPost,
    CheckPost,
    Handback,
    PostPurpose,
    RequestPost,
    ReturnResult,
)
from domain.dossier.context import Context
from domain.dossier.deciding.guards import require_applicant, require_role, require_state, require_unit_of_dossier
from domain.dossier.effect_id import number_of
from domain.dossier.events import (
    AnyEvent,
    PostCancellationAnswered,
    PostCheckAsked,
    PostChecked,
    PostOrdered,
    PostRequestCancelled,
    PostRequested,
    PostStageReached,
    ResultReturned,
)
from domain.dossier.outcomes import RecordPostCancelled, RecordPostOrder, RecordPostSeen
from domain.dossier.post_stages import ENDED, STEPS, UNDER_ORDER, WITH_THE_POST, PostStage
from domain.dossier.state import TERMINAL, Dossier, PostalItem, State
from domain.dossier.state.post import current, next_number
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.roles import Role

COLLECTED_IN = (State.SUBMITTED, State.SUPPLEMENT_REQUESTED)
"""The states in which the desk waits for papers."""
NOT_ENDED = tuple(state for state in State if state not in TERMINAL)
"""The states in which somebody still waits for the result."""
FIRST_LOOK = timedelta(hours=6)
LOOKS_APART = timedelta(days=2)
LOOKS_APART_LATER = timedelta(days=7)
"""When the timer asks the post, in case a report was lost: after 6 hours, then twice as long each time up to two days;
once a week after a person was asked to look."""


def request(dossier: Dossier, command: RequestPost, context: Context) -> list[AnyEvent]:
    """Has the post come, or come to another address. An item that the post has already cannot be changed."""
    require_state(dossier, *(COLLECTED_IN if command.purpose is PostPurpose.COLLECTION else NOT_ENDED))
    _require_applicant_or_desk(dossier, context)
    if command.postal_address == NOT_KEPT_YET:
        raise InvalidInput(DossierRefusal.POSTAL_ADDRESS_MISSING, dossier=dossier.code)
    before = current(dossier.postal_items, command.purpose)
    replaced = [] if before is None else [_cancelled(dossier, before, context)]
    return [
        *replaced,
        PostRequested(
            at=context.now,
            purpose=command.purpose,
            number=next_number(dossier.postal_items),
            postal_address=command.postal_address,
            note=command.note,
        ),
    ]


def cancel(dossier: Dossier, command: CancelPost, context: Context) -> list[AnyEvent]:
    """The result is fetched at the counter, or the papers are brought. Possible until the post has the item."""
    _require_applicant_or_desk(dossier, context)
    item = current(dossier.postal_items, command.purpose)
    if item is None or dossier.state in TERMINAL:
        raise RuleViolation(DossierRefusal.NO_POSTAL_ITEM, dossier=dossier.code, purpose=command.purpose.words)
    return [_cancelled(dossier, item, context, command.note)]


def check(dossier: Dossier, command: CheckPost, context: Context) -> list[AnyEvent]:
    """Somebody reports news of an item, so the engine looks. An item of another dossier is refused; one that has
    reached its end, and any of a dossier that has ended, is not looked up any more."""
    require_role(context, Role.POST, Role.RECEPTION)
    by_the_post = context.actor.role is Role.POST
    if not by_the_post:
        require_unit_of_dossier(dossier, context)
    item = next((one for one in dossier.postal_items if one.item == command.item), None)
    if item is None:
        raise RuleViolation(DossierRefusal.UNKNOWN_POSTAL_ITEM, dossier=dossier.code, item=command.item)
    if item.stage not in UNDER_ORDER or dossier.state in TERMINAL:
        return []
    return [_check_asked(item, command.item, "callback" if by_the_post else "officer", context.now, command.note)]


def handed_over_otherwise(dossier: Dossier, command: ReturnResult, context: Context) -> list[AnyEvent]:
    """The cancellation of the delivery when the desk returns the result itself. Nobody can hand over what the post has:
    only that it was delivered may be entered by hand."""
    item = current(dossier.postal_items, PostPurpose.DELIVERY)
    if item is None or item.stage in ENDED:
        return []
    if item.stage in WITH_THE_POST and command.by is Handback.POST:
        return []
    return [_cancelled(dossier, item, context)]


def looks_ahead(dossier: Dossier) -> Iterator[tuple[datetime, PostalItem]]:
    """When the timer asks the post about each item, in case a report was lost."""
    if dossier.state in TERMINAL:
        return
    for item in dossier.postal_items:
        if item.stage in UNDER_ORDER and not item.asked and not item.cancelling and item.looked_at is not None:
            yield item.looked_at + _pause(item), item


def looks_due(dossier: Dossier, now: datetime) -> list[AnyEvent]:
    """The questions to the post that are due now."""
    due = (item for at, item in looks_ahead(dossier) if at <= now)
    return [_check_asked(item, item.item, "poll", now) for item in due if item.item is not None]


def record_order(dossier: Dossier, command: RecordPostOrder, context: Context) -> list[AnyEvent]:
    """The post has taken the order. An answer to an order that is settled already changes nothing."""
    item = next((one for one in dossier.postal_items if one.number == number_of(command.effect)), None)
    if item is None or item.item is not None or not (item.wanted or item.cancelling):
        return []
    facts = {"purpose": item.purpose, "number": item.number, "item": command.item}
    ordered = PostOrdered(at=context.now, **facts)
    if not command.cancelled or not item.wanted:
        return [ordered]
    return [ordered, PostStageReached(at=context.now, stage=PostStage.CANCELLED, stated_at=context.now, **facts)]


def record_seen(dossier: Dossier, command: RecordPostSeen, context: Context) -> list[AnyEvent]:
    """Where the item is now. A delivered result is returned; the record has our time, never the post's."""
    item = next((one for one in dossier.postal_items if one.item == command.item), None)
    if item is None or item.question != command.effect:
        return []
    if command.stage not in STEPS or STEPS.index(command.stage) <= STEPS.index(item.stage):
        return [PostChecked(at=context.now, number=item.number, item=command.item, stage=item.stage)]
    reached = PostStageReached(
        at=context.now,
        purpose=item.purpose,
        number=item.number,
        item=command.item,
        stage=command.stage,
        stated_at=command.stated_at,
        evidence=command.evidence,
    )
    returned = item.purpose is PostPurpose.DELIVERY and command.stage is PostStage.DELIVERED
    if not returned or dossier.state is not State.RESOLVED:
        return [reached]
    return [reached, ResultReturned(at=context.now, by=Handback.POST)]


def record_cancelled(dossier: Dossier, command: RecordPostCancelled, context: Context) -> list[AnyEvent]:
    """The post has cancelled the order, or has the item already: then that one goes on, and is looked up."""
    item = next((one for one in dossier.postal_items if one.cancellation == command.effect), None)
    if item is None or item not in dossier.post_cancellations:
        return []
    answered = PostCancellationAnswered(
        at=context.now,
        purpose=item.purpose,
        number=item.number,
        cancelled=command.cancelled,
        item=item.item or command.item,
    )
    if command.cancelled or answered.item is None or dossier.state in TERMINAL:
        return [answered]
    return [answered, _check_asked(item, answered.item, "cancellation", context.now)]


def _pause(item: PostalItem) -> timedelta:
    if item.long_under_way:
        return LOOKS_APART_LATER
    return min(FIRST_LOOK * (1 << min(item.polls, 4)), LOOKS_APART)


def _check_asked(
    item: PostalItem,
    number: str,
    because: Literal["callback", "poll", "officer", "cancellation"],
    now: datetime,
    note: str | None = None,
) -> PostCheckAsked:
    return PostCheckAsked(at=now, number=item.number, item=number, because=because, note=note)


def _require_applicant_or_desk(dossier: Dossier, context: Context) -> None:
    require_role(context, Role.APPLICANT, Role.RECEPTION)
    if context.actor.role is Role.APPLICANT:
        require_applicant(dossier, context)
    else:
        require_unit_of_dossier(dossier, context)


def _cancelled(dossier: Dossier, item: PostalItem, context: Context, note: str | None = None) -> PostRequestCancelled:
    """`post_has_item` if the post has it, or has delivered it. One that failed needs no cancellation there."""
    if item.stage in (*WITH_THE_POST, PostStage.DELIVERED):
        raise RuleViolation(DossierRefusal.POST_HAS_ITEM, dossier=dossier.code, item=item.item, stage=item.stage.words)
    return PostRequestCancelled(
        at=context.now, purpose=item.purpose, number=item.number, sent=_may_be_sent(dossier, item), note=note
    )


def _may_be_sent(dossier: Dossier, item: PostalItem) -> bool:
    """True if the order may have reached the post. One that it refused for good did nothing there."""
    if item.stage in ENDED:
        return False
    refused = any(one.effect == item.order and one.final for one in dossier.incidents)
    asked = item.purpose is PostPurpose.COLLECTION or dossier.state is State.RESOLVED
    return item.stage is PostStage.ORDERED or (asked and not refused)
