"""How much work an officer has: the working time that the open items still need, and when a new one would be reached.

Nobody measures how long an officer works on an item. It is estimated from the limit and the step's share of it, with
figures that are data of the province (`AssignmentRules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.deadlines.limits import LimitUnit
from domain.organisation.assignment_rules import AssignmentRules
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Role
from domain.values import Code

_MINUTES_OF = {
    LimitUnit.HOUR: 60,
    LimitUnit.SAME_DAY: 480,
    LimitUnit.WORKING_DAY: 480,
    LimitUnit.CALENDAR_DAY: 343,
    LimitUnit.MONTH: 22 * 480,
}
"""The working minutes of a limit, about: days of eight hours, five days in seven."""


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """One open item of an officer. `minutes`: the working time that it still needs, as estimated."""

    dossier: Code
    minutes: int
    due: datetime | None = None
    waits: bool = False
    """True while it waits for the applicant or for others, so that nobody works on it."""
    given_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Load:
    """The open work of one officer, and how many items the officer was given in the last days."""

    work: tuple[OpenWork, ...] = ()
    lately: int = 0

    def minutes(self, rules: AssignmentRules, since: datetime | None = None) -> int:
        """The working time that the items still need; with `since`, only of those that were given after it."""
        return sum(
            weighed(one, rules)
            for one in self.work
            if since is None or (one.given_at is not None and one.given_at >= since)
        )

    def minutes_before(self, due: datetime | None, rules: AssignmentRules) -> int:
        """The working time of the items that come before one with this due date. Items without a date come last."""
        if due is None:
            return self.minutes(rules)
        return sum(weighed(one, rules) for one in self.work if one.due is not None and one.due <= due)


NO_WORK = Load()


@dataclass(frozen=True, kw_only=True)
class WorkToGive:
    """One item that waits for an officer of a unit. `before`: who had this step of the dossier before."""

    unit: Code
    role: Role
    field: str | None = None
    minutes: int = 0
    due: datetime | None = None
    before: Code | None = None


def weighed(work: OpenWork, rules: AssignmentRules) -> int:
    """The minutes of an item as they count: one that waits for others counts less."""
    return work.minutes * rules.waiting_percent // 100 if work.waits else work.minutes


def effort(procedure: Procedure, channel: Channel, step: str | None, rules: AssignmentRules) -> int:
    """The minutes an officer is estimated to work on a step: a part of its share of the published limit.

    A step's time is mostly waiting; only a part of it is work. Without a limit or a step the least is taken.
    """
    terms = procedure.terms_for(channel)
    limit = (terms and terms.limit) or procedure.own_limit
    share = next((one.share for one in procedure.steps if one.code == step), 0)
    if limit is None:
        return rules.least_minutes
    return max(rules.least_minutes, _MINUTES_OF[limit.unit] * limit.amount * share * rules.effort_percent // 10_000)
