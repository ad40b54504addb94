"""The ids of the engine's own commands: computed, so that a replay or a reset finds them again, and nobody else's.

They carry a version of UUID of their own. Whoever knows how they are computed could otherwise send a person's command
under the id of an outcome that is to come: the outcome would be refused as another command under a used id, for ever.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from domain.dossier.revision import Revision

COMMANDS_OF_THE_ENGINE = UUID("2f9a5a5e-8d0b-5c5e-9a37-0d7d3f0c6b11")

ENGINE_S = 8
"""The version of UUID for a system's own use (RFC 9562); programs that make ids at random or from names use others."""


def engine_command(dossier: str, name: str, revision: int) -> UUID:
    """The id of a command of the engine on a dossier; `name` says what it answers, `sign/1/quick/record_signature`.

    Under the first revision as the first release computed it: such ids stand in its ledgers.
    """
    computed = uuid5(COMMANDS_OF_THE_ENGINE, f"{dossier}/{name}")
    if revision < Revision.SECOND:
        return computed
    return UUID(int=computed.int & ~(0xF << 76) | ENGINE_S << 76)


def is_engine_s(command_id: UUID) -> bool:
    """True for an id that only the engine inside a dossier gives."""
    return command_id.version == ENGINE_S
