"""Sentences of what is compared with the ledger: workflows, and read models that were made again."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ReconcilingRefusal(CodedSentence):
    """Why nothing is compared, a workflow is not ended, or read models are not swapped."""

    RECONCILIATION_UNDER_WAY = coded(
        "reconciliation_under_way",
        vi="Một lần đối chiếu khác đang chạy (số {number}, người bắt đầu: {who}). Hãy chờ nó xong rồi xem kết quả.",
        en="Another comparison is running (number {number}, begun by {who}). Wait until it is done, then read it.",
    )
    RECONCILIATION_INTERRUPTED = coded(
        "reconciliation_interrupted",
        vi="Lần đối chiếu số {number} đã dừng trước khi xong nên không có kết quả: lâu không có tin từ tiến trình của "
        "nó. Hãy đối chiếu lại.",
        en="The comparison number {number} ended before it was done, so it has no result: nothing was heard from its "
        "process for long. Compare again.",
    )
    UNKNOWN_RECONCILIATION = coded(
        "unknown_reconciliation",
        vi="Không có lần đối chiếu số {number}. Chỉ giữ 50 lần gần nhất.",
        en="There is no comparison number {number}. Only the last 50 are kept.",
    )
    LIST_GONE = coded(
        "reconciliation_list_gone",
        vi="Danh sách sai khác của lần đối chiếu số {number} không còn: chỉ giữ danh sách của lần xong gần nhất. Hãy "
        "xem lần đó.",
        en="The list of the comparison number {number} is gone: only that of the last finished one is kept. Read that "
        "one.",
    )

    WORKFLOW_NOT_RUNNING = coded(
        "workflow_not_running",
        vi="Không có quy trình {workflow} nào đang chạy. Hãy đối chiếu lại để xem tình hình mới.",
        en="No workflow {workflow} runs. Compare again to see how things stand now.",
    )
    WORKFLOW_NEEDED = coded(
        "workflow_needed",
        vi="Quy trình {workflow} không được dừng: hồ sơ còn cần nó, hoặc nó đang ghi vào sổ cái ({found}). Nếu quy "
        "trình bị kẹt, hãy lập kế hoạch khởi động lại hồ sơ từ sổ cái.",
        en="The workflow {workflow} is not ended: its dossier needs it, or it is writing to the ledger ({found}). If "
        "it is stuck, plan to restart it from the ledger.",
    )
    ENDING_WITHOUT_REASON = coded(
        "ending_without_reason",
        vi="Dừng quy trình {workflow} cần ghi lý do. Lý do được lưu vĩnh viễn, không ghi dữ liệu cá nhân.",
        en="To end the workflow {workflow} needs a reason. It is kept for good; no personal data in it.",
    )
    REBUILD_UNDER_WAY = coded(
        "rebuild_under_way",
        vi="Một lần dựng lại bảng tra cứu khác đang chạy. Chưa có gì thay đổi. Hãy chờ nó xong, rồi chạy lại.",
        en="Another rebuild of the read models is running. Nothing was changed. Wait until it is done, then run again.",
    )
    READ_MODELS_BUSY = coded(
        "read_models_busy",
        vi="Các bảng tra cứu luôn có người dùng, chưa thay được. Chưa có gì thay đổi. Hãy chạy lại vào lúc vắng hơn.",
        en="The read models are always in use, so they were not swapped. Nothing was changed. Run it again when less "
        "is going on.",
    )
