"""The pages `/console/dossiers/{code}/acts/{command}`: a form for each command, with the permission of the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Response
from pydantic import TypeAdapter, ValidationError

from domain.errors import DomainError, NotFound
from domain.field_errors import invalid_request, of_validation
from domain.messages.dossier import DossierRefusal
from gateway.access.permissions import COMMANDS
from gateway.api.dossiers.reading import DossierCode
from gateway.api.problems import Problem, status_of
from gateway.client.requests import require_seen, validated_strictly
from gateway.console.acts.act_forms import ActForm, act_form, changes_since, faults_in_words
from gateway.console.acts.explained import EXPLAINED
from gateway.console.places import local_path
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.acting import act
from gateway.dossiers.bodies import COMMAND_BODIES, ByCaller
from gateway.dossiers.command_ids import command_id_of
from gateway.dossiers.forms.faults import faults_of, hidden_faults, said_by_fields
from gateway.dossiers.forms.fields import Typed, first_of, number_in
from gateway.dossiers.forms.reading import body_of
from gateway.dossiers.reaching import in_reach
from gateway.i18n.wording import act_name, work_name
from gateway.views.ways_back import way_back_of
from workflows.messages import Receipt

log = structlog.get_logger(__name__)
router = APIRouter()
UNKNOWN_OUTCOME = 500
"""From this status on it is not known whether the act was carried out: the same form keeps its key."""
WORK = "/console/work"
MOST_TOLD = 2
"""How many items of work a notice names."""
ADAPTERS: Mapping[str, TypeAdapter[ByCaller]] = {kind: TypeAdapter(model) for kind, model in COMMAND_BODIES.items()}


def _shows(kind: str) -> Callable[..., Any]:
    async def show_form(
        code: DossierCode,
        visit: Visiting,
        back: str = "",
        escalation: Annotated[str, Query(max_length=12)] = "",
    ) -> Response:
        form = await act_form(visit, kind, code)
        chosen = {"escalation": [escalation]} if escalation and "escalation" in form.defaults else {}
        return _page(visit, form, typed=form.defaults | chosen, back=back)

    return show_form


def _gives(kind: str) -> Callable[..., Any]:
    async def give_command(code: DossierCode, visit: Visiting) -> Response:
        typed = await visit.form()
        earlier = await _done_and_gone(visit, code, typed)
        if earlier is not None:
            return visit.to(WORK, notice=_notice(visit, kind, earlier))
        form = await act_form(visit, kind, code)
        try:
            receipt = await _act(visit, form, code, typed)
        except ValidationError as wrong:
            return _refused(visit, form, typed, wrong)
        except DomainError as refused:
            if refused.code == DossierRefusal.STALE_VERSION:
                return await _stale(visit, kind, code, typed, refused)
            return _refused(visit, form, typed, refused)
        seen = await _still_sees(visit, code)
        notice = _notice(visit, kind, receipt, await _comes_next(visit, code) if seen else "")
        return visit.to(_next_page(code, first_of(typed, "_back"), seen), notice=notice)

    return give_command


for _kind in COMMANDS:
    _path = f"/dossiers/{{code}}/acts/{_kind}"
    router.get(_path, **opens(_kind))(_shows(_kind))
    router.post(_path, **opens(_kind))(_gives(_kind))


async def _done_and_gone(visit: Visit, code: str, typed: Typed) -> Receipt | None:
    """The receipt of this very form, when its act took the dossier out of reach: a unit that refused a handover has no
    more to do with it. Raises NotFound `unknown_dossier` for any other dossier out of reach."""
    engine = visit.api.engine
    try:
        await in_reach(engine, visit.signed, code)
    except NotFound:
        receipt = await engine.receipt(command_id_of(visit.caller, first_of(typed, "_key")))
        if receipt is None or receipt.dossier != code:
            raise
        return receipt.model_copy(update={"repeated": True})
    return None


async def _act(visit: Visit, form: ActForm, code: str, typed: Typed) -> Receipt:
    """Carries out what was typed. Raises ValidationError, and the errors of `act`."""
    body = body_of(form.fields, typed)
    read = validated_strictly(ADAPTERS[form.kind], body)
    require_seen(body)
    key, version = first_of(typed, "_key"), number_in(typed, "_version")
    return await act(visit.api.engine, visit.signed, form.kind, code, read, key, version=version)


def _page(
    visit: Visit,
    form: ActForm,
    *,
    typed: Typed,
    back: str = "",
    status: int = 200,
    problem: Problem | None = None,
    faults: Mapping[str, str] | None = None,
    changes: Sequence[str] = (),
    key: str | None = None,
) -> Response:
    return visit.page(
        "acts/form.html", status=status, form=form, typed=typed, problem=problem, faults=faults or {}, changes=changes,
        key=key, version=first_of(typed, "_version") or form.found.row.version,
        back=local_path(back) if back else "", title=visit.text(act_name(form.kind)),
        what=visit.text(EXPLAINED[form.kind]),
    )  # fmt: skip


def _refused(visit: Visit, form: ActForm, typed: Typed, wrong: ValidationError | DomainError) -> Response:
    """The form with what was typed, and each fault at its field."""
    error = invalid_request(of_validation(wrong)) if isinstance(wrong, ValidationError) else wrong
    hidden = hidden_faults(form.fields, body_of(form.fields, typed))
    status = status_of(error)
    key = first_of(typed, "_key") if status >= UNKNOWN_OUTCOME else None
    problem = visit.refusal(error)  # before its sentence is shown at a field too: it tells it in words
    faults = faults_in_words(visit, {**hidden, **faults_of(wrong, form.fields)})
    if said_by_fields(wrong) and faults:
        problem = problem.model_copy(update={"detail": visit.written("Some fields need your attention.")})
    return _page(
        visit, form, typed=typed, back=first_of(typed, "_back"), status=status, problem=problem, faults=faults, key=key
    )


async def _stale(visit: Visit, kind: str, code: str, typed: Typed, refused: DomainError) -> Response:
    """The form of the dossier as it is now, with what was typed and what changed meanwhile."""
    form = await act_form(visit, kind, code)
    changes = await changes_since(visit, form.found, number_in(typed, "_version") or 0)
    shown = {**typed, "_version": [str(form.found.row.version)]}
    return _page(
        visit, form, typed=shown, back=first_of(typed, "_back"), status=status_of(refused),
        problem=visit.refusal(refused), changes=changes,
    )  # fmt: skip


async def _still_sees(visit: Visit, code: str) -> bool:
    """False when the act took the dossier out of reach; also when that cannot be read."""
    try:
        await in_reach(visit.api.engine, visit.signed_for("read_dossier"), code)
    except DomainError as problem:
        log.info("dossier_not_seen_after_act", code=str(problem.code), dossier=code)
        return False
    return True


def _next_page(code: str, back: str, seen: bool) -> str:
    """Where the person came from, else the dossier; the work-list, when the act took it out of reach."""
    if back:
        return local_path(back)
    return f"/console/dossiers/{code}" if seen else WORK


def _notice(visit: Visit, kind: str, receipt: Receipt, comes_next: str = "") -> str:
    """What was done, what comes next, and how it is taken back."""
    facts = {"act": visit.text(act_name(kind)), "code": receipt.dossier}
    if receipt.repeated:
        return visit.written("This was already done: %(act)s, dossier %(code)s.") % facts
    done, way = visit.written("Done: %(act)s, dossier %(code)s.") % facts, way_back_of(kind)
    back = visit.text(way.words) if way is not None and way.command is not None else ""
    return " ".join(filter(None, (done, comes_next, back)))


async def _comes_next(visit: Visit, code: str) -> str:
    """Whose turn it is now, in one sentence; empty where nobody has to act, and where it cannot be read."""
    try:
        items = await visit.api.engine.reader.work_of(code)
    except DomainError as problem:
        log.warning("next_work_not_read", code=str(problem.code), dossier=code)
        return ""
    told = [
        f"{visit.text(work_name(one.act))} ({visit.text(one.role.words)}, {visit.names.unit(one.unit)})"
        for one in items[:MOST_TOLD]
    ]
    return visit.written("Next: %(what)s.") % {"what": "; ".join(told)} if told else ""
