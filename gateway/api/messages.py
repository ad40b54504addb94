"""The sentences for HTTP requests that are refused before the caller is known."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RequestRefusal(CodedSentence):
    """Why a request is not handled."""

    TOO_LARGE = coded(
        "too_large",
        vi="Nội dung gửi tới dài hơn {largest_body} byte: không đọc.",
        en="The body is longer than {largest_body} bytes, so it was not read.",
    )
    TOO_SLOW = coded(
        "too_slow",
        vi="Nội dung chưa gửi xong sau {body_seconds} giây. Hãy gửi lại.",
        en="The body was not complete after {body_seconds} seconds. Send it again.",
    )
    TOO_BUSY = coded(
        "too_busy",
        vi="Đang xử lý {at_once} yêu cầu cùng lúc. Hãy gửi lại sau ít giây.",
        en="{at_once} requests are being answered already. Send it again in some seconds.",
    )
