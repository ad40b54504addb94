"""The sentences of the development issuer. Vietnamese first."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class SignInRefusal(CodedSentence):
    """Why the issuer makes no token."""

    SIGN_IN_AS_ONE = coded(
        "sign_in_as_one",
        vi="Hãy nêu đúng một trong ba: cán bộ, dịch vụ hoặc người nộp hồ sơ. Vai trò và đơn vị chỉ dùng cho cán bộ.",
        en="Name exactly one of three: a person, a service or an applicant. Role and unit are for a person only.",
    )
    SIGN_IN_UNKNOWN_PERSON = coded(
        "sign_in_unknown_person",
        vi="Tỉnh không có cán bộ {person}. Mã gần giống: {similar}. Danh sách cán bộ: {page}",
        en="The province has no person {person}. Similar codes: {similar}. Everybody is listed at {page}",
    )
    SIGN_IN_POST_NOT_HELD = coded(
        "sign_in_post_not_held",
        vi="Hôm nay cán bộ {person} không giữ vị trí đó. Đang giữ: {posts}.",
        en="Person {person} does not hold that post today. Held: {posts}.",
    )
    SIGN_IN_UNKNOWN_SERVICE = coded(
        "sign_in_unknown_service",
        vi="Tỉnh không ghi nhận dịch vụ {service}. Có: {known}. Hãy thêm vào mục dịch vụ trong people.yaml.",
        en="The province knows no service {service}. There are: {known}. Add it to services in people.yaml.",
    )
