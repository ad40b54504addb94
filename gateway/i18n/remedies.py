"""What an operator does about each cause: a sentence, and the commands to copy."""

from __future__ import annotations

from domain.repairs.causes import Cause
from domain.values import Bilingual, Value
from gateway.i18n.wording import say


class Remedy(Value):
    """What to do. A command begins with the program's name; `CODE` stands for a dossier where none is given."""

    what: Bilingual
    commands: tuple[str, ...]


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
    Cause.RELAY_REFUSED: say(
        "Sửa nguyên nhân, rồi ghi nhận đã xử lý từng tin.",
        "Mend the cause, then take each event off the list.",
    ),
    Cause.NO_WORKER: say(
        "Khởi động tiến trình xử lý, hoặc phiên bản mà các hồ sơ còn chờ.",
        "Start a worker, or the version for which the dossiers still wait.",
    ),
}
_ORDERED = "--by … --reason …"
_COMMANDS = {
    Cause.TASK_FAILS: (f"ops plan restart {{code}} {_ORDERED}", f"ops plan restart --cause task_fails {_ORDERED}"),
    Cause.DOES_NOT_REPLAY: (
        f"ops plan reset {{code}} --to-build … {_ORDERED}",
        f"ops plan restart {{code}} {_ORDERED}",
        f"ops plan restart --cause does_not_replay {_ORDERED}",
    ),
    Cause.ENDED_EARLY: (f"ops plan restart {{code}} {_ORDERED}", f"ops plan restart --cause ended_early {_ORDERED}"),
    Cause.BEHIND_ITS_LEDGER: ("ops reconcile",),
    Cause.CALL_NOT_ANSWERED: (
        f"ops plan fast-forward {{code}} {_ORDERED}",
        f"ops plan fast-forward --cause call_not_answered {_ORDERED}",
    ),
    Cause.REFUSED_FOR_GOOD: (
        "ops incident list --cause refused_for_good",
        f"ops plan retry {{code}} {_ORDERED}",
        f"ops plan retry --cause refused_for_good {_ORDERED}",
    ),
    Cause.BREAKER_OPEN: ("ops doctor",),
    Cause.UNACKNOWLEDGED: ("ops incident list --cause unacknowledged", "dossier show {code}"),
    Cause.UNPLACED: ("ops incident list --cause unplaced", "dossier show {code}"),
    Cause.RELAY_REFUSED: ("relay problems",),
    Cause.NO_WORKER: ("ops doctor",),
}
"""The commands that make a plan need who and why, as every order. With `--cause` they are for all its dossiers."""


def remedy(cause: Cause, dossier: str | None = None) -> Remedy:
    """What to do about a cause, with the code of a dossier in the commands."""
    commands = tuple(f"luongxanh {one.format(code=dossier or 'CODE')}" for one in _COMMANDS[cause])
    return Remedy(what=_WHAT[cause], commands=commands)
