"""What the schemas of comparisons of Temporal with the ledger are."""

from __future__ import annotations

from collections.abc import Mapping

RECONCILING: Mapping[str, str] = {
    "DifferenceAnswer": "Một sai khác giữa Temporal và sổ cái, đã xem hai lần (one difference between Temporal and the "
    "ledger that two looks have seen).",
    "DifferencePage": "Một trang sai khác, theo thứ tự tìm thấy (a page of differences, in the order in which they "
    "were found).",
    "DifferencesOfKind": "Bao nhiêu sai khác của một loại, và làm gì (how many differences of one kind, and what to "
    "do about them).",
    "EndedWorkflowAnswer": "Một quy trình đã bị dừng: ai, vì sao (a workflow that an operator ended: who, and why).",
    "EndedWorkflowPage": "Một trang quy trình đã bị dừng, mới trước (a page of ended workflows, the newest first).",
    "ReconciliationAnswer": "Một lần đối chiếu: đến đâu, thấy gì (one comparison: how far it is, and what it found).",
    "ReconciliationBody": "So những gì (what is compared).",
    "ReconciliationPage": "Một trang các lần đối chiếu, mới trước (a page of comparisons, the newest first).",
    "WorkflowToEnd": "Một quy trình không hồ sơ nào cần, và vì sao dừng (a workflow that no dossier needs, and why it "
    "is ended).",
}
"""By the name of the schema: Vietnamese, then English in brackets."""
