"""Sentences of what is compared with the ledger: workflows, and read models that were made again."""

from __future__ import annotations

from domain.messages.coded import CodedSentence, coded


class ReconcilingRefusal(CodedSentence):
    """Why a workflow is not ended, or read models are not swapped."""

    WORKFLOW_NOT_RUNNING = coded(
        "workflow_not_running",
        vi="Không có quy trình {workflow} nào đang chạy. Hãy đối chiếu lại để xem tình hình mới.",
        en="No workflow {workflow} runs. Reconcile again to see how things stand now.",
    )
    WORKFLOW_NEEDED = coded(
        "workflow_needed",
        vi="Quy trình {workflow} không được dừng: hồ sơ còn cần nó, hoặc nó đang ghi vào sổ cái ({found}). Nếu quy "
        "trình bị kẹt, hãy lập kế hoạch khởi động lại từ sổ cái.",
        en="The workflow {workflow} is not ended: its dossier needs it, or it is writing to the ledger ({found}). If "
        "it is stuck, plan a restart from the ledger.",
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
