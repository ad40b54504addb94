"""Applications of the national interconnection software: orders that they be taken in."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.submission import ActingAs
from luongxanh_client.models.words import IntakeState


class ApplicationToTakeIn(Question):
    """Which application, and which unit receives it."""

    application: str
    received_by: str
    acting_as: ActingAs | None = None


class TakenIn(Answer):
    """An application that was ordered. `dossier`: what it became. `code` and `why`: why it waits, or is refused."""

    application: str
    state: IntakeState
    received_by: str
    asked_at: datetime
    tried_at: datetime | None
    tries: int
    dossier: str | None
    code: str | None
    why: Bilingual | None
    href: str
