"""What the engine says when it refuses: organisation."""

from __future__ import annotations

from domain.values import Bilingual

ORGANISATION_MESSAGES: dict[str, Bilingual] = {}
