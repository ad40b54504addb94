"""The print views of a dossier: the process-control slip (form 06) and the receipt (form 01), as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from activities.ledger.story_pages import StoryPages
from activities.ledger.vault import Vault
from domain.errors import NotFound
from gateway.api.dossiers.reading import DossierCode
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.reaching import Reached, at_its_desk, reached
from gateway.views.names import Names
from gateway.views.prints.receipt import receipt_data
from gateway.views.prints.slip import slip_data
from gateway.views.prints.typeset import typeset
from gateway.views.work_course import course_of

log = structlog.get_logger(__name__)
router = APIRouter()


@router.get("/dossiers/{code}/slip.pdf", **opens("read_history"))
async def slip(code: DossierCode, visit: Visiting) -> Response:
    """The process-control slip. An applicant's names no officer."""
    found = await reached(visit.api.engine, visit.signed, code)
    course = await course_of(visit.api.pool, found.dossier, found.rules)
    newest = await StoryPages(visit.api.pool).seals(found.row.code, limit=1)
    data = slip_data(
        found.dossier,
        course,
        _names(found, visit),
        seal=newest[0].hash,
        printed=visit.now,
        to_staff=visit.caller.applicant is None,
    )
    return await _pdf("slip", data, f"{found.row.code}-06.pdf")


@router.get("/dossiers/{code}/receipt.pdf", **opens("read_dossier"))
async def receipt(code: DossierCode, visit: Visiting) -> Response:
    """The receipt. The particulars are for those who may read them; the secret for the desk that has the applicant."""
    found = await reached(visit.api.engine, visit.signed, code)
    at_desk = visit.may("accept") and at_its_desk(visit.signed_for("accept"), found.dossier)
    secret = visit.api.keys.receipt_secret(found.row.code) if at_desk else None
    data = receipt_data(
        found.dossier,
        found.rules,
        _names(found, visit),
        printed=visit.now,
        applicant=await _applicant(visit, found),
        secret=secret,
        track_at=_tracked_at(visit, found.row.code, secret),
    )
    return await _pdf("receipt", data, f"{found.row.code}-01.pdf")


def _names(found: Reached, visit: Visit) -> Names:
    return Names.of_rules(found.rules, visit.now.date())


async def _applicant(visit: Visit, found: Reached) -> Mapping[str, str | None] | None:
    """The particulars, if the person may read them in this dossier. The reading is logged, as that of the page."""
    if not visit.may("read_applicant") or not visit.signed_for("read_applicant").scope.covers(found.dossier):
        return None
    try:
        body: dict[str, Any] = await Vault(visit.api.pool).reveal(found.dossier.applicant.commitment)
    except NotFound:  # erased
        return None
    log.info("particulars_read", dossier=found.row.code, operation="read_applicant", caller=visit.caller.name)
    return body


def _tracked_at(visit: Visit, code: str, secret: str | None) -> str:
    """The address of the QR code. The secret is behind the `#`, so no server is sent it with the address."""
    request = visit.request
    origin = visit.console.policy.public_url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{origin.rstrip('/')}/console/track?dossier={code}" + ("" if secret is None else f"#s={secret}")


async def _pdf(template: str, data: Mapping[str, Any], name: str) -> Response:
    """The form, typeset beside other requests."""
    made = await run_in_threadpool(typeset, template, data)
    return Response(made, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})
