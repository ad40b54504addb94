"""The answer to an act, as callers read it."""

from __future__ import annotations

from pydantic import Field

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.values import Code, Instant, Value
from workflows.messages import Receipt


class ReceiptAnswer(Value):
    """The answer to an act: what it wrote, and the dossier after it. It comes after the ledger has it."""

    dossier: Code = Field(description="Mã hồ sơ (code of the dossier).", examples=["H42.109-250701-0001"])
    version: int = Field(description="Phiên bản sau việc này, cũng là ETag (the version after the act; also the ETag).")
    first_version: int = Field(description="Sự kiện đầu tiên của việc này (the first event that it wrote).")
    state: State
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    beyond: tuple[WhichClock, ...] = Field(
        default=(), description="Đồng hồ vượt cuối lịch (clocks beyond the calendar)."
    )
    repeated: bool = Field(default=False, description="Việc này đã làm trước đó (the act had been done before).")
    tracking_secret: str | None = Field(
        default=None,
        description="Mã tra cứu in trên giấy tiếp nhận; chỉ có khi nộp (the secret on the receipt of a submission).",
    )

    @classmethod
    def of(cls, receipt: Receipt, tracking_secret: str | None = None) -> ReceiptAnswer:
        """The answer with what the engine's receipt says."""
        return cls.model_validate({**receipt.model_dump(), "tracking_secret": tracking_secret})
