"""The proof of one dossier's events: a small file that anybody can check without this program (docs/verify_proof.py).

It proves that these exact rows were in the ledger when the checkpoint was signed. It does not prove that the dossier
has no other rows; the comparison of the whole ledger with the checkpoints shows that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from itertools import islice

from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.rows import SEALED_COLUMNS, SEALED_EVENTS, sealing_of
from activities.ledger.tracing import sql_span
from domain.canonical_json import canonical
from domain.errors import Conflict, NotFound
from domain.messages.checkpoints import CheckpointRefusal
from domain.messages.dossier import DossierRefusal
from domain.record.checkpoint import AnchoredEvent, Checkpoint, checkpoint_in
from domain.record.merkle import inclusion_paths, leaf_hash
from domain.record.sealing import GENESIS
from domain.values import Code, Value


class ProvedEvent(Value):
    """A row as it was sealed, its number in the tree, and the hashes on the path to the signed root."""

    row: str
    index: int
    path: tuple[str, ...]


class Proof(Value):
    """The content of the file. `waiting` is how many events of the dossier came after the checkpoint."""

    dossier: Code
    checkpoint: str
    events: tuple[ProvedEvent, ...]
    waiting: int


async def prove(pool: Pool, log: CheckpointLog, dossier: Code) -> Proof:
    """The proof for the newest checkpoint.

    Raises NotFound (`unknown_dossier`, `no_checkpoint`, `not_yet_anchored`), Conflict (`cannot_be_proved` when the
    ledger differs from what was signed), DatabaseUnavailable.
    """
    last = await asyncio.to_thread(log.last)
    if last is None:
        raise NotFound(CheckpointRefusal.NO_CHECKPOINT, folder=log.folder)
    rows = await _rows(pool, dossier)
    if not rows:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=dossier)
    # The log has every event of the ledger: other work of this process goes on while it is read.
    return await asyncio.to_thread(_proved, log, last.note, dossier, rows)


def _proved(log: CheckpointLog, note: str, dossier: Code, rows: Mapping[int, tuple[str, str]]) -> Proof:
    checkpoint, anchored = checkpoint_in(note), list[AnchoredEvent]()

    def marked() -> Iterator[tuple[bytes, bool]]:
        """Every leaf of the checkpoint, and whether it is one of the dossier: the log is read once."""
        for event in _leaves(log, checkpoint):
            wanted = event.dossier == dossier
            if wanted:
                _require_in_ledger(event, rows)
                anchored.append(event)
            yield leaf_hash(bytes.fromhex(event.seal)), wanted

    paths = inclusion_paths(marked(), checkpoint.size)
    if not anchored:
        raise NotFound(CheckpointRefusal.NOT_YET_ANCHORED, dossier=dossier)
    events = tuple(
        ProvedEvent(row=rows[event.version][1], index=index, path=tuple(root.hex() for root in path))
        for event, (index, path) in zip(anchored, paths.items(), strict=True)
    )
    return Proof(dossier=dossier, checkpoint=note, events=events, waiting=len(rows) - len(events))


def _require_in_ledger(event: AnchoredEvent, rows: Mapping[int, tuple[str, str]]) -> None:
    """Raises Conflict `cannot_be_proved` when the ledger has another row in its place, or none."""
    if rows.get(event.version, ("", ""))[0] != event.seal:
        raise Conflict(CheckpointRefusal.CANNOT_BE_PROVED, dossier=event.dossier, version=event.version)


def _leaves(log: CheckpointLog, checkpoint: Checkpoint) -> Iterator[AnchoredEvent]:
    """Every event of the checkpoint in the order of the tree, one at a time."""
    return islice((event for anchor in log.anchors() for event in anchor.events), checkpoint.size)


async def _rows(pool: Pool, dossier: Code) -> dict[int, tuple[str, str]]:
    """The rows of a dossier by version, each with its seal and the text that was sealed.

    Raises Conflict (`cannot_be_proved`) when a row does not match its seal: nobody could check the proof.
    """
    with sql_span("ledger.prove", dossier=dossier), unavailable_as_answer():
        rows = await pool.fetch(
            f"select {SEALED_COLUMNS} from {SEALED_EVENTS} where dossier = $1 order by version",  # noqa: S608  our own
            dossier,
        )
    found, before = {}, GENESIS
    for row in rows:
        sealing = sealing_of(before, row)
        if sealing is None:
            raise Conflict(CheckpointRefusal.CANNOT_BE_PROVED, dossier=dossier, version=row["version"])
        found[row["version"]] = (row["hash"].hex(), canonical(sealing).decode())
        before = row["hash"]
    return found
