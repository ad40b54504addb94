"""An outside system failed."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent


class OutsideCallFailed(BaseEvent):
    """An outside system failed us. The call goes on by itself unless `final`; an incident is open until it succeeds."""

    kind: Literal["outside_call_failed"] = "outside_call_failed"
    effect: str
    system: str
    code: str
    final: bool
