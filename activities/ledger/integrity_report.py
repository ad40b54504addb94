"""What the verification of the ledger finds, as values."""

from __future__ import annotations

from domain.messages.checkpoints import CHECKPOINT_PROBLEMS
from domain.messages.record import RECORD_PROBLEMS
from domain.values import Bilingual, Instant, Value

SENTENCES = {**RECORD_PROBLEMS, **CHECKPOINT_PROBLEMS}


class Finding(Value):
    """One thing that is not as it should be, and where. `expected` and `found` are for machines and experts."""

    code: str
    dossier: str | None
    version: int | None
    what: Bilingual
    table: str | None = None
    column: str | None = None
    checkpoints: str | None = None
    """Between which two checkpoints it was anchored: their sizes and times."""
    expected: str | None = None
    found: str | None = None


class Compared(Value):
    """What the comparison with the checkpoints saw. `waiting`: the events after the last one, since `waiting_since`."""

    checkpoints: int
    anchored: int
    last_at: Instant | None
    waiting: int
    waiting_since: Instant | None


class Verified(Value):
    """What was walked over, and every finding met. `personal_checked` counts what is there and matches.

    `compared` is there where the ledger was compared with its checkpoints.
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
    """What a rebuilding of the read models did.

    `overtaken` were written by a newer command meanwhile, `removed` were borne out by no event. `numbers` of the
    register of numbers in use were missing, wrong, or borne out by no event.
    """

    dossiers: int
    written: int
    overtaken: int
    removed: int
    numbers: int
    problems: tuple[Finding, ...]


def finding(
    code: str,
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
        what=SENTENCES[code],
        table=table,
        column=column,
        checkpoints=checkpoints,
        expected=None if expected is None else str(expected),
        found=None if found is None else str(found),
    )
