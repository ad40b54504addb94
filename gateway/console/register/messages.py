"""What is wrong with the address of the register, in words. Vietnamese first."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RegisterFault(CodedSentence):
    """A part of the address that cannot be used as it stands."""

    NAMES_UNKNOWN = coded(
        "register_names_unknown",
        vi="Địa chỉ có điều kiện mà danh sách không biết: {names}. Hãy chọn các điều kiện trong biểu mẫu.",
        en="The address has conditions that the register does not know: {names}. Choose the conditions in the form.",
    )
    FILTER_TOO_LONG = coded(
        "register_filter_too_long",
        vi="Bộ lọc trong địa chỉ dài quá {most} ký tự nên không đọc. Hãy chọn lại các điều kiện.",
        en="The filter in the address is longer than {most} characters and is not read. Choose the conditions again.",
    )
    FILTER_UNREADABLE = coded(
        "register_filter_unreadable",
        vi="Bộ lọc trong địa chỉ không đọc được: địa chỉ bị cắt hoặc bị sửa. Hãy chọn lại các điều kiện, hoặc xin lại "
        "liên kết.",
        en="The filter in the address cannot be read: the address was cut or changed. Choose the conditions again, or "
        "ask for the link once more.",
    )
