"""Every sentence that the engine says when it refuses, in one table a subject, keyed by a stable code.

Facts are filled in by name: `{dossier}`, `{state}`. A code, once released, keeps its meaning.
"""

from __future__ import annotations

from domain.checkpoint_messages import CHECKPOINT_MESSAGES
from domain.deadlines.messages import DEADLINE_MESSAGES
from domain.dossier.messages import DOSSIER_MESSAGES
from domain.organisation.messages import ORGANISATION_MESSAGES
from domain.record_messages import RECORD_MESSAGES
from domain.rollout_messages import ROLLOUT_MESSAGES
from domain.rules_messages import RULES_MESSAGES
from domain.values import Bilingual

MESSAGES: dict[str, Bilingual] = {
    **CHECKPOINT_MESSAGES,
    **DEADLINE_MESSAGES,
    **DOSSIER_MESSAGES,
    **ORGANISATION_MESSAGES,
    **RECORD_MESSAGES,
    **ROLLOUT_MESSAGES,
    **RULES_MESSAGES,
}
