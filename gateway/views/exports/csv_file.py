"""Found dossiers as CSV that a spreadsheet opens with its Vietnamese letters.

The first bytes say that it is UTF-8. A text that a spreadsheet would compute (`=`, `+`, `-`, `@` first) is written with
an apostrophe before it, so that it stays a text.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import IO

from activities.ledger.search.reader import FoundDossier
from gateway.views.exports.batches import in_batches
from gateway.views.exports.columns import Cell, Wording, cells, headings

COMPUTED = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula, also in the wide forms of East Asian keyboards."""


async def write_csv(rows: AsyncIterator[FoundDossier], file: IO[bytes], wording: Wording) -> int:
    """Writes the whole table into `file`; returns how many dossiers it has."""
    file.write(b"\xef\xbb\xbf" + _lines([headings(wording)]))
    written = 0
    async for batch in in_batches(rows):
        file.write(await asyncio.to_thread(_rows, batch, wording))
        written += len(batch)
    return written


def _rows(batch: Sequence[FoundDossier], wording: Wording) -> bytes:
    return _lines([[told(cell) for cell in cells(row, wording)] for row in batch])


def _lines(rows: Sequence[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def told(cell: Cell) -> str | int:
    """A cell as CSV has it: a text that a spreadsheet would compute stays a text."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case str():
            return f"'{cell}" if cell.lstrip().startswith(COMPUTED) else cell
        case int():
            return cell
