"""The events of an interconnected dossier: its plan, and what became of its children."""

from __future__ import annotations

from typing import Literal

from domain.deadlines.limits import Limit
from domain.dossier.events.base import BaseEvent, Due
from domain.dossier.group_commands import ChildStatus
from domain.procedures.critical_path import PlannedChild
from domain.values import Code, DocumentNumber, Instant, Name


class ChildrenPlanned(BaseEvent):
    """The plan at the intake: the parts of the fee, and the chain of children that gives the promised date."""

    kind: Literal["children_planned"] = "children_planned"
    children: tuple[PlannedChild, ...]
    limit: Limit
    fee: int | None


class ChildReported(BaseEvent):
    """How a child stands: opened, needs papers, has its result, or ended without one. `seen`: its dossier's version."""

    kind: Literal["child_reported"] = "child_reported"
    child: Code
    name: Name
    """The name of its procedure, for people."""
    dossier: Code
    seen: int
    status: ChildStatus
    due: Instant | None = None
    result_number: DocumentNumber | None = None
    documents: tuple[Code, ...] = ()


class ChildLate(BaseEvent):
    """A child's own date has passed. Its authority answers for it; the promised date of the whole is unchanged."""

    kind: Literal["child_late"] = "child_late"
    child: Code
    name: Name
    """The name of its procedure, for people."""
    dossier: Code
    due: Instant


class ChildGivenUp(BaseEvent):
    """A child is not opened any more, because of how another one ended."""

    kind: Literal["child_given_up"] = "child_given_up"
    child: Code
    name: Name
    because_of: Name
    """The name of the procedure that ended."""
    ended: ChildStatus


class SupplementLapsed(BaseEvent):
    """No child needs the papers any more that were asked of the applicant: the clocks go on."""

    kind: Literal["supplement_lapsed"] = "supplement_lapsed"
    due: Due


GroupEvent = ChildrenPlanned | ChildReported | ChildLate | ChildGivenUp | SupplementLapsed
