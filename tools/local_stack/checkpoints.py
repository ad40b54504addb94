"""The stack's own key for checkpoints, and the folder of their log: beside the database, never in it."""

from __future__ import annotations

from pathlib import Path

from activities.ledger.checkpoints.keys import new_key
from tools.local_stack.state import write_private

CHECKPOINTS = "checkpoints"
CHECKPOINT_KEY = "key.pem"


def make_key(folder: Path) -> None:
    """Makes the key of the stack in `folder` if there is none yet; only its owner may read it."""
    place = folder / CHECKPOINTS
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (place / CHECKPOINT_KEY).exists():
        write_private(place / CHECKPOINT_KEY, new_key().decode("ascii"))
