"""The event of a failed call to an outside system."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent


class OutsideCallFailed(BaseEvent):
    """A call failed. It is retried unless `final`; an incident is open until it succeeds."""

    kind: Literal["outside_call_failed"] = "outside_call_failed"
    effect: str
    system: str
    code: str
    final: bool
