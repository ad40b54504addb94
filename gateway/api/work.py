"""Reads the work-list of the caller: what waits for them now, also what they do for absent colleagues."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from domain.dossier.state import State
from domain.field_errors import InvalidField
from domain.roles import Role
from domain.values import Bilingual, Code, Instant, Value
from gateway.access.principals import PersonPrincipal
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode, named_unit
from gateway.api.pages import Limit
from gateway.api.parts import Api, Parts
from gateway.i18n.wording import work_name
from gateway.views.names import Names
from gateway.views.work_list import HeldWork, WorkLists

router = APIRouter(route_class=StrictRoute, tags=["Việc cần làm (work-lists)"])

UNIT_NEEDED = Bilingual(
    vi="dịch vụ này được làm ở mọi đơn vị, nên phải nêu một đơn vị",
    en="this service acts in every unit, so one must be named",
)


class WorkAnswer(Value):
    """One item of work: what is to be done in which dossier, by whom, until when."""

    dossier: Code
    href: str
    procedure: NamedCode
    state: State
    act: Code = Field(description="Lệnh, hoặc việc làm ở nơi khác (a command, or what is done elsewhere).")
    act_words: Bilingual
    unit: NamedCode
    role: Role
    person: Code | None = Field(description="Người được phân công (to whom it is assigned; null: anybody in the role).")
    acting: Code | None = Field(description="Người làm thay hôm nay, hoặc chính người đó (who does it today).")
    since: Instant
    due: Instant | None
    statutory_due: Instant | None
    promised_due: Instant | None

    @classmethod
    def of(cls, held: HeldWork, names: Names) -> WorkAnswer:
        """The item with the names of a day."""
        item, dossier = held.item, held.dossier
        return cls(
            dossier=item.dossier, href=f"/v1/dossiers/{item.dossier}",
            procedure=NamedCode(code=dossier.procedure, name=names.procedure(dossier.procedure)), state=dossier.state,
            act=item.act, act_words=work_name(item.act), unit=named_unit(item.unit, names), role=item.role,
            person=item.person, acting=held.acting, since=item.since, due=item.due,
            statutory_due=dossier.statutory_due, promised_due=dossier.promised_due,
        )  # fmt: skip


class WorkListAnswer(Value):
    """The most urgent work. `more`: there is more than is shown."""

    at: Instant
    items: tuple[WorkAnswer, ...]
    more: bool


@router.get(
    "/work",
    response_model=WorkListAnswer,
    **operation("list_work", "Việc cần làm của người gọi", "the caller's work-list"),
)
async def list_work(
    parts: Parts,
    signed: Signed,
    unit: Annotated[Code | None, Query(description="Chỉ ở đơn vị này (in this unit only).")] = None,
    role: Annotated[Role | None, Query(description="Chỉ trong vai trò này (in this role only).")] = None,
    limit: Limit = 50,
) -> object:
    """Answers with the caller's work of today, the most urgent first; of an absent colleague's, what they stand in for.

    A service gets the work of its units in its roles.
    """
    names = Names.of_province(parts.engine.province, signed.caller.at.date())
    if unit is not None:
        names.require_unit(unit)
    held = await _held(parts, signed, unit, role, limit + 1)
    items = tuple(WorkAnswer.of(one, names) for one in held[:limit])
    return WorkListAnswer(at=signed.caller.at, items=items, more=len(held) > limit)


async def _held(parts: Api, signed: SignedIn, unit: str | None, role: Role | None, limit: int) -> list[HeldWork]:
    lists, caller = WorkLists(parts.engine.reader, parts.engine.staff, signed.scope.procedures), signed.caller
    roles = signed.roles if role is None else signed.roles & {role}
    if isinstance(caller.principal, PersonPrincipal):
        duties = [duty for duty in caller.duties if duty.role in roles and unit in (None, duty.unit)]
        return await lists.of_duties(caller.principal.person, duties, caller.at, limit=limit)
    scoped = caller.service.units if caller.service else ()
    if scoped is None and unit is None:
        raise InvalidField("query/unit", UNIT_NEEDED)
    units = [one for one in (scoped or (unit,)) if one is not None and unit in (None, one)]
    return await lists.of_units(units, caller.at, sorted(roles), limit=limit)
