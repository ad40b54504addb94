"""Handed to another unit, acknowledged, refused, or left lying."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent
from domain.values import Code


class HandoverSent(BaseEvent):
    """Sent to another unit, which has to acknowledge; until then the sender answers for the dossier."""

    kind: Literal["handover_sent"] = "handover_sent"
    from_unit: Code
    to_unit: Code
    legal_basis: str


class HandoverAcknowledged(BaseEvent):
    """`implied`: the receiver did not say so, but began to work."""

    kind: Literal["handover_acknowledged"] = "handover_acknowledged"
    unit: Code
    person: Code
    implied: bool


class HandoverRefused(BaseEvent):
    kind: Literal["handover_refused"] = "handover_refused"
    unit: Code
    legal_basis: str


class WaitOverdue(BaseEvent):
    """Nobody acknowledged the handover, or nobody found the competent authority, within the time for it."""

    kind: Literal["wait_overdue"] = "wait_overdue"
    wait: Literal["handover", "coordination"]
    unit: Code
    notified_units: tuple[Code, ...]


HandoverEvent = HandoverSent | HandoverAcknowledged | HandoverRefused | WaitOverdue
