"""Where the checkpoints of a ledger are kept and by which key they are signed: settings, turned into what works."""

from __future__ import annotations

from pathlib import Path

from activities.ledger.checkpoints.checkpointer import Checkpointer
from activities.ledger.checkpoints.copies import copy_to
from activities.ledger.checkpoints.keys import PublicKey, Signer
from activities.ledger.checkpoints.log import PUBLIC_KEY, CheckpointLog
from activities.ledger.pool import Pool
from domain.errors import InvalidInput, NotFound
from domain.values import Value


class CheckpointPlaces(Value):
    """As the settings name them. `origin` names the ledger in every checkpoint."""

    origin: str
    folder: Path | None = None
    key_file: Path | None = None
    copies: tuple[str, ...] = ()

    def log(self) -> CheckpointLog:
        """The log. Raises InvalidInput (`checkpoint_folder_missing`)."""
        if self.folder is None:
            raise InvalidInput("checkpoint_folder_missing")
        return CheckpointLog(self.folder)

    def checkpointer(self, pool: Pool) -> Checkpointer:
        """What makes checkpoints. Raises InvalidInput where folder or key are missing or open to others."""
        log = self.log()
        if self.key_file is None:
            raise InvalidInput("checkpoint_key_missing", path="–")
        signer = Signer.read(self.origin, self.key_file)
        return Checkpointer(pool, log, signer, [copy_to(place, log.folder) for place in self.copies])

    def public_key(self, file: Path | None = None) -> PublicKey:
        """The key to check signatures with: the one in `file`, else that of our own key, else the one in the folder.

        An auditor brings his own file: whoever can write to the folder could have put another key there.
        """
        if file is None and self.key_file is not None and self.key_file.exists():
            return Signer.read(self.origin, self.key_file).public
        known = file or self.log().folder / PUBLIC_KEY
        try:
            return PublicKey.read(known.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotFound("no_checkpoint", folder=known.parent) from None
        except (OSError, UnicodeDecodeError):
            raise InvalidInput("public_key_unreadable", given=known) from None
