"""The messages into a dossier's workflow and out of it: exactly one value each way."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from domain.deadlines.limits import WhichClock
from domain.dossier.revision import Revision
from domain.dossier.state import Snapshot, State
from domain.values import Code, Instant, Value


class OpenDossier(Value):
    """Starts a dossier's workflow: for a new dossier, or for one that goes on (a new run, or woken after its end)."""

    code: Code
    snapshot: Snapshot | None = None
    """The dossier's state. It is trusted only from the run before; else it only says that the dossier is taken over."""
    acted: dict[UUID, tuple[int, int]] = Field(default_factory=dict)
    """The ids of the commands that have acted, each with the first and last version that it wrote."""
    fingerprints: dict[UUID, str] = Field(default_factory=dict)
    """The fingerprints of these commands, so that an id is refused for another command."""
    revision: int = Revision.FIRST
    """The revision of the rules by which this run decides; the first release did not write it."""


class Receipt(Value):
    """The answer to a command: the versions that it wrote, and the dossier's state and dates after it."""

    dossier: Code
    first_version: int
    version: int
    state: State
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    beyond: tuple[WhichClock, ...] = ()
    """The clocks whose date lies beyond the calendar's end."""
    repeated: bool = False
    """True: the command had acted before, and nothing was done again."""


class DossierEnd(Value):
    """The result of a closed dossier's workflow in Temporal. The record itself is in the ledger."""

    dossier: Code
    version: int
    state: State | None
