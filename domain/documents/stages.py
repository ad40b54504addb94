"""The stages of a document on the axis. The codes are those of QCVN 102:2016; `sent` is ours."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual


class DocumentStage(StrEnum):
    """What a receiver, or the axis, said about a document."""

    SENT = "sent"
    """The axis has taken it. No receiver has seen it yet."""
    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    COMPLETED = "06"
    RECALL_ASKED = "13"
    RECALL_AGREED = "15"
    RECALL_REFUSED = "16"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _WORDS[self]

    @property
    def rank(self) -> int:
        """How far the document is. Statuses arrive out of order: the highest rank counts, not the last to arrive."""
        return _RANK.index(self)


_WORDS = {
    DocumentStage.SENT: Bilingual(vi="đã lên trục", en="taken by the axis"),
    DocumentStage.ARRIVED: Bilingual(vi="đã đến", en="arrived"),
    DocumentStage.REFUSED: Bilingual(vi="từ chối tiếp nhận", en="refused"),
    DocumentStage.ACCEPTED: Bilingual(vi="đã tiếp nhận", en="accepted"),
    DocumentStage.ASSIGNED: Bilingual(vi="đã phân công", en="assigned"),
    DocumentStage.IN_PROGRESS: Bilingual(vi="đang xử lý", en="in progress"),
    DocumentStage.COMPLETED: Bilingual(vi="đã hoàn thành", en="completed"),
    DocumentStage.RECALL_ASKED: Bilingual(vi="đang xin lấy lại", en="recall asked for"),
    DocumentStage.RECALL_AGREED: Bilingual(vi="đồng ý lấy lại", en="recall agreed"),
    DocumentStage.RECALL_REFUSED: Bilingual(vi="từ chối lấy lại", en="recall refused"),
}
_RANK = (
    DocumentStage.SENT,
    DocumentStage.ARRIVED,
    DocumentStage.ACCEPTED,
    DocumentStage.ASSIGNED,
    DocumentStage.IN_PROGRESS,
    DocumentStage.COMPLETED,
    DocumentStage.REFUSED,
    DocumentStage.RECALL_ASKED,
    DocumentStage.RECALL_REFUSED,
    DocumentStage.RECALL_AGREED,
)
