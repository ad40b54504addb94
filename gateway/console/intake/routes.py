"""The pages of the desk: choose a procedure, fill in the form, and hand out the receipt."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from domain.dossier.state import State
from domain.errors import DomainError
from domain.field_errors import invalid_request, of_validation
from gateway.api.dossiers.reading import DossierCode
from gateway.api.problems import status_of
from gateway.client.requests import require_seen, validated_strictly
from gateway.console.intake.intake_forms import (
    SUBMISSION,
    IntakeForm,
    intake_form,
    preview,
    procedures_like,
    procedures_on,
)
from gateway.console.intake.recent import keep_recent, recent_of
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.acting import act, submit
from gateway.dossiers.bodies import COMMAND_BODIES
from gateway.dossiers.forms.faults import faults_of, hidden_faults, said_by_fields
from gateway.dossiers.forms.fields import Typed, first_of
from gateway.dossiers.forms.reading import body_of
from gateway.dossiers.reaching import at_its_desk, in_reach
from workflows.messages import Receipt

router = APIRouter()
SUBMIT = "submit_dossier"
ACCEPT = "accept"
UNKNOWN_OUTCOME = 500


@router.get("/intake", **opens(ACCEPT))
async def choose_procedure(visit: Visiting, procedure: str = Query("", max_length=200)) -> Response:
    """The form of the procedure that was named, or those that were meant."""
    offered = procedures_on(visit)
    named = procedure.strip().partition(" ")[0]
    if any(one.value == named for one in offered):
        form = intake_form(visit, named)
        answer = _page(visit, form, form.defaults)
        keep_recent(answer, visit.request, named, offered)
        return answer
    found = procedures_like(procedure, offered) if procedure.strip() else ()
    if len(found) == 1:
        return RedirectResponse(f"/console/intake?procedure={found[0].value}", 303)
    return visit.page(
        "intake/procedure.html", offered=offered, found=found, wanted=procedure,
        recent=recent_of(visit.request, offered),
    )  # fmt: skip


@router.post("/intake/preview", **opens(ACCEPT))
async def show_preview(visit: Visiting) -> Response:
    """Where it would go, and both dates: for the fields that were typed so far, without the applicant's."""
    typed = await visit.form()
    form = intake_form(visit, first_of(typed, "procedure"))
    shown = preview(visit, form, body_of(form.fields, typed))
    return visit.fragment("intake/form.html", "preview_of", preview=shown)


@router.post("/intake", **opens(ACCEPT))
async def file_dossier(visit: Visiting) -> Response:
    """Files the dossier, and accepts it when that was asked for. A repeat of the form is the same dossier."""
    typed = await visit.form()
    form = intake_form(visit, first_of(typed, "procedure"))
    if "_preview" in typed:
        return _page(visit, form, typed, key=first_of(typed, "_key"))
    try:
        body = body_of(form.fields, typed)
        read = validated_strictly(SUBMISSION, body)
        require_seen(body)
        receipt = await submit(visit.api.engine, visit.signed_for(SUBMIT), read, first_of(typed, "_key"))
    except (ValidationError, DomainError) as wrong:
        return _refused(visit, form, typed, wrong)
    refused = await _accepted(visit, receipt, typed)
    notice = (
        None
        if refused is None
        else visit.written("Filed, but not accepted yet: %(why)s") % {"why": visit.sentence(refused)}
    )
    return visit.to(f"/console/intake/{receipt.dossier}", notice=notice)


async def _accepted(visit: Visit, receipt: Receipt, typed: Typed) -> DomainError | None:
    """Accepts the dossier, if that was asked for. A refusal leaves it filed: the page after it says what is missing."""
    if "_accept" not in typed:
        return None
    key = f"{first_of(typed, '_key')}:{ACCEPT}"
    try:
        await act(visit.api.engine, visit.signed, ACCEPT, receipt.dossier, COMMAND_BODIES[ACCEPT](), key)
    except DomainError as refused:
        return refused
    return None


@router.get("/intake/{code}", **opens(ACCEPT))
async def show_filed(code: DossierCode, visit: Visiting) -> Response:
    """What the applicant gets: the code, the secret to track it, both dates; then the next applicant."""
    row, dossier = await in_reach(visit.api.engine, visit.signed, code)
    return visit.page(
        "intake/filed.html", row=row, dossier=dossier,
        secret=visit.api.keys.receipt_secret(row.code) if at_its_desk(visit.signed, dossier) else None,
        waits=dossier.state is State.SUBMITTED,
    )  # fmt: skip


def _page(visit: Visit, form: IntakeForm, typed: Typed, *, status: int = 200, **more: Any) -> Response:
    given = {"problem": None, "faults": {}, "key": None, **more}
    shown = preview(visit, form, body_of(form.fields, typed))
    accept = "_key" not in typed or "_accept" in typed
    return visit.page("intake/form.html", status=status, form=form, typed=typed, preview=shown, accept=accept, **given)


def _refused(visit: Visit, form: IntakeForm, typed: Typed, wrong: ValidationError | DomainError) -> Response:
    """The form with what was typed, each fault at its field."""
    error = invalid_request(of_validation(wrong)) if isinstance(wrong, ValidationError) else wrong
    status, problem = status_of(error), visit.refusal(error)  # before its sentence is shown at a field too
    found = {**hidden_faults(form.fields, body_of(form.fields, typed)), **faults_of(wrong, form.fields)}
    faults = {name: visit.text(words) for name, words in found.items()}
    if said_by_fields(wrong) and faults:
        problem = problem.model_copy(update={"detail": visit.written("Some fields need your attention.")})
    key = first_of(typed, "_key") if status >= UNKNOWN_OUTCOME else None
    return _page(visit, form, typed, status=status, problem=problem, faults=faults, key=key)
