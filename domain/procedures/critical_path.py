"""The plan of an interconnected dossier: the fee as the sum of its parts, the promise from the longest chain."""

from __future__ import annotations

from collections.abc import Mapping

from domain.deadlines.limits import Limit, LimitUnit
from domain.procedures.group import ADDABLE, HOURS_A_DAY, Child, in_order, working_hours
from domain.procedures.procedure import Channel, ChannelTerms, Procedure
from domain.values import Code, Name, Value


class PlannedChild(Value):
    """One line of the plan, in working hours since the intake of the whole."""

    child: Code
    procedure: Code
    name: Name
    limit: Limit
    begins_after_hours: int
    ends_after_hours: int
    critical: bool
    """True: it is on the longest chain, so its time is part of the promised date."""
    fee: int | None
    """Its part of the fee, in dong; None: its procedure publishes none."""


class Plan(Value):
    """The plan of the whole: the children in their order, and what they come to together."""

    children: tuple[PlannedChild, ...]
    limit: Limit
    """The working time of the longest chain: the limit that the province promises."""
    fee: int | None
    """The sum of the parts; None if one of them is unknown."""


def child_terms(procedure: Procedure, channel: Channel) -> ChannelTerms:
    """The terms of a child: those of the channel of the whole, or the first if it is not offered that way."""
    return procedure.terms_for(channel) or procedure.terms[0]


def limit_of(child: Child, procedure: Procedure, channel: Channel) -> Limit | None:
    """The time planned for a child. None if it cannot be added up: nothing is published, or no working time."""
    limit = child.limit or child_terms(procedure, channel).limit or procedure.own_limit
    return limit if limit is not None and limit.unit in ADDABLE else None


def plan_of(children: tuple[Child, ...], procedures: Mapping[str, Procedure], channel: Channel) -> Plan:
    """The plan of a checked group; `procedures` has the version of each child by the child's code."""
    ordered = in_order(children)
    limits = {child.code: limit_of(child, procedures[child.code], channel) for child in ordered}
    hours = {code: working_hours(limit) for code, limit in limits.items() if limit is not None}
    begins: dict[str, int] = {}
    for child in ordered:
        begins[child.code] = max((begins[other] + hours[other] for other in child.before), default=0)
    ends = {code: begin + hours[code] for code, begin in begins.items()}
    longest = max(ends.values())
    critical = _critical(ordered, begins, ends, longest)
    lines = tuple(
        _line(
            child, procedures[child.code], channel, limits[child.code], begins[child.code], ends[child.code], critical
        )
        for child in ordered
    )
    return Plan(children=lines, limit=_as_limit(longest), fee=_sum(tuple(line.fee for line in lines)))


def _line(
    child: Child,
    procedure: Procedure,
    channel: Channel,
    limit: Limit | None,
    begins: int,
    ends: int,
    critical: frozenset[str],
) -> PlannedChild:
    assert limit is not None  # `province_checks` refuses a group with such a child
    fee = child_terms(procedure, channel).fee if child.fee is None else child.fee
    return PlannedChild(
        child=child.code,
        procedure=procedure.code,
        name=procedure.name,
        limit=limit,
        begins_after_hours=begins,
        ends_after_hours=ends,
        critical=child.code in critical,
        fee=fee,
    )


def _critical(
    ordered: tuple[Child, ...], begins: Mapping[str, int], ends: Mapping[str, int], longest: int
) -> frozenset[str]:
    """The children of a longest chain: from the last that ends back to one that begins at intake."""
    current = next(child for child in ordered if ends[child.code] == longest)
    chain = [current.code]
    by_code = {child.code: child for child in ordered}
    while begins[current.code] > 0:
        current = by_code[next(other for other in current.before if ends[other] == begins[current.code])]
        chain.append(current.code)
    return frozenset(chain)


def _as_limit(hours: int) -> Limit:
    days, rest = divmod(hours, HOURS_A_DAY)
    if rest:
        return Limit(amount=hours, unit=LimitUnit.HOUR)
    return Limit(amount=days, unit=LimitUnit.WORKING_DAY)


def _sum(fees: tuple[int | None, ...]) -> int | None:
    known = [fee for fee in fees if fee is not None]
    return sum(known) if len(known) == len(fees) else None
