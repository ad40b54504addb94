"""The sentences about lists that are read page by page, and about searching for dossiers."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ListRefusal(CodedSentence):
    """Why a page of a list is refused."""

    CURSOR_INVALID = coded(
        "cursor_invalid",
        vi="Con trỏ trang (cursor) không dùng được: đã bị sửa, hoặc thuộc danh sách khác (khác bộ lọc, khác thứ tự, "
        "khác phạm vi). Hãy đọc lại từ trang đầu, không gửi con trỏ.",
        en="The cursor cannot be used: it was changed, or it belongs to another list (another filter, order or "
        "scope). Read again from the first page, without a cursor.",
    )

    PERIOD_REVERSED = coded(
        "period_reversed",
        vi="Kỳ thống kê có ngày đầu {first} sau ngày cuối {last}. Hãy đổi lại hai ngày.",
        en="The period begins on {first}, after its last day {last}. Exchange the two days.",
    )
    PERIOD_TOO_LONG = coded(
        "period_too_long",
        vi="Kỳ thống kê từ {first} đến {last} dài hơn {most} ngày. Hãy chọn kỳ ngắn hơn.",
        en="The period from {first} to {last} is longer than {most} days. Choose a shorter one.",
    )


class SearchFault(CodedSentence):
    """What is wrong with a search."""

    WINDOW_REVERSED = coded(
        "window_reversed",
        vi="khoảng thời gian có điểm đầu (since: {since}) không trước điểm cuối (before: {before})",
        en="the window begins (since: {since}) at or after its end (before: {before})",
    )
    TEXT_WITHOUT_LETTERS = coded(
        "text_without_letters",
        vi="nội dung tìm không có chữ hay số nào",
        en="the text to search for has no letter and no digit",
    )
