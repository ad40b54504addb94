"""Documents in the registers of the axis, without an axis: a question, its answer, and a letter that fits nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from activities.adapters.edxml import Attachment, Document, DocumentCode, Organ, response_for, write_document
from activities.ledger.documents import (
    Purpose,
    ReceivedDocuments,
    ReceivedState,
    SentDocument,
    SentDocuments,
    StageSaid,
)
from activities.ledger.feed import FeedReader
from activities.ledger.pool import Pool
from activities.relays.set_aside import SetAsideList
from domain.documents.stages import DocumentStage
from domain.messages.documents import DocumentMatter
from domain.values import VIETNAM
from tools.simulator.document_keys import seal_of

OURS, THEIRS = "H42.13366", Organ(id="H42.15", name="Công an tỉnh")
AT = datetime(2025, 7, 7, 9, 30, tzinfo=VIETNAM)
PDF = Attachment(name="a/cv.pdf", content_type="application/pdf", content=b"%PDF-1.4\n%%EOF\n")


def question_of(code: str, version: int = 1) -> str:
    """The identifier of the question that a dossier asked."""
    return f"{OURS},2025/07/07,{code}.v{version}/XYK"


def letter(number: str, answers: str | None, content: str = "Không nhất trí.") -> Document:
    """A letter of the police."""
    return Document(
        sender=THEIRS,
        receivers=(Organ(id=OURS, name="Phường Hà Nam"),),
        code=DocumentCode(number=number, notation="TL"),
        place="Ninh Bình",
        promulgated_on=AT.date(),
        subject="Về nơi cư trú",
        content=content,
        signer="Trần Văn Bình",
        position="Giám đốc",
        sent_at=AT,
        response_for=() if answers is None else (response_for(answers),),
        attachments=(PDF,),
    )


async def keep_question(pool: Pool, code: str, version: int = 1) -> str:
    """Given: a question that the police has accepted."""
    sent, question = SentDocuments(pool), question_of(code, version)
    await sent.write(
        SentDocument(
            id=question, dossier=code, version=version, purpose=Purpose.OPINION, sender=OURS, receivers=(THEIRS.id,)
        )
    )
    await sent.said(
        StageSaid(document=question, organ=THEIRS.id, stage=DocumentStage.ACCEPTED, said_at=AT, message="TT-1")
    )
    return question


async def keep_letter(pool: Pool, read: Document, message: str, **judged: Any) -> None:
    """Given: a letter of the police that was verified and waits for a person, with what was judged of it."""
    envelope, received = seal_of(THEIRS.id).sign(write_document(read)), ReceivedDocuments(pool)
    await received.keep(message, THEIRS.id, hashlib.sha256(envelope).hexdigest(), envelope)
    kept = await received.one(message)
    changed = {"state": ReceivedState.PERSON, "kind": "document", "document": read.id, **judged}
    await received.judged(kept.model_copy(update=changed))


async def keep_undecided(pool: Pool, code: str) -> tuple[str, str]:
    """Given: a question, and an answer in which no machine reads an opinion. The question, and the message."""
    question, message = await keep_question(pool, code), f"TB-{code}"
    matter = DocumentMatter.UNDECIDED.value
    facts = {"answers": question, "dossier": code, "version": 1, "code": matter}
    await keep_letter(pool, letter(code[-4:], question), message, **facts)
    await SetAsideList(pool).put(FeedReader.DOCUMENTS, code, 1, matter)
    return question, message


async def keep_unmatched(pool: Pool, message: str) -> None:
    """Given: a letter that answers nothing of ours."""
    await keep_letter(pool, letter(message, None), message, code=DocumentMatter.NOT_ASKED.value)
