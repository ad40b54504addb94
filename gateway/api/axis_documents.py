"""Documents of the axis between authorities: those of a dossier with their stages, and what waits for a person."""

from __future__ import annotations

from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from activities.adapters.edxml import Document, StatusMessage
from activities.ledger.documents import Purpose, ReceivedDocument, ReceivedDocuments, ReceivedState, StageSaid
from activities.ledger.kept_answers import Answer
from domain.documents.stages import DocumentStage
from domain.values import Bilingual, Code, Instant, Name, Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.reading import DossierCode
from gateway.api.pages import Cursor, Limit, Listing, timed_key, timed_place
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, answer_kept
from gateway.client.admitting.operators import operator_of
from gateway.client.documents.acts import decide
from gateway.client.documents.reading import SentWithStages, documents_on_axis, kept_document
from gateway.dossiers.reaching import in_reach
from gateway.i18n.wording import cause_name

log = structlog.get_logger(__name__)
router = APIRouter(route_class=StrictRoute, tags=["Văn bản liên thông (documents between authorities)"])

MESSAGE = "Mã tin của trục (the message of the axis)."
AxisMessage = Annotated[str, Path(alias="message", description=MESSAGE, max_length=200, examples=["TB-1f2e"])]
Why = Annotated[Name, Field(description="Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good).")]


class StageAnswer(Value):
    """What the axis or a receiver said of a document of ours."""

    organ: str = Field(description="Cơ quan nói; axis: chính trục (the authority; axis: the axis itself).")
    stage: DocumentStage = Field(description="Chặng (the stage).")
    stage_words: Bilingual = Field(description="Chặng, bằng lời (the stage in words).")
    said_at: Instant = Field(description="Theo đồng hồ của họ (by their clock).")
    heard_at: Instant | None = Field(description="Lúc ta nhận (when we heard it).")

    @classmethod
    def of(cls, one: StageSaid) -> StageAnswer:
        """The stage with its words."""
        return cls(
            organ=one.organ, stage=one.stage, stage_words=one.stage.words, said_at=one.said_at, heard_at=one.at
        )  # fmt: skip


class SentDocumentAnswer(Value):
    """A document that we sent for a dossier, with its stages in the order in which we heard them."""

    document: str = Field(description="Mã định danh văn bản (the document's identifier).")
    version: int = Field(description="Phiên bản của hồ sơ mà văn bản nói đến (the dossier's version it tells of).")
    purpose: Purpose = Field(description="Gửi để làm gì (what for).")
    purpose_words: Bilingual = Field(description="Gửi để làm gì, bằng lời (the same in words).")
    about: str | None = Field(
        description="Văn bản xin lấy lại; null: không (the document that is recalled; null: none)."
    )
    sender: str = Field(description="Cơ quan gửi (the authority that sends).")
    receivers: tuple[str, ...] = Field(description="Các nơi nhận (the receivers).")
    at: Instant | None = Field(description="Lúc ghi sổ, trước khi gửi (when it was written down, before it was sent).")
    stages: tuple[StageAnswer, ...] = Field(
        description="Các chặng; trống: trục chưa nhận (the stages; empty: not taken)."
    )

    @classmethod
    def of(cls, one: SentWithStages) -> SentDocumentAnswer:
        """The document with words."""
        of = one.document
        return cls(
            document=of.id, version=of.version, purpose=of.purpose, purpose_words=of.purpose.words, about=of.about,
            sender=of.sender, receivers=of.receivers, at=of.at, stages=tuple(map(StageAnswer.of, one.stages)),
        )  # fmt: skip


class ReceivedDocumentAnswer(Value):
    """A document that came for us, how it stands and why."""

    message: str = Field(description=MESSAGE)
    sender: str = Field(description="Cơ quan gửi, theo trục (its sender, as the axis says).")
    at: Instant = Field(description="Lúc nhận (when it came).")
    state: ReceivedState = Field(description="Tình trạng (how it stands).")
    state_words: Bilingual = Field(description="Tình trạng, bằng lời (the same in words).")
    document: str | None = Field(description="Mã định danh; null: không đọc được (its identifier; null: unreadable).")
    answers: str | None = Field(description="Văn bản được trả lời hay nói đến (the document that it answers).")
    dossier: Code | None = Field(description="Hồ sơ; null: không khớp hồ sơ nào (its dossier; null: it fits none).")
    version: int | None = Field(description="Phiên bản của hồ sơ ấy (the version of that dossier).")
    code: str | None = Field(description="Vì sao từ chối hoặc cần người (why it is refused or needs a person).")
    code_words: Bilingual | None = Field(description="Lý do ấy, bằng lời (the same in words).")
    told: DocumentStage | None = Field(description="Đã báo lại nơi gửi chặng nào (what its sender was told).")
    settled_by: Code | None = Field(description="Ai đã xử lý (who dealt with it).")
    settled_why: str | None = Field(description="Đã xử lý thế nào (how).")
    settled_at: Instant | None = Field(description="Lúc xử lý (when).")

    @classmethod
    def of(cls, one: ReceivedDocument) -> ReceivedDocumentAnswer:
        """The document with words."""
        return cls(
            **one.model_dump(exclude={"digest", "kind", "attempt", "due"}), state_words=one.state.words,
            code_words=cause_name(one.code) if one.code else None,
        )  # fmt: skip


class AxisDocumentsAnswer(Value):
    """The documents of a dossier, both ways."""

    sent: tuple[SentDocumentAnswer, ...] = Field(description="Đã gửi (what was sent).")
    received: tuple[ReceivedDocumentAnswer, ...] = Field(description="Đã nhận (what came).")


class AxisDocumentPage(Value):
    """A page of documents that wait for a person, the oldest first."""

    items: tuple[ReceivedDocumentAnswer, ...]
    next: str | None
    previous: str | None


class AttachedAnswer(Value):
    """A file of a document."""

    name: str = Field(description="Tên tệp như nơi gửi ghi (its name as the sender wrote it).")
    content_type: str = Field(description="Loại (its type).")
    bytes: int = Field(description="Số byte (its length).")


class LetterAnswer(Value):
    """What a document says."""

    sender_name: str = Field(description="Tên cơ quan gửi (the name of its sender).")
    code: str | None = Field(description="Số, ký hiệu; null: tin trạng thái (number and notation; null: a status).")
    subject: str = Field(description="Trích yếu (the subject).")
    content: str = Field(description="Nội dung (the content).")
    attachments: tuple[AttachedAnswer, ...] = Field(description="Tệp đính kèm (its files).")

    @classmethod
    def of(cls, read: Document | StatusMessage) -> LetterAnswer:
        """What it says."""
        if isinstance(read, StatusMessage):
            return cls(
                sender_name=read.sender.name, code=None, subject=read.of.document, content=read.description,
                attachments=(),
            )  # fmt: skip
        files = (AttachedAnswer(name=one.name, content_type=one.content_type, bytes=len(one.content))
                 for one in read.attachments)  # fmt: skip
        return cls(
            sender_name=read.sender.name, code=str(read.code), subject=read.subject, content=read.content,
            attachments=tuple(files),
        )  # fmt: skip


class AxisDocumentAnswer(Value):
    """One document that came, and what it says."""

    received: ReceivedDocumentAnswer
    letter: LetterAnswer | None = Field(
        description="Nội dung; null: bị từ chối nên không mở, chưa xem, hoặc đã xóa (what it says; null: it was "
        "refused and is not opened, not judged yet, or erased)."
    )


class SettleDocumentBody(Strict):
    """How it was dealt with."""

    reason: Why


class DecideDocumentBody(Strict):
    """What a person read in the letter of an authority, and where."""

    agrees: bool = Field(description="true: cơ quan ấy đồng ý (that authority agrees).")
    reason: Why


@router.get(
    "/dossiers/{code}/axis-documents",
    response_model=AxisDocumentsAnswer,
    **operation("list_axis_documents", "Văn bản liên thông của hồ sơ", "the documents of a dossier on the axis"),
)
async def list_axis_documents(code: DossierCode, parts: Parts, signed: Signed) -> object:
    """Answers with what was sent, with each stage, and what came."""
    row, _ = await in_reach(parts.engine, signed, code)
    found = await documents_on_axis(parts.pool, row.code)
    return AxisDocumentsAnswer(
        sent=tuple(map(SentDocumentAnswer.of, found.sent)),
        received=tuple(map(ReceivedDocumentAnswer.of, found.received)),
    )


@router.get(
    "/operations/axis-documents",
    response_model=AxisDocumentPage,
    **operation("list_axis_letters", "Văn bản đến chờ người xử lý", "the documents that wait for a person"),
)
async def list_axis_letters(
    parts: Parts,
    _: Signed,
    unmatched: Annotated[
        bool, Query(description="Chỉ văn bản không khớp hồ sơ nào (only those of no dossier).")
    ] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with what was refused or needs a person, and was not dealt with."""
    listing = Listing(parts.keys, ("list_axis_letters", unmatched))
    place = listing.place(cursor)
    timed = timed_place(place)
    rows = await ReceivedDocuments(parts.pool).for_people(limit + 1, unmatched=unmatched, place=timed)
    page = listing.page(rows, place, limit, row_key)
    items = tuple(map(ReceivedDocumentAnswer.of, page.items))
    return AxisDocumentPage(items=items, next=page.next, previous=page.previous)


def row_key(one: ReceivedDocument) -> str:
    """The place of a document in the list."""
    return timed_key(one.at, one.message)


@router.get(
    "/operations/axis-documents/{message}",
    response_model=AxisDocumentAnswer,
    **operation("read_axis_letter", "Đọc một văn bản đến", "one document that came, and what it says"),
)
async def read_axis_letter(message: AxisMessage, parts: Parts, signed: Signed) -> object:
    """Answers with the letter. Each reading is logged with who read, and without what was read."""
    row, read = await kept_document(parts.pool, message)
    log.info("letter_read", message=row.message, operation=signed.operation, caller=signed.caller.name)
    letter = None if read is None else LetterAnswer.of(read)
    return AxisDocumentAnswer(received=ReceivedDocumentAnswer.of(row), letter=letter)


@router.post(
    "/operations/axis-documents/{message}:settle",
    response_model=ReceivedDocumentAnswer,
    **operation("settle_axis_letter", "Ghi nhận đã xử lý văn bản", "note as dealt with", acts=True, body=True),
)
async def settle_axis_letter(
    message: AxisMessage,
    body: strict(SettleDocumentBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the document, which leaves the list."""
    parts, principal = acting.parts, acting.signed.caller.principal

    async def act(_key: str) -> Answer:
        who = operator_of(principal, None, parts.engine.staff)
        done = await ReceivedDocuments(parts.pool).settle(message, who, body.reason)
        return answer_kept(200, ReceivedDocumentAnswer.of(done))

    return await acting.once(act)


@router.post(
    "/operations/axis-documents/{message}:decide",
    response_model=ReceivedDocumentAnswer,
    **operation(
        "decide_axis_letter", "Ghi ý kiến mà văn bản nêu", "record the opinion that it states", acts=True, body=True
    ),
)
async def decide_axis_letter(
    message: AxisMessage,
    body: strict(DecideDocumentBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the document. The opinion of the authority that was asked is in its dossier."""
    parts, principal = acting.parts, acting.signed.caller.principal

    async def act(_key: str) -> Answer:
        who = operator_of(principal, None, parts.engine.staff)
        await decide(parts.engine, message, body.agrees, who, body.reason)
        return answer_kept(200, ReceivedDocumentAnswer.of(await ReceivedDocuments(parts.pool).one(message)))

    return await acting.once(act)
