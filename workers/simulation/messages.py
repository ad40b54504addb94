"""The sentences about logs, mappings and changed policies that cannot be played."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class SimulationRefusal(CodedSentence):
    """Why nothing was played."""

    LOG_UNREADABLE = coded(
        "log_unreadable",
        vi="Không đọc được nhật ký {path}: {problem}. Tệp phải là CSV, UTF-8, có dòng tiêu đề; có thể nén .gz.",
        en="The log {path} cannot be read: {problem}. It must be CSV in UTF-8 with headings; .gz may be packed.",
    )
    LOG_COLUMN_MISSING = coded(
        "log_column_missing",
        vi="Nhật ký {path} không có cột {column} mà tệp ánh xạ nêu. Các cột: {known}. "
        "Các ô phải cách nhau bằng dấu phẩy.",
        en="The log {path} has no column {column}, which the mapping names. It has: {known}. Cells must be "
        "separated by commas.",
    )
    LOG_ROW_WRONG = coded(
        "log_row_wrong",
        vi="Nhật ký {path}, dòng {line}, cột {column}: {problem_vi}. Sửa dòng đó rồi chạy lại.",
        en="Log {path}, line {line}, column {column}: {problem_en}. Correct that line, then run it again.",
    )
    LOG_EMPTY = coded(
        "log_empty",
        vi="Nhật ký {path} không có dòng nào.",
        en="The log {path} has no rows.",
    )
    MAPPING_WRONG = coded(
        "mapping_wrong",
        vi="Tệp {path}, dòng {line}: {problem_vi}.",
        en="File {path}, line {line}: {problem_en}.",
    )
    WHAT_IF_UNKNOWN = coded(
        "what_if_unknown",
        vi="Không hiểu --what-if {given}. Viết: `holiday=2026-01-02`, `limit=0.5`, `officers=-2` hoặc `ladder=TỆP`; "
        "nhiều thay đổi một lúc thì cách nhau dấu phẩy.",
        en="--what-if {given} is not understood. Write `holiday=2026-01-02`, `limit=0.5`, `officers=-2` or "
        "`ladder=FILE`; several at once with commas between them.",
    )
    TOO_FEW_OFFICERS = coded(
        "what_if_too_few_officers",
        vi="Nhật ký có {officers} cán bộ: bớt {fewer} thì không còn ai.",
        en="The log has {officers} officers: with {fewer} fewer nobody is left.",
    )


class SimulationNote(CodedSentence):
    """What is told beside a report."""

    ALREADY_OFF = coded(
        "what_if_already_off",
        vi="Ngày {day} vốn không làm việc theo lịch {calendar}: thử thêm ngày nghỉ đó không thay đổi gì.",
        en="{day} is no working day of the calendar {calendar}: that holiday changes nothing.",
    )
    MINUTES_ASSUMED = coded(
        "minutes_assumed",
        vi="Số phút của mỗi việc là giả định trong tệp ánh xạ ({minutes} phút nếu tệp không ghi riêng): nhật ký không "
        "cho biết một việc mất bao lâu.",
        en="The minutes of each activity are an assumption of the mapping ({minutes} where it says nothing else): a "
        "log does not say how long an activity took.",
    )
    ROWS_REPEATED = coded(
        "rows_repeated",
        vi="Số dòng của nhật ký lặp lại y nguyên một dòng khác, mỗi dòng chỉ tính một lần: {rows}.",
        en="Rows of the log that repeat another one cell for cell, counted once: {rows}.",
    )
