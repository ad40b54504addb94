"""The sentences of the failures of outside systems, with their stable codes. They never hold personal data."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded
from domain.values import Bilingual


class OutsideCode(CodedSentence):
    """What went wrong with a call."""

    # no answer: nobody knows whether the call had an effect
    TIMEOUT = coded(
        "outside_timeout",
        vi="{system_vi} không trả lời trong thời gian chờ (khi gọi {operation}). Yêu cầu sẽ được gửi lại với cùng "
        "khóa, không tạo trùng; hồ sơ không phải chờ hệ thống này thì vẫn tiếp tục.",
        en="The {system_en} did not answer in time (calling {operation}). The request will be sent again under the "
        "same key, so nothing is done twice; a dossier that does not need this system goes on.",
    )
    # not reached, interrupted, or a status of 5xx
    UNAVAILABLE = coded(
        "outside_unavailable",
        vi="Không kết nối được hoặc bị ngắt giữa chừng với {system_vi} (khi gọi {operation}; {reason}). Yêu cầu sẽ "
        "được gửi lại với cùng khóa; nếu kéo dài, hãy báo đơn vị vận hành hệ thống đó.",
        en="The {system_en} could not be reached or broke off (calling {operation}; {reason}). The request will be "
        "sent again under the same key; if this lasts, tell whoever operates that system.",
    )
    # the system refused, also inside an HTTP 200
    REFUSED = coded(
        "outside_refused",
        vi="{system_vi} đã trả lời và từ chối (khi gọi {operation}; mã {reason}). Hãy kiểm tra dữ liệu hoặc quyền "
        "truy cập theo mã này rồi thực hiện lại.",
        en="The {system_en} answered and refused (calling {operation}; code {reason}). Check the data or the access "
        "rights that this code points to, then do it again.",
    )
    # an answer of another shape, or a success without effect
    BAD_REPLY = coded(
        "outside_bad_reply",
        vi="{system_vi} trả lời sai quy ước (khi gọi {operation}; {reason}). Kết quả không được ghi nhận; yêu cầu sẽ "
        "được gửi lại với cùng khóa.",
        en="The {system_en} gave an answer that breaks its contract (calling {operation}; {reason}). It was not "
        "taken as a result; the request will be sent again under the same key.",
    )
    # the call was not sent
    BREAKER_OPEN = coded(
        "breaker_open",
        vi="Tạm ngừng gọi {system_vi} vì nhiều lần lỗi liên tiếp (thao tác {operation}). Sẽ thử lại sau "
        "{retry_after} giây; các hệ thống khác không bị ảnh hưởng.",
        en="Calls to the {system_en} are held back after failures in a row ({operation}). It is tried again in "
        "{retry_after} seconds; other systems are not affected.",
    )
    # an operator's order holds the calls back
    SYSTEM_HELD = coded(
        "system_held",
        vi="Người vận hành đang ngừng gọi {system_vi} (thao tác {operation}). Yêu cầu không mất, sẽ được gửi khi lệnh "
        "hết hiệu lực; các hệ thống khác không bị ảnh hưởng.",
        en="Operators hold back the calls to the {system_en} ({operation}). The request is not lost and is sent when "
        "the order ends; other systems are not affected.",
    )
    # the system asked for a pause when it answered the try before
    ASKED_TO_WAIT = coded(
        "asked_to_wait",
        vi="{system_vi} yêu cầu gọi lại sau một lúc (thao tác {operation}). Sẽ gọi lại sau {retry_after} giây với cùng "
        "khóa, không tạo trùng.",
        en="The {system_en} asked to be called again later ({operation}). It is called again in {retry_after} seconds, "
        "under the same key, so nothing is done twice.",
    )


REFUSED_FOR_NOW = Bilingual(
    vi="{system_vi} đã trả lời nhưng báo lỗi (khi gọi {operation}; mã {reason}). Yêu cầu sẽ được gửi lại với "
    "cùng khóa; nếu mã này lặp lại, hãy báo đơn vị vận hành hệ thống đó.",
    en="The {system_en} answered with an error (calling {operation}; code {reason}). The request will be sent "
    "again under the same key; if this code persists, tell whoever operates that system.",
)
"""The sentence of `OutsideCode.REFUSED` when another try may succeed."""


class CallbackRefusal(CodedSentence):
    """Why a payment notification, a report of the post, or an answer to a text message is not accepted."""

    CALLBACK_SIGNATURE = coded(
        "callback_signature",
        vi="Thông báo thanh toán gửi tới không có chữ ký hợp lệ nên không được ghi nhận. Hãy kiểm tra khóa bí mật "
        "chung với nền tảng thanh toán.",
        en="A payment notification arrived without a valid signature and was not accepted. Check the secret shared "
        "with the payment platform.",
    )
    CALLBACK_UNREADABLE = coded(
        "callback_unreadable",
        vi="Thông báo thanh toán có chữ ký đúng nhưng nội dung không đúng quy ước nên không được ghi nhận. Hãy đối "
        "soát giao dịch bằng cách tra cứu trên nền tảng thanh toán.",
        en="A payment notification was signed correctly but its content breaks the contract, so it was not accepted. "
        "Settle the order by querying the payment platform.",
    )
    REPORT_SIGNATURE = coded(
        "report_signature",
        vi="Báo phát của bưu chính gửi tới không có chữ ký hợp lệ nên không được ghi nhận. Hãy kiểm tra khóa bí mật "
        "chung với bưu chính.",
        en="A report of the postal service arrived without a valid signature and was not accepted. Check the secret "
        "shared with the postal service.",
    )
    REPORT_UNREADABLE = coded(
        "report_unreadable",
        vi="Báo phát của bưu chính có chữ ký đúng nhưng nội dung không đúng quy ước nên không được ghi nhận. Trạng "
        "thái bưu gửi vẫn được hệ thống tự tra cứu.",
        en="A report of the postal service was signed correctly but its content breaks the contract, so it was not "
        "accepted. The engine looks the item up by itself.",
    )
    REPLY_SIGNATURE = coded(
        "reply_signature",
        vi="Tin nhắn trả lời do cổng SMS chuyển tới không có chữ ký hợp lệ nên không được ghi nhận. Hãy kiểm tra khóa "
        "bí mật chung với cổng SMS.",
        en="An answer to a text message arrived without a valid signature and was not accepted. Check the secret "
        "shared with the SMS gateway.",
    )
    REPLY_UNREADABLE = coded(
        "reply_unreadable",
        vi="Tin nhắn trả lời do cổng SMS chuyển tới có chữ ký đúng nhưng nội dung không đúng quy ước nên không được "
        "ghi nhận. Hãy báo bên quản lý cổng SMS.",
        en="An answer to a text message was signed correctly but its content breaks the contract, so it was not "
        "accepted. Tell those who run the SMS gateway.",
    )
