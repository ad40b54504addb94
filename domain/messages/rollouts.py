"""What the engine says when it refuses: rollouts, letters that change the calendar, mergers of units."""

from __future__ import annotations

from domain.values import Bilingual

ROLLOUT_MESSAGES: dict[str, Bilingual] = {
    "rollout_unfinished": Bilingual(
        vi="Đợt triển khai {kind} {rollout} ({why}) chưa xong. Hãy cho chạy tiếp (luongxanh rollout resume {rollout}), "
        "hoặc bỏ kèm lý do (luongxanh rollout abandon {rollout}), rồi chạy tệp này.",
        en="The {kind} rollout {rollout} ({why}) is not finished. Let it go on (luongxanh rollout resume {rollout}), "
        "or abandon it with a reason (luongxanh rollout abandon {rollout}); then apply this file.",
    ),
    "rollout_finished": Bilingual(
        vi="Đợt triển khai {rollout} đã kết thúc lúc {finished_at}: không còn gì để dừng, chạy tiếp hay bỏ. Muốn áp "
        "dụng "
        "cho hồ sơ còn sót, hãy chạy lại tệp của đợt.",
        en="Rollout {rollout} ended at {finished_at}: nothing is left to stop, resume or abandon. To carry it to "
        "dossiers "
        "that are left, apply its file again.",
    ),
    "rollout_unreadable": Bilingual(
        vi="Nội dung của đợt triển khai {rollout} không đọc được ({problem}), nên không thể chạy tiếp. Hãy bỏ đợt "
        "này kèm lý "
        "do (luongxanh rollout abandon {rollout}), rồi chạy lại tệp.",
        en="What rollout {rollout} was to do cannot be read ({problem}), so it cannot go on. Abandon it with a reason "
        "(luongxanh rollout abandon {rollout}), then apply the file again.",
    ),
    "rollout_rules_missing": Bilingual(
        vi="Đợt triển khai {rollout} chưa lưu quy định mới ({hash}). Hãy chạy lại tệp của đợt, hoặc bỏ đợt này kèm "
        "lý do.",
        en="Rollout {rollout} has not stored its new rule ({hash}) yet. Apply its file again, or abandon it.",
    ),
    "rollout_without_reason": Bilingual(
        vi="Bỏ một đợt triển khai phải nêu lý do: --reason.",
        en="Abandoning a rollout needs a reason: --reason.",
    ),
    "reason_too_long": Bilingual(
        vi="Lý do dài quá {most} ký tự. Chưa ghi gì. Hãy viết ngắn lại.",
        en="The reason is longer than {most} characters. Nothing was written. Shorten it.",
    ),
    "operator_not_an_identifier": Bilingual(
        vi="Người thực hiện (--by) phải là mã nội bộ. Mã gồm chữ không dấu, số, dấu chấm, gạch nối, gạch dưới, không "
        "có dấu cách, như van-hanh.01; hãy ghi mã, không ghi họ tên. Chưa ghi gì.",
        en="Who orders it (--by) must be an internal identifier. It has letters without accents, digits, dots, "
        "hyphens and underscores, "
        "and no spaces, like van-hanh.01; give the identifier, not the name. Nothing was written.",
    ),
    "no_merger_on": Bilingual(
        vi="Cấu hình của tỉnh không có đơn vị nào thôi hoạt động trước ngày {day}: không có gì để diễn tập.",
        en="No unit of the configuration closed on the eve of {day}: there is nothing to rehearse.",
    ),
    "unknown_rollout": Bilingual(
        vi="Không có đợt triển khai {rollout}. Hãy kiểm tra lại mã.",
        en="There is no rollout {rollout}. Check the id.",
    ),
    "override_day_taken": Bilingual(
        vi="Ngày {day} đã được quy định khác theo {source}. Hãy sửa mục đó trong overrides.yaml, hoặc bỏ ngày này.",
        en="{day} is already ordered otherwise by {source}. Change that entry of overrides.yaml, or drop this day.",
    ),
    "calendar_not_extended": Bilingual(
        vi="Lịch {calendar} mới có đến {last}, chưa đến {until} như văn bản ghi. Hãy chạy luongxanh calendar build "
        "cho các năm còn thiếu, sửa last_day và seasons trong tệp của lịch, rồi chạy lại.",
        en="The calendar {calendar} ends on {last}, before {until} as the letter says. Run luongxanh calendar build "
        "for the missing years, move last_day and seasons in the calendar's file, then run this again.",
    ),
    "calendar_cannot_take": Bilingual(
        vi="Không đặt được văn bản lên lịch {calendar}: {problem_vi} Chưa ghi gì.",
        en="The letter cannot be laid over the calendar {calendar}: {problem_en} Nothing was written.",
    ),
    "letter_day_outside": Bilingual(
        vi="Văn bản nêu ngày {day}, nằm ngoài mọi lịch làm việc của tỉnh ({first} – {last}). Hãy kiểm tra năm của "
        "ngày đó, "
        "hoặc kéo dài lịch trước. Chưa ghi gì.",
        en="The letter names {day}, which no calendar of the province reaches ({first} – {last}). Check its year, or "
        "extend "
        "the calendars first. Nothing was written.",
    ),
    "merger_invalid": Bilingual(
        vi="Tệp sắp xếp đơn vị không dùng được: {unit}: {problem_vi} Hãy sửa tệp; chưa hồ sơ nào bị chuyển.",
        en="The merger file cannot be used: {unit}: {problem_en} Correct the file; no dossier was moved.",
    ),
    "merger_unit_unknown": Bilingual(
        vi="Tệp sắp xếp cho {unit} thôi hoạt động, nhưng ngày {day} không có đơn vị nào mang mã này.",
        en="The merger file closes {unit}, but on {day} no unit has that code.",
    ),
    "merger_unit_twice": Bilingual(
        vi="Tệp sắp xếp ghi đơn vị {unit} hai lần. Hãy bỏ một.",
        en="The merger file names unit {unit} twice. Remove one.",
    ),
    "merger_closed_otherwise": Bilingual(
        vi="Đơn vị {unit} ({name}) đã thôi hoạt động ngày {closed} với đơn vị kế thừa khác. Hãy kiểm tra tệp.",
        en="Unit {unit} ({name}) was already closed on {closed}, to other successors. Check the file.",
    ),
    "merger_unit_open": Bilingual(
        vi="Tệp sắp xếp mở đơn vị {unit} từ {day}, nhưng {name} vẫn mang mã này. Hãy cho đơn vị đó thôi hoạt động.",
        en="The merger file opens unit {unit} on {day}, but {name} still has that code. Close that unit first.",
    ),
}
