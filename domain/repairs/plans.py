"""Plans of repairs: what was seen of each dossier, and what would be done. Nothing is repaired without a plan.

A plan is named by its hash, so what runs is what was seen. It is carried out on a dossier only while the dossier is as
the plan saw it (`changes_since`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from domain.canonical_json import canonical
from domain.errors import InvalidInput
from domain.messages.repairs import RepairRefusal
from domain.outside_systems import System
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RepairKind, RepairOrder
from domain.rules.rulebook import hash_of_text
from domain.values import Bilingual, Code, Hash, Instant, Name, Strict, Value

MOST_DOSSIERS = 10_000
"""A plan is read by a person before it runs. What concerns more dossiers is done in several plans."""

SLOWEST, FASTEST = 6, 60_000
"""Dossiers a minute."""

ALWAYS_BY_TWO = frozenset({RepairKind.MIGRATE, RepairKind.TERMINATE})
"""The kinds that need a second person however few dossiers they concern."""

MONEY_AND_SIGNATURES = frozenset({System.PAYMENTS.value, System.SIGNING.value})
"""The systems of which `BY_TWO_FOR_MONEY` asks nothing again without a second person."""

BY_TWO_FOR_MONEY = frozenset({RepairKind.RESET, RepairKind.MEND})
"""A reset asks for what was done long ago; where the program chose the repair, no person has yet looked at each."""


class ByCodes(Strict):
    """The dossiers were named one by one."""

    by: Literal["codes"] = "codes"
    codes: Annotated[tuple[Code, ...], Field(min_length=1, max_length=MOST_DOSSIERS)]


class ByFilter(Strict):
    """The dossiers that satisfied a search of the register. `wanted`: the conditions of the register's own filter."""

    by: Literal["filter"] = "filter"
    wanted: Annotated[Mapping[str, Any], Field(min_length=1)]


class ByCause(Strict):
    """The dossiers that had this cause when the plan was made. `wanted`: also satisfied these conditions, if any."""

    by: Literal["cause"] = "cause"
    cause: Cause
    wanted: Mapping[str, Any] = {}


class AllStuck(Strict):
    """The dossiers that were stuck when the plan was made, by a cause that a repair of a dossier removes.

    `wanted`: those of them that also satisfied these conditions, if any.
    """

    by: Literal["stuck"] = "stuck"
    wanted: Mapping[str, Any] = {}


class Everything(Strict):
    """Every dossier of the register."""

    by: Literal["everything"] = "everything"


Selection = Annotated[ByCodes | ByFilter | ByCause | AllStuck | Everything, Field(discriminator="by")]


class RepairPlan(Strict):
    """One order for an exact list of dossiers, as each of them was found.

    `per_minute`: dossiers a minute at most. `made_by` gave the order for the reason `why`.
    """

    order: RepairOrder
    selected: Selection
    findings: Annotated[tuple[Finding, ...], Field(min_length=1, max_length=MOST_DOSSIERS)]
    per_minute: Annotated[int, Field(ge=SLOWEST, le=FASTEST)] = 1_200
    made_by: Code
    made_at: Instant
    why: Name

    @model_validator(mode="after")
    def _names_each_dossier_once(self) -> Self:
        codes = [finding.dossier for finding in self.findings]
        if len(set(codes)) < len(codes):
            raise ValueError("a dossier stands twice in the plan")
        return self

    @property
    def hash(self) -> Hash:
        """The name of the plan: the SHA-256 of its canonical JSON."""
        return hash_of_text(canonical(self.model_dump(mode="json")).decode())

    @property
    def to_do(self) -> tuple[Finding, ...]:
        """The dossiers that the plan repairs, in its order."""
        return tuple(finding for finding in self.findings if finding.refused is None)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The dossiers on which the order cannot be carried out. They are listed, and nothing is done to them."""
        return tuple(finding for finding in self.findings if finding.refused is not None)

    def repair_of(self, finding: Finding) -> RepairKind:
        """The repair of this dossier: the one that was chosen for it, else the plan's."""
        return finding.chosen or self.order.kind

    @property
    def repairs(self) -> Mapping[RepairKind, int]:
        """How many dossiers get each repair, the most first. A plan that does not mend has one."""
        return dict(Counter(self.repair_of(finding) for finding in self.to_do).most_common())

    @property
    def calls_again(self) -> int:
        """How many calls to outside systems are made again."""
        return sum(len(finding.again) for finding in self.to_do)

    @property
    def harmless(self) -> Bilingual:
        """Why nothing is done twice outside, although calls are made again."""
        if RepairKind.RETRY not in self.repairs:
            return _SAME_IDS
        return _REFUSED_BEFORE if len(self.repairs) == 1 else _EITHER

    @property
    def lasts(self) -> timedelta:
        """About how long it takes at its rate. What each dossier needs to go on again is not in it."""
        return timedelta(seconds=-(-len(self.to_do) * 60 // self.per_minute))


_REFUSED_BEFORE = Bilingual(
    vi="Không việc nào làm hai lần: hệ thống đã từ chối nên chưa làm gì, và mỗi lời gọi mang một mã mới.",
    en="Nothing is done twice: the system refused and so did nothing, and each call has a new id.",
)
_EITHER = Bilingual(
    vi="Không việc nào làm hai lần: việc đã bị từ chối thì hệ thống chưa làm gì và lời gọi mang mã mới; mọi lời gọi "
    "khác mang mã cũ, và hệ thống chỉ làm mỗi mã một lần.",
    en="Nothing is done twice: what was refused was not done and is asked under a new id; each other call has its old "
    "id, and a system does each id once.",
)
_SAME_IDS = Bilingual(
    vi="Không việc nào làm hai lần: mỗi lời gọi mang mã cũ, và hệ thống chỉ làm mỗi mã một lần.",
    en="Nothing is done twice: each call has its old id, and a system does each id once.",
)


class SecondPersonBecause(StrEnum):
    """Why a plan needs the approval of a second operator."""

    SIZE = "size"
    KIND = "kind"
    EVERYTHING = "everything"
    MONEY_OR_SIGNATURE = "money_or_signature"

    @property
    def words(self) -> Bilingual:
        """The reason for people."""
        return _BECAUSE[self]


_BECAUSE = {
    SecondPersonBecause.SIZE: Bilingual(vi="nhiều hồ sơ", en="many dossiers"),
    SecondPersonBecause.KIND: Bilingual(vi="loại sửa này luôn cần hai người", en="this kind always needs two persons"),
    SecondPersonBecause.EVERYTHING: Bilingual(vi="chọn mọi hồ sơ", en="every dossier was chosen"),
    SecondPersonBecause.MONEY_OR_SIGNATURE: Bilingual(
        vi="sẽ gọi lại việc thu tiền hoặc ký số", en="money or a signature is asked for again"
    ),
}


def plan_of(
    order: RepairOrder,
    selected: Selection,
    findings: Iterable[Finding],
    *,
    per_minute: int,
    made_by: str,
    made_at: datetime,
    why: str,
) -> RepairPlan:
    """The plan for these findings, in the order of the codes.

    Raises InvalidInput `repair_matches_nothing` without a finding, `repair_too_large`.
    """
    listed = tuple(sorted({finding.dossier: finding for finding in findings}.values(), key=lambda one: one.dossier))
    if not listed:
        raise InvalidInput(RepairRefusal.REPAIR_MATCHES_NOTHING)
    require_readable(len(listed))
    return RepairPlan(
        order=order,
        selected=selected,
        findings=listed,
        per_minute=per_minute,
        made_by=made_by,
        made_at=made_at,
        why=why,
    )


def require_readable(dossiers: int) -> None:
    """Refuses a plan of more dossiers than one plan may have: InvalidInput `repair_too_large`."""
    if dossiers > MOST_DOSSIERS:
        raise InvalidInput(RepairRefusal.REPAIR_TOO_LARGE, most=MOST_DOSSIERS)


def second_person_because(plan: RepairPlan, alone: int) -> tuple[SecondPersonBecause, ...]:
    """Why the plan needs a second operator; empty when it needs none.

    `alone` is the parameter of the province: so many dossiers one operator may repair without another.
    """
    asked = {call.system for finding in plan.to_do for call in finding.again}
    because = {
        SecondPersonBecause.SIZE: len(plan.to_do) > alone,
        SecondPersonBecause.KIND: not ALWAYS_BY_TWO.isdisjoint({plan.order.kind, *plan.repairs}),
        SecondPersonBecause.EVERYTHING: isinstance(plan.selected, Everything),
        SecondPersonBecause.MONEY_OR_SIGNATURE: plan.order.kind in BY_TWO_FOR_MONEY
        and not asked.isdisjoint(MONEY_AND_SIGNATURES),
    }
    return tuple(reason for reason, holds in because.items() if holds)


class Change(Value):
    """One way in which a dossier differs from what its plan saw. `repair`: another one would be chosen for it now."""

    what: Literal["version", "run", "cause", "repair"]
    planned: str | None
    now: str | None


def changes_since(planned: Finding, now: Finding) -> tuple[Change, ...]:
    """What has changed at the dossier since the plan saw it. Empty: the plan still holds for it."""
    pairs: tuple[tuple[Literal["version", "run", "cause", "repair"], Any, Any], ...] = (
        ("version", planned.version, now.version),
        ("run", planned.run, now.run),
        ("cause", planned.cause, now.cause),
        ("repair", planned.chosen, now.chosen or planned.chosen),  # one that is refused now is told by its refusal
    )
    return tuple(
        Change(what=what, planned=_text(before), now=_text(after)) for what, before, after in pairs if before != after
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
