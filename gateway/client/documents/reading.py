"""Reads a document that came by the axis, for a person."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from activities.adapters.edxml import Document, StatusMessage
from activities.adapters.edxml_errors import DocumentRefused
from activities.adapters.edxml_reading import read_kept
from activities.ledger.documents import ReceivedDocument, ReceivedDocuments, ReceivedState
from activities.ledger.pool import Pool


async def kept_document(pool: Pool, message: str) -> tuple[ReceivedDocument, Document | StatusMessage | None]:
    """The row of a document, and what it says; None for one that was refused, not judged yet, or erased.

    Raises NotFound unknown_document.
    """
    received = ReceivedDocuments(pool)
    row = await received.one(message)
    never_verified = row.kind is None or row.state in (ReceivedState.KEPT, ReceivedState.REFUSED)
    envelope = None if never_verified else await received.envelope(message)
    try:
        return row, None if envelope is None else read_kept(envelope)
    except DocumentRefused:  # a later release may be stricter than the one that judged it
        return row, None


def save_attachments(read: Document | StatusMessage, folder: Path) -> tuple[Path, ...]:
    """Writes the attachments into a new folder; returns their paths. A name from outside never chooses the folder.

    Raises FileExistsError when the folder is there.
    """
    if isinstance(read, StatusMessage):
        return ()
    folder.mkdir()
    paths = []
    for number, one in enumerate(read.attachments, 1):
        path = folder / f"{number:02d}-{PurePosixPath(one.name).name}"
        with path.open("xb") as file:
            file.write(one.content)
        paths.append(path)
    return tuple(paths)
