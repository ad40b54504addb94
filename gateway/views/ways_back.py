"""Which command takes back another one in the life cycle. People see it before and after they act.

The ledger keeps both. Where there is none, the form says so before the command is sent. Source: the rules in
`domain/dossier/deciding/`; a test gives every command and then the one that takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.values import Bilingual, Code, Value
from gateway.i18n.wording import say


class WayBack(Value):
    """How a command is taken back: by which command, and who gives it."""

    command: Code | None
    """None: it cannot be taken back."""
    words: Bilingual


def _by(command: str, vi: str, en: str) -> WayBack:
    return WayBack(command=command, words=say(vi, en))


def _final(vi: str, en: str) -> WayBack:
    return WayBack(command=None, words=say(f"Không rút lại được: {vi}", f"It cannot be taken back: {en}"))


_AGAIN = (
    "Ghi nhầm thì đính chính lần nữa; điều cũ vẫn ở trong sổ cái.",
    "Correct it again if it was wrong; the old entry stays in the ledger.",
)
WAYS_BACK: Mapping[str, WayBack] = {
    "accept": _final(
        "thời hạn bắt đầu tính. Sau đó chỉ còn dừng hoặc rút hồ sơ.",
        "the clocks start. Afterwards it can only be stopped or withdrawn.",
    ),
    "refuse": _final("hồ sơ kết thúc, người nộp được báo.", "the dossier ends, and the applicant is told."),
    "request_supplement": _final(
        "người nộp được báo ngay; chờ bổ sung đủ.", "the applicant is told at once; wait for the documents."
    ),
    "receive_supplement": _by(
        "correct_entry",
        "Ghi nhầm giấy tờ thì đính chính thành phần hồ sơ.",
        "Correct the documents if they were entered wrongly.",
    ),
    "assign": _by("assign", "Giao nhầm thì giao lại cho người khác.", "Assign it anew if it went to the wrong person."),
    "claim": _by("release", "Nhận nhầm thì trả việc về đơn vị.", "Give it back to the unit."),
    "release": _by("claim", "Trả nhầm thì nhận lại, hoặc lãnh đạo giao lại.", "Take it again, or the head assigns it."),
    "complete_step": _by(
        "send_back_step", "Người ở bước sau trả lại được bước trước.", "Whoever has the next step can send it back."
    ),
    "send_back_step": _by(
        "complete_step", "Hoàn thành lại bước đó thì hồ sơ đi tiếp.", "Completing that step again lets it go on."
    ),
    "approve": _by(
        "reject_result",
        "Người ký không đồng ý thì trả lại bước trước.",
        "The signatory can send it back instead of signing.",
    ),
    "ask_opinion": _final("đơn vị được hỏi phải trả lời.", "the unit that was asked must answer."),
    "give_opinion": _final("ý kiến đã gửi.", "the opinion is given."),
    "propose_fee": _by(
        "reject_fee", "Người duyệt từ chối thì đề nghị bị bỏ.", "The proposal is dropped when the approver rejects it."
    ),
    "approve_fee": _by(
        "propose_fee",
        "Sai mức thì đề nghị mức khác, người thứ hai duyệt lại.",
        "Propose another amount; a second person approves again.",
    ),
    "reject_fee": _by("propose_fee", "Đề nghị lại được.", "It can be proposed again."),
    "request_payment": _by(
        "cancel_payment_request", "Yêu cầu nhầm thì hủy yêu cầu nộp phí.", "Take back the request if it was a mistake."
    ),
    "cancel_payment_request": _by("request_payment", "Yêu cầu nộp lại được.", "It can be requested again."),
    "confirm_payment": _final(
        "biên lai đã ghi; tiền thừa được hoàn lại.", "the receipt is recorded; money above it goes back."
    ),
    "check_payment": WayBack(
        command=None,
        words=say(
            "Chỉ hỏi lại nền tảng, không thay đổi hồ sơ nếu chưa có tiền.",
            "It only asks the platform; nothing changes unless money came.",
        ),
    ),
    "sign": _final("lệnh ký số đã gửi.", "the order to sign is sent."),
    "reject_result": _by(
        "complete_step",
        "Hoàn thành lại các bước thì hồ sơ trở lại bước duyệt, ký.",
        "It comes back when the steps are completed again.",
    ),
    "resolve": _final("kết quả đã vào số.", "the result has its number."),
    "return_result": _final("hồ sơ kết thúc.", "the dossier ends."),
    "request_post": _by(
        "cancel_post", "Hủy được đến khi bưu chính lấy bưu gửi.", "Cancel it until the post has the item."
    ),
    "cancel_post": _by("request_post", "Nhờ bưu chính lại được.", "The post can be asked again."),
    "check_post": WayBack(
        command=None,
        words=say("Chỉ hỏi lại bưu chính.", "It only asks the post."),
    ),
    "rate": _final("chỉ đánh giá một lần.", "it is rated once."),
    "suspend": _by("resume", "Cho xử lý tiếp thì thời hạn tính tiếp.", "Resume it, and the clocks go on."),
    "resume": _by("suspend", "Tạm dừng lại được, có căn cứ.", "It can be suspended again, with a legal basis."),
    "stop": _final("hồ sơ kết thúc mà không có kết quả.", "the dossier ends without a result."),
    "withdraw": _final("hồ sơ kết thúc; muốn làm tiếp phải nộp lại.", "the dossier ends; to go on, it is filed anew."),
    "extend": _final("chỉ gia hạn được số lần thủ tục cho phép.", "the procedure says how often it may be extended."),
    "correct_entry": _by("correct_entry", *_AGAIN),
    "confirm_identity": _by(
        "correct_entry",
        "Thông tin sai thì đính chính chủ hồ sơ.",
        "Correct the applicant if the particulars are wrong.",
    ),
    "hand_over": _by(
        "refuse_handover", "Nơi nhận từ chối thì hồ sơ trở lại nơi chuyển.", "It comes back when the receiver refuses."
    ),
    "acknowledge_handover": _by(
        "hand_over", "Nhận nhầm thì chuyển tiếp, có căn cứ.", "Hand it over again, with a legal basis."
    ),
    "refuse_handover": _by(
        "hand_over", "Nơi chuyển gửi lại được, có căn cứ.", "The sender can send it again, with a legal basis."
    ),
    "acknowledge_escalation": _final("chỉ xác nhận một lần.", "it is acknowledged once."),
    "explain_escalation": _final("chỉ giải trình một lần.", "it is explained once."),
    "hand_back": _final(
        "quá hạn hoàn thành thì cấp đã giao trả được báo.", "who handed it back is told if it is not finished in time."
    ),
    "retry_refused_call": _final(
        "hệ thống ngoài được gọi lại ngay; bị từ chối nữa thì gọi lại lần nữa.",
        "the outside system is asked at once; when it refuses again, it can be asked once more.",
    ),
}
"""By the command. Every command that may come from outside has an entry."""


def way_back_of(command: str) -> WayBack | None:
    """How a command is taken back; None for one that this release does not know."""
    return WAYS_BACK.get(command)
