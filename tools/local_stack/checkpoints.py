"""The stack's own key for checkpoints, and the folder of their log, which is not in the database."""

from __future__ import annotations

from pathlib import Path

from activities.ledger.checkpoints.keys import new_key
from tools.local_stack.state import write_private

CHECKPOINTS = "checkpoints"
CHECKPOINT_KEY = "key.pem"


def make_key(folder: Path) -> None:
    """Makes the key of the stack in `folder`, if there is none yet. Only its owner may read it."""
    checkpoints = folder / CHECKPOINTS
    checkpoints.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (checkpoints / CHECKPOINT_KEY).exists():
        write_private(checkpoints / CHECKPOINT_KEY, new_key().decode("ascii"))
