"""Interconnected procedures (liên thông) as data: one procedure whose work is that of its children.

The parent is what the applicant files: one dossier, one fee, one promised date. Each child is a dossier of its own at
its own authority, which the rules of the child's own procedure find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.deadlines.limits import Limit, LimitUnit
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Strict

ADDABLE = (LimitUnit.WORKING_DAY, LimitUnit.HOUR, LimitUnit.SAME_DAY)
"""Limits in working time. How long calendar days and months are depends on where they begin: they have no sum."""
HOURS_A_DAY = 8


class AfterFailure(StrEnum):
    """What happens to the others when a child ends without a result."""

    GO_ON = "go_on"
    """The others go on; none of them may need the result."""
    END_DEPENDANTS = "end_dependants"
    """Those that need the result are given up, and those that need theirs; the others go on."""
    END_ALL = "end_all"
    """Whatever has not ended is given up or stopped."""


class WhenLate(StrEnum):
    """What happens to the others when a child is late."""

    WAIT = "wait"
    START_FOLLOWERS = "start_followers"
    """Those that only start after it start now. Whatever needs its result waits for it."""


class Child(Strict):
    """One procedure of a group: what it needs of the others, and what its end means for them."""

    code: Code
    """Its name inside the group."""
    procedure: Code
    needs_result_of: tuple[Code, ...] = ()
    """It is opened when each of these children has a result."""
    starts_after: tuple[Code, ...] = ()
    """It is opened when each of these children has ended, with a result or without."""
    limit: Limit | None = None
    """The working time that the group plans for it; None: the published limit of its procedure."""
    fee: Annotated[int, Field(ge=0, le=10_000_000_000, strict=True)] | None = None
    """Its part of the one fee, in dong; None: the published fee of its procedure."""
    on_refused: AfterFailure = AfterFailure.END_DEPENDANTS
    on_withdrawn: AfterFailure = AfterFailure.END_DEPENDANTS
    on_stopped: AfterFailure = AfterFailure.END_DEPENDANTS
    on_late: WhenLate = WhenLate.WAIT

    @property
    def before(self) -> tuple[Code, ...]:
        """The children that come before it, each once."""
        return tuple(dict.fromkeys((*self.needs_result_of, *self.starts_after)))


def require_consistent_group(parent: str, children: tuple[Child, ...]) -> None:
    """Refuses a group that could not be carried out, or in which a child would wait for ever."""
    fault = next(_faults(parent, children), None)
    if fault is not None:
        raise fault


def _faults(parent: str, children: tuple[Child, ...]) -> Iterator[Inconsistent]:
    if len(children) == 1:
        yield Inconsistent(ConfigurationFault.GROUP_OF_ONE, procedure=parent, child=children[0].code)
    yield from _repeated(parent, children)
    known = {child.code: child for child in children}
    for child in children:
        for other in child.before:
            if other not in known:
                yield Inconsistent(
                    ConfigurationFault.CHILD_NEEDS_UNKNOWN, procedure=parent, child=child.code, needed=other
                )
    circle = _circle(known)
    if circle:
        yield Inconsistent(ConfigurationFault.CHILDREN_IN_A_CIRCLE, procedure=parent, circle=" → ".join(circle))
    yield from _waiting_for_ever(parent, children)


def _repeated(parent: str, children: tuple[Child, ...]) -> Iterator[Inconsistent]:
    for names in ([child.code for child in children], [child.procedure for child in children]):
        twice = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
        if twice:
            yield Inconsistent(ConfigurationFault.CHILD_TWICE, procedure=parent, twice=twice)
    if parent in {child.procedure for child in children}:
        yield Inconsistent(ConfigurationFault.CHILDREN_IN_A_CIRCLE, procedure=parent, circle=f"{parent} → {parent}")


def _circle(known: Mapping[str, Child]) -> tuple[str, ...]:
    """Children that wait for each other in a circle; empty if there is none."""
    left = dict(known)
    while True:
        free = [code for code, child in left.items() if not set(child.before) & left.keys()]
        if not free:
            break
        for code in free:
            del left[code]
    if not left:
        return ()
    path = [next(iter(left))]
    while path[-1] not in path[:-1]:
        path.append(next(code for code in left[path[-1]].before if code in left))
    return tuple(path[path.index(path[-1]) :])


def _waiting_for_ever(parent: str, children: tuple[Child, ...]) -> Iterator[Inconsistent]:
    """A child that needs a result which will never come would wait for ever if the group simply went on."""
    for child in children:
        rules = {"on_refused": child.on_refused, "on_withdrawn": child.on_withdrawn, "on_stopped": child.on_stopped}
        waiting = tuple(other.code for other in children if child.code in other.needs_result_of)
        for rule, outcome in rules.items():
            if waiting and outcome is AfterFailure.GO_ON:
                yield Inconsistent(
                    ConfigurationFault.CHILD_WAITS_FOR_EVER,
                    procedure=parent,
                    child=child.code,
                    rule=rule,
                    waiting=waiting,
                    outcome=outcome,
                    allowed=(AfterFailure.END_DEPENDANTS, AfterFailure.END_ALL),
                )


def in_order(children: tuple[Child, ...]) -> tuple[Child, ...]:
    """The children, each after those that come before it; otherwise as they are written."""
    placed: list[Child] = []
    left = list(children)
    while left:
        done = {child.code for child in placed}
        child = next(one for one in left if set(one.before) <= done)
        placed.append(child)
        left.remove(child)
    return tuple(placed)


def working_hours(limit: Limit) -> int:
    """The limit in working hours; it must be `ADDABLE`."""
    return limit.amount * (1 if limit.unit is LimitUnit.HOUR else HOURS_A_DAY)
