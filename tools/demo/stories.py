"""The stories of the demo's dossiers: what happens, what each story needs, and the state at the end of the day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.dossier.state import State


class Story(StrEnum):
    """What is special about a dossier of the demo."""

    ORDINARY = "ordinary"
    NOT_COLLECTED = "not_collected"
    AT_THE_DESK = "at_the_desk"
    REFUSED = "refused"
    WITHDRAWN_EARLY = "withdrawn_early"
    WITHDRAWN_LATE = "withdrawn_late"
    SUPPLEMENT_AT_INTAKE = "supplement_at_intake"
    SUPPLEMENT = "supplement"
    SUPPLEMENT_AWAITED = "supplement_awaited"
    SENT_BACK = "sent_back"
    RESULT_REJECTED = "result_rejected"
    OPINION = "opinion"
    OPINION_AWAITED = "opinion_awaited"
    SUSPENDED_AND_RESUMED = "suspended_and_resumed"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    EXTENDED = "extended"
    WRONG_RECEIPT_DATE = "wrong_receipt_date"
    LATE_OFFICER = "late_officer"
    TO_BE_COORDINATED = "to_be_coordinated"
    COORDINATED = "coordinated"
    MISDIRECTED = "misdirected"
    REGISTRY_DOWN = "registry_down"
    TOKEN_FAILED = "token_failed"  # noqa: S105
    PAID = "paid"
    CALLBACK_LOST = "callback_lost"
    CALLBACK_TWICE = "callback_twice"
    PAID_TWICE = "paid_twice"
    PAID_TOO_LITTLE = "paid_too_little"
    PAID_AT_THE_DESK = "paid_at_the_desk"
    ORDER_EXPIRED = "order_expired"
    PAID_AFTER_WITHDRAWAL = "paid_after_withdrawal"
    UNPAID = "unpaid"


@dataclass(frozen=True)
class StorySetup:
    """How often a story is used (`weight`), the state in which it ends, and which procedures fit it."""

    weight: float
    ends: State = State.RETURNED
    fee: bool | None = None
    """True: a fee must be due. False: no fee may be due. None: both are possible."""
    online: bool | None = None
    registry: str | None = None
    approved: bool = False
    """Whether the internal process must have a step that a head of unit approves."""
    signed: bool = False
    documents: bool = False
    """Whether at least one document must be required."""
    commune: bool = False
    working_days: int = 0
    """The fewest working days of the limit."""
    brought_over: bool | None = False
    """True: always from an older system. False: never. None: both are possible."""


STORY_SETUPS: dict[Story, StorySetup] = {
    Story.ORDINARY: StorySetup(36, fee=False, brought_over=None),
    Story.NOT_COLLECTED: StorySetup(4, ends=State.RESOLVED, brought_over=None),
    Story.AT_THE_DESK: StorySetup(2, ends=State.SUBMITTED),
    Story.REFUSED: StorySetup(4, ends=State.REFUSED),
    Story.WITHDRAWN_EARLY: StorySetup(2, ends=State.WITHDRAWN),
    Story.WITHDRAWN_LATE: StorySetup(2, ends=State.WITHDRAWN),
    Story.SUPPLEMENT_AT_INTAKE: StorySetup(3, online=True, documents=True),
    Story.SUPPLEMENT: StorySetup(4, documents=True),
    Story.SUPPLEMENT_AWAITED: StorySetup(2, ends=State.SUPPLEMENT_REQUESTED, documents=True),
    Story.SENT_BACK: StorySetup(3, approved=True),
    Story.RESULT_REJECTED: StorySetup(2, approved=True, signed=True),
    Story.OPINION: StorySetup(3, approved=True),
    Story.OPINION_AWAITED: StorySetup(1, ends=State.PROCESSING, approved=True),
    Story.SUSPENDED_AND_RESUMED: StorySetup(1.5),
    Story.SUSPENDED: StorySetup(1, ends=State.SUSPENDED),
    Story.STOPPED: StorySetup(1, ends=State.STOPPED),
    Story.EXTENDED: StorySetup(1.5, working_days=5),
    Story.WRONG_RECEIPT_DATE: StorySetup(1),
    Story.LATE_OFFICER: StorySetup(5, ends=State.PROCESSING, approved=True, brought_over=True),
    Story.TO_BE_COORDINATED: StorySetup(1.5, ends=State.ACCEPTED, fee=False, commune=True),
    Story.COORDINATED: StorySetup(1.5, fee=False, commune=True),
    Story.MISDIRECTED: StorySetup(1, fee=False, commune=True),
    Story.REGISTRY_DOWN: StorySetup(2.5, fee=False, registry="residence", signed=True),
    Story.TOKEN_FAILED: StorySetup(2.5, fee=False, commune=True, signed=True),
    Story.PAID: StorySetup(5, fee=True, brought_over=None),
    Story.CALLBACK_LOST: StorySetup(1.5, fee=True),
    Story.CALLBACK_TWICE: StorySetup(1.5, fee=True),
    Story.PAID_TWICE: StorySetup(1.5, fee=True),
    Story.PAID_TOO_LITTLE: StorySetup(1, fee=True),
    Story.PAID_AT_THE_DESK: StorySetup(1.5, fee=True),
    Story.ORDER_EXPIRED: StorySetup(1, fee=True),
    Story.PAID_AFTER_WITHDRAWAL: StorySetup(0.7, ends=State.WITHDRAWN, fee=True),
    Story.UNPAID: StorySetup(2, ends=State.PAYMENT_REQUESTED, fee=True),
}


UNCLEAR = frozenset({Story.TO_BE_COORDINATED, Story.COORDINATED})
"""Stories whose territory is not clear, so that the coordination queue decides."""


def distribute(count: int) -> list[Story]:
    """`count` stories in proportion to their weights, each at least once when `count` is large enough."""
    at_least = 1 if count >= len(STORY_SETUPS) else 0
    whole = sum(setup.weight for setup in STORY_SETUPS.values())
    exact = {story: count * setup.weight / whole for story, setup in STORY_SETUPS.items()}
    counts = {story: max(at_least, int(share)) for story, share in exact.items()}
    by_need = sorted(STORY_SETUPS, key=lambda story: exact[story] - counts[story], reverse=True)
    while (missing := count - sum(counts.values())) > 0:
        for story in by_need[:missing]:
            counts[story] += 1
    counts[Story.ORDINARY] -= sum(counts.values()) - count
    return [story for story, times in counts.items() for _ in range(times)]
