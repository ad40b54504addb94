"""Absences and delegations of the caller and of their unit: lists, enters, withdraws."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from activities.ledger.kept_answers import Answer
from domain.organisation.leave import AbsenceToEnter, DelegationToEnter, LeaveEntry, LeaveToEnter, may_enter_for
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.values import Code, Instant, Name, Strict, Value
from gateway.access.callers import Caller
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, answer_kept

router = APIRouter(route_class=StrictRoute, tags=["Việc cần làm (work-lists)"])
Number = Annotated[int, Path(alias="number", ge=1, le=2**62, description="Số của lần ghi (its number).", examples=[7])]


class LeaveAnswer(Value):
    """An absence or a delegation that somebody entered."""

    number: int = Field(description="Số của lần ghi (its number).")
    kind: str = Field(description="absence: nghỉ; delegation: ủy quyền (absence or delegation).")
    person: Code = Field(description="Người nghỉ, hoặc người ủy quyền (who is away, or delegates).")
    receiver: Code | None = Field(description="Người được ủy quyền (to whom).")
    roles: tuple[Role, ...] = Field(description="Vai trò được ủy quyền (the roles).")
    began: Instant
    ended: Instant = Field(description="Đến lúc (until).")
    ground: str = Field(description="Lý do hoặc căn cứ (why).")
    who: Code = Field(description="Người ghi (who entered it).")
    at: Instant = Field(description="Ghi lúc (when).")
    withdrawn_at: Instant | None = Field(description="Rút lúc (when it was withdrawn).")
    withdrawn_by: Code | None = Field(description="Người rút (who withdrew it).")
    withdrawn_why: str | None = Field(description="Vì sao rút (why it was withdrawn).")
    in_force: bool = Field(description="Đang có hiệu lực (it counts now).")
    may_withdraw: bool = Field(description="Người gọi rút được (the caller may withdraw it).")

    @classmethod
    def of(cls, one: LeaveEntry, caller: Caller, staff: Staff) -> LeaveAnswer:
        """The entry as the caller sees it."""
        lasts = one.counts and one.until > caller.at
        mine = staff.knows(one.person) and may_enter_for(one.person, caller.person, staff, caller.at)
        return cls(**one.model_dump(), in_force=one.in_force(caller.at), may_withdraw=lasts and mine)


class LeaveListAnswer(Value):
    """The entries about the people of the caller's units, the newest first."""

    items: tuple[LeaveAnswer, ...]


class LeaveBody(Strict):
    """An absence or a delegation for a period."""

    entry: LeaveToEnter = Field(description="Nghỉ hoặc ủy quyền (an absence or a delegation).")


class WithdrawLeaveBody(Strict):
    """Why it is withdrawn."""

    reason: Name = Field(description="Vì sao rút; lưu vĩnh viễn (why; kept for good).")


def of_units(entries: tuple[LeaveEntry, ...], caller: Caller, staff: Staff) -> tuple[LeaveEntry, ...]:
    """The entries about the caller and the people of the caller's units."""
    units = {duty.unit for duty in caller.duties}

    def concerns(person: str | None) -> bool:
        known = person is not None and staff.knows(person)
        return known and any(post.unit in units for post in staff.posts_of(str(person), caller.at))

    return tuple(one for one in entries if concerns(one.person) or concerns(one.receiver))


@router.get(
    "/leave", response_model=LeaveListAnswer, **operation("list_leave", "Nghỉ và ủy quyền", "absences and delegations")
)
async def list_leave(parts: Parts, signed: Signed) -> object:
    """Answers with what was entered about the caller and the people of the caller's units."""
    staff = parts.engine.staff
    entries = of_units(await parts.engine.leave.entries(), signed.caller, staff)
    return LeaveListAnswer(items=tuple(LeaveAnswer.of(one, signed.caller, staff) for one in entries))


@router.post(
    "/leave",
    response_model=LeaveAnswer,
    **operation("enter_leave", "Ghi nghỉ hoặc ủy quyền", "enter an absence or a delegation", acts=True, body=True),
)
async def enter_leave(body: strict(LeaveBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the entry. It counts in every process within a second or two."""

    async def carry_out(_: str) -> Answer:
        entry: AbsenceToEnter | DelegationToEnter = body.entry
        caller, engine = acting.signed.caller, acting.parts.engine
        made = await engine.leave.enter(caller.principal, entry)
        return answer_kept(200, LeaveAnswer.of(made, caller, engine.staff))

    return await acting.once(carry_out)


@router.post(
    "/leave/{number}:withdraw",
    response_model=LeaveAnswer,
    **operation("withdraw_leave", "Rút nghỉ hoặc ủy quyền", "withdraw one", acts=True, body=True),
)
async def withdraw_leave(number: Number, body: strict(WithdrawLeaveBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the entry, which counts no more. Nothing is deleted."""

    async def carry_out(_: str) -> Answer:
        caller, engine = acting.signed.caller, acting.parts.engine
        withdrawn = await engine.leave.withdraw(caller.principal, number, body.reason)
        return answer_kept(200, LeaveAnswer.of(withdrawn, caller, engine.staff))

    return await acting.once(carry_out)
