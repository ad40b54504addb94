"""What the engine says when it refuses: dossier."""

from __future__ import annotations

from domain.values import Bilingual

DOSSIER_MESSAGES: dict[str, Bilingual] = {}
