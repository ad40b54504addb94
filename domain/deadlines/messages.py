"""What the engine says when it refuses: deadlines."""

from __future__ import annotations

from domain.values import Bilingual

DEADLINE_MESSAGES: dict[str, Bilingual] = {}
