"""Tests of the drill's balance, which finds lost, broken and uncounted dossiers, and of drawing its dossiers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.dossier import state
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.rollouts.plans import Item, ItemState
from tests.support.given import processing
from tests.support.ninh_binh import TODAY, ninh_binh
from tests.support.small_province import CENTRE, ORGANISATION
from tools.merger_drill.balance import MergerBalance, balance_of
from tools.merger_drill.opening import draw
from tools.merger_drill.pre_merger import before_merger

DOSSIER = processing().dossier
DAY = DOSSIER.updated_at.date() if DOSSIER.updated_at else TODAY


def accounted(after: Dossier | None, *items: Item) -> MergerBalance:
    """The account of one dossier."""
    return balance_of({DOSSIER.code: DOSSIER}, {after.code: after} if after else {}, items, ORGANISATION, DAY)


def an_item(state: ItemState = ItemState.DONE, **detail: Any) -> Item:
    """The rollout's entry of the dossier."""
    return Item(dossier=DOSSIER.code, state=state, detail={"by": "whole", "moves": [], **detail})


def test_a_dossier_that_moved_and_lost_nothing_is_sound() -> None:
    """A dossier that moved as a whole is counted once, and nothing is broken."""
    found = accounted(DOSSIER, an_item())
    assert (found.moved_whole, found.missing, found.broken, found.sound) == (1, 0, (), True)
    assert accounted(DOSSIER, an_item(by="address")).moved_by_address == 1
    assert accounted(DOSSIER, an_item(ItemState.WAITING)).waiting == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"promised_due": DOSSIER.deadlines.promised_due and DOSSIER.deadlines.promised_due + timedelta(seconds=1)},
            "promised_due changed",
        ),
        ({"timing": None}, "timing changed"),
        ({"queue": CENTRE}, "queue=H42.01"),
        ({"competent": None}, "competent=None"),
        ({"competent": "99999"}, "does not exist"),
        ({"responsible": None}, "nobody is responsible"),
    ],
)
def test_whatever_is_broken_is_found(change: dict[str, Any], fault: str) -> None:
    """A changed clock, a wrong number of places, an unknown unit or no responsible unit is found."""
    found = accounted(state.DOSSIER.validate_python({**state.snapshot_of(DOSSIER), **change}), an_item())
    assert fault in "; ".join(found.broken)
    assert not found.sound


def test_whatever_is_missing_is_found() -> None:
    """A dossier that is lost, not listed, refused or left over makes the account unsound."""
    assert not accounted(None, an_item()).sound
    assert accounted(DOSSIER).missing == 1
    assert not accounted(DOSSIER).sound
    assert not accounted(DOSSIER, an_item(ItemState.REFUSED)).sound
    assert not accounted(DOSSIER, an_item(ItemState.PENDING)).sound


def test_the_same_seed_draws_the_same_dossiers_over_every_old_unit() -> None:
    """398 dossiers are one for each old unit; the same seed gives the same ones, another seed others."""
    pre_merger = before_merger(ninh_binh(), TODAY)
    drawn = draw(pre_merger, 398, 1)
    assert drawn == draw(pre_merger, 398, 1)
    assert drawn != draw(pre_merger, 398, 2)
    assert len({one.submission.matter.territory for one in drawn}) == 398


def test_a_day_on_which_nothing_merged_cannot_be_drilled() -> None:
    """A day on which no unit closed is refused."""
    with pytest.raises(NotFound) as refused:
        before_merger(ninh_binh(), TODAY, merger_day=TODAY)
    assert refused.value.code == "no_merger_on"
