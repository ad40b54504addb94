"""Accounts for every dossier after the merger: where it moved, how, and whether any part was lost or changed."""

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
"""The dates that a merger never changes. It changes nothing of the timing either, except who has held the dossier."""


class MergerBalance(Strict):
    """How many dossiers moved in which way. The ways and `refused` add up to `dossiers`.

    `broken`: one line for each fault: a clock that changed, not exactly one competent unit or queue, or a unit that
    does not exist today. It is empty when the merger was right.
    """

    dossiers: int
    moved_whole: int
    moved_by_address: int
    waiting: int
    """In the coordination queue of the provincial centre: the unit was divided, and no address decides."""
    unchanged: int
    refused: int
    missing: int
    """Opened, but not in the rollout's list. Must be 0."""
    officers_unassigned: int
    """Dossiers whose officer belonged to a closed unit. The head of the new unit assigns them again."""
    units_closed: int
    units_receiving: int
    broken: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether every dossier is accounted for and nothing is broken."""
        counted = self.moved_whole + self.moved_by_address + self.waiting + self.unchanged + self.refused
        return counted == self.dossiers and not self.missing and not self.broken and not self.refused


def balance_of(
    before: dict[str, Dossier], after: dict[str, Dossier], items: Iterable[Item], organisation: Organisation, on: date
) -> MergerBalance:
    """The account. `before` and `after`: the dossiers by code. `items`: the rollout's result for each dossier."""
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
        broken=tuple(fault for code in before for fault in _faults(before[code], after.get(code), organisation, on)),
    )


def _way(item: Item) -> str:
    if item.state is ItemState.DONE:
        return "address" if item.detail.get("by") == "address" else "whole"
    return item.state.value


def _faults(before: Dossier, after: Dossier | None, organisation: Organisation, on: date) -> Iterable[str]:
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
