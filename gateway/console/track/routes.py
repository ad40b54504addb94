"""The pages of the citizen: the entrance with code and secret, the dossier, its renewal, the rating, and the end."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from activities.ledger.reading import dossier_in
from domain.errors import DomainError, NotFound
from domain.field_errors import InvalidField
from domain.text.sentences import in_figures
from domain.values import DOSSIER_CODE, VIETNAM, Bilingual
from gateway.api.callers import address_of
from gateway.api.problems import Problem
from gateway.console.messages import ConsoleRefusal
from gateway.console.track.receipt_cookie import give, is_open, page_of, take_back
from gateway.console.visits import Passing, PassingBy, passing
from gateway.dossiers.command_ids import command_id_by_receipt
from gateway.dossiers.parts import handled_by
from gateway.dossiers.tracking import typed_code
from gateway.views.names import Names
from gateway.views.tracked.dossier import tracked
from gateway.views.tracked.opening import opening_of
from gateway.views.tracked.sentences import moment, told

router = APIRouter()

ENTRANCE = "/console/track"
LONGEST_TYPED = 64
LONGEST_NOTE = 2_000
LABELS = {"stars": "Your rating", "note": "What was good, what was not (not needed)"}
"""What stands beside the fields of a rating."""
STARS = ("1", "2", "3", "4", "5")
CHOOSE_STARS = Bilingual(vi="hãy chọn từ 1 đến 5 sao", en="choose from 1 to 5 stars")
NOTE_TOO_LONG = Bilingual(
    vi=f"nhiều nhất {in_figures(LONGEST_NOTE).vi} ký tự", en=f"at most {in_figures(LONGEST_NOTE).en} characters"
)


async def _with_receipt(
    request: Request, dossier: str, visitor: Annotated[Passing, Depends(passing)]
) -> Passing | None:
    """The request, if its browser has shown the secret of the dossier; else None. It is counted for the dossier.

    Many people share one address at a post office or a village hall: pages that stay open are not counted there.
    """
    code = dossier.strip()
    if not DOSSIER_CODE.fullmatch(code) or not is_open(request, visitor.api.keys, code, visitor.now):
        await visitor.api.rates.take(visitor.api.policy.public, "refused", address_of(request))
        return None
    await visitor.api.rates.take(visitor.api.policy.public, "receipt", code)
    return visitor


WithReceipt = Annotated[Passing | None, Depends(_with_receipt)]


@router.get("/track")
async def enter(visitor: PassingBy, dossier: str = "", closed: bool = False) -> Response:
    """The form for the code and the secret. A script fills in the secret of a QR code and sends it."""
    return visitor.page("track/enter.html", code=dossier[:LONGEST_TYPED], closed=closed, problem=None)


@router.post("/track")
async def open_dossier(visitor: PassingBy, request: Request) -> Response:
    """Opens the dossier for this browser. A wrong code and a wrong secret get the same answer."""
    fields = await visitor.form()
    code, secret = (fields.get(name, [""])[0].strip()[:LONGEST_TYPED] for name in ("dossier", "secret"))
    try:
        row = await visitor.api.receipts.opened(code, secret)
    except DomainError as refused:
        problem = visitor.refusal(refused)
        return visitor.page("track/enter.html", status=problem.status, code=code, closed=False, problem=problem)
    answer = RedirectResponse(page_of(row.code), 303)
    give(answer, request, visitor.api.keys, row.code, visitor.now)
    return answer


@router.get("/track/{dossier}")
async def show_dossier(dossier: str, visitor: WithReceipt) -> Response:
    """The dossier as its applicant sees it."""
    if visitor is None:
        return RedirectResponse(f"{ENTRANCE}?dossier={_code(dossier)}&closed=true", 303)
    return await _page(visitor, dossier.strip())


@router.get("/track/{dossier}/now")
async def renew_dossier(dossier: str, visitor: WithReceipt, passed: Annotated[Passing, Depends(passing)]) -> Response:
    """The part of the page that changes; 304 while nothing has, 401 when the browser must show the secret again."""
    if visitor is None:
        return passed.fragment("track/dossier.html", "ended", status=401, code=_code(dossier))
    code = dossier.strip()
    answer = visitor.fragment("track/dossier.html", "now", **await _context(visitor, code))
    etag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:24]}"'
    if passed.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    answer.headers["ETag"] = etag
    return answer


@router.post("/track/{dossier}/rate")
async def rate(dossier: str, visitor: WithReceipt, passed: Annotated[Passing, Depends(passing)]) -> Response:
    """Rates the service, as the holder of the receipt. When the page has closed meanwhile, what was typed is kept."""
    if visitor is None:
        kept = {"code": _code(dossier), "fields": await passed.form()}
        return passed.page("track/send_again.html", status=401, **kept)
    code, fields = dossier.strip(), await visitor.form()
    stars, note = (fields.get(name, [""])[0].strip() for name in ("stars", "note"))
    key = fields.get("_key", [""])[0]
    try:
        if stars not in STARS:
            raise InvalidField("/stars", CHOOSE_STARS)
        if len(note) > LONGEST_NOTE:
            raise InvalidField("/note", NOTE_TOO_LONG)
        await visitor.api.engine.rate_by_receipt(code, command_id_by_receipt(code, key), int(stars), note or None)
    except DomainError as refused:
        typed = {"stars": stars, "note": note, "key": key}
        return await _page(visitor, code, visitor.refusal(refused, labels=LABELS), typed)
    return visitor.to(page_of(code), visitor.written("Thank you. Your rating is recorded."))


@router.post("/track/{dossier}/close")
async def close(dossier: str, visitor: PassingBy) -> Response:
    """Ends it on this browser, for those who use somebody else's."""
    answer = RedirectResponse(ENTRANCE, 303)
    take_back(answer, visitor.request, _code(dossier))
    return answer


async def _page(
    visitor: Passing, code: str, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response:
    known = {"problem": problem, "labels": LABELS, "typed": typed or {"stars": "", "note": "", "key": ""}}
    status = 200 if problem is None else problem.status
    return visitor.page("track/dossier.html", status=status, **await _context(visitor, code), **known)


async def _context(visitor: Passing, code: str) -> dict[str, Any]:
    row = await visitor.api.receipts.proved(code)
    dossier = dossier_in(row)
    rules = await visitor.api.engine.rules_of(dossier)
    units = await handled_by(visitor.api.engine.reader, dossier)
    seen = tracked(dossier, rules, Names.of_rules(rules, visitor.now.date()), visitor.now, units)
    due = None if seen.date.due is None else moment(seen.date.due)
    return {"seen": seen, "told": told(seen), "due": due, "opening": _opening(visitor, dossier.routing.received_by)}


def _opening(visitor: Passing, unit: str) -> Bilingual | None:
    """When the desk that received the dossier is open. None for a unit that is closed for good."""
    try:
        calendar = visitor.api.engine.province.calendar_of(unit, visitor.now.astimezone(VIETNAM).date())
    except NotFound:
        return None
    return opening_of(calendar, visitor.now)


def _code(given: str) -> str:
    """The code of the address, if it is one: nothing else goes into an address or a cookie."""
    code = typed_code(given)
    if not DOSSIER_CODE.fullmatch(code):
        raise NotFound(ConsoleRefusal.PAGE_UNKNOWN)
    return code
