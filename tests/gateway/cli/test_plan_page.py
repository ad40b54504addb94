"""Tests of a plan of a repair as a person reads it."""

from __future__ import annotations

from datetime import datetime

import pytest

from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import RestartOrder
from domain.repairs.plans import AllStuck, ByCause, ByCodes, ByFilter, RepairPlan, Selection, plan_of
from domain.values import VIETNAM
from gateway.cli.ops.plan import codes_in
from gateway.cli.ops.plan_page import show_plan
from gateway.cli.output import PLAIN

STUCK = Finding(dossier="H42.12-261127-0001", version=3, run=None, cause=Cause.ENDED_EARLY)
SOUND = [
    Finding(dossier=f"H42.12-261127-1{number:03d}", version=3, run="r", cause=None, refused="restart_not_needed")
    for number in range(9)
]


def plan(selected: Selection) -> RepairPlan:
    """One stuck dossier among nine that need nothing."""
    options = {"per_minute": 600, "made_by": "op.1", "made_at": datetime(2026, 11, 27, tzinfo=VIETNAM), "why": "12"}
    return plan_of(RestartOrder(), selected, [STUCK, *SOUND], **options)  # type: ignore[arg-type]


def test_what_a_filter_meets_and_needs_nothing_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Nine sound dossiers are one line in a plan by filter or by cause. Codes that somebody named are all listed."""
    for selected in (ByFilter(wanted={"states": ["processing"]}), ByCause(cause=Cause.ENDED_EARLY)):
        show_plan(plan(selected), (), None, PLAIN)
        page = capsys.readouterr().out
        assert "9 hồ sơ khác khớp điều kiện nhưng không cần sửa" in page
        assert STUCK.dossier in page
        assert SOUND[0].dossier not in page
    assert "mọi hồ sơ kẹt vì quy trình đã dừng trước hồ sơ (ended_early)" in page
    show_plan(plan(AllStuck(wanted={"states": ["processing"]})), (), None, PLAIN)
    assert 'mọi hồ sơ kẹt mà sửa được; states ["processing"]' in capsys.readouterr().out
    named = ByCodes(codes=tuple(one.dossier for one in (STUCK, *SOUND)))
    show_plan(plan(named), (), None, PLAIN)
    assert SOUND[0].dossier in capsys.readouterr().out


def test_a_list_of_codes_is_read_in_both_forms() -> None:
    """Lines of `ops reconcile --out`, codes alone, and empty lines between them."""
    text = '{"code": "H42.12-261127-0001", "difference": "workflow_behind"}\n\n  H42.12-261127-0002 \n'
    assert codes_in(text) == ("H42.12-261127-0001", "H42.12-261127-0002")
