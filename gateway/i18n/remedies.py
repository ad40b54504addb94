"""What an operator does about each cause, in words."""

from __future__ import annotations

from domain.repairs.causes import Cause
from domain.values import Bilingual
from gateway.i18n.wording import say

_WHAT = {
    Cause.TASK_FAILS: say(
        "Sửa chương trình hoặc dữ liệu ở nơi lỗi, cài đặt, rồi chạy lại các hồ sơ.",
        "Mend the program or the data at the place of the error, deploy, then restart the dossiers.",
    ),
    Cause.DOES_NOT_REPLAY: say(
        "Cài lại phiên bản trước, hoặc lùi các hồ sơ về trước điểm khác nhau.",
        "Deploy the release before, or reset the dossiers to before the event that differs.",
    ),
    Cause.ENDED_EARLY: say("Chạy lại từ sổ cái.", "Restart them from the ledger."),
    Cause.BEHIND_ITS_LEDGER: say(
        "Tiến trình xử lý tự cho đọc lại sổ cái trong ít phút; nếu không, hãy đối chiếu.",
        "A worker makes them read the ledger again within minutes; if not, reconcile.",
    ),
    Cause.CALL_NOT_ANSWERED: say(
        "Báo cho bên quản lý hệ thống đó. Việc gọi tự lặp lại; khi hệ thống đã trả lời thì có thể gọi lại ngay.",
        "Tell those who run the system. The calls are repeated; once it answers they can be made at once.",
    ),
    Cause.REFUSED_FOR_GOOD: say(
        "Xem vì sao bị từ chối, sửa dữ liệu nếu cần, rồi gửi lại.",
        "See why it was refused, correct what was wrong, then send it again.",
    ),
    Cause.NEEDS_PERSON: say(
        "Cùng bên quản lý hệ thống đó làm rõ điều gì là đúng, sửa ở nơi sai, rồi mới gửi lại.",
        "Find out with those who run the system what is right, correct it where it is wrong, then send it again.",
    ),
    Cause.UNKNOWN_REPLY: say(
        "Hỏi bên quản lý hệ thống đó câu trả lời này nghĩa là gì, rồi ghi vào bảng mã. Việc gọi tự lặp lại.",
        "Ask those who run the system what the reply means, and write it into its table. The calls are repeated.",
    ),
    Cause.BREAKER_OPEN: say(
        "Hệ thống lỗi liên tiếp nên tạm ngừng gọi; tự mở lại khi hệ thống trả lời.",
        "The system failed again and again, so calls are held back; they go on by themselves once it answers.",
    ),
    Cause.UNACKNOWLEDGED: say(
        "Nhắc cơ quan nhận xác nhận hoặc từ chối hồ sơ chuyển đến.",
        "Remind the receiving authority to acknowledge or refuse the handover.",
    ),
    Cause.UNPLACED: say(
        "Nhắc người điều phối xác định cơ quan có thẩm quyền và chuyển hồ sơ.",
        "Remind the coordinator to find the competent authority and to hand the dossier over.",
    ),
    Cause.UNANSWERED: say(
        "Nhắc người có trách nhiệm ở cấp cao nhất xác nhận việc leo thang và xử lý hồ sơ.",
        "Remind whoever was told at the highest level to acknowledge the escalation and to act on the dossier.",
    ),
    Cause.RELAY_REFUSED: say(
        "Sửa nguyên nhân, rồi ghi nhận đã xử lý từng tin.",
        "Mend the cause, then take each event off the list.",
    ),
    Cause.NO_WORKER: say(
        "Khởi động tiến trình xử lý, hoặc phiên bản mà các hồ sơ còn chờ.",
        "Start a worker, or the version for which the dossiers still wait.",
    ),
}


def what_to_do(cause: Cause) -> Bilingual:
    """What to do about a cause."""
    return _WHAT[cause]
