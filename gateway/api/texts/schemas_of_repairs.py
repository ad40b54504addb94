"""What the schemas of repairs are: their orders, plans and runs."""

from __future__ import annotations

from collections.abc import Mapping

REPAIRS: Mapping[str, str] = {
    "CallsOfSystem": "Bao nhiêu việc của một hệ thống ngoài được gọi lại (how many calls to one outside system are "
    "made again).",
    "FastForwardOrder": "Gọi lại ngay lời gọi đang đợi; không bao giờ đổi thời hạn theo luật (makes the next try of a "
    "waiting call now; it never changes a clock of the law).",
    "MigrateOrder": "Chuyển hồ sơ sang quy định khác đã công bố; null: giữ nguyên (pins the dossier to other published "
    "rules; null: stays as it is).",
    "RefusedCount": "Bao nhiêu hồ sơ không sửa được vì một lý do (how many dossiers are left alone for one reason).",
    "RepairApprovalAnswer": "Một lần duyệt kế hoạch (one approval of the plan).",
    "RepairCallAnswer": "Một việc được gọi lại ra ngoài (a call to an outside system that the repair makes again).",
    "RepairCount": "Một việc sửa cho bao nhiêu hồ sơ (how many dossiers of a plan get one kind of repair).",
    "RepairFindingAnswer": "Một hồ sơ như kế hoạch đã thấy; chỉ sửa khi vẫn còn như vậy (one dossier as the plan saw "
    "it; it is repaired only while it is still so).",
    "RepairFindingPage": "Một trang hồ sơ của kế hoạch trong phạm vi của người gọi, theo thứ tự mã (a page of the "
    "plan's dossiers within the caller's scope, in the order of their codes).",
    "RepairPlanAnswer": "Một kế hoạch sửa: lệnh, sẽ sửa gì, gọi lại gì ra ngoài, còn thiếu gì, đợt sửa (a plan: what "
    "was ordered, what it would do and ask outside again, what it still needs, and its run).",
    "RepairPlanBody": "Lệnh sửa, và cho hồ sơ nào: mã, bộ lọc của sổ, hoặc tất cả (an order, and the dossiers that it "
    "is for: their codes, a filter of the register, or all of them).",
    "RepairPlanLine": "Một kế hoạch trong danh sách (one plan in the list).",
    "RepairPlanPage": "Một trang kế hoạch, mới trước (a page of plans, the newest first).",
    "RepairPlanningAnswer": "Việc lập một kế hoạch đến đâu, và kết quả (how far the making of a plan is, and what came "
    "of it).",
    "RepairPlanningsAnswer": "Các kế hoạch đang lập hoặc không lập được, mới trước (the plans that are being made, or "
    "were not made, the newest first).",
    "RepairReasonBody": "Vì sao duyệt, vì sao dừng (why a plan is approved, or a run is stopped).",
    "RepairRunAnswer": "Đợt sửa của kế hoạch, là một đợt triển khai: đã đến đâu (the run of the plan, which is a "
    "rollout, and how far it is).",
    "RepairRunLine": "Đợt sửa của kế hoạch, là một đợt triển khai (the run of a plan, which is a rollout).",
    "RepairSelectionAnswer": "Hồ sơ được chọn thế nào (how the dossiers were chosen).",
    "ResetOrder": "Lùi quy trình về một điểm trong lịch sử; sổ cái không lùi (resets the workflow to a point of its "
    "history; the ledger is not reset).",
    "MendOrder": "Sửa mỗi hồ sơ theo nguyên nhân của nó (repairs each dossier as its cause calls for).",
    "RestartOrder": "Dừng quy trình và chạy lại hồ sơ từ sổ cái (ends the workflow and starts the dossier again from "
    "the ledger).",
    "RetryOrder": "Gọi lại việc hệ thống ngoài đã từ chối hẳn; system null: mọi hệ thống (asks again for what was "
    "refused for good; system null: every system).",
    "SecondPersonAnswer": "Một lý do cần người thứ hai duyệt (one reason why a second operator must approve).",
    "TerminateOrder": "Chấm dứt hồ sơ thử, hồ sơ nhập trùng (ends a dossier that must not go on, such as a test).",
    "ToBuild": "Bước đầu tiên mà bản cài này đã chạy (the first task that workers of this build completed).",
    "ToEvent": "Bước kết thúc bằng sự kiện này của lịch sử (the task that ends with this event of the history).",
    "ToTime": "Bước cuối cùng kết thúc không muộn hơn thời điểm này (the last task that ended at or before this "
    "instant).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
