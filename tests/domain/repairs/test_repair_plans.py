"""A plan of a repair: what it is named by, when it needs two persons, and when it does not hold any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import InvalidInput
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from domain.repairs.orders import (
    FastForwardOrder,
    MendOrder,
    MigrateOrder,
    RepairKind,
    RepairOrder,
    ResetOrder,
    RestartOrder,
    RetryOrder,
    TerminateOrder,
    ToEvent,
)
from domain.repairs.plans import (
    ByCodes,
    ByFilter,
    Everything,
    RepairPlan,
    SecondPersonBecause,
    changes_since,
    plan_of,
    second_person_because,
)
from domain.values import VIETNAM

NOON = datetime(2026, 11, 27, 12, tzinfo=VIETNAM)
ALONE = 20
RESTART = RestartOrder()
FILTERED = ByFilter(wanted={"states": ["processing"]})
SIGNING = (AskedAgain(effect="sign/1", system="signing"),)


def stuck(number: int, **changes: Any) -> Finding:
    """A dossier whose task fails."""
    seen = Finding(dossier=f"H42.12-261127-{number:04}", version=3, run="a-run", cause=Cause.TASK_FAILS)
    return seen.model_copy(update=changes)


def plan(
    count: int = 1,
    order: RepairOrder = RESTART,
    selected: ByCodes | ByFilter | Everything = FILTERED,
    **changes: Any,
) -> RepairPlan:
    """A plan for so many stuck dossiers."""
    findings = [stuck(number, **changes) for number in range(1, count + 1)]
    return plan_of(order, selected, findings, per_minute=600, made_by="op.1", made_at=NOON, why="Sự cố 12")


def test_a_plan_is_named_by_all_that_it_says() -> None:
    """The hash is the same after the plan was written and read, and another for each changed part."""
    seen = plan(3)
    assert RepairPlan.model_validate_json(seen.model_dump_json(indent=2)).hash == seen.hash
    others = [
        plan(2),
        plan(3, version=4),
        plan(3, order=RestartOrder(although_sound=True)),
        plan(3, selected=Everything()),
        seen.model_copy(update={"made_by": "op.2"}),
        seen.model_copy(update={"why": "Sự cố 13"}),
        seen.model_copy(update={"per_minute": 60}),
        seen.model_copy(update={"made_at": NOON + timedelta(seconds=1)}),
    ]
    assert len({seen.hash, *(other.hash for other in others)}) == 9


def test_the_list_is_exact_and_in_the_order_of_the_codes() -> None:
    """A dossier that was found twice stands once; a file in which one stands twice cannot be read."""
    made = plan_of(
        RestartOrder(),
        Everything(),
        [stuck(2), stuck(1), stuck(2)],
        per_minute=60,
        made_by="op.1",
        made_at=NOON,
        why="?",
    )
    assert [one.dossier for one in made.findings] == [stuck(1).dossier, stuck(2).dossier]
    twice = made.model_dump(mode="json")
    twice["findings"].append(twice["findings"][0])
    with pytest.raises(ValidationError):
        RepairPlan.model_validate(twice)


def test_a_plan_for_nothing_is_refused() -> None:
    """A filter that matches no dossier gives no plan."""
    with pytest.raises(InvalidInput) as refused:
        plan(0)
    assert refused.value.code == "repair_matches_nothing"
    with pytest.raises(InvalidInput) as too_large:
        plan(10_001)
    assert too_large.value.code == "repair_too_large"


def test_what_cannot_be_repaired_is_listed_and_not_done() -> None:
    """Refused dossiers stand in the plan; they count neither for its size nor for its time."""
    mixed = (*plan(2).findings, stuck(3, refused="restart_not_needed", again=SIGNING))
    made = plan_of(RestartOrder(), Everything(), mixed, per_minute=60, made_by="op.1", made_at=NOON, why="Sự cố 12")
    assert ([one.dossier for one in made.refused], len(made.to_do)) == ([stuck(3).dossier], 2)
    assert (made.lasts, made.calls_again) == (timedelta(seconds=2), 0)


@pytest.mark.parametrize(
    ("made", "because"),
    [
        (plan(ALONE), ()),
        (plan(ALONE + 1), (SecondPersonBecause.SIZE,)),
        (plan(order=MigrateOrder()), (SecondPersonBecause.KIND,)),
        (plan(order=TerminateOrder()), (SecondPersonBecause.KIND,)),
        (plan(selected=Everything()), (SecondPersonBecause.EVERYTHING,)),
        (plan(ALONE + 1, selected=ByCodes(codes=("H42.12-261127-0001",))), (SecondPersonBecause.SIZE,)),
        (
            plan(
                order=ResetOrder(to=ToEvent(event=7)), again=(AskedAgain(effect="payment-order/1", system="payments"),)
            ),
            (SecondPersonBecause.MONEY_OR_SIGNATURE,),
        ),
        (
            plan(order=ResetOrder(to=ToEvent(event=7)), again=(AskedAgain(effect="identity/1", system="population"),)),
            (),
        ),
        (plan(order=RetryOrder(), again=SIGNING), ()),
        (plan(order=MendOrder(), chosen=RepairKind.RESTART), ()),
        (
            plan(order=MendOrder(), chosen=RepairKind.FAST_FORWARD, again=SIGNING),
            (SecondPersonBecause.MONEY_OR_SIGNATURE,),
        ),
        (plan(order=FastForwardOrder()), ()),
    ],
)
def test_when_a_second_person_is_needed(made: RepairPlan, because: tuple[SecondPersonBecause, ...]) -> None:
    """Over a size, for a kind, for every dossier, and when a reset, or a repair that the program chose, asks again for
    money or a signature."""
    assert second_person_because(made, ALONE) == because
    assert all(one.words.vi and one.words.en for one in because)


def test_a_plan_that_mends_counts_each_repair_that_was_chosen() -> None:
    """Only dossiers that are repaired count, and it says why nothing is done twice by any of the repairs."""
    chosen = [RepairKind.RESTART, RepairKind.RETRY, RepairKind.RESTART, RepairKind.FAST_FORWARD]
    findings = [stuck(number, chosen=kind) for number, kind in enumerate(chosen, start=1)]
    findings[3] = findings[3].model_copy(update={"refused": "nothing_waits"})
    made = plan_of(MendOrder(), FILTERED, findings, per_minute=60, made_by="op.1", made_at=NOON, why="Sự cố 12")
    assert made.repairs == {RepairKind.RESTART: 2, RepairKind.RETRY: 1}
    assert ("old id" in made.harmless.en, "new id" in made.harmless.en) == (True, True)
    assert "old id" not in plan(order=RetryOrder()).harmless.en
    assert (plan(3).repairs, plan(3).repair_of(stuck(1))) == ({RepairKind.RESTART: 3}, RepairKind.RESTART)


def test_a_plan_of_an_earlier_release_keeps_its_hash() -> None:
    """Releases that chose no repair wrote no such field. A choice is a part of what the hash names."""
    assert plan().hash == "2781606e6772297f16ccae0a2a018e0c440ca0a285348c5a735e3c53dec2713a"
    assert plan(chosen=RepairKind.RESTART).hash != plan().hash


@given(st.integers(1, 60), st.integers(0, 60))
def test_the_size_alone_decides_by_the_parameter(count: int, alone: int) -> None:
    """An ordinary repair needs two persons exactly when it has more dossiers than one may repair."""
    assert bool(second_person_because(plan(count), alone)) is (count > alone)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({}, []),
        ({"code": "NonDeterministicError", "again": (AskedAgain(effect="sign/1", system="signing"),)}, []),
        ({"version": 4}, [("version", "3", "4")]),
        ({"run": None}, [("run", "a-run", None)]),
        ({"cause": None}, [("cause", "task_fails", None)]),
        ({"chosen": RepairKind.RETRY}, [("repair", "restart", "retry")]),
        ({"chosen": None}, []),
        ({"run": "b", "cause": Cause.ENDED_EARLY}, [("run", "a-run", "b"), ("cause", "task_fails", "ended_early")]),
    ],
)
def test_a_plan_holds_while_version_run_cause_and_repair_are_the_same(
    changes: dict[str, Any], what: list[tuple[str, str | None, str | None]]
) -> None:
    """What changed is named with both values. Where no repair is chosen now, the refusal says why."""
    planned = stuck(1, chosen=RepairKind.RESTART)
    found = changes_since(planned, planned.model_copy(update=changes))
    assert [(one.what, one.planned, one.now) for one in found] == what
