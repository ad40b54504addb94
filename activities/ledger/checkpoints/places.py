"""The settings for checkpoints: where they are stored and with which key they are signed."""

from __future__ import annotations

from pathlib import Path

from activities.ledger.checkpoints.checkpointer import Checkpointer
from activities.ledger.checkpoints.copies import Copy, copy_to
from activities.ledger.checkpoints.keys import PublicKey, Signer
from activities.ledger.checkpoints.log import PUBLIC_KEY, CheckpointLog
from activities.ledger.pool import Pool
from domain.errors import InvalidInput, NotFound
from domain.messages.checkpoints import CheckpointRefusal
from domain.values import Value


class CheckpointPlaces(Value):
    """The places of the checkpoints. `origin` is the name of the ledger in every checkpoint."""

    origin: str
    folder: Path | None = None
    key_file: Path | None = None
    copies: tuple[str, ...] = ()

    def log(self) -> CheckpointLog:
        """The log. Raises InvalidInput (`checkpoint_folder_missing`)."""
        if self.folder is None:
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_FOLDER_MISSING)
        return CheckpointLog(self.folder)

    def checkpointer(self, pool: Pool) -> Checkpointer:
        """A checkpointer.

        Raises InvalidInput when the folder or the key is missing, or other users may read the key.
        """
        log = self.log()
        if self.key_file is None:
            raise InvalidInput(CheckpointRefusal.CHECKPOINT_KEY_MISSING, path="–")
        return Checkpointer(pool, log, Signer.read(self.origin, self.key_file), self.sinks())

    def sinks(self) -> list[Copy]:
        """The copies of the log. Raises InvalidInput (`checkpoint_folder_missing`)."""
        folder = self.log().folder
        return [copy_to(place, folder) for place in self.copies]

    def public_key(self, file: Path | None = None) -> PublicKey:
        """The public key for checking signatures: from `file`, else of our private key, else from the folder.

        An auditor gives their own `file`: a person who can write to the folder could have replaced the key there.
        """
        if file is None and self.key_file is not None and self.key_file.exists():
            return Signer.read(self.origin, self.key_file).public
        known = file or self.log().folder / PUBLIC_KEY
        try:
            return PublicKey.read(known.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotFound(CheckpointRefusal.NO_CHECKPOINT, folder=known.parent) from None
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(CheckpointRefusal.PUBLIC_KEY_UNREADABLE, given=known) from None
