"""Every order in which the children of both groups can end, with every end of each, against a reading of the rules that
is independent of the engine: the whole and its children agree after each, and the whole ends with the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest

from domain.dossier.commands import Refuse, Withdraw
from domain.dossier.group_commands import ChildStatus
from domain.dossier.state import State
from domain.procedures.group import AfterFailure
from domain.procedures.procedure import Procedure
from tests.domain.dossier.test_interconnected import processed_and_stopped, resolve
from tests.support.families import Family, a_family
from tests.support.given import CITIZEN, HEAD, Case
from tests.support.small_province import BORN, DIED

ENDS = (ChildStatus.RESOLVED, ChildStatus.REFUSED, ChildStatus.WITHDRAWN, ChildStatus.STOPPED)
Ended = Mapping[str, ChildStatus]


@dataclass(frozen=True)
class Reading:
    """What the rules of a group say when these children have ended so, in this order."""

    group: Procedure
    ended: Ended

    @property
    def given_up(self) -> frozenset[str]:
        """Those whose turn will never come."""
        left = [child for child in self.group.children if child.code not in self.ended]
        if any(self._ends_all(child.code) for child in self.group.children):
            return frozenset(child.code for child in left)
        found: set[str] = set()
        for _ in left:
            lost = {code for code, end in self.ended.items() if end is not ChildStatus.RESOLVED} | found
            found |= {child.code for child in left if lost & set(child.needs_result_of)}
        return frozenset(found)

    @property
    def open(self) -> tuple[str, ...]:
        """Those that are under way."""
        over = self.ended.keys() | self.given_up
        results = {code for code, end in self.ended.items() if end is ChildStatus.RESOLVED}
        return tuple(
            child.code
            for child in self.group.children
            if child.code not in over and set(child.needs_result_of) <= results and set(child.starts_after) <= over
        )

    @property
    def state(self) -> State:
        """How the whole stands."""
        if self.open:
            return State.PROCESSING
        ends = set(self.ended.values())
        if ChildStatus.RESOLVED in ends:
            return State.RESOLVED
        return State.WITHDRAWN if ends == {ChildStatus.WITHDRAWN} else State.STOPPED

    def _ends_all(self, code: str) -> bool:
        rule = next(child for child in self.group.children if child.code == code)
        ends = {
            ChildStatus.REFUSED: rule.on_refused,
            ChildStatus.WITHDRAWN: rule.on_withdrawn,
            ChildStatus.STOPPED: rule.on_stopped,
        }
        return code in self.ended and ends.get(self.ended[code]) is AfterFailure.END_ALL


def end(family: Family, code: str, how: ChildStatus) -> None:
    """The authority of the child, or its applicant, ends it so, and the follower carries it on."""
    case = family.children[code]
    match how:
        case ChildStatus.RESOLVED:
            resolve(family, code)
        case ChildStatus.REFUSED:
            case.when(HEAD, Refuse(legal_basis="Điều 7"))
        case ChildStatus.WITHDRAWN:
            case.when(CITIZEN, Withdraw())
        case _:
            processed_and_stopped(case)
    family.follow()


def played_on(family: Family, group: Procedure, ended: Ended) -> int:
    """Ends each child that is under way in each way, and goes on from there; how many orders that were."""
    require_as_read(family, Reading(group, ended))
    under_way = Reading(group, ended).open
    orders = 0 if under_way else 1
    for code in under_way:
        for how in ENDS:
            other = as_it_stands(family)
            end(other, code, how)
            orders += played_on(other, group, {**ended, code: how})
    return orders


def as_it_stands(family: Family) -> Family:
    """The same dossiers, which can go another way."""
    whole, children = family.whole, family.children
    return Family(replace_of(whole), {name: replace_of(case) for name, case in children.items()})


def replace_of(case: Case) -> Case:
    """Another case with the same dossier: what it holds is immutable, but for the list of its events."""
    return replace(case, events=list(case.events))


def require_as_read(family: Family, read: Reading) -> None:
    """Who is open, who is given up, how each ended, and how the whole stands; and the two agree."""
    given_up, under_way = dict.fromkeys(read.given_up, ChildStatus.GIVEN_UP), dict.fromkeys(read.open, ChildStatus.OPEN)
    known = {one: how for one, how in family.statuses().items() if how is not ChildStatus.WAITING}
    assert known == {**given_up, **under_way, **read.ended}
    assert family.whole.dossier.state is read.state, read.ended
    assert family.disagreements() == []


@pytest.mark.parametrize("group", [BORN, DIED], ids=["birth", "death"])
def test_the_whole_and_its_children_agree_after_each_end(group: Procedure) -> None:
    """In at least thirty orders for each group."""
    assert played_on(a_family(group), group, {}) >= 30
