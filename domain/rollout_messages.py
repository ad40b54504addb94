"""What the engine says when it refuses: rollouts, letters that change the calendar, mergers of units."""

from __future__ import annotations

from domain.values import Bilingual

ROLLOUT_MESSAGES: dict[str, Bilingual] = {
    "rollout_unfinished": Bilingual(
        vi="Đợt triển khai {kind} {rollout} ({why}) chưa xong. Hãy chạy lại tệp của đợt đó cho xong, rồi chạy tệp này.",
        en="The {kind} rollout {rollout} ({why}) is not finished. Apply its file again first.",
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
    "calendar_cannot_take": Bilingual(
        vi="Không đặt được văn bản lên lịch {calendar}: {problem}. Hãy sửa tệp.",
        en="The letter cannot be laid over the calendar {calendar}: {problem}. Correct the file.",
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
