"""Checks the escalation ladders of a province: every rung can fire, in its place, and reaches somebody.

Only a province's files are checked, never a stored rule: what an earlier release accepted must stay readable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.counting import IN_WORKING_TIME, rule_of
from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import Timing
from domain.errors import NotFound
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.organisation.units import ONE_DAY, Unit
from domain.procedures.procedure import Procedure, StepKind
from domain.procedures.started_clocks import started
from domain.roles import Role
from domain.rules.escalation import (
    AtShare,
    BeforeDue,
    CoordinationWaits,
    Council,
    EscalationPolicy,
    HandoverWaits,
    NobodyAssigned,
    OnStep,
    PastDue,
    PaymentHangs,
    Rung,
    SigningHangs,
    Whom,
)
from domain.values import VIETNAM

if TYPE_CHECKING:
    from domain.rules.province import Province
    from domain.rules.province_rules import LadderPeriod, PublishedProcedure

_HOUR = timedelta(hours=1)
_RECEIPTS = (time(7, 45), time(10, 15), time(14, 45))
"""The hours of receipt that are tried: a limit `in the day` is shortest for what comes before its last hour."""


class Limited(NamedTuple):
    """A limit of a procedure on one clock, in working time, for one of the receipts that were tried."""

    procedure: str
    allowed: timedelta


def problems(province: Province) -> Iterator[Inconsistent]:
    """Every fault of every ladder, with its code, the ladder and the rung."""
    yield from _periods(province)
    limits = {which: tuple(_limits(province, which)) for which in WhichClock}
    if not any(limits.values()) and any(_has_limit(one.procedure) for one in province.procedures):
        return  # no limit can be counted by the calendar: another check says why
    nobody = {whom: _without(whom, province) for whom in _notified(province)}
    for policy in province.escalations:
        yield from _of_policy(policy, province, limits, nobody)


def _has_limit(procedure: Procedure) -> bool:
    return procedure.own_limit is not None or any(terms.limit is not None for terms in procedure.terms)


def _of_policy(
    policy: EscalationPolicy,
    province: Province,
    limits: dict[WhichClock, tuple[Limited, ...]],
    nobody: dict[Whom, Unit | None],
) -> Iterator[Inconsistent]:
    for council in policy.councils:
        yield from _council(policy, council, province)
    for rung in policy.rungs:
        if not rung.notify and not rung.take_over and rung.council is None:
            yield _fault(policy, rung, ConfigurationFault.RUNG_WITHOUT_EFFECT)
        yield from _can_fire(policy, rung, province, limits)
        yield from _reaches(policy, rung, nobody)
    yield from _order(policy, limits)


def _fault(policy: EscalationPolicy, rung: Rung, code: ConfigurationFault, /, **facts: object) -> Inconsistent:
    return Inconsistent(code, escalation=policy.code, rung=rung.code, **facts)


# --- days


def _periods(province: Province) -> Iterator[Inconsistent]:
    """Ladders with days follow each other without a gap, and the last one has no end."""
    dated = [one for one in province.ladder_periods if one.is_dated]
    for one in dated:
        if one.effective_from and one.effective_to and one.effective_to < one.effective_from:
            yield Inconsistent(ConfigurationFault.LADDER_DATES_REVERSED, escalation=one.code)
            return
    ordered = sorted(dated, key=lambda one: one.effective_from or one.effective_to or date.min)
    for before, after in pairwise(ordered):
        yield from _between(before, after)
    if ordered and ordered[-1].effective_to is not None:
        yield Inconsistent(
            ConfigurationFault.LADDERS_LEAVE_A_GAP,
            escalation=ordered[-1].code,
            day=ordered[-1].effective_to + ONE_DAY,
        )


def _between(before: LadderPeriod, after: LadderPeriod) -> Iterator[Inconsistent]:
    if before.effective_to is None or after.effective_from is None or after.effective_from <= before.effective_to:
        yield Inconsistent(ConfigurationFault.LADDERS_OVERLAP, escalation=after.code, other=before.code)
    elif after.effective_from > before.effective_to + ONE_DAY:
        first_without = before.effective_to + ONE_DAY
        yield Inconsistent(ConfigurationFault.LADDERS_LEAVE_A_GAP, escalation=after.code, day=first_without)


# --- whether it can fire


def _limits(province: Province, which: WhichClock) -> Iterator[Limited]:
    """The working time that each published limit gives, for receipts at several hours of a week."""
    calendar = next((one for one in province.calendars if one.code == province.defaults.calendar), None)
    if calendar is None:
        return
    known: dict[Timing, frozenset[timedelta]] = {}
    for published in province.procedures:
        procedure = published.procedure
        begins = [calendar.first_day, published.effective_from, procedure.green and procedure.green.effective_from]
        first = datetime.combine(max(day for day in begins if day), time(), VIETNAM)
        for limit in {terms.limit: None for terms in procedure.terms}:
            timing = started(procedure, limit, first)
            if timing not in known:
                known[timing] = frozenset(_allowed(timing, which, calendar))
            yield from (Limited(procedure.code, allowed) for allowed in sorted(known[timing]))


def _allowed(timing: Timing, which: WhichClock, calendar: WorkingCalendar) -> Iterator[timedelta]:
    if not clock.has(timing, which):
        return
    for received in _receipts(timing, which):
        begun = timing.model_copy(update={"received_at": received})
        allowed = within_calendar(partial(clock.allowed, begun, which, calendar))
        if allowed is not None:
            yield allowed


def _receipts(timing: Timing, which: WhichClock) -> Iterator[datetime]:
    """Several hours of a week; one is enough for a limit in working time, and saves half of these checks' work."""
    limit = timing.statutory if which is WhichClock.STATUTORY else None
    in_working_time = limit is not None and rule_of(limit, timing.counting) in IN_WORKING_TIME
    for days in range(1 if in_working_time else 7):
        for hour in _RECEIPTS[:1] if in_working_time else _RECEIPTS:
            yield datetime.combine(timing.received_at.date() + days * ONE_DAY, hour, VIETNAM)


def _in_scope(rung: Rung, limits: tuple[Limited, ...]) -> tuple[Limited, ...]:
    """The limits of the procedures, and of the length, to which the rung applies."""
    least = timedelta(hours=rung.scope.limit_at_least_working_hours or 0)
    return tuple(one for one in limits if _names(rung, one.procedure) and one.allowed >= least)


def _names(rung: Rung, procedure: str) -> bool:
    return rung.scope.procedures is None or procedure in rung.scope.procedures


def _can_fire(
    policy: EscalationPolicy, rung: Rung, province: Province, limits: dict[WhichClock, tuple[Limited, ...]]
) -> Iterator[Inconsistent]:
    known = {published.procedure.code for published in province.procedures}
    for code in rung.scope.procedures or ():
        if code not in known:
            yield _fault(policy, rung, ConfigurationFault.UNKNOWN_PROCEDURE_OF_RUNG, procedure_code=code)
    here = _in_scope(rung, limits[rung.clock or WhichClock.STATUTORY])
    if rung.clock is not None and not here:
        yield _fault(policy, rung, ConfigurationFault.RUNG_CLOCK_NEVER_RUNS, clock=rung.clock)
    elif rung.scope.limit_at_least_working_hours is not None and not here:
        yield _fault(policy, rung, ConfigurationFault.RUNG_SCOPE_EMPTY)
    if isinstance(rung.trigger, BeforeDue):
        yield from _before_start(policy, rung, here, rung.trigger.working_hours)
    if rung.take_over and rung.warns:
        yield _fault(policy, rung, ConfigurationFault.TAKE_OVER_BEFORE_DUE)
    yield from _waits_possible(policy, rung, [one for one in province.procedures if _names(rung, one.procedure.code)])


def _before_start(
    policy: EscalationPolicy, rung: Rung, here: tuple[Limited, ...], hours: int
) -> Iterator[Inconsistent]:
    """The first procedure whose limit is not longer than the time before its end."""
    short = next((one for one in here if one.allowed <= hours * _HOUR), None)
    if short is not None:
        facts = {"hours": hours, "procedure_code": short.procedure, "limit": int(short.allowed / _HOUR)}
        yield _fault(policy, rung, ConfigurationFault.RUNG_BEFORE_START, **facts, at_least=hours + 1)


def _waits_possible(
    policy: EscalationPolicy, rung: Rung, published: list[PublishedProcedure]
) -> Iterator[Inconsistent]:
    procedures = [one.procedure for one in published]
    kinds = {step.kind for procedure in procedures for step in procedure.steps}
    match rung.trigger:
        case OnStep(step=step) if step is not None:
            if step not in {one.code for procedure in procedures for one in procedure.steps}:
                yield _fault(policy, rung, ConfigurationFault.UNKNOWN_STEP_OF_RUNG, step=step)
        case SigningHangs() if StepKind.SIGN not in kinds:
            yield _fault(policy, rung, ConfigurationFault.NOTHING_IS_SIGNED)
        case NobodyAssigned() if StepKind.PROCESS not in kinds:
            yield _fault(policy, rung, ConfigurationFault.NOTHING_IS_ASSIGNED)
        case PaymentHangs() if not any(_may_cost(procedure) for procedure in procedures):
            yield _fault(policy, rung, ConfigurationFault.NOTHING_IS_PAID)
        case HandoverWaits(working_hours=hours) if hours <= policy.handover_working_hours:
            facts = {"hours": hours, "first": policy.handover_working_hours}
            yield _fault(policy, rung, ConfigurationFault.RUNG_BEFORE_FIRST_REPORT, **facts)
        case CoordinationWaits(working_hours=hours) if hours <= policy.coordination_working_hours:
            facts = {"hours": hours, "first": policy.coordination_working_hours}
            yield _fault(policy, rung, ConfigurationFault.RUNG_BEFORE_FIRST_REPORT, **facts)
        case _:
            return


def _may_cost(procedure: Procedure) -> bool:
    return procedure.payment.tax_at_most > 0 or any(terms.fee is None or terms.fee > 0 for terms in procedure.terms)


# --- the order


def _order(policy: EscalationPolicy, limits: dict[WhichClock, tuple[Limited, ...]]) -> Iterator[Inconsistent]:
    """For each clock and each kind of wait, the order of the file is the order of time, and levels only rise."""
    for first, later in combinations(policy.rungs, 2):
        common = _common(first, later, limits)
        if common is None:
            continue
        if _same_instant(first, later):
            yield _fault(policy, later, ConfigurationFault.RUNGS_AT_ONCE, other=first.code)
        elif any(_position(first, one) > _position(later, one) for one in common):
            yield _fault(policy, later, ConfigurationFault.RUNGS_OUT_OF_ORDER, other=first.code)
        elif _level(later) < _level(first):
            yield _fault(policy, later, ConfigurationFault.LEVELS_OUT_OF_ORDER, other=first.code)


def _common(first: Rung, later: Rung, limits: dict[WhichClock, tuple[Limited, ...]]) -> tuple[timedelta, ...] | None:
    """The limits to which both rungs apply, if they count the same; None for rungs that never meet."""
    if first.clock is not None and first.clock is later.clock:
        both = set(_in_scope(first, limits[first.clock])) & set(_in_scope(later, limits[first.clock]))
        return tuple(sorted({one.allowed for one in both})) or None
    waits = first.clock is None and later.clock is None and first.trigger.kind == later.trigger.kind
    named = first.scope.procedures, later.scope.procedures
    if not waits or (named[0] and named[1] and not set(named[0]) & set(named[1])):
        return None
    steps = {one.trigger.step for one in (first, later) if isinstance(one.trigger, OnStep)} - {None}
    return None if len(steps) > 1 else (8 * _HOUR,)


def _same_instant(first: Rung, later: Rung) -> bool:
    expiry = (AtShare(percent=100), PastDue(working_hours=0))
    if first.trigger in expiry and later.trigger in expiry:
        return True
    hours = {one.trigger.working_hours for one in (first, later) if isinstance(one.trigger, OnStep)}
    return first.trigger == later.trigger or (isinstance(later.trigger, OnStep) and len(hours) == 1)


def _position(rung: Rung, allowed: timedelta) -> timedelta:
    """When the rung fires, in working time since the beginning of a limit or of a wait."""
    match rung.trigger:
        case AtShare(percent=percent):
            return allowed * percent / 100
        case BeforeDue(working_hours=hours):
            return allowed - hours * _HOUR
        case PastDue(working_hours=hours):
            return allowed + hours * _HOUR
        case waits:
            return waits.working_hours * _HOUR


def _level(rung: Rung) -> int:
    return max((whom.levels_up for whom in rung.notify), default=0)


# --- whom it reaches


def _reaches(policy: EscalationPolicy, rung: Rung, nobody: dict[Whom, Unit | None]) -> Iterator[Inconsistent]:
    if rung.council is not None and policy.council(rung.council) is None:
        yield _fault(policy, rung, ConfigurationFault.UNKNOWN_COUNCIL, council=rung.council)
    for whom in rung.notify:
        unit = nobody[whom]
        if unit is not None:
            facts = {"unit_code": unit.code, "name": unit.name, "whom": whom}
            yield _fault(policy, rung, ConfigurationFault.AUDIENCE_OF_NOBODY, **facts)
            return


def _notified(province: Province) -> set[Whom]:
    """Whom any rung tells."""
    return {whom for policy in province.escalations for rung in policy.rungs for whom in rung.notify}


def _without(whom: Whom, province: Province) -> Unit | None:
    """The first unit in whose dossiers nobody would be told. Looked for once: rungs tell the same people again."""
    last = max(province.organisation.turning_days)
    units = province.organisation.in_force(last)
    return next((unit for unit in units if not _somebody(whom, unit, province)), None)


def _council(policy: EscalationPolicy, council: Council, province: Province) -> Iterator[Inconsistent]:
    about = {"escalation": policy.code, "council": council.code}
    if not council.members:
        yield Inconsistent(ConfigurationFault.COUNCIL_WITHOUT_POSTS, **about)
    posts = {post.code for post in province.staff.posts}
    for member in council.members:
        if member not in posts:
            yield Inconsistent(ConfigurationFault.UNKNOWN_POST_OF_COUNCIL, **about, post_code=member)


def _somebody(whom: Whom, unit: Unit, province: Province) -> bool:
    """True if some level from the one that is named upwards has a post that is told."""
    last = max(province.organisation.turning_days)
    chain = (unit, *province.organisation.chain(unit.code, last))
    roles = province.roles_of_units
    wanted = {Whom.COORDINATOR: Role.COORDINATOR, Whom.SUPERVISOR: Role.SUPERVISOR}.get(whom)
    levels = chain[min(whom.levels_up, len(chain) - 1) :]
    if wanted is Role.COORDINATOR:
        try:
            centre = province.organisation.province_centre(last, near=unit.code)
        except NotFound:
            return True  # another check says that there is no centre
        levels = (*levels, centre)
    top = roles.get(chain[-1].code, frozenset())
    heads = any(Role.HEAD_OF_UNIT in roles.get(one.code, frozenset()) for one in levels)
    in_role = wanted is not None and any(wanted in roles.get(one.code, frozenset()) for one in levels)
    return heads or in_role or Role.SUPERVISOR in top
