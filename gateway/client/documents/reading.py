"""Reads what travels on the document axis, for people: the documents of a dossier, and one that came."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from activities.adapters.edxml import Document, StatusMessage
from activities.adapters.edxml_errors import DocumentRefused
from activities.adapters.edxml_reading import read_kept
from activities.ledger.documents import (
    ReceivedDocument,
    ReceivedDocuments,
    ReceivedState,
    SentDocument,
    SentDocuments,
    StageSaid,
)
from activities.ledger.pool import Pool
from domain.values import Value


class SentWithStages(Value):
    """A document of ours, with what the axis and its receivers said of it, in the order in which we heard it."""

    document: SentDocument
    stages: tuple[StageSaid, ...]

    @property
    def furthest(self) -> tuple[StageSaid, ...]:
        """The furthest stage of each who said one. Statuses may come out of order."""
        found: dict[str, StageSaid] = {}
        for one in sorted(self.stages, key=lambda stage: stage.stage.rank):
            found[one.organ] = one
        return tuple(found.values())


class DocumentsOnAxis(Value):
    """What was sent and what came."""

    sent: tuple[SentWithStages, ...]
    received: tuple[ReceivedDocument, ...]

    @property
    def letters(self) -> tuple[ReceivedDocument, ...]:
        """What came, without the statuses that were taken: each of them is a stage of the document that was sent."""
        return tuple(one for one in self.received if one.kind != "status" or one.state is not ReceivedState.DONE)


async def documents_on_axis(pool: Pool, dossier: str | None = None) -> DocumentsOnAxis:
    """What travelled for a dossier, in order; without one the newest of all. Raises DatabaseUnavailable."""
    sending, receiving = SentDocuments(pool), ReceivedDocuments(pool)
    sent = await (sending.newest() if dossier is None else sending.of(dossier))
    stages = await sending.stages([one.id for one in sent])
    received = await (receiving.newest() if dossier is None else receiving.of(dossier))
    told = (SentWithStages(document=one, stages=tuple(stages[one.id])) for one in sent)
    return DocumentsOnAxis(sent=tuple(told), received=tuple(received))


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
