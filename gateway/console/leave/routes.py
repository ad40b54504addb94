"""The page of absences and delegations: lists them, enters one, withdraws one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import TypeAdapter, ValidationError

from domain.errors import DomainError
from domain.field_errors import InvalidField, words_of
from domain.organisation.leave import LeaveToEnter, may_enter_for
from domain.roles import Role
from domain.values import VIETNAM, Name
from gateway.api.leave import LeaveAnswer, of_units
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.forms.fields import Option, Typed, first_of
from gateway.i18n.wording import say

router = APIRouter()
PATH = "/console/leave"
REASON: TypeAdapter[Name] = TypeAdapter(Name)
ENTRY: TypeAdapter[LeaveToEnter] = TypeAdapter(LeaveToEnter)
Number = Annotated[int, Path(ge=1, le=2**62)]
LABELS = {
    "person": "Who",
    "receiver": "Who stands in",
    "elsewhere": "Somebody of another unit",
    "legal_basis": "Legal basis for another unit",
    "roles": "Roles",
    "began": "Away from",
    "ended": "Away until",
    "ground": "Ground",
    "reason": "Why it is withdrawn",
    "why": "Ground",
}
WRITE_IT = say("Hãy ghi mục này.", "Fill this in.")


@router.get("/leave", **opens("list_leave"))
async def show_leave(visit: Visiting) -> Response:
    """What was entered, and the form."""
    return await _page(visit)


@router.post("/leave", **opens("enter_leave"))
async def enter_leave(visit: Visiting) -> Response:
    """Enters an absence or a delegation."""
    typed = await visit.form()
    try:
        await visit.api.engine.leave.enter(visit.caller.principal, _entry(typed))
    except DomainError as refused:
        return await _page(visit, refused, typed)
    return visit.to(PATH, notice=visit.written("It is entered. The work-lists know it within two seconds."))


@router.post("/leave/{number}/withdraw", **opens("withdraw_leave"))
async def withdraw_leave(visit: Visiting, number: Number) -> Response:
    """Withdraws an entry from now on."""
    typed = await visit.form()
    try:
        why = _reason(first_of(typed, "reason").strip())
        await visit.api.engine.leave.withdraw(visit.caller.principal, number, why)
    except DomainError as refused:
        return await _page(visit, refused)
    return visit.to(PATH, notice=visit.written("It is withdrawn. It stays in this list."))


def _reason(typed: str) -> str:
    try:
        return REASON.validate_python(typed)
    except ValidationError as wrong:
        raise InvalidField("/reason", WRITE_IT if not typed else words_of(wrong.errors()[0])) from None


def _entry(typed: Typed) -> LeaveToEnter:
    """The entry that was typed. Raises InvalidField at the first field that is wrong."""
    kind = first_of(typed, "kind")
    fields: dict[str, object] = {"kind": kind, **{name: first_of(typed, name).strip() for name in ("person", "ground")}}
    fields |= {name: _instant(typed, name) for name in ("began", "ended")}
    if kind == "delegation":
        fields |= {
            "receiver": first_of(typed, "elsewhere").strip() or first_of(typed, "receiver"),
            "roles": [*typed.get("roles", ())],
            "legal_basis": first_of(typed, "legal_basis").strip() or None,
        }
    try:
        return ENTRY.validate_python(fields)
    except ValidationError as wrong:
        found = ((str(part), one) for one in wrong.errors() for part in one["loc"] if part in LABELS)
        place, error = next(found, ("person", None))
        if place == "receiver" and first_of(typed, "elsewhere"):
            place = "elsewhere"
        told = error is not None and first_of(typed, place).strip()
        raise InvalidField(f"/{place}", words_of(error) if told else WRITE_IT) from None


def _instant(typed: Typed, name: str) -> datetime:
    """What an input of date and time has, in Vietnam."""
    try:
        return datetime.fromisoformat(first_of(typed, name)).replace(tzinfo=VIETNAM)
    except ValueError:
        raise InvalidField(f"/{name}", WRITE_IT) from None


async def _page(visit: Visit, refused: DomainError | None = None, typed: Typed | None = None) -> Response:
    problem = None if refused is None else visit.refusal(refused, labels=LABELS)
    staff = visit.api.engine.staff
    entries = of_units(await visit.api.engine.leave.entries(), visit.caller, staff)
    shown = [LeaveAnswer.of(one, visit.caller, staff) for one in entries]
    colleagues = _colleagues(visit)
    return visit.page(
        "leave/list.html",
        status=problem.status if problem else 200,
        problem=problem,
        labels=LABELS,
        typed=typed or {},
        lasting=[one for one in shown if one.withdrawn_at is None and one.ended > visit.now],
        over=[one for one in shown if one.withdrawn_at is not None or one.ended <= visit.now][:MOST_SHOWN],
        people=[one for one in colleagues if may_enter_for(one.value, visit.caller.person, staff, visit.now)],
        colleagues=colleagues,
        own_roles=_roles(visit),
    )


MOST_SHOWN = 50


def _colleagues(visit: Visit) -> list[Option]:
    """The people of the caller's units, oneself first."""
    staff, me = visit.api.engine.staff, visit.caller.person
    units = dict.fromkeys(duty.unit for duty in visit.caller.duties if duty.holder == me)
    beside = [person for unit in units for role in Role for _, person in staff.holders(unit, role, visit.now)]
    known = [person for person in dict.fromkeys((me, *beside)) if staff.knows(person)]
    return [Option(value=person, words=visit.people.words(person)) for person in known]


def _roles(visit: Visit) -> list[Role]:
    """The roles that may be delegated here: those of the people for whom the caller may enter it."""
    staff, me = visit.api.engine.staff, visit.caller.person
    found = {
        post.role: None
        for one in _colleagues(visit)
        if may_enter_for(one.value, me, staff, visit.now)
        for post in staff.posts_of(one.value, visit.now)
    }
    return [*found]
