"""The sentences for dossiers that are opened by their receipt."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class TrackingRefusal(CodedSentence):
    """Why a dossier is not shown to the public."""

    UNKNOWN = coded(
        "tracking_unknown",
        vi="Không có hồ sơ nào với mã hồ sơ và mã tra cứu này. Hãy xem lại giấy tiếp nhận và hẹn trả kết quả.",
        en="No dossier has this code and this secret. Look again at the receipt.",
    )
