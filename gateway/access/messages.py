"""The sentences for callers who are not known, or may not do what they ask."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class AccessRefusal(CodedSentence):
    """Why a caller may not do what was asked."""

    TOKEN_MISSING = coded(
        "token_missing",
        vi="Yêu cầu này cần đăng nhập. Hãy gửi kèm mã truy cập: Authorization: Bearer <mã>.",
        en="This request needs a sign-in. Send an access token with it: Authorization: Bearer <token>.",
    )
    CALLER_UNKNOWN = coded(
        "caller_unknown",
        vi="Đã đăng nhập, nhưng tỉnh không ghi nhận người hay dịch vụ này. Người quản trị ghi vào people.yaml.",
        en="Signed in, but the province does not know this person or service. An administrator enters it in "
        "people.yaml.",
    )
    OPERATION_NOT_ALLOWED = coded(
        "operation_not_allowed",
        vi="Người gọi không được làm việc “{operation}”. Việc này dành cho: {roles}.",
        en="The caller may not do “{operation}”. It is for: {roles}.",
    )
