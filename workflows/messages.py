"""What goes into a dossier's workflow and comes out of it; exactly one value each way."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from domain.deadlines.limits import WhichClock
from domain.dossier.revision import Revision
from domain.dossier.state import Snapshot, State
from domain.values import Code, Instant, Value


class OpenDossier(Value):
    """Starts a dossier's workflow: a new dossier, or one that goes on (a new run, or a wakening)."""

    code: Code
    snapshot: Snapshot | None = None
    """Where it stands: believed from the run before; else it only says that the dossier is taken over."""
    acted: dict[UUID, tuple[int, int]] = Field(default_factory=dict)
    """The command ids that have acted, each with the first and last version it wrote."""
    fingerprints: dict[UUID, str] = Field(default_factory=dict)
    """What they said: the id of one command is refused to another."""
    revision: int = Revision.FIRST
    """By which revision of the rules this run decides; the first release did not write it."""


class Receipt(Value):
    """The answer to a command: what it wrote, and where the dossier now stands."""

    dossier: Code
    first_version: int
    version: int
    state: State
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    beyond: tuple[WhichClock, ...] = ()
    """The clocks whose date lies beyond the end of the calendar."""
    repeated: bool = False
    """The command had acted before; nothing was done again."""


class DossierEnd(Value):
    """What a closed dossier's workflow leaves behind in Temporal; the record itself is in the ledger."""

    dossier: Code
    version: int
    state: State | None
