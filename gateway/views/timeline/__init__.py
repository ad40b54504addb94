"""The history of a dossier in sentences, one for each event.

The sentences hold no personal data. Events have none; free texts, addresses and certificates are left out as well.
"""

from __future__ import annotations

from gateway.views.names import Names
from gateway.views.timeline.story import (
    Language,
    actor_name,
    in_language,
    line,
    row_sentence,
    sentence,
    to_an_applicant,
    who_acted,
)

__all__ = [
    "Language",
    "Names",
    "actor_name",
    "in_language",
    "line",
    "row_sentence",
    "sentence",
    "to_an_applicant",
    "who_acted",
]
