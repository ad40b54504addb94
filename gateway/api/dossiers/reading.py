"""Reads one dossier: what it is now, its history, documents, route and deadlines."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from activities.ledger.checkpoints.proof import Proof
from activities.ledger.story_pages import StoryPages
from activities.ledger.stuck_dossiers import StuckDossiers
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation, problem_response
from gateway.api.dossiers.answers import (
    AllowedAct,
    DeadlineAnswer,
    DocumentsAnswer,
    DossierAnswer,
    HistoryPage,
    LadderAnswer,
    RouteAnswer,
    dossier_answer,
    event_answer,
    route_answer,
)
from gateway.api.language import language_of
from gateway.api.parts import Api, Parts
from gateway.api.versions import entity_tag
from gateway.dossiers.allowed import allowed_acts
from gateway.dossiers.explaining import ladder_of_reached
from gateway.dossiers.proving import file_name
from gateway.dossiers.reaching import Reached, reached
from gateway.i18n.wording import act_name
from gateway.views.calendar_changes import letters_in
from gateway.views.deadline_explanation import explain_timing, explanation_lines
from gateway.views.dossier_page import LETTER_KINDS, PAGE_KINDS, ROUTING_KINDS, DossierPage, page_of, papers
from gateway.views.event_groups import STAFF_ONLY
from gateway.views.ladder_explanation import ladder_lines
from gateway.views.names import Names
from gateway.views.timeline import Language

router = APIRouter(route_class=StrictRoute, tags=["Hồ sơ (dossiers)"])

DossierCode = Annotated[
    str, Path(description="Mã hồ sơ (dossier code).", examples=["H42.109-250701-0001"], max_length=64)
]
MOST_EVENTS = 200


@router.get(
    "/dossiers/{code}",
    response_model=DossierAnswer,
    **operation("read_dossier", "Xem một hồ sơ", "one dossier as it is now"),
)
async def read_dossier(code: DossierCode, request: Request, response: Response, parts: Parts, signed: Signed) -> object:
    """Answers with the dossier, its clocks, who holds it, and what the caller may do now."""
    found = await reached(parts.engine, signed, code)
    page = await _page(parts, found, signed)
    names = Names.of_rules(found.rules, signed.caller.at.date())
    response.headers["ETag"] = entity_tag(found.row.version)
    allowed = await _allowed(parts, signed, found, language_of(request.headers.get("accept-language")))
    return dossier_answer(page, names, allowed, to_staff=to_staff(signed))


def to_staff(signed: SignedIn) -> bool:
    """Whether the answer is for the staff. An applicant sees units and roles, and no officer by the internal code."""
    return signed.caller.applicant is None


async def _page(parts: Api, found: Reached, signed: SignedIn) -> DossierPage:
    story = await StoryPages(parts.pool).of_kinds(found.row.code, PAGE_KINDS)
    stuck = await StuckDossiers(parts.pool).of(found.row.code)
    return page_of(found.row, story, found.rules, signed.caller.at, stuck)


async def _allowed(parts: Api, signed: SignedIn, found: Reached, language: Language) -> tuple[AllowedAct, ...]:
    """The commands that would be accepted from the caller now."""
    return tuple(
        AllowedAct.of(act.in_language(language), found.row.code, act_name(act.command))
        for act in await allowed_acts(parts.engine, signed.caller, found)
    )


@router.get(
    "/dossiers/{code}/history",
    response_model=HistoryPage,
    **operation("read_history", "Diễn biến của hồ sơ", "the history of a dossier, oldest first"),
)
async def read_history(
    code: DossierCode,
    parts: Parts,
    signed: Signed,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Sau phiên bản này (after this version).")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS, description="Số sự kiện một trang (events a page).")] = 50,
) -> object:
    """Answers with the events after a version, each with its sentence."""
    found = await reached(parts.engine, signed, code)
    names = Names.of_rules(found.rules, found.row.updated_at.date())
    events = await parts.engine.reader.story(code, after, limit + 1)
    shown, staff = events[:limit], to_staff(signed)
    return HistoryPage(
        items=tuple(event_answer(one, names, to_staff=staff) for one in shown if staff or one.kind not in STAFF_ONLY),
        next=shown[-1].version if len(events) > limit else None,
    )


@router.get(
    "/dossiers/{code}/proof",
    response_model=Proof,
    **operation(
        "read_proof",
        "Bằng chứng của hồ sơ",
        "the proof of a dossier, for others to verify",
        answers={409: problem_response(409)},
    ),
)
async def read_proof(code: DossierCode, response: Response, parts: Parts, signed: Signed) -> object:
    """Answers with the file that the independent script verifies."""
    found = await reached(parts.engine, signed, code)
    proof = await parts.proofs.of(parts.pool, found.row.code, signed.caller.at)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(found.row.code)}"'
    return proof


@router.get(
    "/dossiers/{code}/documents",
    response_model=DocumentsAnswer,
    **operation("read_documents", "Giấy tờ và kết quả của hồ sơ", "the papers of a dossier, and its result"),
)
async def read_documents(code: DossierCode, parts: Parts, signed: Signed) -> object:
    """Answers with the papers that the procedure names, those that came, and the result."""
    found = await reached(parts.engine, signed, code)
    result = found.dossier.result
    return DocumentsAnswer(
        papers=papers(found.dossier, found.rules), result_number=result.number, result_document=result.document
    )


@router.get(
    "/dossiers/{code}/route",
    response_model=RouteAnswer,
    **operation("read_route", "Hồ sơ đang ở đâu, vì sao", "where a dossier is, and why"),
)
async def read_route(code: DossierCode, parts: Parts, signed: Signed) -> object:
    """Answers with the units of the dossier and the reasons of its routing."""
    found = await reached(parts.engine, signed, code)
    story = await StoryPages(parts.pool).of_kinds(found.row.code, ROUTING_KINDS)
    return route_answer(found.dossier, story, Names.of_rules(found.rules, signed.caller.at.date()))


@router.get(
    "/dossiers/{code}/deadline",
    response_model=DeadlineAnswer,
    **operation(
        "read_deadline",
        "Hạn của hồ sơ, tính từng dòng",
        "the deadlines of a dossier, derived line by line",
    ),
)
async def read_deadline(code: DossierCode, request: Request, parts: Parts, signed: Signed) -> object:
    """Answers with both clocks and their derivation. Before intake there is no clock, and both are null."""
    found = await reached(parts.engine, signed, code)
    language = language_of(request.headers.get("accept-language"))
    timing = found.dossier.deadlines.timing
    if timing is None:
        return DeadlineAnswer(dossier=found.row.code, explained=None, lines=())
    letters = letters_in(await StoryPages(parts.pool).of_kinds(found.row.code, LETTER_KINDS))
    explained = explain_timing(timing, found.rules.calendars(found.dossier), signed.caller.at, letters)
    unit_name = Names.of_rules(found.rules, signed.caller.at.date()).unit
    lines = tuple(explanation_lines(explained, language, unit_name))
    return DeadlineAnswer(dossier=found.row.code, explained=explained, lines=lines)


@router.get(
    "/dossiers/{code}/ladder",
    response_model=LadderAnswer,
    **operation(
        "read_ladder",
        "Bậc thang của hồ sơ: bậc nào báo lúc nào, cho ai, vì sao",
        "the ladder of a dossier: which rung fires when, to whom and why",
    ),
)
async def read_ladder(code: DossierCode, request: Request, parts: Parts, signed: Signed) -> object:
    """Answers with every rung that the dossier pins. Who would be told is looked up as of now."""
    found = await reached(parts.engine, signed, code)
    explained = await ladder_of_reached(parts.engine, found, signed.caller.at)
    names = Names.of_rules(found.rules, signed.caller.at.date())
    lines = tuple(ladder_lines(explained, language_of(request.headers.get("accept-language")), names))
    return LadderAnswer(**dict(explained), lines=lines)
