"""The report of a verification of the ledger, as values."""

from __future__ import annotations

from domain.messages.checkpoints import CheckpointFinding
from domain.messages.findings import RecordFinding
from domain.values import Bilingual, Instant, Value


class Finding(Value):
    """One difference and its place. `expected` and `found` are for programs and experts."""

    code: str
    dossier: str | None
    version: int | None
    what: Bilingual
    table: str | None = None
    column: str | None = None
    checkpoints: str | None = None
    """The two checkpoints between which it was anchored, with their sizes and times."""
    expected: str | None = None
    found: str | None = None


class Compared(Value):
    """The result of the comparison with the checkpoints.

    `waiting` counts the events after the last checkpoint; the oldest of them is from `waiting_since`.
    """

    checkpoints: int
    anchored: int
    last_at: Instant | None
    waiting: int
    waiting_since: Instant | None


class Verified(Value):
    """The result of a verification: what was checked, and every finding.

    `personal_checked` counts the personal data that are there and match. `compared` is None when the ledger was not
    compared with its checkpoints.
    """

    chains: int
    events: int
    personal_checked: int
    erased: int
    problems: tuple[Finding, ...]
    compared: Compared | None = None

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems


class Rebuilt(Value):
    """The result of a rebuild of the read models.

    `overtaken` dossiers were written by a newer command meanwhile. `removed` rows had no event with their version.
    `numbers` counts the corrected rows of the register of numbers in use: missing, wrong, or without an event.
    """

    dossiers: int
    written: int
    overtaken: int
    removed: int
    numbers: int
    problems: tuple[Finding, ...]


def finding(
    code: RecordFinding | CheckpointFinding,
    dossier: str | None = None,
    version: int | None = None,
    *,
    table: str | None = None,
    column: str | None = None,
    checkpoints: str | None = None,
    expected: object = None,
    found: object = None,
) -> Finding:
    """A finding with its sentence."""
    return Finding(
        code=code,
        dossier=dossier,
        version=version,
        what=code.sentence,
        table=table,
        column=column,
        checkpoints=checkpoints,
        expected=None if expected is None else str(expected),
        found=None if found is None else str(found),
    )
