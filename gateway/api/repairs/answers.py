"""The answers about plans of repairs: one of them, a page of them, and what a plan found at each dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pydantic import Field

from activities.repairs.plan_lists import RepairPlanHead
from activities.repairs.register import RepairApproval
from activities.rollouts.register import RolloutHead
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from domain.repairs.orders import RepairKind, RepairOrder
from domain.repairs.plans import AllStuck, ByCause, ByCodes, ByFilter, RepairPlan, SecondPersonBecause, Selection
from domain.rollouts.plans import RolloutProgress
from domain.values import Bilingual, Code, Hash, Instant, Value
from gateway.api.rollouts.answers import ProgressAnswer, RolloutState, state_of
from gateway.i18n.wording import cause_name, say, system_name


class RepairCallAnswer(Value):
    """A call to an outside system that the repair makes again."""

    effect: str = Field(description="Việc gọi, như register/1 (the call).")
    system: str
    system_words: Bilingual

    @classmethod
    def of(cls, call: AskedAgain) -> RepairCallAnswer:
        """The call with the name of its system."""
        return cls(effect=call.effect, system=call.system, system_words=system_name(call.system))


class RepairFindingAnswer(Value):
    """One dossier as the plan saw it."""

    dossier: Code
    href: str
    version: int
    run: str | None
    cause: Cause | None
    cause_words: Bilingual | None
    code: str | None
    code_words: Bilingual | None
    chosen: RepairKind | None
    chosen_words: Bilingual | None
    again: tuple[RepairCallAnswer, ...]
    refused: str | None
    refused_because: Bilingual | None

    @classmethod
    def of(cls, one: Finding) -> RepairFindingAnswer:
        """The finding with its words."""
        return cls(
            **one.model_dump(exclude={"again", "chosen"}), chosen=one.chosen,
            chosen_words=one.chosen.words if one.chosen else None, href=f"/v1/dossiers/{one.dossier}",
            cause_words=one.cause.words if one.cause else None, code_words=cause_name(one.code) if one.code else None,
            again=tuple(map(RepairCallAnswer.of, one.again)),
        )  # fmt: skip


class RepairFindingPage(Value):
    """A page of the findings of a plan within the caller's scope, in the order of their codes."""

    items: tuple[RepairFindingAnswer, ...]
    next: str | None
    previous: str | None


class RepairSelectionAnswer(Value):
    """How the dossiers were chosen."""

    by: str = Field(
        description="`codes` theo mã, `filter` theo bộ lọc, `cause` theo nguyên nhân, `stuck` mọi hồ sơ kẹt, "
        "`everything` (how)."
    )
    codes: int | None = Field(description="Bao nhiêu mã đã nêu; null: không nêu mã (how many codes were named).")
    wanted: Mapping[str, Any] | None = Field(description="Bộ lọc, như sổ hiểu; null: không lọc (the filter).")
    cause: Cause | None = Field(description="Nguyên nhân; null: không chọn theo nguyên nhân (the cause).")

    @classmethod
    def of(cls, one: Selection) -> RepairSelectionAnswer:
        """The selection. The codes are those of the findings."""
        return cls(
            by=one.by, codes=len(one.codes) if isinstance(one, ByCodes) else None,
            wanted=one.wanted if isinstance(one, ByFilter | ByCause | AllStuck) else None,
            cause=one.cause if isinstance(one, ByCause) else None,
        )  # fmt: skip


class RefusedCount(Value):
    """How many dossiers the order cannot be carried out on, for one reason."""

    code: str
    dossiers: int


class RepairCount(Value):
    """How many dossiers of a plan get one kind of repair."""

    repair: RepairKind
    repair_words: Bilingual
    dossiers: int


class CallsOfSystem(Value):
    """How many calls to one outside system are made again."""

    system: str
    system_words: Bilingual
    calls: int


class SecondPersonAnswer(Value):
    """One reason why a second operator must approve."""

    because: SecondPersonBecause
    because_words: Bilingual


class RepairApprovalAnswer(Value):
    """Who approved the plan."""

    who: Code
    why: str
    at: Instant


class RepairRunLine(Value):
    """The run of a plan, which is a rollout."""

    id: UUID
    href: str
    state: RolloutState
    finished_at: Instant | None
    abandoned_at: Instant | None


class RepairRunAnswer(RepairRunLine):
    """The run, and how far it is."""

    items: str = Field(description="Địa chỉ kết quả từng hồ sơ (the address of the outcome of each dossier).")
    who: Code
    begun_at: Instant
    progress: ProgressAnswer

    @classmethod
    def of(cls, head: RolloutHead, progress: RolloutProgress) -> RepairRunAnswer:
        """The run with its addresses."""
        href = f"/v1/rollouts/{head.id}"
        return cls(
            **head.model_dump(), href=href, items=f"{href}/items", state=state_of(head),
            progress=ProgressAnswer.counted(progress),
        )  # fmt: skip


class RepairPlanAnswer(Value):
    """A plan: what was ordered, what it would do and ask outside again, what it still needs, and its run."""

    hash: Hash
    href: str
    order: RepairOrder
    kind_words: Bilingual
    selected: RepairSelectionAnswer
    made_by: Code
    made_at: Instant
    why: str
    per_minute: int
    dossiers: int
    to_do: int
    refused: int
    repair_counts: tuple[RepairCount, ...]
    refused_counts: tuple[RefusedCount, ...]
    calls_again: int
    calls: tuple[CallsOfSystem, ...]
    harmless: Bilingual
    lasts_seconds: int
    second_person: tuple[SecondPersonAnswer, ...]
    approvals: tuple[RepairApprovalAnswer, ...]
    run: RepairRunAnswer | None
    findings: tuple[RepairFindingAnswer, ...]
    findings_href: str

    @classmethod
    def of(
        cls,
        plan: RepairPlan,
        *,
        because: Iterable[SecondPersonBecause],
        approvals: Iterable[RepairApproval],
        run: RepairRunAnswer | None,
        first: Iterable[Finding],
    ) -> RepairPlanAnswer:
        """The plan with what follows from it. `first`: the findings that are shown at once."""
        href = f"/v1/repairs/{plan.hash}"
        return cls(
            hash=plan.hash, href=href, order=plan.order, kind_words=plan.order.kind.words,
            selected=RepairSelectionAnswer.of(plan.selected), made_by=plan.made_by, made_at=plan.made_at, why=plan.why,
            per_minute=plan.per_minute, dossiers=len(plan.findings), to_do=len(plan.to_do), refused=len(plan.refused),
            repair_counts=_repair_counts(plan), refused_counts=_refused_counts(plan), calls_again=plan.calls_again,
            calls=_calls(plan), harmless=plan.harmless, lasts_seconds=round(plan.lasts.total_seconds()),
            second_person=tuple(SecondPersonAnswer(because=one, because_words=one.words) for one in because),
            approvals=tuple(RepairApprovalAnswer(**one.model_dump()) for one in approvals), run=run,
            findings=tuple(map(RepairFindingAnswer.of, first)), findings_href=f"{href}/findings",
        )  # fmt: skip


def _repair_counts(plan: RepairPlan) -> tuple[RepairCount, ...]:
    return tuple(
        RepairCount(repair=kind, repair_words=kind.words, dossiers=count) for kind, count in plan.repairs.items()
    )


def _refused_counts(plan: RepairPlan) -> tuple[RefusedCount, ...]:
    counted = Counter(one.refused for one in plan.refused)
    return tuple(RefusedCount(code=code or "", dossiers=count) for code, count in counted.most_common())


def _calls(plan: RepairPlan) -> tuple[CallsOfSystem, ...]:
    counted = Counter(call.system for one in plan.to_do for call in one.again)
    return tuple(
        CallsOfSystem(system=system, system_words=system_name(system), calls=count)
        for system, count in counted.most_common()
    )


class RepairPlanLine(Value):
    """One plan in the list."""

    hash: Hash
    href: str
    kind: str = Field(description="Loại sửa, như order.kind (the kind of repair).")
    kind_words: Bilingual
    made_by: Code
    made_at: Instant
    why: str
    dossiers: int
    to_do: int
    approved: bool
    run: RepairRunLine | None

    @classmethod
    def of(cls, head: RepairPlanHead) -> RepairPlanLine:
        """The line with its addresses."""
        known = head.kind in tuple(RepairKind)
        words = RepairKind(head.kind).words if known else say(head.kind, head.kind)
        told = head.model_dump(exclude={"run", "finished_at", "abandoned_at"})
        return cls(**told, href=f"/v1/repairs/{head.hash}", kind_words=words, run=_run_line(head))


def _run_line(head: RepairPlanHead) -> RepairRunLine | None:
    if head.run is None:
        return None
    return RepairRunLine(
        id=head.run, href=f"/v1/rollouts/{head.run}", state=state_of(head), finished_at=head.finished_at,
        abandoned_at=head.abandoned_at,
    )  # fmt: skip


class RepairPlanPage(Value):
    """A page of plans, the newest first."""

    items: tuple[RepairPlanLine, ...]
    next: str | None
    previous: str | None
