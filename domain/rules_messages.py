"""What the engine says when it refuses: rules and configuration."""

from __future__ import annotations

from domain.values import Bilingual

RULES_MESSAGES: dict[str, Bilingual] = {}
