"""What happens to a dossier of the demo: its story, what the story needs, and the state in which it ends the day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.dossier.state import State


class Story(StrEnum):
    """The one thing that makes a dossier of the demo different from the next."""

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
class Telling:
    """How often a story is told (its weight), how it ends, and what its procedure must be like."""

    weight: float
    ends: State = State.RETURNED
    fee: bool | None = None
    """True: a fee must be due; False: none may be; None: as it comes."""
    online: bool | None = None
    registry: str | None = None
    approved: bool = False
    """The internal process has a step that a head of unit approves."""
    signed: bool = False
    documents: bool = False
    """At least one paper is required."""
    commune: bool = False
    working_days: int = 0
    """The limit is at least so many working days."""
    brought_over: bool | None = False
    """True: always from an older system; False: never; None: as it comes."""


TELLINGS: dict[Story, Telling] = {
    Story.ORDINARY: Telling(36, fee=False, brought_over=None),
    Story.NOT_COLLECTED: Telling(4, ends=State.RESOLVED, brought_over=None),
    Story.AT_THE_DESK: Telling(2, ends=State.SUBMITTED),
    Story.REFUSED: Telling(4, ends=State.REFUSED),
    Story.WITHDRAWN_EARLY: Telling(2, ends=State.WITHDRAWN),
    Story.WITHDRAWN_LATE: Telling(2, ends=State.WITHDRAWN),
    Story.SUPPLEMENT_AT_INTAKE: Telling(3, online=True, documents=True),
    Story.SUPPLEMENT: Telling(4, documents=True),
    Story.SUPPLEMENT_AWAITED: Telling(2, ends=State.SUPPLEMENT_REQUESTED, documents=True),
    Story.SENT_BACK: Telling(3, approved=True),
    Story.RESULT_REJECTED: Telling(2, approved=True, signed=True),
    Story.OPINION: Telling(3, approved=True),
    Story.OPINION_AWAITED: Telling(1, ends=State.PROCESSING, approved=True),
    Story.SUSPENDED_AND_RESUMED: Telling(1.5),
    Story.SUSPENDED: Telling(1, ends=State.SUSPENDED),
    Story.STOPPED: Telling(1, ends=State.STOPPED),
    Story.EXTENDED: Telling(1.5, working_days=5),
    Story.WRONG_RECEIPT_DATE: Telling(1),
    Story.LATE_OFFICER: Telling(5, ends=State.PROCESSING, approved=True, brought_over=True),
    Story.TO_BE_COORDINATED: Telling(1.5, ends=State.ACCEPTED, fee=False, commune=True),
    Story.COORDINATED: Telling(1.5, fee=False, commune=True),
    Story.MISDIRECTED: Telling(1, fee=False, commune=True),
    Story.REGISTRY_DOWN: Telling(2.5, fee=False, registry="residence", signed=True),
    Story.TOKEN_FAILED: Telling(2.5, fee=False, commune=True, signed=True),
    Story.PAID: Telling(5, fee=True, brought_over=None),
    Story.CALLBACK_LOST: Telling(1.5, fee=True),
    Story.CALLBACK_TWICE: Telling(1.5, fee=True),
    Story.PAID_TWICE: Telling(1.5, fee=True),
    Story.PAID_TOO_LITTLE: Telling(1, fee=True),
    Story.PAID_AT_THE_DESK: Telling(1.5, fee=True),
    Story.ORDER_EXPIRED: Telling(1, fee=True),
    Story.PAID_AFTER_WITHDRAWAL: Telling(0.7, ends=State.WITHDRAWN, fee=True),
    Story.UNPAID: Telling(2, ends=State.PAYMENT_REQUESTED, fee=True),
}


UNCLEAR = frozenset({Story.TO_BE_COORDINATED, Story.COORDINATED})
"""Stories of a matter whose place is not clear: the coordination queue decides."""


def shared_out(count: int) -> list[Story]:
    """`count` stories in the proportion of their weights; each at least once where there is room for all of them."""
    at_least = 1 if count >= len(TELLINGS) else 0
    whole = sum(telling.weight for telling in TELLINGS.values())
    exact = {story: count * telling.weight / whole for story, telling in TELLINGS.items()}
    given = {story: max(at_least, int(share)) for story, share in exact.items()}
    by_need = sorted(TELLINGS, key=lambda story: exact[story] - given[story], reverse=True)
    while (missing := count - sum(given.values())) > 0:
        for story in by_need[:missing]:
            given[story] += 1
    given[Story.ORDINARY] -= sum(given.values()) - count
    return [story for story, times in given.items() for _ in range(times)]
