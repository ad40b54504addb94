"""What the page of a work-list shows: each item with why it is the reader's, and both dates in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.deadlines.limits import WhichClock
from domain.dossier.view import WorkAct
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import Bilingual
from gateway.access.callers import Caller
from gateway.access.permissions import COMMANDS
from gateway.access.principals import PersonPrincipal
from gateway.console.visits import Visit
from gateway.dossiers.forms.fields import Option
from gateway.i18n.wording import say, work_name
from gateway.views.work_list import WITH_WORK, HeldWork, WorkLists
from gateway.views.work_reasons import Whose

FIRST_PAGE = 50
MOST = 1_000
"""The most items of one page. Beyond it, the register filters."""
SOON = timedelta(hours=24)
ASSIGNABLE = frozenset({WorkAct.COMPLETE_STEP, WorkAct.ASSIGN})
"""The items that a head gives to an officer."""
SHOWN = tuple(role for role in WITH_WORK if role is not Role.APPLICANT)


class Tab(StrEnum):
    """Whose work is shown."""

    MINE = "mine"
    UNIT = "unit"


class Urgency(StrEnum):
    """How a date stands: what the badge says in words."""

    LATE = "late"
    SOON = "soon"
    TIMELY = "timely"
    NONE = "none"


@dataclass(frozen=True)
class Row:
    """One item of work on the page."""

    held: HeldWork
    why: Bilingual
    act_words: Bilingual
    is_command: bool
    is_new: bool
    """True: it came after the page was opened first."""
    assignable: bool
    promised: Urgency
    statutory: Urgency

    @property
    def id(self) -> str:
        """The id of the row in the page: the same as long as the item is there."""
        item = self.held.item
        return f"w-{item.dossier}-{item.act}-{item.unit}".replace(".", "-")


@dataclass(frozen=True)
class WorkPage:
    """The rows of a tab, and whether there are more."""

    rows: tuple[Row, ...]
    more: bool
    officers: tuple[Option, ...] = ()
    """Who may get dossiers, for a head of a unit."""


async def work_page(visit: Visit, tab: Tab, limit: int, seen: datetime | None) -> WorkPage:
    """The most urgent work of who is signed in, or of the units of their duties."""
    engine, caller = visit.api.engine, visit.caller
    lists = WorkLists(engine.reader, engine.staff, visit.signed.scope.procedures)
    held = await _held(lists, caller, tab, limit + 1)
    shown = held[:limit]
    assigned = {one.item.dossier for one in shown if one.item.person is not None}
    assignments = await engine.reader.assignments(assigned) if assigned else {}
    whose = Whose(caller.person, caller.duties, engine.staff, visit.now, visit.names, assignments)
    heads = {duty.unit for duty in caller.duties if duty.role in COMMANDS["assign"]}
    rows = tuple(_row(one, whose, seen, heads) for one in shown)
    officers = await _officers(visit, heads) if tab is Tab.UNIT and heads else ()
    return WorkPage(rows, len(held) > limit, officers)


async def _held(lists: WorkLists, caller: Caller, tab: Tab, limit: int) -> list[HeldWork]:
    if tab is Tab.MINE and isinstance(caller.principal, PersonPrincipal):
        return await lists.of_duties(caller.principal.person, caller.duties, caller.at, limit=limit)
    units = dict.fromkeys(duty.unit for duty in caller.duties)
    return await lists.of_units(units, caller.at, SHOWN, limit=limit)


def _row(held: HeldWork, whose: Whose, seen: datetime | None, heads: Iterable[str]) -> Row:
    item, dossier = held.item, held.dossier
    return Row(
        held=held,
        why=whose.why(held),
        act_words=work_name(item.act),
        is_command=item.act in COMMANDS,
        is_new=seen is not None and item.since > seen,
        assignable=item.act in ASSIGNABLE and not {item.unit, dossier.competent}.isdisjoint(heads),
        promised=_urgency(held, WhichClock.PROMISED, whose.at),
        statutory=_urgency(held, WhichClock.STATUTORY, whose.at),
    )


def _urgency(held: HeldWork, which: WhichClock, at: datetime) -> Urgency:
    dossier = held.dossier
    due = dossier.promised_due if which is WhichClock.PROMISED else dossier.statutory_due
    if dossier.is_late(which, at):
        return Urgency.LATE
    if due is None:
        return Urgency.NONE
    return Urgency.SOON if due - at < SOON else Urgency.TIMELY


async def _officers(visit: Visit, units: Iterable[str]) -> tuple[Option, ...]:
    """The present officers of the units with their open items, those with the fewest first."""
    staff: Staff = visit.api.engine.staff
    loads: dict[str, int] = {}
    titles: dict[str, str] = {}
    for unit in sorted(units):
        for (person, _), items in (await visit.api.engine.reader.assignees(unit)).items():
            loads[person] = loads.get(person, 0) + items
        titles |= {one.acting: one.post.title for one in staff.acting_in(unit, Role.SPECIALIST, visit.now)}
    by_load = sorted(titles.items(), key=lambda one: (loads.get(one[0], 0), one[0]))
    return tuple(_officer(person, title, loads.get(person, 0)) for person, title in by_load)


def _officer(person: str, title: str, items: int) -> Option:
    return Option(value=person, words=say(f"{person} – {title}, {items} việc", f"{person} – {title}, open: {items}"))
