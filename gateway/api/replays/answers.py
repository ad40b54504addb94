"""What is sent for a replay, and the answers about one: how far it is, and what does not replay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pydantic import Field

from domain.repairs.plans import MOST_DOSSIERS, ByCodes, ByFilter
from domain.replays import (
    MOST_SAMPLED,
    FailedHistory,
    ReplayDifference,
    ReplayProblem,
    ReplayRun,
    ReplayState,
    ToldRemedy,
)
from domain.values import Bilingual, Code, Instant, Name, Strict, Value
from gateway.api.dossiers.search_bodies import DossierFilterBody

BUILD = "Bản chạy, như list_releases (the build, as list_releases names it)."


class BuildReplayBody(Strict):
    """On which build, and which histories: those of `codes`, of a `filter`, or of everything that is open."""

    build: Name = Field(description=BUILD)
    codes: tuple[Code, ...] | None = Field(
        default=None, min_length=1, max_length=MOST_DOSSIERS, description="Mã từng hồ sơ (codes of dossiers)."
    )
    filter: DossierFilterBody | None = Field(
        default=None, description="Bộ lọc của sổ, thay cho codes (the register's filter, instead of codes)."
    )
    sample: int | None = Field(
        default=None, ge=1, le=MOST_SAMPLED, description="Chỉ một mẫu, rải đều (a sample, spread over kinds)."
    )
    seed: int = Field(default=0, ge=0, le=2**31, description="Cùng số thì cùng mẫu (the same one, the same sample).")


class ReplayRunAnswer(Value):
    """One replay: on which build, of what, how far, and how it ended."""

    id: UUID
    href: str
    build: str = Field(description=BUILD)
    state: ReplayState
    state_words: Bilingual
    by: str = Field(description="`everything` mọi hồ sơ đang mở, `codes` theo mã, `filter` theo bộ lọc (how chosen).")
    codes: int | None = Field(description="Bao nhiêu mã đã nêu; null: không nêu mã (how many codes were named).")
    wanted: Mapping[str, Any] | None = Field(description="Bộ lọc, như sổ hiểu; null: không lọc (the filter).")
    sample: int | None = Field(description="Cỡ mẫu; null: tất cả (the size of the sample; null: all).")
    seed: int = Field(description="Số gieo của mẫu (the seed of the sample).")
    who: Code = Field(description="Mã người ra lệnh (who ordered it).")
    begun_at: Instant
    seen_at: Instant | None = Field(description="Tiến trình báo lần cuối; null: chưa nhận (its worker told last).")
    histories: int | None = Field(description="Bao nhiêu lịch sử; null: chưa liệt kê (how many; null: not listed yet).")
    looked: int = Field(description="Đã phát lại bao nhiêu (how many were replayed).")
    events: int = Field(description="Số sự kiện của chúng (their events).")
    failed: int = Field(description="Không phát lại được (how many do not replay).")
    absent: int = Field(description="Temporal không còn lịch sử (of which Temporal has no history).")
    per_second: int | None = Field(description="Lịch sử mỗi giây; null: chưa biết (histories a second).")
    cancelled_by: Code | None = Field(description="Mã người hủy (who cancelled it).")
    problem: ReplayProblem | None = Field(description="Vì sao bị ngắt; null: không (why it was broken off).")
    finished_at: Instant | None

    @classmethod
    def of(cls, run: ReplayRun) -> ReplayRunAnswer:
        """The replay with its words and its address."""
        selected, told = run.choice.selected, run.model_dump(exclude={"choice", "seconds", "problem"})
        return cls(
            **told, href=f"/v1/operations/replays/{run.id}", state=run.state, state_words=run.state.words,
            by=selected.by, codes=len(selected.codes) if isinstance(selected, ByCodes) else None,
            wanted=selected.wanted if isinstance(selected, ByFilter) else None, sample=run.choice.sample,
            seed=run.choice.seed, problem=run.problem,
            per_second=None if run.per_second is None else round(run.per_second),
        )  # fmt: skip


class ReplayPage(Value):
    """A page of replays, the newest first."""

    items: tuple[ReplayRunAnswer, ...]
    next: str | None
    previous: str | None


class FailedHistoryAnswer(Value):
    """A history that does not replay: the first event that differs, the line that asked, and the remedy.

    `code` None: Temporal has no history of the workflow.
    """

    number: int
    workflow: str = Field(description="Quy trình, thường là mã hồ sơ (the workflow, mostly a dossier's code).")
    run: str = Field(description="Lượt chạy (its run).")
    code: str | None = Field(description="Mã lỗi; null: không có lịch sử (the code; null: it has no history).")
    problem: str | None = Field(description="Lời của chương trình (the words of the program).")
    message: Bilingual | None
    difference: ReplayDifference | None
    remedy: ToldRemedy | None

    @classmethod
    def of(cls, one: FailedHistory) -> FailedHistoryAnswer:
        """The failure as flat fields."""
        failure = one.failure
        return cls(
            number=one.number, workflow=one.workflow, run=one.run, code=failure.code if failure else None,
            problem=failure.problem if failure else None, message=failure.message if failure else None,
            difference=failure.difference if failure else None, remedy=failure.remedy if failure else None,
        )  # fmt: skip


class ReplayAnswer(Value):
    """One replay, and a page of the histories that do not replay; the first 500 of them are kept."""

    replay: ReplayRunAnswer
    items: tuple[FailedHistoryAnswer, ...]
    next: str | None
    previous: str | None

    @classmethod
    def of(
        cls, run: ReplayRun, failures: Iterable[FailedHistory], next_: str | None = None, previous: str | None = None
    ) -> ReplayAnswer:
        """The replay with some of its failures."""
        items = tuple(map(FailedHistoryAnswer.of, failures))
        return cls(replay=ReplayRunAnswer.of(run), items=items, next=next_, previous=previous)
