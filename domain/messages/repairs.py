"""The sentences about repairs of dossiers: their plans, approvals and runs."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class RepairRefusal(CodedSentence):
    """Why a repair is not planned, approved or carried out."""

    REPAIR_MATCHES_NOTHING = coded(
        "repair_matches_nothing",
        vi="Không hồ sơ nào khớp điều kiện, nên không có gì để sửa. Chưa ghi gì. Hãy xem lại điều kiện.",
        en="No dossier satisfies the conditions, so there is nothing to repair. Nothing was written. Check the "
        "conditions.",
    )
    REPAIR_OF_QUEUES = coded(
        "repair_of_queues",
        vi="Không có tiến trình xử lý cho: {queues}. Hồ sơ đợi ở đó tự chạy tiếp khi có tiến trình, sửa từng hồ sơ "
        "không giúp được. Hãy khởi động tiến trình xử lý.",
        en="No worker serves: {queues}. What waits there goes on by itself once one does, and a repair of dossiers "
        "does not help. Start a worker.",
    )
    REPAIR_OF_EVERYTHING = coded(
        "repair_of_everything",
        vi="Chưa có điều kiện nào: kế hoạch sẽ gồm mọi hồ sơ. Hãy nêu mã hồ sơ hoặc điều kiện; nếu đúng là mọi hồ sơ, "
        "hãy ghi rõ như vậy.",
        en="There is no condition: the plan would have every dossier. Name codes or conditions; if it is meant for "
        "every dossier, say so.",
    )
    REPAIR_CODES_OR_FILTER = coded(
        "repair_codes_or_filter",
        vi="Đã nêu mã hồ sơ thì không nêu thêm điều kiện hay “mọi hồ sơ”. Hãy chọn một cách.",
        en="Codes go with neither conditions nor “every dossier”. Choose one of them.",
    )
    REPAIR_STUCK_OR_CAUSE = coded(
        "repair_stuck_or_cause",
        vi="“Mọi hồ sơ kẹt” đã gồm mọi nguyên nhân. Hãy chọn một trong hai.",
        en="“Everything that is stuck” has every cause already. Choose one of the two.",
    )
    REPAIR_TOO_LARGE = coded(
        "repair_too_large",
        vi="Kế hoạch có hơn {most} hồ sơ, không ai xem hết được. Hãy chia theo điều kiện hẹp hơn.",
        en="The plan has more than {most} dossiers, and nobody can read it. Divide it by narrower conditions.",
    )
    REPAIR_FOR_THE_BACKGROUND = coded(
        "repair_for_the_background",
        vi="Kế hoạch có hơn {most} hồ sơ, xem hết trong một lần gọi thì lâu quá. Hãy lập ở nền rồi theo dõi.",
        en="The plan has more than {most} dossiers, too many to look at in one request. Have it made in the background "
        "and follow it.",
    )
    UNKNOWN_REPAIR_PLANNING = coded(
        "unknown_repair_planning",
        vi="Không có lần lập kế hoạch {planning}, hoặc đã quá bảy ngày. Hãy xem các kế hoạch sửa.",
        en="There is no planning {planning}, or it is older than seven days. Look at the plans of repairs.",
    )
    REPAIR_PLANNING_ENDED = coded(
        "repair_planning_ended",
        vi="Lần lập kế hoạch {planning} đã kết thúc: không còn gì để hủy.",
        en="The planning {planning} has ended: nothing is left to cancel.",
    )
    REPAIR_PLANNING_OF_ANOTHER = coded(
        "repair_planning_of_another",
        vi="Kế hoạch này do {who} lập, và có thể gồm hồ sơ ngoài các đơn vị của ông/bà: hãy nhờ {who} hủy.",
        en="{who} makes this plan, and it may have dossiers outside your units: ask {who} to cancel it.",
    )
    REPAIR_NOT_PLANNED = coded(
        "repair_not_planned",
        vi="Việc lập kế hoạch gặp lỗi của chương trình. Chưa sửa gì. Hãy lập lại; nếu vẫn lỗi, xem nhật ký của cổng.",
        en="Making the plan met a mistake of the program. Nothing is repaired. Make it again; if it fails again, see "
        "the log of the gateway.",
    )
    UNKNOWN_REPAIR_PLAN = coded(
        "unknown_repair_plan",
        vi="Không có kế hoạch sửa {plan}. Hãy kiểm tra lại mã, hoặc lập kế hoạch mới.",
        en="There is no repair plan {plan}. Check its hash, or make a new plan.",
    )
    REPAIR_PLAN_UNREADABLE = coded(
        "repair_plan_unreadable",
        vi="Kế hoạch sửa {plan} trong sổ không đọc được bằng phiên bản này. Hãy lập kế hoạch mới.",
        en="This release cannot read the registered plan {plan}. Make a new plan.",
    )
    REPAIR_PLAN_CHANGED = coded(
        "repair_plan_changed",
        vi="Tệp kế hoạch đã bị sửa: tệp ghi mã {named}, nội dung lại cho mã {hash}. Chưa làm gì. Hãy dùng tệp gốc, "
        "hoặc lập kế hoạch mới.",
        en="The plan's file was changed: it names the hash {named}, but its content has {hash}. Nothing was done. "
        "Take the original file, or make a new plan.",
    )
    REPAIR_PLAN_FILE_INVALID = coded(
        "repair_plan_file_invalid",
        vi="Tệp không phải là kế hoạch sửa đọc được (chỗ sai: {place}). Hãy lấy tệp đã được ghi ra khi lập kế hoạch.",
        en="The file is not a readable repair plan (wrong at: {place}). Take the file that was written "
        "when the plan was made.",
    )
    REPAIR_NOTHING_TO_DO = coded(
        "repair_nothing_to_do",
        vi="Kế hoạch {plan} không sửa được hồ sơ nào: mọi hồ sơ trong đó đều bị từ chối. Hãy xem lý do trong kế hoạch.",
        en="The plan {plan} repairs nothing: each of its dossiers is refused. The plan says why.",
    )
    REPAIR_NEEDS_APPROVAL = coded(
        "repair_needs_approval",
        vi="Kế hoạch {plan} cần người thứ hai duyệt ({because}). Hãy nhờ người vận hành khác duyệt.",
        en="The plan {plan} needs the approval of a second person ({because}). Ask another operator to approve it.",
    )
    REPAIR_OWN_APPROVAL = coded(
        "repair_own_approval",
        vi="{who} đã lập kế hoạch {plan} nên không tự duyệt được. Hãy nhờ người vận hành khác.",
        en="{who} made the plan {plan} and cannot approve it. Ask another operator.",
    )
    REPAIR_WITHOUT_REASON = coded(
        "repair_without_reason",
        vi="Lập hoặc duyệt kế hoạch sửa phải nêu lý do.",
        en="Making or approving a repair plan needs a reason.",
    )
    DOSSIER_UNDER_REPAIR = coded(
        "dossier_under_repair",
        vi="Hồ sơ {dossier} đang chờ trong đợt sửa {rollout} chưa xong. Hãy để đợt đó chạy xong hoặc bỏ "
        "đợt đó, rồi lập kế hoạch mới.",
        en="The dossier {dossier} waits in the repair {rollout}, which is not finished. Let that one end, "
        "or abandon it; then make a new plan.",
    )
    REPAIR_FAILED = coded(
        "repair_failed",
        vi="Việc sửa gặp lỗi của chương trình; hồ sơ có thể đã được sửa một phần. Hãy xem nhật ký tiến trình xử lý.",
        en="The repair met a mistake of the program; the dossier may be repaired in part. See the log of the worker.",
    )
    REPAIR_CUT_SHORT = coded(
        "repair_cut_short",
        vi="Việc sửa đã bắt đầu trước khi đợt sửa bị bỏ, và có thể đã làm xong. Hãy xem hồ sơ trước khi sửa lại.",
        en="The repair had begun before its run was abandoned, and may have been done. Look at the dossier before it "
        "is repaired again.",
    )
