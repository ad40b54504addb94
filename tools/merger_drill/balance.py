"""Accounts for every dossier after the merger: where it went and how, and that nothing of it was lost or broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from domain.deadlines.timing import Timing
from domain.dossier.state import Dossier
from domain.organisation.organisation import Organisation
from domain.rollouts.plans import Item, ItemState
from domain.values import Strict

CLOCKS = ("statutory_due", "promised_due", "printed_promise")
"""What a merger never changes, to the second; nor the timing, but for who has had the dossier since when."""


class MergerBalance(Strict):
    """The sum of `moved_whole`, `moved_by_address`, `waiting`, `unchanged` and `refused` is `dossiers`.

    `broken`: dossiers with a clock that changed, without exactly one competent unit or queue, or whose units do not
    exist today; each with what is wrong. Empty when the merger was sound.
    """

    dossiers: int
    moved_whole: int
    moved_by_address: int
    waiting: int
    """In the coordination queue of the provincial centre: divided, and no address decides."""
    unchanged: int
    refused: int
    missing: int
    """Opened, but not on the rollout's list: must be 0."""
    officers_unassigned: int
    """Dossiers whose officer belonged to a unit that is gone: the head of the new unit assigns anew."""
    units_closed: int
    units_receiving: int
    broken: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Every dossier is accounted for, and none is broken."""
        counted = self.moved_whole + self.moved_by_address + self.waiting + self.unchanged + self.refused
        return counted == self.dossiers and not self.missing and not self.broken and not self.refused


def balance_of(
    before: dict[str, Dossier], after: dict[str, Dossier], items: Iterable[Item], organisation: Organisation, on: date
) -> MergerBalance:
    """`before` and `after` are the dossiers by code; `items` what the rollout says of each."""
    listed = {item.dossier: item for item in items if item.dossier in before}
    ways = Counter(_way(item) for item in listed.values())
    moves = [move for item in listed.values() for move in item.detail.get("moves", ())]
    return MergerBalance(
        dossiers=len(before),
        moved_whole=ways["whole"],
        moved_by_address=ways["address"],
        waiting=ways["waiting"],
        unchanged=ways["unchanged"],
        refused=ways["refused"] + ways["pending"],
        missing=len(before) - len(listed),
        officers_unassigned=sum(bool(item.detail.get("assignee_cleared")) for item in listed.values()),
        units_closed=len({move["old"] for move in moves}),
        units_receiving=len({move["new"] for move in moves}),
        broken=tuple(told for code in before for told in _broken(before[code], after.get(code), organisation, on)),
    )


def _way(item: Item) -> str:
    if item.state is ItemState.DONE:
        return "address" if item.detail.get("by") == "address" else "whole"
    return item.state.value


def _broken(before: Dossier, after: Dossier | None, organisation: Organisation, on: date) -> Iterable[str]:
    if after is None:
        yield f"{before.code}: lost"
        return
    for name in CLOCKS:
        if getattr(before.deadlines, name) != getattr(after.deadlines, name):
            yield f"{before.code}: {name} changed"
    if _clock(before) != _clock(after):
        yield f"{before.code}: timing changed"
    if (after.routing.competent is None) == (after.routing.queue is None):
        yield f"{before.code}: competent={after.routing.competent} queue={after.routing.queue}"
    for name in ("received_by", "competent", "queue", "responsible"):
        code = getattr(after.routing, name)
        if code is not None and organisation.find(code, on) is None:
            yield f"{before.code}: {name} {code} does not exist on {on}"
    if after.routing.responsible is None:
        yield f"{before.code}: nobody is responsible"


def _clock(dossier: Dossier) -> Timing | None:
    timing = dossier.deadlines.timing
    return timing.model_copy(update={"holdings": ()}) if timing else None
