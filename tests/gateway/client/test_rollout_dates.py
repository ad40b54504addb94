"""Tests that a rollout's dates are written like all others: the hour, then the day."""

from __future__ import annotations

from uuid import UUID

from activities.rollouts.register import RolloutHead
from domain.rollouts.plans import RolloutKind
from gateway.cli.calendar_apply import _day
from gateway.cli.output import Output
from gateway.cli.rollout import _head_lines
from gateway.i18n.wording import at
from tests.support.small_province import at as instant


def test_a_rollout_s_dates_have_the_order_of_all_others() -> None:
    """The start and the moved dates of a rollout have the hour before the day."""
    begun = instant("2025-07-08 07:30")
    head = RolloutHead(
        id=UUID(int=1), kind=RolloutKind.CALENDAR, file_hash="a" * 64, who="van-hanh", why="Công điện 1", begun_at=begun
    )
    assert at(begun) == "07:30 08/07/2025"
    assert at(begun) in _head_lines(head, Output())[1]
    assert _day(begun.isoformat()) == at(begun)
