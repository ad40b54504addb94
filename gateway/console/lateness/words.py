"""The names of the causes and cells of the lateness review."""

from __future__ import annotations

from domain.deadlines.clock import HolderKind
from domain.values import Bilingual
from gateway.i18n.wording import say
from gateway.views.lateness import Cause, Nearness, NoHolder

CAUSES: dict[Cause, Bilingual] = {
    HolderKind.UNIT: say("Đơn vị xử lý", "The unit"),
    HolderKind.OUTSIDE_SYSTEM: say("Hệ thống ngoài", "An outside system"),
    HolderKind.APPLICANT: say("Người nộp (chờ bổ sung)", "The applicant (supplement awaited)"),
    HolderKind.SIGNING: say("Ký số", "Signing"),
    HolderKind.PAYMENT: say("Chờ nộp phí, lệ phí", "Payment awaited"),
    HolderKind.SUSPENDED: say("Tạm dừng", "Suspended"),
    NoHolder.NOT_KNOWN: say("Chưa rõ nguyên nhân", "Cause not known"),
}
CELLS = {
    Nearness.ENDED_LATE: say("Kết thúc trễ trong kỳ", "Ended late in the period"),
    Nearness.OVERDUE: say("Đang quá hạn", "Open and overdue"),
    Nearness.NEAR_ENDED: say("Suýt trễ, đã kết thúc đúng hạn", "Nearly late, ended in time"),
    Nearness.NEAR_OPEN: say("Sắp trễ, đã cảnh báo", "Warned, still in time"),
}
WHOLES = {
    Nearness.ENDED_LATE: say(
        "trên hồ sơ có hạn đã giải quyết trong kỳ", "of those resolved in the period with the date"
    ),
    Nearness.OVERDUE: say("trên hồ sơ đang giải quyết", "of those that are open"),
    Nearness.NEAR_ENDED: say(
        "trên hồ sơ có hạn đã giải quyết trong kỳ", "of those resolved in the period with the date"
    ),
    Nearness.NEAR_OPEN: say("trên hồ sơ đang giải quyết", "of those that are open"),
}
ALL, CAUSE = say("Mọi nguyên nhân", "All causes"), say("Nguyên nhân", "Cause")
SHARE, CODE, UNIT_CODE = say("Tỷ lệ %", "Share %"), say("Mã", "Code"), say("Mã đơn vị", "Unit code")
DOSSIER, PROCEDURE, UNIT = say("Hồ sơ", "Dossier"), say("Thủ tục", "Procedure"), say("Đơn vị", "Unit")
OFFICER, HOW = say("Người thụ lý", "Officer"), say("Tình trạng", "Which")
RECEIVED, DUE, ENDED = say("Tiếp nhận", "Received"), say("Hạn", "Due"), say("Kết thúc", "Ended")
MINUTES = say("Phút làm việc trễ", "Working minutes late")
AFTER = say("Ai giữ sau hạn (phút làm việc)", "Who had it after the date (working minutes)")
SINCE_RECEIPT = say("Ai giữ từ khi tiếp nhận (phút làm việc)", "Who had it since receipt (working minutes)")
PAUSES, FAILED = say("Tạm dừng tính hạn", "Clock stopped"), say("Sự cố kết nối", "Failed calls")
BY_CAUSE, BY_UNIT = say("Theo nguyên nhân", "By cause"), say("Theo đơn vị", "By unit")
SHORT = say("dưới 1", "under 1")
EVENT = say("sự kiện", "event")
SEVERAL = say(
    "Nguyên nhân: ai giữ hồ sơ sau hạn; khi còn trong hạn, ai đang giữ. Hồ sơ có nhiều nguyên nhân được tính và liệt "
    "kê ở từng nguyên nhân, nên cộng các nguyên nhân không bằng tổng số.",
    "Cause: who had the dossier after the date; while it is in time, who has it now. A dossier with several causes "
    "is counted and listed under each, so causes do not add up to the whole.",
)
OF_WHAT = say(
    "Dòng đầu: trên tổng số nêu ở cột; các dòng nguyên nhân: trên số hồ sơ ở dòng đầu.",
    "The first row: of the whole that the column names; the rows of causes: of the dossiers of the first row.",
)
BOUNDED = say(
    "{some} hồ sơ trễ nhất trong {all} hồ sơ; tệp Excel của từng đơn vị hoặc kỳ ngắn hơn có đủ",
    "the worst {some} of {all} dossiers; the Excel file of one unit or of a shorter period has all",
)
