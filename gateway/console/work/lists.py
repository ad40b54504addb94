"""What the page of a work-list shows: each item with why it is the reader's, and both dates in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from activities.ledger.work_pages import WorkCounts
from domain.deadlines.limits import WhichClock
from domain.dossier.view import WorkAct
from domain.organisation.staff import Staff
from domain.procedures.procedure import Step
from domain.roles import Role
from domain.rules.province import Province
from domain.values import Bilingual
from gateway.access.permissions import COMMANDS
from gateway.api.pages import Listing
from gateway.api.work_asked import WhichWork, WorkAsked, cursor_of, place_in
from gateway.console.visits import Visit
from gateway.dossiers.forms.fields import Option
from gateway.dossiers.forms.options import officer_with_load
from gateway.i18n.wording import work_name
from gateway.views.work_clocks import WorkClocks, work_clocks
from gateway.views.work_list import HeldWork, WorkLists, fitting_duties
from gateway.views.work_reasons import Whose

PAGE = 50
"""The items of one page."""
MOST = 500
SOON = timedelta(hours=24)
ASSIGNABLE = frozenset({WorkAct.COMPLETE_STEP, WorkAct.ASSIGN})
"""The items that a head gives to an officer."""
OF_STEPS = ASSIGNABLE | {WorkAct.APPROVE}
"""The items about the step at which the dossier is."""


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
    step: str | None
    """The name of the step that is to be done; None where the item is about something else."""
    command: str | None
    """The command that the reader gives for it; None where it is somebody else's, or is no command."""
    on_behalf_of: str | None
    """The absent colleague for whom the reader does it."""
    is_new: bool
    """True: it came after the page was opened first."""
    assignable: bool
    claimable: bool
    """A processing step that nobody has, in a role of the reader."""
    releasable: bool
    """A step that the reader has, or a head may take from who has it."""
    promised: Urgency
    statutory: Urgency
    clocks: WorkClocks | None
    """None where there is no clock."""

    @property
    def id(self) -> str:
        """The id of the row in the page: the same as long as the item is there."""
        item = self.held.item
        return f"w-{item.dossier}-{item.act}-{item.unit}".replace(".", "-")


@dataclass(frozen=True)
class WorkPage:
    """The rows of one page of a tab."""

    rows: tuple[Row, ...]
    next: str | None
    previous: str | None
    """The cursors of the pages beside it."""
    counts: WorkCounts
    """Of the whole list."""
    own_units: frozenset[str] = frozenset()
    """The units of the reader's duties."""
    choosable: tuple[Choosable, ...] = ()
    """Who may get one of the rows, for a head of a unit. Empty where no row can be assigned."""


async def work_page(visit: Visit, of: WhichWork, cursor: str | None, limit: int, seen: datetime | None) -> WorkPage:
    """A page of the work of who is signed in, or of the units of their duties. Raises InvalidInput `cursor_invalid`."""
    engine, caller = visit.api.engine, visit.caller
    lists = WorkLists(visit.api.pool, engine.staff, visit.signed.scope.procedures)
    asked = WorkAsked(of)
    listing = Listing(visit.api.keys, asked.about(visit.signed))
    wanted, place = await asked.wanted(lists, visit.signed), listing.place(cursor)
    page = await lists.page(wanted, caller.at, limit, place_in(place.key if place else None))
    rows, places = await _rows(visit, page.items, seen)
    return WorkPage(
        rows=rows,
        next=cursor_of(listing, page.next),
        previous=cursor_of(listing, page.previous),
        counts=await lists.counts(wanted, caller.at),
        own_units=frozenset(duty.unit for duty in caller.duties),
        choosable=await _choosable(visit, places) if of is not WhichWork.MINE and places else (),
    )


async def _rows(
    visit: Visit, held: Sequence[HeldWork], seen: datetime | None
) -> tuple[tuple[Row, ...], set[tuple[str, Role]]]:
    """The rows, and in which units and roles the steps of those are done that the reader may assign."""
    engine, caller = visit.api.engine, visit.caller
    assigned = {one.item.dossier for one in held if one.item.person is not None}
    assignments = await engine.reader.assignments(assigned) if assigned else {}
    whose = Whose(caller.person, caller.duties, engine.staff, visit.now, visit.names, assignments)
    heads = {duty.unit for duty in caller.duties if duty.role in COMMANDS["assign"]}
    steps = _steps_of(engine.province, {one.dossier.procedure for one in held})
    clocks = await work_clocks(engine, {one.item.dossier for one in held}, visit.now) if held else {}
    rows = tuple(_row(one, whose, seen, heads, steps, clocks.get(one.item.dossier)) for one in held)
    return rows, _places_of([one.held for one in rows if one.assignable], heads, steps)


Steps = Mapping[tuple[str, str], Sequence[Step]]
"""The steps of procedures by the codes of both: one for each version of the procedure."""


def _steps_of(province: Province, procedures: Collection[str]) -> Steps:
    found: dict[tuple[str, str], list[Step]] = {}
    for one in province.procedures:
        if one.procedure.code in procedures:
            for step in one.procedure.steps:
                found.setdefault((one.procedure.code, step.code), []).append(step)
    return found


def _places_of(rows: Iterable[HeldWork], heads: Collection[str], steps: Steps) -> set[tuple[str, Role]]:
    """In which units and roles the steps of these rows are done; a unit's head chooses among its own people."""
    return {
        (unit, step.role)
        for one in rows
        for unit in {one.item.unit, one.dossier.competent} & set(heads)
        if unit is not None
        for step in steps.get((one.dossier.procedure, one.dossier.step or ""), ())
    }


def _row(
    held: HeldWork,
    whose: Whose,
    seen: datetime | None,
    heads: Iterable[str],
    steps: Steps,
    clocks: WorkClocks | None,
) -> Row:
    item, dossier = held.item, held.dossier
    named = steps.get((dossier.procedure, dossier.step or "")) if item.act in OF_STEPS else None
    headed, is_step = not {item.unit, dossier.competent}.isdisjoint(heads), item.act == WorkAct.COMPLETE_STEP
    return Row(
        held=held,
        why=whose.why(held),
        act_words=work_name(item.act),
        step=named[-1].name if named else None,
        command=item.act if _does(held, whose) else None,
        on_behalf_of=whose.on_behalf_of(held),
        is_new=seen is not None and item.since > seen,
        claimable=is_step and item.person is None and bool(fitting_duties(held, whose.duties)),
        releasable=is_step and item.person is not None and (held.acting == whose.person or headed),
        assignable=item.act in ASSIGNABLE and headed,
        promised=_urgency(held, WhichClock.PROMISED, whose.at),
        statutory=_urgency(held, WhichClock.STATUTORY, whose.at),
        clocks=clocks,
    )


def _does(held: HeldWork, whose: Whose) -> bool:
    """True for a command of a role that the reader has there, and that is not a colleague's."""
    in_role = bool(fitting_duties(held, whose.duties))
    return in_role and held.item.act in COMMANDS and held.acting in (None, whose.person)


def _urgency(held: HeldWork, which: WhichClock, at: datetime) -> Urgency:
    dossier = held.dossier
    due = dossier.promised_due if which is WhichClock.PROMISED else dossier.statutory_due
    if dossier.is_late(which, at):
        return Urgency.LATE
    if due is None:
        return Urgency.NONE
    return Urgency.SOON if due - at < SOON else Urgency.TIMELY


@dataclass(frozen=True)
class Choosable:
    """The officers of one role, as a head chooses among them."""

    role: Role
    officers: tuple[Option, ...]


async def _choosable(visit: Visit, places: Collection[tuple[str, Role]]) -> tuple[Choosable, ...]:
    """Who works now in one of these units and roles, by role: those with the fewest open items first.

    Not everybody can take every row. Whose step it is not is refused, with the reason.
    """
    staff: Staff = visit.api.engine.staff
    units, loads = sorted({unit for unit, _ in places}), dict[str, int]()
    alone = units[0] if len(units) == 1 else None
    for unit in units:
        for (person, _), items in (await visit.api.engine.reader.assignees(unit)).items():
            loads[person] = loads.get(person, 0) + items
    found = []
    for role in Role:
        within = [unit for unit in units if (unit, role) in places]
        titles = {one.acting: one.post.title for unit in within for one in staff.acting_in(unit, role, visit.now)}
        by_load = sorted(titles.items(), key=lambda one: (loads.get(one[0], 0), one[0]))
        officers = tuple(_officer(visit, person, title, loads.get(person, 0), alone) for person, title in by_load)
        found.append(Choosable(role, officers))
    return tuple(one for one in found if one.officers)


def _officer(visit: Visit, person: str, title: str, items: int, beside: str | None) -> Option:
    return Option(value=person, words=officer_with_load(visit.people.words(person, beside), title, items))
