"""The pages of one dossier. Each part is a page under the same head, so that everything is read without scripts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Response

from activities.ledger.story_days import story_days
from activities.ledger.story_pages import StoryPages
from activities.ledger.vault import Vault
from activities.ledger.verification.one_dossier import verify_dossier
from domain.errors import NotFound
from domain.record.sealing import RecordedEvent, UnreadEvent
from gateway.api.dossiers.reading import DossierCode
from gateway.console.bars import bar_parts
from gateway.console.dossiers import correspondence, live, notes, printing, proofs
from gateway.console.dossiers.notes import note_of
from gateway.console.dossiers.shown import ShownDossier, shown, tabs_of
from gateway.console.dossiers.timeline import timeline_context
from gateway.console.tries import by_system, next_tries_of
from gateway.console.visits import Visiting, opens
from gateway.dossiers.explaining import ladder_of_reached
from gateway.i18n.wording import (
    CHARGES,
    IDENTITIES,
    PAYMENTS,
    SIGNING,
    failure_name,
)
from gateway.views.date_changes import DATED_KINDS, newest_changes
from gateway.views.deadline_explanation import derivation_table, explain_timing, explanation_notes
from gateway.views.event_days import days_of_groups
from gateway.views.event_groups import GROUP_OF, STAFF_ONLY, EventGroup, kinds_in
from gateway.views.ladder_explanation import follows, when_of
from gateway.views.timeline import row_sentence, to_an_applicant, who_acted
from gateway.views.work_course import MOST_MOVES, has_too_many_moves
from workflows.calls_outside import UNTIL_IT_ANSWERS

log = structlog.get_logger(__name__)
router = APIRouter()
router.include_router(live.router)
router.include_router(printing.router)
router.include_router(notes.router)
router.include_router(proofs.router)
router.include_router(correspondence.router)
EVENTS_A_PAGE = 40
SEALS_A_PAGE = 100
NEW_AT_ONCE = 40
MOST_CHANGES = 200
MOST_DAYS = 400
"""Days of kinds on one page."""
Groups = Annotated[list[EventGroup] | None, Query(alias="group")]
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/dossiers/{code}", **opens("read_dossier"))
async def overview(code: DossierCode, visit: Visiting) -> Response:
    """The head, what happens next and who must act, the route and its reasons, the steps, what is in trouble."""
    one = await shown(visit, code)
    by_units = await has_too_many_moves(visit.api.pool, one.dossier)
    tried = one.to_staff and any(not incident.final for incident in one.dossier.incidents)
    tries, known = await next_tries_of(visit, one.code) if tried else ((), True)
    return _page(
        one, "overview", identities=IDENTITIES, failure_name=failure_name, every=UNTIL_IT_ANSWERS,
        only_units_after=MOST_MOVES if by_units else None, tries=by_system(tries), known=known,
    )  # fmt: skip


@router.get("/dossiers/{code}/head", **opens("read_dossier"))
async def head(code: DossierCode, visit: Visiting) -> Response:
    """The head alone, for a page that hears of a change. Who opens its address goes to the page."""
    one = await shown(visit, code)
    if not visit.htmx:
        return visit.to(f"/console/dossiers/{one.code}")
    return visit.fragment("dossiers/frame.html", "head", one=one, bar_parts=bar_parts)


@router.get("/dossiers/{code}/events", **opens("read_history"))
async def events(code: DossierCode, visit: Visiting, groups: Groups = None, before: Before = None) -> Response:
    """The events, the newest first, a page at a time; `group` leaves only those of some groups."""
    one = await shown(visit, code)
    pages = StoryPages(visit.api.pool)
    known = {"groups": groups or [], **await _events(one, groups, before)}
    if visit.htmx and before is not None:
        return visit.fragment("dossiers/events.html", "rows", one=one, **known)
    counted = await pages.counts(one.code)
    counts = {kind: n for kind, n in counted.items() if one.to_staff or kind not in STAFF_ONLY}
    by_group = {group: sum(counts.get(kind, 0) for kind in kinds_in([group])) for group in EventGroup}
    return _page(one, "events", by_group=by_group, total=sum(counts.values()), newest=one.found.row.version, **known)


@router.get("/dossiers/{code}/events/by-day", **opens("read_history"))
async def events_by_day(code: DossierCode, visit: Visiting) -> Response:
    """How many events of each group each day has."""
    one = await shown(visit, code)
    counted, more = await story_days(visit.api.pool, one.code, limit=MOST_DAYS)
    seen = [kind for kind in counted if one.to_staff or kind.kind not in STAFF_ONLY]
    return _page(
        one, "events", template="events_by_day", days=days_of_groups(seen), more=more, total=one.found.row.version
    )


@router.get("/dossiers/{code}/events/newer", **opens("read_history"))
async def newer(
    code: DossierCode, visit: Visiting, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0, groups: Groups = None
) -> Response:
    """The rows that were added after a version, for a page that hears of a change. As `head` for who opens it."""
    one = await shown(visit, code)
    if not visit.htmx:
        return visit.to(f"/console/dossiers/{one.code}/events")
    found = await _events(one, groups, None, most=NEW_AT_ONCE)
    rows = [row for row in found["rows"] if row[0].version > after]
    more = len(rows) == NEW_AT_ONCE
    return visit.fragment(
        "dossiers/events.html", "newer_rows", one=one, rows=rows, groups=groups or [],
        newest=one.found.row.version, changed=True, missed=more,
    )  # fmt: skip


async def _events(
    one: ShownDossier, groups: list[EventGroup] | None, before: int | None, most: int = EVENTS_A_PAGE
) -> dict[str, Any]:
    kinds = kinds_in(groups) if groups else None
    read = await StoryPages(one.visit.api.pool).newest(one.code, before=before, kinds=kinds, limit=most + 1)
    seen = [event for event in read[:most] if one.to_staff or event.kind not in STAFF_ONLY]
    rows = [(*_told(one, event), note_of(one, event) is not None) for event in seen]
    return {"rows": rows, "older": read[most - 1].version if len(read) > most else None, "changed": False}


def _told(one: ShownDossier, event: RecordedEvent | UnreadEvent) -> tuple[RecordedEvent | UnreadEvent, str, str, str]:
    shown_event = event if one.to_staff else to_an_applicant(event)
    group = GROUP_OF.get(event.kind)
    return (
        event,
        one.visit.text(who_acted(shown_event, one.names)),
        one.visit.text(row_sentence(shown_event, one.names)),
        one.visit.text(group.words) if group else event.kind,
    )


@router.get("/dossiers/{code}/timeline", **opens("read_history"))
async def timeline(
    code: DossierCode,
    visit: Visiting,
    first: Annotated[datetime | None, Query(alias="from")] = None,
    last: Annotated[datetime | None, Query(alias="to")] = None,
) -> Response:
    """The time line: swim-lanes over working time, drawn and as a table. `from`, `to`: the part that is shown."""
    one = await shown(visit, code)
    return _page(one, "timeline", **await timeline_context(one, first, last))


@router.get("/dossiers/{code}/deadlines", **opens("read_deadline"))
async def deadlines(code: DossierCode, visit: Visiting) -> Response:
    """Both dates, explained day by day."""
    one = await shown(visit, code)
    timing = one.dossier.deadlines.timing
    if timing is None:
        return _page(one, "deadlines", tables=(), notes=(), changes=(), told=_told)
    explained = explain_timing(timing, one.rules.calendars(one.dossier), visit.now, one.page.letters)
    tables = tuple(derivation_table(which, visit.language) for which in (explained.promised, explained.statutory))
    dated = await StoryPages(visit.api.pool).newest(one.code, kinds=DATED_KINDS, limit=MOST_CHANGES + 1)
    changes, earlier = newest_changes(dated, MOST_CHANGES)
    return _page(
        one, "deadlines", tables=tables, notes=explanation_notes(explained, visit.language),
        changes=changes, earlier=earlier, told=_told,
    )  # fmt: skip


@router.get("/dossiers/{code}/ladder", **opens("read_ladder"))
async def ladder(code: DossierCode, visit: Visiting) -> Response:
    """Each rung of the ladder: when it fires, to whom and why; and what is still to be answered."""
    one = await shown(visit, code)
    explained = await ladder_of_reached(visit.api.engine, one.found, visit.now)
    acts = {possible.command for possible in one.allowed}
    return _page(one, "ladder", explained=explained, acts=acts, when_of=when_of, follows=follows)


@router.get("/dossiers/{code}/papers", **opens("read_documents"))
async def papers(code: DossierCode, visit: Visiting) -> Response:
    """The papers, the signatures and the result, the money."""
    one = await shown(visit, code)
    signatures = await StoryPages(visit.api.pool).newest(
        one.code, kinds={"signature_requested", "result_signed", "result_sealed", "signing_handed_over"}, limit=20
    )
    return _page(
        one, "papers", signing=SIGNING, payments=PAYMENTS, charges=CHARGES,
        signatures=[_told(one, event) for event in reversed(signatures)],
    )  # fmt: skip


@router.get("/dossiers/{code}/applicant", **opens("read_applicant"))
async def applicant(code: DossierCode, visit: Visiting) -> Response:
    """The applicant's particulars, on demand. Each reading is logged with who read, and without what was read."""
    one = await shown(visit, code)
    try:
        body = await Vault(visit.api.pool).reveal(one.dossier.applicant.commitment)
    except NotFound:
        body = None
    log.info("particulars_read", dossier=one.code, operation=visit.signed.operation, caller=visit.caller.name)
    if visit.htmx:
        return visit.fragment("dossiers/applicant.html", "part", one=one, body=body, day_words=_day_words)
    return _page(one, "applicant", body=body, day_words=_day_words)


def _day_words(kept: str) -> str:
    """A day of the vault as pages write days; a text that is none as it is."""
    try:
        return f"{date.fromisoformat(kept):%d/%m/%Y}"
    except ValueError:
        return kept


@router.get("/dossiers/{code}/ledger", **opens("read_history"))
async def ledger(code: DossierCode, visit: Visiting, before: Before = None, verify: bool = False) -> Response:
    """The versions in the ledger with their hashes, and on demand whether chain, head and numbers agree."""
    one = await shown(visit, code)
    read = await StoryPages(visit.api.pool).seals(one.code, before=before, limit=SEALS_A_PAGE + 1)
    seals = read[:SEALS_A_PAGE]
    older = seals[-1].version if len(read) > SEALS_A_PAGE else None
    found = await verify_dossier(visit.api.pool, one.code) if verify else None
    may_prove = visit.may("read_proof")
    return _page(one, "ledger", seals=seals, older=older, verified=found, groups=GROUP_OF, may_prove=may_prove)


def _page(one: ShownDossier, part: str, *, template: str | None = None, **context: Any) -> Response:
    return one.visit.page(
        f"dossiers/{template or part}.html",
        one=one,
        part=part,
        tabs=tabs_of(one.visit),
        bar_parts=bar_parts,
        **context,
    )
