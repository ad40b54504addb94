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


class ColumnDifferences(Value):
    """A column that differs: in how many rows, and some of the dossiers. `snapshot.…` is a part of the snapshot."""

    column: str
    rows: int
    examples: tuple[str, ...]


class TableDifferences(Value):
    """How a live table differs from the one that was made again from the events.

    `missing` rows follow from the events and are not there; `unfounded` rows follow from no event; `changed` rows have
    other values. `examples` are codes of dossiers.
    """

    table: str
    missing: int
    unfounded: int
    changed: int
    columns: tuple[ColumnDifferences, ...]
    examples: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows differ."""
        return self.missing + self.unfounded + self.changed


class Rebuilt(Value):
    """The result of a rebuild of the read models.

    `meanwhile` dossiers were written while the others were made, and were made again. `tables` are the differences
    before the swap. `swapped`: the new tables took the place of the live ones.
    """

    dossiers: int
    meanwhile: int
    tables: tuple[TableDifferences, ...]
    swapped: bool
    problems: tuple[Finding, ...]

    @property
    def agree(self) -> bool:
        """True when the live tables had what follows from the events."""
        return not any(one.rows for one in self.tables)


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
