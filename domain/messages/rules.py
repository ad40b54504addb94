"""The sentences about rules that are refused."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RulesRefusal(CodedSentence):
    """Why a rule or the catalogue cannot be used."""

    UNKNOWN_RULE = coded(
        "unknown_rule",
        vi="Không tìm thấy quy tắc {kind} có mã băm {hash}. Hãy nạp lại phiên bản cấu hình mà hồ sơ đã ghi nhận.",
        en="No {kind} rule has the hash {hash}. Load the configuration that the dossier was accepted under.",
    )
    RULES_NOT_PUBLISHED = coded(
        "rules_not_published",
        vi="Cấu hình của tỉnh đã sửa ({kinds}) mà chưa công bố, nên chưa nộp, chưa tiếp nhận được hồ sơ; chưa lưu gì. "
        "Người vận hành: `luongxanh calendar apply` (lịch), `luongxanh organisation apply` (đơn vị), thay đổi khác thì "
        "`luongxanh rules publish`; rồi gửi lại.",
        en="The province's configuration was changed ({kinds}) and not published: no dossier is submitted or accepted, "
        "nothing was kept. For an operator: `luongxanh calendar apply` (calendar), `luongxanh organisation apply` "
        "(units), `luongxanh rules publish` for any other change; then send again.",
    )
    RULE_TAMPERED = coded(
        "rule_tampered",
        vi="Nội dung lưu của quy tắc {kind} {hash} không khớp mã băm. Hãy khôi phục từ bản sao lưu.",
        en="The stored text of the {kind} rule {hash} does not have its hash. Restore it from a backup; do not use it.",
    )
    UNKNOWN_PROCEDURE = coded(
        "unknown_procedure",
        vi="Không có thủ tục nào mang mã {procedure}. Hãy kiểm tra lại mã trong danh mục thủ tục của tỉnh.",
        en="No procedure has the code {procedure}. Check the code in the province's list of procedures.",
    )
    PROCEDURE_NOT_IN_EFFECT = coded(
        "procedure_not_in_effect",
        vi="Thủ tục {procedure} ({name}) không có phiên bản nào có hiệu lực ngày {day}. Hãy kiểm tra ngày tiếp nhận.",
        en="Procedure {procedure} ({name}) has no version in effect on {day}. Check the date of receipt.",
    )
    NO_SUCH_CALENDAR = coded(
        "no_such_calendar",
        vi="Tỉnh không có lịch làm việc nào mang mã {calendar}. Các lịch có: {known}.",
        en="The province has no working calendar with the code {calendar}. It has: {known}.",
    )
    CONFIGURATION_INVALID = coded(
        "configuration_invalid",
        vi="Cấu hình tại {folder} có {count} lỗi, chưa dùng được. Lỗi đầu tiên: {first}",
        en="The configuration in {folder} cannot be used; problems: {count}. The first: {first}",
    )
    CATALOGUE_UNREADABLE = coded(
        "catalogue_unreadable",
        vi="Không đọc được tệp danh mục {path}: {detail}. Chưa nhập dòng nào. Hãy kiểm tra tệp, đường dẫn, quyền đọc.",
        en="The catalogue file {path} cannot be read: {detail}. No row was imported. Check the file and its path.",
    )
    CATALOGUE_DAMAGED = coded(
        "catalogue_damaged",
        vi="Danh mục đã nhập {path} hỏng ở dòng {row}: {problem}. Hãy khôi phục tệp, hoặc xóa rồi nhập lại.",
        en="The imported catalogue {path} is damaged in row {row}: {problem}. Restore it, or import again.",
    )
