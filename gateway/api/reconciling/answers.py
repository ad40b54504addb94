"""The answers about comparisons of Temporal with the ledger, their differences, and the workflows that were ended."""

from __future__ import annotations

from pydantic import Field

from activities.ledger.ended_workflows import RecordedEnd
from activities.ledger.reconciliations import Listed, Reconciled, ReconciliationState
from domain.repairs.differences import Difference
from domain.values import Bilingual, Code, Instant, Name, Strict, Value
from gateway.i18n.wording import cause_name

LONGEST_ID = 1_000
"""Characters of the id of a workflow, as Temporal takes them."""


class DifferencesOfKind(Value):
    """How many differences of one kind were found, and what to do about them."""

    difference: Difference
    difference_words: Bilingual
    count: int = Field(description="Bao nhiêu (how many).")
    remedy: Bilingual = Field(description="Làm gì (what to do).")
    to_be_restarted: bool = Field(
        description="true: lập kế hoạch khởi động lại (a plan of the kind restart repairs them)."
    )

    @classmethod
    def of(cls, kind: Difference, count: int) -> DifferencesOfKind:
        """The kind with its words."""
        return cls(
            difference=kind, difference_words=kind.words, count=count, remedy=kind.remedy,
            to_be_restarted=kind.to_be_restarted,
        )  # fmt: skip


class ReconciliationAnswer(Value):
    """One comparison: how far it is, and what it found."""

    number: int
    href: str
    state: ReconciliationState
    state_words: Bilingual
    who: Code = Field(description="Mã người bắt đầu (the code of who began it).")
    begun_at: Instant
    ended_at: Instant | None
    failed: str | None = Field(description="Mã lỗi làm nó dừng (the code of the error that ended it).")
    failed_words: Bilingual | None
    whole: bool = Field(description="false: chỉ so hai danh sách, không so phiên bản (only the lists were compared).")
    workflows: int = Field(description="Quy trình đang chạy; 0: chưa đọc xong danh sách (running workflows).")
    dossiers: int = Field(description="Hồ sơ đang mở (open dossiers).")
    done: int = Field(description="Đã so bao nhiêu quy trình (how many workflows were compared).")
    moving: int = Field(description="Thay đổi ở mỗi lần xem, chưa kết luận (changed at every look: nothing is said).")
    agree: bool = Field(description="true: đã xong, không có sai khác (it has finished and found no difference).")
    found: tuple[DifferencesOfKind, ...]
    differences: int = Field(description="Bao nhiêu sai khác (how many differences).")
    listed: int = Field(description="Bao nhiêu còn trong danh sách (how many of them are in the list).")
    differences_href: str | None = Field(description="Danh sách; null: không còn (the list; null: it is gone).")

    @classmethod
    def of(cls, one: Reconciled) -> ReconciliationAnswer:
        """The comparison with its words and addresses."""
        href = f"/v1/operations/reconciliations/{one.number}"
        failed = one.failed if one.state is ReconciliationState.FAILED else None
        return cls(
            **one.model_dump(include={"number", "who", "ended_at", "whole", "workflows", "dossiers", "done", "moving"}),
            href=href, state=one.state, state_words=one.state.words, begun_at=one.at, failed=failed,
            failed_words=cause_name(failed) if failed else None, agree=one.agree, differences=one.differences,
            found=tuple(DifferencesOfKind.of(kind, count) for kind, count in one.by_kind), listed=one.listed,
            differences_href=f"{href}/differences" if one.listed else None,
        )  # fmt: skip


class ReconciliationPage(Value):
    """A page of comparisons, the newest first."""

    items: tuple[ReconciliationAnswer, ...]
    next: str | None
    previous: str | None


class DifferenceAnswer(Value):
    """One difference that two looks have seen."""

    difference: Difference
    difference_words: Bilingual
    name: str
    version: int | None
    known: int | None
    run: str | None
    detail: str | None
    to_be_restarted: bool
    to_be_ended: bool

    @classmethod
    def of(cls, one: Listed) -> DifferenceAnswer:
        """The difference with its words."""
        return cls(
            **one.model_dump(exclude={"place"}), difference_words=one.difference.words,
            to_be_restarted=one.difference.to_be_restarted, to_be_ended=one.to_be_ended,
        )  # fmt: skip


class DifferencePage(Value):
    """A page of the differences of a comparison, in the order in which they were found."""

    items: tuple[DifferenceAnswer, ...]
    next: str | None
    previous: str | None


class EndedWorkflowAnswer(Value):
    """A workflow that an operator ended."""

    workflow: str = Field(description="Mã quy trình (the id of the workflow).")
    run: str
    found: Difference
    found_words: Bilingual
    who: Code = Field(description="Mã người ra lệnh (the code of who ordered it).")
    why: str
    at: Instant

    @classmethod
    def of(cls, one: RecordedEnd) -> EndedWorkflowAnswer:
        """The workflow with its words."""
        return cls(**one.model_dump(exclude={"number"}), found_words=one.found.words)


class EndedWorkflowPage(Value):
    """A page of ended workflows, the newest first."""

    items: tuple[EndedWorkflowAnswer, ...]
    next: str | None
    previous: str | None


class ReconciliationBody(Strict):
    """What is compared."""

    whole: bool = Field(
        default=True, description="false: chỉ so hai danh sách, không so phiên bản (compare only the lists)."
    )


class WorkflowToEnd(Strict):
    """A workflow that no dossier needs, and why it is ended."""

    workflow: str = Field(
        min_length=1, max_length=LONGEST_ID, pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Mã quy trình, như danh sách sai khác nêu (the id, as the list of differences has it).",
    )  # fmt: skip
    reason: Name = Field(description="Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good).")
