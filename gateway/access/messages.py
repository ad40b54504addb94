"""The sentences about access tokens, and for callers who may not do what they ask. Vietnamese first."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class AccessRefusal(CodedSentence):
    """Why a caller may not do what was asked."""

    TOKEN_MISSING = coded(
        "token_missing",
        vi="Yêu cầu này cần đăng nhập. Hãy gửi kèm mã truy cập trong tiêu đề {header}.",
        en="This request needs a sign-in. Send an access token with it, in the header {header}.",
    )
    CALLER_UNKNOWN = coded(
        "caller_unknown",
        vi="Đã đăng nhập, nhưng tỉnh không ghi nhận người hay dịch vụ này. Người quản trị ghi vào people.yaml.",
        en="Signed in, but the province does not know this person or service. An administrator enters it in "
        "people.yaml.",
    )
    PERSONAL_DATA_NOT_ALLOWED = coded(
        "personal_data_not_allowed",
        vi="Người gọi không được xem dữ liệu cá nhân ở đây. Dịch vụ cần trường {key} trong people.yaml.",
        en="The caller may not see personal data here. A service needs {key} in people.yaml.",
    )
    ONLY_SERVICES_FOR_APPLICANTS = coded(
        "only_services_for_applicants",
        vi="Chỉ dịch vụ mới được làm thay người nộp hồ sơ. Hãy bỏ tiêu đề {header}.",
        en="Only a service may ask for an applicant. Leave out the header {header}.",
    )
    UNIT_NOT_IN_SCOPE = coded(
        "unit_not_in_scope",
        vi="Số liệu của đơn vị {unit} không thuộc phạm vi của người xem. Hãy chọn đơn vị của mình hoặc đơn vị trực "
        "thuộc.",
        en="The numbers of unit {unit} are not within the caller's scope. Choose a unit of your own or one below it.",
    )
    OPERATION_NOT_ALLOWED = coded(
        "operation_not_allowed",
        vi="Vai trò của bạn không được làm việc “{operation}”. Việc này dành cho: {roles}.",
        en="In your role you may not do “{operation}”. It is for: {roles}.",
    )
    WHOLE_PROVINCE_NEEDED = coded(
        "whole_province_needed",
        vi="Việc này ảnh hưởng cả tỉnh, nên chỉ người vận hành phụ trách mọi đơn vị của tỉnh được làm. Hãy nhờ người "
        "vận hành ở trung tâm của tỉnh.",
        en="This concerns the whole province, so it is for an operator of all its units. Ask an operator of the "
        "province's centre.",
    )


class TokenRefusal(CodedSentence):
    """Why an access token is not accepted. No sentence repeats what a token says."""

    MALFORMED = coded(
        "token_malformed",
        vi="Mã truy cập không đúng dạng JWT có chữ ký nên không đọc được. Hãy đăng nhập lại và gửi nguyên "
        "mã nhận được.",
        en="The access token is not a well-formed signed JWT. Sign in again and send the token exactly as received.",
    )
    EXPIRED = coded(
        "token_expired",
        vi="Mã truy cập đã hết hạn. Hãy đăng nhập lại để lấy mã mới.",
        en="The access token has expired. Sign in again for a new one.",
    )
    NOT_YET_VALID = coded(
        "token_not_yet_valid",
        vi="Mã truy cập chưa đến giờ có hiệu lực. Hãy kiểm tra đồng hồ của máy và của nơi cấp mã, rồi thử lại.",
        en="The access token is not valid yet. Check the clocks of this machine and of the issuer, then try again.",
    )
    SIGNATURE_WRONG = coded(
        "token_signature_wrong",
        vi="Chữ ký của mã truy cập không đúng, hoặc không ký theo thuật toán được chấp nhận. Hãy đăng nhập lại tại nơi "
        "cấp mã của tỉnh.",
        en="The signature of the access token is wrong, or not made with an accepted algorithm. Sign in again at the "
        "issuer of the province.",
    )
    KEY_UNKNOWN = coded(
        "token_key_unknown",
        vi="Mã truy cập được ký bằng khóa mà nơi cấp mã không công bố. Hãy đăng nhập lại để lấy mã mới; nếu nơi cấp "
        "vừa đổi khóa, thử lại sau {seconds} giây.",
        en="The access token is signed with a key that the issuer does not publish. Sign in again for a new one; if "
        "the issuer has just changed its keys, try again in {seconds} seconds.",
    )
    ISSUER_WRONG = coded(
        "token_issuer_wrong",
        vi="Mã truy cập do nơi khác cấp, không phải nơi cấp mã của hệ thống này. Hãy đăng nhập tại đúng nơi cấp.",
        en="The access token comes from another issuer than the one of this system. Sign in at the right one.",
    )
    AUDIENCE_WRONG = coded(
        "token_audience_wrong",
        vi="Mã truy cập được cấp cho hệ thống khác. Hãy xin mã dành cho hệ thống này: {audience}.",
        en="The access token was issued for another system. Ask for one that is meant for this system: {audience}.",
    )
    CLAIMS_WRONG = coded(
        "token_claims_wrong",
        vi="Mã truy cập có chữ ký đúng nhưng trường {claim} còn thiếu hoặc không dùng được. Hãy báo người quản trị "
        "nơi cấp mã.",
        en="The access token is signed correctly, but its claim {claim} is missing or cannot be used. Tell whoever "
        "administers the issuer.",
    )
    NOT_FOR_ACCESS = coded(
        "token_not_for_access",
        vi="Mã gửi tới không phải mã truy cập (có thể là mã định danh hoặc mã làm mới). Hãy gửi đúng mã truy cập.",
        en="What was sent is no access token (it may be an ID token or a refresh token). Send the access_token.",
    )


class IssuerRefusal(CodedSentence):
    """Why access tokens cannot be verified now."""

    UNAVAILABLE = coded(
        "issuer_unavailable",
        vi="Chưa kiểm tra được mã truy cập vì không lấy được khóa của nơi cấp mã. Hãy thử lại sau {wait} giây; nếu "
        "kéo dài, báo người vận hành.",
        en="The access token cannot be verified now, because the keys of the issuer cannot be fetched. Try again in "
        "{wait} seconds; if this lasts, tell the operator.",
    )


class QuotaRefusal(CodedSentence):
    """Why a caller has to wait."""

    TOO_MANY_REQUESTS = coded(
        "too_many_requests",
        vi="Đã gửi quá {most} yêu cầu trong {seconds} giây. Hãy chờ {wait} giây rồi gửi tiếp.",
        en="More than {most} requests in {seconds} seconds. Wait {wait} seconds, then go on.",
    )
