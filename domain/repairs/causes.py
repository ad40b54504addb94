"""The causes by which a dossier does not go on, or by which something that it needs is not done."""

from __future__ import annotations

from enum import StrEnum

from domain.values import Bilingual


class Cause(StrEnum):
    """One value for each thing that an operator finds. The code of an error stands beside it and says more."""

    TASK_FAILS = "task_fails"
    """The workflow task fails again and again: a mistake of the program, or data that cannot be read."""
    DOES_NOT_REPLAY = "does_not_replay"
    """The workflow task fails because the history does not replay under this release."""
    ENDED_EARLY = "ended_early"
    """The workflow ended before the dossier, or Temporal does not know it."""
    BEHIND_ITS_LEDGER = "behind_its_ledger"
    """The ledger has acts of the dossier that its workflow does not have."""
    CALL_NOT_ANSWERED = "call_not_answered"
    """An outside system has not answered for many tries. The call is tried again by itself."""
    REFUSED_FOR_GOOD = "refused_for_good"
    """An outside system refused the call, and it is not tried again by itself."""
    NEEDS_PERSON = "needs_person"
    """An outside system will not do what is asked as it stands, and only a person can find out what is right."""
    UNKNOWN_REPLY = "unknown_reply"
    """An outside system answered something that nobody knows. The call is tried again by itself."""
    BREAKER_OPEN = "breaker_open"
    """Calls to the system are held back after failures in a row."""
    UNACKNOWLEDGED = "unacknowledged"
    """The competent authority has not acknowledged a handover in its time."""
    UNPLACED = "unplaced"
    """Nobody has found the competent authority of a dossier in the coordination queue in its time."""
    UNANSWERED = "unanswered"
    """An escalation climbed to the top of the province, and nobody has answered it."""
    RELAY_REFUSED = "relay_refused"
    """An event of the dossier could not be handed on, and was set aside."""
    NO_WORKER = "no_worker"
    """No worker serves the queue or the version that the workflow waits for."""

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _WORDS[self]


_WORDS = {
    Cause.TASK_FAILS: Bilingual(vi="bước chạy lỗi lặp đi lặp lại", en="its task fails again and again"),
    Cause.DOES_NOT_REPLAY: Bilingual(
        vi="lịch sử không chạy lại được với phiên bản này", en="its history does not replay under this release"
    ),
    Cause.ENDED_EARLY: Bilingual(vi="quy trình đã dừng trước hồ sơ", en="its workflow ended before the dossier"),
    Cause.BEHIND_ITS_LEDGER: Bilingual(vi="quy trình chậm hơn sổ cái", en="its workflow is behind the ledger"),
    Cause.CALL_NOT_ANSWERED: Bilingual(vi="hệ thống ngoài chưa trả lời", en="an outside system does not answer"),
    Cause.REFUSED_FOR_GOOD: Bilingual(vi="hệ thống ngoài từ chối hẳn", en="an outside system refused for good"),
    Cause.NEEDS_PERSON: Bilingual(
        vi="hệ thống ngoài cần người làm rõ", en="an outside system needs a person to find out"
    ),
    Cause.UNKNOWN_REPLY: Bilingual(
        vi="hệ thống ngoài trả lời điều chưa biết", en="an outside system answers what nobody knows"
    ),
    Cause.BREAKER_OPEN: Bilingual(vi="đang tạm ngừng gọi hệ thống", en="calls to the system are held back"),
    Cause.UNACKNOWLEDGED: Bilingual(vi="chưa được tiếp nhận chuyển giao", en="a handover is not acknowledged"),
    Cause.UNPLACED: Bilingual(
        vi="quá hạn điều phối, chưa rõ cơ quan có thẩm quyền", en="its competent authority was not found in time"
    ),
    Cause.UNANSWERED: Bilingual(
        vi="leo thang đến cấp cao nhất, chưa ai trả lời", en="an escalation at the top that nobody has answered"
    ),
    Cause.RELAY_REFUSED: Bilingual(vi="tin không chuyển được", en="an event could not be handed on"),
    Cause.NO_WORKER: Bilingual(vi="không có tiến trình xử lý", en="no worker serves it"),
}
