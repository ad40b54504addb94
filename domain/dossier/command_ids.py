"""The ids of the engine's own commands. They are computed, so that a replay or a reset finds the same ids again.

They have a UUID version of their own. Otherwise anybody who knows the computation could send a person's command under
the id of a coming outcome. The outcome would then be refused for ever, as another command under a used id.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from domain.dossier.revision import Revision

COMMANDS_OF_THE_ENGINE = UUID("2f9a5a5e-8d0b-5c5e-9a37-0d7d3f0c6b11")

ENGINE_UUID_VERSION = 8
"""The UUID version for a system's own use (RFC 9562). Programs that make random or name-based ids use others."""


def engine_command(dossier: str, name: str, revision: int) -> UUID:
    """The id of a command of the engine on a dossier. `name` says what it answers, `sign/1/quick/record_signature`.

    Under the first revision, the id is that of the first release: its ledgers contain such ids.
    """
    computed = uuid5(COMMANDS_OF_THE_ENGINE, f"{dossier}/{name}")
    if revision < Revision.SECOND:
        return computed
    return UUID(int=computed.int & ~(0xF << 76) | ENGINE_UUID_VERSION << 76)


def is_engine_command(command_id: UUID) -> bool:
    """True for an id that only the engine gives."""
    return command_id.version == ENGINE_UUID_VERSION
