"""Documents between authorities, and notices to applicants."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, Question
from luongxanh_client.models.words import (
    DocumentStage,
    HowOptedOut,
    NoticeChannel,
    NoticeKind,
    NoticeState,
    Purpose,
    ReceivedState,
)


class Stage(Answer):
    """What the axis or a receiver said of a document that was sent. `said_at`: by their clock."""

    organ: str
    stage: DocumentStage
    stage_words: Bilingual
    said_at: datetime
    heard_at: datetime | None


class SentDocument(Answer):
    """A document that a dossier sent. Stages may come out of order: the furthest of each authority counts."""

    document: str
    version: int
    purpose: Purpose
    purpose_words: Bilingual
    about: str | None
    sender: str
    receivers: tuple[str, ...]
    at: datetime | None
    stages: tuple[Stage, ...]


class ReceivedDocument(Answer):
    """A document that came. `dossier` None: it fits none. `code`: why it is refused or needs a person."""

    message: str
    sender: str
    at: datetime
    state: ReceivedState
    state_words: Bilingual
    document: str | None
    answers: str | None
    dossier: str | None
    version: int | None
    code: str | None
    code_words: Bilingual | None
    told: DocumentStage | None
    settled_by: str | None
    settled_why: str | None
    settled_at: datetime | None


class AxisDocuments(Answer):
    """The documents of a dossier, both ways."""

    sent: tuple[SentDocument, ...]
    received: tuple[ReceivedDocument, ...]


class AxisDocumentPage(Answer):
    """A page of documents that wait for a person, the oldest first."""

    items: tuple[ReceivedDocument, ...]
    next: str | None
    previous: str | None


class AttachedFile(Answer):
    """A file of a document."""

    name: str
    content_type: str
    bytes: int


class Letter(Answer):
    """What a document says. `code` None: it is a status."""

    sender_name: str
    code: str | None
    subject: str
    content: str
    attachments: tuple[AttachedFile, ...]


class AxisDocument(Answer):
    """A document that came. `letter` None: it was refused and is not opened, not judged yet, or erased."""

    received: ReceivedDocument
    letter: Letter | None


class DocumentToSettle(Question):
    """How it was dealt with."""

    reason: str


class DocumentToDecide(Question):
    """The opinion that a person read in the letter of an authority, and where."""

    agrees: bool
    reason: str


class LeftChannel(Answer):
    """A channel by which a notice could not go."""

    channel: NoticeChannel
    code: str
    code_words: Bilingual


class Notice(Answer):
    """A notice to the applicant. `tries`: those that the channel may have taken. `next_try` None: it is over."""

    version: int
    kind: NoticeKind
    kind_words: Bilingual
    channel: NoticeChannel
    channel_words: Bilingual
    state: NoticeState
    state_words: Bilingual
    code: str | None
    code_words: Bilingual | None
    tries: int
    left: tuple[LeftChannel, ...]
    made_at: datetime
    next_try: datetime | None
    done_at: datetime | None


class OptOut(Answer):
    """An opt-out. It does not say under which number or mailbox."""

    channel: NoticeChannel
    how: HowOptedOut
    who: str
    why: str
    at: datetime


class ApplicantChannel(Answer):
    """One channel and the applicant. `reaches`: a number or a mailbox is kept for it."""

    channel: NoticeChannel
    channel_words: Bilingual
    reaches: bool
    opt_out: OptOut | None


class Notices(Answer):
    """The notices of a dossier, the oldest first, and every channel."""

    items: tuple[Notice, ...]
    channels: tuple[ApplicantChannel, ...]


class OptOutToRecord(Question):
    """How the person asked for it."""

    reason: str
