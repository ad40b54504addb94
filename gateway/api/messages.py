"""The sentences for HTTP requests that are refused before the engine is asked."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class LimitRefusal(CodedSentence):
    """Why a request is refused before it is read."""

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


class ActRefusal(CodedSentence):
    """Why the outcome of an act is not shown."""

    UNKNOWN = coded(
        "act_unknown",
        vi="Người gọi không gửi việc nào có mã này.",
        en="The caller has sent no act with this id.",
    )


class ExportRefusal(CodedSentence):
    """Why a table of dossiers is not written now."""

    EXPORTS_BUSY = coded(
        "exports_busy",
        vi="Đang ghi {at_once} bảng cùng lúc. Hãy gửi lại sau ít giây, hoặc đọc từng trang.",
        en="{at_once} tables are being written already. Send it again in some seconds, or read page by page.",
    )


class RequestRefusal(CodedSentence):
    """Why a request is refused before the engine is asked."""

    REQUEST_UNREADABLE = coded(
        "request_unreadable",
        vi="Yêu cầu không đúng giao thức nên không đọc được.",
        en="The request breaks the protocol and cannot be read.",
    )
    PATH_UNKNOWN = coded(
        "path_unknown",
        vi="Không có địa chỉ này. Danh mục các địa chỉ: {document}.",
        en="There is no such address. The addresses are listed in {document}.",
    )
    PROBLEM_CODE_UNKNOWN = coded(
        "problem_code_unknown",
        vi="Không có mã lỗi này trong bản đang chạy.",
        en="This release has no such code of a problem.",
    )
    METHOD_NOT_ALLOWED = coded(
        "method_not_allowed",
        vi="Địa chỉ này không nhận phương thức {method}.",
        en="This address does not take the method {method}.",
    )
    VERSION_UNSUPPORTED = coded(
        "version_unsupported",
        vi="Không có phiên bản này của giao diện. Phiên bản đang phục vụ: {served}.",
        en="There is no such version of the interface. The version that is served: {served}.",
    )
    CONTENT_TYPE_UNSUPPORTED = coded(
        "content_type_unsupported",
        vi="Nội dung phải là JSON, và tiêu đề phải ghi {header}.",
        en="The body must be JSON, and the header must say {header}.",
    )
    NOT_ACCEPTABLE = coded(
        "not_acceptable",
        vi="Không có dạng trả lời mà tiêu đề {header} đòi hỏi. Các dạng: {served}.",
        en="No form of answer that the header {header} asks for. The forms: {served}.",
    )
    HEADER_INVALID = coded(
        "header_invalid",
        vi="Trường tiêu đề {header} không đọc được: {problem}.",
        en="The header {header} cannot be read: {problem}.",
    )
    IDEMPOTENCY_KEY_MISSING = coded(
        "idempotency_key_missing",
        vi="Thiếu tiêu đề {header}. Mỗi việc làm cần một khóa của riêng nó; gửi lại thì dùng lại khóa ấy.",
        en="The header {header} is missing. Each act needs a key of its own; use it again to send it again.",
    )
    IDEMPOTENCY_KEY_REUSED = coded(
        "idempotency_key_reused",
        vi="Khóa này đã dùng cho một yêu cầu khác. Việc khác thì dùng khóa khác.",
        en="This key was used for another request. Use another key for another act.",
    )
    REQUEST_IN_FLIGHT = coded(
        "request_in_flight",
        vi="Yêu cầu với khóa này đang được xử lý. Hãy gửi lại sau ít giây để nhận câu trả lời.",
        en="The request with this key is being answered. Send it again in some seconds to get the answer.",
    )
    PRECONDITION_REQUIRED = coded(
        "precondition_required",
        vi="Việc này cần tiêu đề {header} với phiên bản của hồ sơ mà người gọi đã xem.",
        en="This act needs the header {header} with the version of the dossier that the caller has seen.",
    )
    INTERNAL_ERROR = coded(
        "internal_error",
        vi="Phần mềm gặp lỗi khi xử lý. Đã ghi lại với mã vết {trace_id}; gửi lại cùng khóa là an toàn.",
        en="The software failed on this request. It is logged under the trace {trace_id}; the same key may be sent "
        "again.",
    )


class KeptFilterFault(CodedSentence):
    """A part of a kept search, or of one in an address, that cannot be used as it stands."""

    CONDITION_WRONG = coded(
        "register_condition_wrong",
        vi="Điều kiện “{field}” không dùng được: {problem}.",
        en="The condition “{field}” cannot be used: {problem}.",
    )
    CODE_UNKNOWN = coded(
        "register_code_unknown",
        vi="Điều kiện “{field}” có mã mà hôm nay không có: {code}. Mã này không tìm ra hồ sơ nào.",
        en="The condition “{field}” has a code that does not exist today: {code}. It finds no dossier.",
    )
    UNIT_ENDED = coded(
        "register_unit_ended",
        vi="Điều kiện “{field}”: {unit} không còn từ {day}. Bộ lọc vẫn tìm hồ sơ mang mã cũ; hồ sơ mới thuộc "
        "{successors}.",
        en="The condition “{field}”: {unit} has not existed since {day}. The filter still finds the dossiers with its "
        "code; new ones belong to {successors}.",
    )
    SORT_UNKNOWN = coded(
        "register_sort_unknown",
        vi="Không có thứ tự đã chọn; danh sách được xếp theo mã hồ sơ.",
        en="There is no such order as was chosen; the list is in the order of the codes.",
    )
    COLUMNS_UNKNOWN = coded(
        "register_columns_unknown",
        vi="Có cột đã chọn mà danh sách không có; chỉ hiện các cột còn lại.",
        en="A column that was chosen does not exist; only the others are shown.",
    )
