"""Documents of the axis, for tests: a question of ours, and our status of a letter of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.adapters.edxml import Attachment, Document, DocumentCode, Organ, ResponseFor, StatusMessage
from domain.documents.stages import DocumentStage
from domain.values import VIETNAM

OURS, THEIRS = Organ(id="H42.10", name="Sở Tư pháp"), Organ(id="H42.15", name="Công an tỉnh")
AT = datetime(2025, 7, 7, 9, 30, 5, tzinfo=VIETNAM)
QUESTION = Attachment(name="ho-so.xml", content_type="application/xml", content="<Hỏi>Ý kiến</Hỏi>".encode())


def letter(number: str = "H42.10-250707-0001.v9", **changes: Any) -> Document:
    """A request for an opinion."""
    fields: dict[str, Any] = {
        "sender": OURS,
        "receivers": (THEIRS,),
        "code": DocumentCode(number=number, notation="XYK"),
        "place": "Ninh Bình",
        "promulgated_on": AT.date(),
        "subject": "Xin ý kiến về hồ sơ <H42.10-250707-0001> & thửa đất",
        "content": "Kính đề nghị quý cơ quan cho ý kiến.",
        "signer": OURS.name,
        "position": "Cơ quan hỏi ý kiến",
        "sent_at": AT,
        "due": AT.date(),
        "attachments": (QUESTION,),
    }
    return Document.model_validate(fields | changes)


def stage_of(document: str, stage: DocumentStage = DocumentStage.ARRIVED) -> StatusMessage:
    """Our status of a document of theirs."""
    of = ResponseFor(organ=THEIRS.id, code="1/TL", promulgated_on=AT.date(), document=document)
    return StatusMessage(of=of, sender=OURS, stage=stage, description="Đã đến", at=AT)
