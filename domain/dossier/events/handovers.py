"""The events of a handover: sent to another unit, acknowledged, refused, or not answered in time."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent
from domain.values import Code


class HandoverSent(BaseEvent):
    """Sent to another unit, which must acknowledge. Until then the sender is responsible for the dossier."""

    kind: Literal["handover_sent"] = "handover_sent"
    from_unit: Code
    to_unit: Code
    legal_basis: str


class HandoverAcknowledged(BaseEvent):
    """`implied`: the receiver began to work without acknowledging."""

    kind: Literal["handover_acknowledged"] = "handover_acknowledged"
    unit: Code
    person: Code
    implied: bool


class HandoverRefused(BaseEvent):
    """`back_in_queue`: the coordination queue had sent it, and has its whole time again to find the authority."""

    kind: Literal["handover_refused"] = "handover_refused"
    unit: Code
    legal_basis: str
    back_in_queue: bool = False


class WaitOverdue(BaseEvent):
    """Nobody acknowledged the handover, or nobody found the competent authority, in time."""

    kind: Literal["wait_overdue"] = "wait_overdue"
    wait: Literal["handover", "coordination"]
    unit: Code
    notified_units: tuple[Code, ...]


HandoverEvent = HandoverSent | HandoverAcknowledged | HandoverRefused | WaitOverdue
