"""Every sentence that the engine says when it refuses, in one table a subject, keyed by a stable code.

Facts are filled in by name: `{dossier}`, `{state}`. A code, once released, keeps its meaning.
"""

from __future__ import annotations

from domain.messages.checkpoints import CHECKPOINT_MESSAGES
from domain.messages.deadlines import DEADLINE_MESSAGES
from domain.messages.dossier import DOSSIER_MESSAGES
from domain.messages.organisation import ORGANISATION_MESSAGES
from domain.messages.record import RECORD_MESSAGES
from domain.messages.rollouts import ROLLOUT_MESSAGES
from domain.messages.rules import RULES_MESSAGES
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
