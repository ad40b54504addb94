"""The story of a dossier in readable sentences, one an event.

Nothing personal is in them: events hold no such thing, and free texts, addresses and certificates are left out even so.
"""

from __future__ import annotations

from gateway.views.names import Names
from gateway.views.timeline.story import Language, actor_name, in_language, line, row_sentence, sentence, who_acted

__all__ = ["Language", "Names", "actor_name", "in_language", "line", "row_sentence", "sentence", "who_acted"]
