"""The sentences about deadlines and calendars."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class DeadlineRefusal(CodedSentence):
    """Why no date can be computed or explained."""

    CALENDAR_EXHAUSTED = coded(
        "calendar_exhausted",
        vi="Lịch làm việc {calendar} chỉ có đến ngày {last}: không còn ngày làm việc nào phía sau. "
        "Hãy bổ sung lịch các năm tiếp theo.",
        en="The working calendar {calendar} ends on {last}: no working day is left after it. Add the following years.",
    )
    BEFORE_CALENDAR = coded(
        "before_calendar",
        vi="Lịch làm việc {calendar} chỉ bắt đầu từ ngày {first}. Hãy bổ sung lịch các năm trước, hoặc sửa lại ngày.",
        en="The working calendar {calendar} begins on {first}. Add the years before it, or correct the date.",
    )
    PERIOD_REVERSED = coded(
        "period_reversed",
        vi="Ngày cuối {last} trước ngày đầu {first}. Hãy đổi lại hai ngày.",
        en="The last day {last} is before the first day {first}. Exchange the two.",
    )
    PERIOD_TOO_LONG = coded(
        "period_too_long",
        vi="Từ {first} đến {last} dài quá {most} ngày. Hãy hỏi từng đoạn ngắn hơn.",
        en="From {first} to {last} is more than {most} days. Ask for shorter periods, one after another.",
    )
    NAIVE_DATETIME = coded(
        "naive_datetime",
        vi="Thời điểm {given} không có múi giờ. Hãy ghi rõ, ví dụ +07:00.",
        en="The time {given} has no zone. State it, for example +07:00.",
    )
    INVALID_DATETIME = coded(
        "invalid_datetime",
        vi="{given} không phải là thời điểm ISO-8601 hợp lệ. Hãy ghi theo mẫu 2026-01-05T08:00:00+07:00.",
        en="{given} is not a valid ISO-8601 time. Write it like 2026-01-05T08:00:00+07:00.",
    )
    NEGATIVE_WORKING_TIME = coded(
        "negative_working_time",
        vi="Không thể cộng thời gian làm việc âm ({amount}).",
        en="A negative working time cannot be added ({amount}).",
    )
    LIMIT_OUT_OF_RANGE = coded(
        "limit_out_of_range",
        vi="Thời hạn {amount} không hợp lệ: phải là số nguyên từ {least} đến {most}. Hãy sửa dữ liệu của thủ tục.",
        en="The limit {amount} is not valid: it must be a whole number from {least} to {most}. "
        "Correct the procedure's data.",
    )
    SHARE_OUT_OF_RANGE = coded(
        "share_out_of_range",
        vi="Tỷ lệ {percent} % không hợp lệ: phải từ 0 đến 100.",
        en="The share {percent} % is not valid: it must be from 0 to 100.",
    )
    PAUSE_ENDS_BEFORE_IT_STARTS = coded(
        "pause_ends_before_it_starts",
        vi="Khoảng tạm dừng kết thúc lúc {ended}, trước khi bắt đầu lúc {began}. Hãy kiểm tra lại hai thời điểm.",
        en="The pause ends at {ended}, before it starts at {began}. Check the two times.",
    )
    ALREADY_PAUSED = coded(
        "already_paused",
        vi="Thời hạn đã tạm dừng vì lý do {ground} từ {began}. Hãy kết thúc lần tạm dừng đó trước.",
        en="The clock has been paused on the ground of {ground} since {began}. End that pause first.",
    )
    NOT_PAUSED = coded(
        "not_paused",
        vi="Thời hạn không tạm dừng vì lý do {ground}, nên không thể tiếp tục lại.",
        en="The clock is not paused on the ground of {ground}, so it cannot be resumed.",
    )
    CLOCK_ENDED = coded(
        "clock_ended",
        vi="Thời hạn đã kết thúc lúc {ended}; không thay đổi được nữa.",
        en="The clock ended at {ended}; it cannot be changed any more.",
    )
    UNKNOWN_CHANNEL = coded(
        "unknown_channel",
        vi="Không có kênh {channel}. Hãy dùng một trong: {known}.",
        en="There is no channel {channel}. Use one of: {known}.",
    )
    CHANNEL_NOT_PUBLISHED = coded(
        "channel_not_published",
        vi="Thủ tục {procedure} không công bố kênh {channel}; có: {offered}.",
        en="Procedure {procedure} does not publish the channel {channel}; it has: {offered}.",
    )
    CASE_REQUIRED = coded(
        "case_required",
        vi="Thủ tục {procedure}, kênh {channel} có nhiều trường hợp. Hãy ghi rõ case: {cases}.",
        en="Procedure {procedure}, channel {channel}, has several cases. State the case: {cases}.",
    )
    UNKNOWN_CASE = coded(
        "unknown_case",
        vi="Thủ tục {procedure}, kênh {channel} không có trường hợp {case}; có: {cases}.",
        en="Procedure {procedure}, channel {channel}, has no case {case}; it has: {cases}.",
    )
    LIMIT_NOT_UNDERSTOOD = coded(
        "limit_not_understood",
        vi="Thời hạn công bố {amount} {unit} của thủ tục {procedure} không hiểu được. Hãy sửa danh mục.",
        en="The published limit {amount} {unit} of procedure {procedure} is not understood. Correct the catalogue.",
    )
    PROCEDURE_LISTED_TWICE = coded(
        "procedure_listed_twice",
        vi="Danh mục có nhiều dòng mang mã {procedure}. Hãy giữ một dòng.",
        en="The catalogue lists the code {procedure} more than once. Keep one row.",
    )
    INVALID_CATALOGUE_ROW = coded(
        "invalid_catalogue_row",
        vi="Dòng {row} của danh mục không đọc được: {detail}. Hãy sửa hoặc bỏ dòng đó.",
        en="Row {row} of the catalogue cannot be read: {detail}. Correct or remove it.",
    )
    INVALID_JSON = coded(
        "invalid_json",
        vi="Dòng này không phải một đối tượng JSON: {detail}.",
        en="This line is not a JSON object: {detail}.",
    )
    INVALID_UTF8_LINE = coded(
        "invalid_utf8_line",
        vi="Dòng này không phải UTF-8 hợp lệ (byte thứ {position}). Hãy lưu lại tệp với bảng mã UTF-8.",
        en="This line is not valid UTF-8 (byte {position}). Save the file in UTF-8.",
    )
    LINE_FIELD_MISSING = coded(
        "line_field_missing",
        vi="Thiếu trường {field}. Hãy bổ sung.",
        en="The field {field} is missing. Add it.",
    )
    LINE_FIELD_UNKNOWN = coded(
        "line_field_unknown",
        vi="Không có trường nào tên {field}. Hãy sửa tên hoặc bỏ trường; các trường có: {known}.",
        en="There is no field called {field}. Correct its name or remove it; the fields are: {known}.",
    )
    LINE_FIELD_INVALID = coded(
        "line_field_invalid",
        vi="Trường {field} có giá trị không hợp lệ: {value}. Cần: {expected}.",
        en="The field {field} has a value that is not valid: {value}. Needed: {expected}.",
    )
    UNKNOWN_GREEN = coded(
        "unknown_green",
        vi="Không có chế độ Luồng Xanh {green}. Hãy dùng null hoặc một trong: {known}.",
        en="There is no Green Stream mode {green}. Use null or one of: {known}.",
    )
    CLOCK_ALREADY_EXTENDED = coded(
        "clock_already_extended",
        vi="Thời hạn đã được gia hạn lúc {at}; chỉ được gia hạn {at_most} lần.",
        en="The limit was already extended at {at}; it can be extended {at_most}× at most.",
    )
    NO_CLOCK_TO_EXTEND = coded(
        "no_clock_to_extend",
        vi="Thủ tục không công bố thời hạn, nên không có gì để gia hạn.",
        en="The procedure publishes no limit, so there is nothing to extend.",
    )
    EXTENSION_IN_THE_PAST = coded(
        "extension_in_the_past",
        vi="Ngày hẹn mới {until} không sau thời điểm gia hạn {at}. Hãy chọn ngày muộn hơn.",
        en="The new date {until} is not after the moment of extension {at}. Choose a later date.",
    )
    CALENDAR_YEAR_OUT_OF_RANGE = coded(
        "calendar_year_out_of_range",
        vi="Không lập được lịch cho năm {year}: chỉ hỗ trợ từ {first} đến {last}.",
        en="No calendar can be built for the year {year}: only {first} to {last} are supported.",
    )


class CalendarFault(CodedSentence):
    """What is wrong in a calendar's or a limit's data."""

    LETTER_WITHOUT_DAYS = coded(
        "letter_without_days",
        vi="Văn bản {letter} không nêu ngày nào (exceptions, cancelled). Hãy ghi ít nhất một ngày; "
        "nếu chỉ kéo dài lịch, ghi letter và extends_to.",
        en="The letter {letter} names no day (exceptions, cancelled). Write at least one; where it only extends the "
        "calendar, write letter and extends_to.",
    )
    TIME_NOT_QUOTED = coded(
        "time_not_quoted",
        vi='Giờ {value} là một con số. Hãy đặt giờ trong dấu nháy kép, ví dụ "07:30".',
        en='The time {value} is a number. Put it in double quotes, like "07:30".',
    )
    SESSION_NOT_WHOLE_MINUTES = coded(
        "session_not_whole_minutes",
        vi="Giờ {value} phải là giờ Việt Nam, tròn phút, không ghi múi giờ.",
        en="The time {value} must be Vietnam's, in whole minutes and without a zone.",
    )
    SESSION_ENDS_BEFORE_IT_OPENS = coded(
        "session_ends_before_it_opens",
        vi="Buổi làm việc mở lúc {opens} nhưng đóng lúc {closes}. Hãy sửa một trong hai giờ.",
        en="The session opens at {opens} and closes at {closes}. Correct one of the two.",
    )
    SESSION_WITHOUT_USE = coded(
        "session_without_use",
        vi="Buổi {opens}-{closes} không tiếp nhận, cũng không tính giờ. Hãy đặt intake hoặc clock là true.",
        en="The session {opens}-{closes} neither receives nor runs a clock. Set intake or clock to true, or remove it.",
    )
    SESSIONS_OVERLAP = coded(
        "sessions_overlap",
        vi="Buổi mở lúc {opens} bắt đầu trước khi buổi trước đóng lúc {closes}. Hãy sửa cho khỏi chồng nhau.",
        en="The session that opens at {opens} begins before the one that closes at {closes}. Keep them apart.",
    )
    LAST_DAY_BEFORE_FIRST = coded(
        "last_day_before_first",
        vi="{name}: ngày cuối {last} trước ngày đầu {first}. Hãy sửa một trong hai ngày.",
        en="{name}: the last day {last} is before the first day {first}. Correct one of them.",
    )
    DUPLICATE_WEEKDAY = coded(
        "duplicate_weekday",
        vi="Mùa {name}: một ngày trong tuần được ghi hai lần. Hãy bỏ một.",
        en="The season {name} names a weekday twice. Remove one.",
    )
    CALENDAR_OUTSIDE_YEARS = coded(
        "calendar_outside_years",
        vi="Lịch {calendar}: ngày {day} nằm ngoài các năm {first}–{last}. Hãy sửa first_day hoặc last_day.",
        en="Calendar {calendar}: {day} is outside the years {first} to {last}. Correct first_day or last_day.",
    )
    SEASONS_DO_NOT_MEET = coded(
        "seasons_do_not_meet",
        vi="Lịch {calendar}: các mùa không nối liền nhau tại ngày {day}. Hãy sửa để mỗi ngày thuộc đúng một mùa.",
        en="Calendar {calendar}: the seasons do not meet at {day}. Every day must belong to exactly one season.",
    )
    DUPLICATE_EXCEPTION = coded(
        "duplicate_exception",
        vi="Ngày {days} được ghi nhiều lần. Hãy giữ một dòng cho mỗi ngày.",
        en="{days} is described more than once. Keep one entry a day.",
    )
    EXCEPTION_OUTSIDE_CALENDAR = coded(
        "exception_outside_calendar",
        vi="Ngày {days} nằm ngoài lịch {calendar}. Hãy sửa ngày, hoặc kéo dài lịch.",
        en="{days} is outside the calendar {calendar}. Correct the date or extend the calendar.",
    )
    DAY_OFF_WITH_SESSIONS = coded(
        "day_off_with_sessions",
        vi="Ngày {day} là ngày nghỉ ({kind}) mà vẫn có buổi làm việc. Hãy bỏ sessions, hoặc đổi kind.",
        en="{day} is off ({kind}) and yet has sessions. Remove them, or change the kind.",
    )
    WORKED_DAY_WITHOUT_SESSIONS = coded(
        "worked_day_without_sessions",
        vi="Ngày {day} ({kind}) chưa ghi giờ làm việc. Hãy ghi sessions; ngày làm bù có thể ghi swapped_with.",
        en="{day} ({kind}) has no hours. State its sessions; for a make-up day `swapped_with` is enough.",
    )
    ANNOUNCED_AFTER_THE_DAY = coded(
        "announced_after_the_day",
        vi="Ngày {day} được ghi là công bố ngày {since}, sau chính ngày đó. Hãy sửa day hoặc since.",
        en="{day} is said to be announced on {since}, after the day itself. Correct day or since.",
    )
    DAY_OUTSIDE_YEAR = coded(
        "day_outside_year",
        vi="Ngày {days} không thuộc năm {year} của tệp này.",
        en="{days} is not in {year}, the year of this file.",
    )
    HOLIDAYS_MISSING = coded(
        "holidays_missing",
        vi="Lịch {calendar} gồm các năm {years} chưa có ngày nghỉ lễ. Hãy chạy luongxanh calendar build cho từng năm.",
        en="Calendar {calendar} covers {years}, whose holidays are not built yet. Run luongxanh calendar build for "
        "each.",
    )
    NOTHING_TO_CANCEL = coded(
        "nothing_to_cancel",
        vi="{source} bỏ ngày {day}, nhưng ngày đó không có trong ngày nghỉ lễ gốc. Hãy kiểm tra lại ngày.",
        en="{source} takes back {day}, which is not among the base holidays. Check the date.",
    )
    SAME_DAY_IS_ONE = coded(
        "same_day_is_one",
        vi="Thời hạn trong ngày phải có số lượng là 1, không phải {amount}.",
        en="A limit of the same day has the amount 1, not {amount}.",
    )
