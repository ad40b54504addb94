"""A checkpoint states the number of events, their root and the time. Here: its signed text and the data kept with it.

The form is C2SP's `tlog-checkpoint` (a signed note). A person can read its lines, it needs no rule of how JSON is
written, and the tools of transparency logs (note verifiers, witnesses) read it unchanged. The time is an extension
line, so it is signed as well.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from datetime import datetime

from domain.errors import InvalidInput
from domain.messages.checkpoints import CheckpointRefusal
from domain.record.merkle import Peaks
from domain.values import VIETNAM, Bilingual, Hash, Instant, Value

_NO_CHECKPOINT = Bilingual(vi="không phải bản chốt sổ", en="not a checkpoint")
_OTHER_FORM = Bilingual(vi="không viết theo đúng một mẫu", en="not written in the one form")
TIME = "time "
"""Begins the extension line with the time, in Vietnam's zone, to the second."""
REGISTERS = "registers "
"""Begins the extension line about the registers: the transaction up to which they are anchored, and their digest.
Older checkpoints have no such line and stay valid."""


class Registers(Value):
    """The registers under a checkpoint and all earlier ones: rows of transactions before `until`, and their digest."""

    until: int
    digest: Hash


class Checkpoint(Value):
    """The content of the signed text."""

    origin: str
    """Names the log: one ledger of one authority."""
    size: int
    root: Hash
    at: Instant
    registers: Registers | None = None


class AnchoredEvent(Value):
    """A leaf of the tree: the seal of one event. The seal covers everything in its row, and all rows before it."""

    dossier: str
    version: int
    seal: Hash


class RegisteredRow(Value):
    """A row of a register beside the events: its name in the register, and the hash of its content."""

    table: str
    name: str
    digest: Hash


class Place(Value):
    """A place in the feed's order."""

    xid: int = 0
    position: int = 0


class Anchor(Value):
    """One line of the log outside the database: a signed checkpoint, and what was added since the one before.

    `proof` shows that this tree begins with the earlier one; `peaks` are needed to add leaves; `until` is the place of
    the last event in the feed; `events` are the added leaves, in the feed's order; `rows` the added rows of registers.
    """

    note: str
    proof: tuple[Hash, ...]
    peaks: tuple[Hash, ...]
    until: Place
    events: tuple[AnchoredEvent, ...]
    rows: tuple[RegisteredRow, ...] = ()


def digest_of(before: Registers | None, rows: Iterable[RegisteredRow]) -> Hash:
    """The digest of these rows and of all rows that were anchored before them."""
    digest = b"" if before is None else bytes.fromhex(before.digest)
    for row in rows:
        digest = hashlib.sha256(
            b"\0".join((digest, row.table.encode(), row.name.encode(), row.digest.encode()))
        ).digest()
    return hashlib.sha256(digest).hexdigest()


def peaks_of(anchor: Anchor, size: int) -> Peaks:
    """The tree of the anchor, ready for more leaves."""
    return Peaks(size, tuple(bytes.fromhex(root) for root in anchor.peaks))


def checkpoint_in(note: str) -> Checkpoint:
    """The checkpoint in a note; its signatures are not checked. Raises InvalidInput (`checkpoint_unreadable`)."""
    return read_text(note.partition("\n\n")[0] + "\n")


def text_of(checkpoint: Checkpoint) -> str:
    """The text that is signed; it ends with a line break."""
    root = base64.b64encode(bytes.fromhex(checkpoint.root)).decode()
    at = checkpoint.at.astimezone(VIETNAM).isoformat(timespec="seconds")
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n{TIME}{at}\n"
    registers = checkpoint.registers
    return text if registers is None else f"{text}{REGISTERS}{registers.until} {registers.digest}\n"


def read_text(text: str) -> Checkpoint:
    """The checkpoint of a text from `text_of`. Raises InvalidInput (`checkpoint_unreadable`)."""
    lines = text.split("\n")
    try:
        origin, size, root, extension = lines[:4]
        at = datetime.fromisoformat(extension.removeprefix(TIME))
        digest = base64.b64decode(root, validate=True).hex()
        registers = _registers(lines[4]) if lines[4:5] not in ([], [""]) else None
        checkpoint = Checkpoint(origin=origin, size=int(size), root=digest, at=at, registers=registers)
    except (ValueError, binascii.Error):
        raise InvalidInput(CheckpointRefusal.CHECKPOINT_UNREADABLE, problem=_NO_CHECKPOINT) from None
    if text_of(checkpoint) != text:
        raise InvalidInput(CheckpointRefusal.CHECKPOINT_UNREADABLE, problem=_OTHER_FORM)
    return checkpoint


def _registers(line: str) -> Registers:
    until, digest = line.removeprefix(REGISTERS).split(" ")
    return Registers(until=int(until), digest=digest)
