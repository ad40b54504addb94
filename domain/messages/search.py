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


class SearchFault(CodedSentence):
    """What is wrong with a search."""

    WINDOW_REVERSED = coded(
        "window_reversed",
        vi="khoảng thời gian có điểm đầu (since: {since}) không trước điểm cuối (before: {before})",
        en="the window begins (since: {since}) at or after its end (before: {before})",
    )
    WINDOW_TWICE = coded(
        "window_twice",
        vi="chọn khoảng ngày tính từ hôm nay (days), hoặc điểm đầu và điểm cuối (since, before), không chọn cả hai",
        en="choose days counted from today (days), or a beginning and an end (since, before), not both",
    )
    TEXT_WITHOUT_LETTERS = coded(
        "text_without_letters",
        vi="nội dung tìm không có chữ hay số nào",
        en="the text to search for has no letter and no digit",
    )


class SavedSearchFault(CodedSentence):
    """What is wrong with a search that somebody wants to save."""

    SHARED_UNIT_MISSING = coded(
        "shared_unit_missing",
        vi="chia sẻ với một đơn vị thì phải nêu đơn vị nào, chia sẻ khác thì không",
        en="name the unit with which it is shared, and none otherwise",
    )
    FILTER_TOO_LONG = coded(
        "filter_too_long",
        vi="bộ lọc dài quá {most} ký tự hoặc {bytes} byte; hãy bớt điều kiện, hoặc chọn đơn vị cấp trên kèm đơn vị "
        "trực thuộc",
        en="the filter is longer than {most} characters or {bytes} bytes; remove conditions, or name the unit above "
        "with those below it",
    )
    COLUMN_UNKNOWN = coded(
        "column_unknown", vi="không có cột này; các cột: {known}", en="there is no such column; the columns: {known}"
    )


class SavedSearchRefusal(CodedSentence):
    """Why a saved search is not kept, changed or shown."""

    UNKNOWN = coded(
        "saved_search_unknown",
        vi="Không có bộ lọc đã lưu {search}: đã bị xóa, hoặc không được chia sẻ với người đang xem.",
        en="There is no saved search {search}: it was deleted, or it is not shared with you.",
    )
    TOO_MANY = coded(
        "saved_searches_too_many",
        vi="Đã có {most} bộ lọc, không lưu thêm được. Hãy xóa bộ lọc không dùng nữa.",
        en="You have {most} saved searches already, and no more can be kept. Delete one that you no longer use.",
    )
    NAME_TAKEN = coded(
        "saved_search_name_taken",
        vi="Đã có bộ lọc tên “{name}”. Hãy đặt tên khác, hoặc sửa bộ lọc đó.",
        en="You have a saved search “{name}” already. Choose another name, or change that one.",
    )
    CHANGED = coded(
        "saved_search_changed",
        vi="Bộ lọc “{name}” đã thay đổi từ lúc mở trang này. Hãy xem lại rồi sửa tiếp.",
        en="The saved search “{name}” has changed since this page was opened. Look at it again, then change it.",
    )
    UNIT_NOT_REACHED = coded(
        "saved_search_unit_not_reached",
        vi="Không chia sẻ được với đơn vị {unit}: chỉ chia sẻ được với đơn vị của mình và các đơn vị trực thuộc.",
        en="It cannot be shared with unit {unit}: share with your own units and the units below them.",
    )
    PROVINCE_NOT_REACHED = coded(
        "saved_search_province_not_reached",
        vi="Không chia sẻ được với toàn tỉnh: việc này dành cho người của Ủy ban nhân dân tỉnh, Trung tâm Phục vụ "
        "hành chính công tỉnh, người giám sát và người vận hành.",
        en="It cannot be shared with the whole province: that is for people of the provincial committee and centre, "
        "supervisors and operators.",
    )
