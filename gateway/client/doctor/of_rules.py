"""The checks of the province's files: the rules are published, the calendars reach far enough, people hold posts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.deadlines.calendar_end import ending_soon, furthest
from domain.roles import Role
from domain.rules.province import Province
from gateway.client.doctor.checks import Finding, ok, trouble, warning
from gateway.client.doctor.messages import DoctorFinding

CALENDAR_DAYS = 60
"""A calendar that ends in fewer days is trouble: dates are promised further ahead."""


async def rules(pool: Pool, province: Province) -> Iterable[Finding]:
    """Every rule of the files is published."""
    hashes = {rule.hash for rule in province.rulebook().stored()}
    missing = hashes - await RulesStore(pool).published(hashes)
    if missing:
        return [trouble(DoctorFinding.RULES_UNPUBLISHED, count=len(missing))]
    return [ok(DoctorFinding.RULES_PUBLISHED, count=len(hashes))]


def calendars(province: Province, today: date) -> Iterable[Finding]:
    """The calendars reach a year ahead."""
    reach = furthest(province.calendars)
    ends = ending_soon(reach, today)
    if not ends:
        return [ok(DoctorFinding.CALENDARS_REACH, day=min(one.last_day for one in reach))]
    return [
        (trouble if one.days_left < CALENDAR_DAYS else warning)(
            DoctorFinding.CALENDAR_ENDS_SOON, calendar=one.code, day=one.last_day, left=one.days_left
        )
        for one in ends
    ]


def staff(province: Province, today: date) -> Iterable[Finding]:
    """People hold the posts today, and somebody is an operator."""
    people = province.staff
    operators = {post.code for post in people.posts if post.role is Role.OPERATOR}
    held = [one for one in people.appointments if one.valid_from <= today <= (one.valid_to or today)]
    holders = {one.person for one in held}
    found = [
        ok(DoctorFinding.STAFF_KNOWN, posts=len(people.posts), holders=len(holders), services=len(people.services))
    ]
    if not any(one.post in operators for one in held):
        found.append(warning(DoctorFinding.NO_OPERATOR))
    return found
