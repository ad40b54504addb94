"""The sentences about rollouts, letters that change the calendar, and mergers of units."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RolloutRefusal(CodedSentence):
    """Why a change of rules is not applied to open dossiers."""

    ROLLOUT_UNFINISHED = coded(
        "rollout_unfinished",
        vi="Đợt triển khai {kind} {rollout} ({why}) chưa xong. Hãy cho chạy tiếp, hoặc bỏ kèm lý do, rồi chạy tệp này.",
        en="The {kind} rollout {rollout} ({why}) is not finished. Let it go on, "
        "or abandon it with a reason; then apply this file.",
    )
    ROLLOUT_FINISHED = coded(
        "rollout_finished",
        vi="Đợt triển khai {rollout} đã kết thúc lúc {finished_at}: không còn gì để dừng, chạy tiếp hay bỏ. Muốn áp "
        "dụng "
        "cho hồ sơ còn sót, hãy chạy lại tệp của đợt.",
        en="Rollout {rollout} ended at {finished_at}: nothing is left to stop, resume or abandon. To carry it to "
        "dossiers "
        "that are left, apply its file again.",
    )
    ROLLOUT_UNREADABLE = coded(
        "rollout_unreadable",
        vi="Nội dung của đợt triển khai {rollout} không đọc được ({problem}), nên không thể chạy tiếp. Hãy bỏ đợt "
        "này kèm lý do, rồi chạy lại tệp.",
        en="What rollout {rollout} was to do cannot be read ({problem}), so it cannot go on. Abandon it with a reason, "
        "then apply the file again.",
    )
    ROLLOUT_RULES_MISSING = coded(
        "rollout_rules_missing",
        vi="Đợt triển khai {rollout} chưa lưu quy định mới ({hash}). Hãy chạy lại tệp của đợt, hoặc bỏ đợt này kèm "
        "lý do.",
        en="Rollout {rollout} has not stored its new rule ({hash}) yet. Apply its file again, or abandon it.",
    )
    ROLLOUT_WITHOUT_REASON = coded(
        "rollout_without_reason",
        vi="Bỏ một đợt triển khai phải nêu lý do.",
        en="Abandoning a rollout needs a reason.",
    )
    REASON_TOO_LONG = coded(
        "reason_too_long",
        vi="Lý do dài quá {most} ký tự. Chưa ghi gì. Hãy viết ngắn lại.",
        en="The reason is longer than {most} characters. Nothing was written. Shorten it.",
    )
    OPERATOR_NOT_AN_IDENTIFIER = coded(
        "operator_not_an_identifier",
        vi="Người thực hiện phải là mã nội bộ. Mã gồm chữ không dấu, số, dấu chấm, gạch nối, gạch dưới, không "
        "có dấu cách, như van-hanh.01; hãy ghi mã, không ghi họ tên. Chưa ghi gì.",
        en="Who orders it must be an internal identifier. It has letters without accents, digits, dots, "
        "hyphens and underscores, "
        "and no spaces, like van-hanh.01; give the identifier, not the name. Nothing was written.",
    )
    NO_MERGER_ON = coded(
        "no_merger_on",
        vi="Cấu hình của tỉnh không có đơn vị nào thôi hoạt động trước ngày {day}: không có gì để diễn tập.",
        en="No unit of the configuration closed on the eve of {day}: there is nothing to rehearse.",
    )
    UNKNOWN_ROLLOUT = coded(
        "unknown_rollout",
        vi="Không có đợt triển khai {rollout}. Hãy kiểm tra lại mã.",
        en="There is no rollout {rollout}. Check the id.",
    )
    OVERRIDE_DAY_TAKEN = coded(
        "override_day_taken",
        vi="Ngày {day} đã được quy định khác theo {source}. Hãy sửa mục đó trong overrides.yaml, hoặc bỏ ngày này.",
        en="{day} is already ordered otherwise by {source}. Change that entry of overrides.yaml, or drop this day.",
    )
    CALENDAR_NOT_EXTENDED = coded(
        "calendar_not_extended",
        vi="Lịch {calendar} mới có đến {last}, chưa đến {until} như văn bản ghi. Hãy chạy luongxanh calendar build "
        "cho các năm còn thiếu, sửa last_day và seasons trong tệp của lịch, rồi chạy lại.",
        en="The calendar {calendar} ends on {last}, before {until} as the letter says. Run luongxanh calendar build "
        "for the missing years, move last_day and seasons in the calendar's file, then run this again.",
    )
    CALENDAR_CANNOT_TAKE = coded(
        "calendar_cannot_take",
        vi="Không đặt được văn bản lên lịch {calendar}: {problem_vi} Chưa ghi gì.",
        en="The letter cannot be laid over the calendar {calendar}: {problem_en} Nothing was written.",
    )
    LETTER_DAY_OUTSIDE = coded(
        "letter_day_outside",
        vi="Văn bản nêu ngày {day}, nằm ngoài mọi lịch làm việc của tỉnh ({first} – {last}). Hãy kiểm tra năm của "
        "ngày đó, "
        "hoặc kéo dài lịch trước. Chưa ghi gì.",
        en="The letter names {day}, which no calendar of the province reaches ({first} – {last}). Check its year, or "
        "extend "
        "the calendars first. Nothing was written.",
    )
    MERGER_INVALID = coded(
        "merger_invalid",
        vi="Tệp sắp xếp đơn vị không dùng được: {unit}: {problem_vi} Hãy sửa tệp; chưa hồ sơ nào bị chuyển.",
        en="The merger file cannot be used: {unit}: {problem_en} Correct the file; no dossier was moved.",
    )
    MERGER_UNIT_UNKNOWN = coded(
        "merger_unit_unknown",
        vi="Tệp sắp xếp cho {unit} thôi hoạt động, nhưng ngày {day} không có đơn vị nào mang mã này.",
        en="The merger file closes {unit}, but on {day} no unit has that code.",
    )
    MERGER_UNIT_TWICE = coded(
        "merger_unit_twice",
        vi="Tệp sắp xếp ghi đơn vị {unit} hai lần. Hãy bỏ một.",
        en="The merger file names unit {unit} twice. Remove one.",
    )
    MERGER_CLOSED_OTHERWISE = coded(
        "merger_closed_otherwise",
        vi="Đơn vị {unit} ({name}) đã thôi hoạt động ngày {closed} với đơn vị kế thừa khác. Hãy kiểm tra tệp.",
        en="Unit {unit} ({name}) was already closed on {closed}, to other successors. Check the file.",
    )
    MERGER_UNIT_OPEN = coded(
        "merger_unit_open",
        vi="Tệp sắp xếp mở đơn vị {unit} từ {day}, nhưng {name} vẫn mang mã này. Hãy cho đơn vị đó thôi hoạt động.",
        en="The merger file opens unit {unit} on {day}, but {name} still has that code. Close that unit first.",
    )
