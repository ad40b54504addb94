"""The states of a dossier in its life cycle."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual


class State(StrEnum):
    """The ten states of the national portal, plus *suspended*, which shares code 8 with *stopped*."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    STOPPED = "stopped"
    RESOLVED = "resolved"
    RETURNED = "returned"

    @property
    def portal_code(self) -> int:
        """TrangThaiHoSo of the National Public Service Portal."""
        return _PORTAL_CODES[self]

    @property
    def vi(self) -> str:
        """The state's name on screens."""
        return _VIETNAMESE[self]

    @property
    def words(self) -> Bilingual:
        """The name in sentences."""
        return Bilingual(vi=self.vi, en=self.value.replace("_", " "))


_PORTAL_CODES = {
    State.SUBMITTED: 1,
    State.ACCEPTED: 2,
    State.REFUSED: 3,
    State.PROCESSING: 4,
    State.SUPPLEMENT_REQUESTED: 5,
    State.PAYMENT_REQUESTED: 6,
    State.WITHDRAWN: 7,
    State.SUSPENDED: 8,
    State.STOPPED: 8,
    State.RESOLVED: 9,
    State.RETURNED: 10,
}
_VIETNAMESE = {
    State.SUBMITTED: "Mới đăng ký",
    State.ACCEPTED: "Được tiếp nhận",
    State.REFUSED: "Không được tiếp nhận",
    State.PROCESSING: "Đang xử lý",
    State.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung",
    State.PAYMENT_REQUESTED: "Yêu cầu thực hiện nghĩa vụ tài chính",
    State.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    State.SUSPENDED: "Tạm dừng xử lý",
    State.STOPPED: "Dừng xử lý",
    State.RESOLVED: "Đã xử lý xong",
    State.RETURNED: "Đã trả kết quả",
}

TERMINAL = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED, State.RETURNED})
"""Nothing more is decided about the matter. Outside systems may still have to be informed."""

OPEN = frozenset(State) - TERMINAL - {State.RESOLVED}
