"""Incidents one by one: lists what needs a person, and does what operators order."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.kept_answers import Answer
from domain.incidents import Incident, IncidentAct, IncidentAction, IncidentSource
from domain.repairs.causes import Cause
from domain.roles import Role
from domain.values import Bilingual, Code, Instant, Name, Value
from gateway.access.permissions import WATCHING
from gateway.access.scopes import is_whole_province, search_scope
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode, unit_or_none
from gateway.api.pages import Cursor, Limit, Listing, timed_key, timed_place
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, ActingRequest, answer_kept
from gateway.client import Applicant
from gateway.client.incidents import Correction, Incidents, Order
from gateway.client.requests import Personal
from gateway.dossiers.command_ids import command_id_of
from gateway.i18n.wording import cause_name, failure_name
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Sự cố (incidents)"])

IncidentName = Annotated[
    str,
    Path(
        alias="incident", max_length=200, description="Mã sự cố (the incident's id).",
        examples=["call.H42.109-260105-0001.register-1"],
    ),
]  # fmt: skip
Reason = Annotated[Name, Field(description="Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good).")]


class OpenIncidentAnswer(Value):
    """One thing that needs a person."""

    id: str = Field(description="Mã sự cố (the incident's id).")
    source: IncidentSource = Field(description="Tìm thấy ở đâu (where it is found).")
    cause: Cause = Field(description="Nguyên nhân (the cause).")
    cause_words: Bilingual = Field(description="Nguyên nhân, bằng lời (the cause in words).")
    code: str
    code_words: Bilingual
    system: str | None = Field(description="Hệ thống, kênh hay chủ webhook (the system, relay or owner of a webhook).")
    dossier: Code | None
    unit: NamedCode | None = Field(description="Đơn vị chịu trách nhiệm; null: tỉnh (the unit that answers for it).")
    since: Instant
    assigned_to: Code | None = Field(description="Mã người phải xem (the code of who is to look).")
    resolved: bool = Field(description="true: đã ghi nhận xử lý, nguyên nhân còn (noted as dealt with).")
    actions: tuple[IncidentAction, ...] = Field(description="Người gọi làm được gì (what the caller may do).")

    @classmethod
    def of(cls, one: Incident, names: Names, *, may_act: bool) -> OpenIncidentAnswer:
        """The incident with its words."""
        return cls(
            **one.model_dump(exclude={"unit"}), cause_words=one.cause.words, code_words=_code_words(one),
            unit=unit_or_none(one.unit, names), actions=one.actions if may_act else (),
        )  # fmt: skip


def _code_words(one: Incident) -> Bilingual:
    """The words of the code; of a wait that is too long the cause is all there is to say."""
    match one.source:
        case IncidentSource.CALL:
            return failure_name(one.code, one.system)
        case IncidentSource.HANDOVER | IncidentSource.COORDINATION | IncidentSource.ESCALATION:
            return one.cause.words
        case _:
            return cause_name(one.code, one.system)


class IncidentActAnswer(Value):
    """What an operator did with an incident."""

    act: IncidentAction = Field(description="Việc đã làm (the act).")
    assigned_to: Code | None = Field(description="Giao cho ai (to whom).")
    who: Code
    why: str
    at: Instant

    @classmethod
    def of(cls, one: IncidentAct) -> IncidentActAnswer:
        """The act."""
        return cls(**one.model_dump())


class OneIncidentAnswer(Value):
    """An incident, and what operators did with it."""

    incident: OpenIncidentAnswer
    acts: tuple[IncidentActAnswer, ...]


class OpenIncidentPage(Value):
    """A page of incidents, the oldest first. Stuck rollouts stand first on the first page."""

    items: tuple[OpenIncidentAnswer, ...]
    next: str | None
    previous: str | None


class RetryIncidentBody(Personal):
    """Why it is done again, and the right input where it was wrong."""

    reason: Reason
    applicant: Applicant | None = Field(
        default=None, repr=False, description="Thông tin đúng, với danh tính bị từ chối (the right particulars)."
    )
    signer: Code | None = Field(default=None, description="Người ký khác, với ký số bị từ chối (another signer).")
    unit: Code | None = Field(default=None, description="Đơn vị của người ký đó (that signer's unit).")
    nothing_done: Reason | None = Field(
        default=None,
        description="Bằng chứng hệ thống ngoài chưa làm gì, với việc chưa bị từ chối hẳn; cần hai người vận hành "
        "(evidence that the system did nothing; two operators give it).",
    )
    registered_as: Code | None = Field(
        default=None,
        description="Số mà hệ thống nhận đã có cho kết quả này (the number that the registry has already).",
    )


class AssignIncidentBody(Personal):
    """Who is to look, and why."""

    to: Code = Field(description="Mã người vận hành (the operator's code).")
    reason: Reason


class ResolveIncidentBody(Personal):
    """What was done about it."""

    reason: Reason


class Asking:
    """What one caller sees and may order."""

    def __init__(self, parts: Parts, signed: SignedIn) -> None:
        self.incidents = Incidents(parts.engine)
        self.scope = search_scope(signed.scope)
        self.of_province = not WATCHING.isdisjoint(signed.caller.roles)
        self._may_all = is_whole_province(signed.scope, parts.engine.province.organisation, signed.caller.at)
        self._signed = signed
        self._names = Names.of_province(parts.engine.province, signed.caller.at.date())

    def told(self, one: Incident) -> OpenIncidentAnswer:
        """The incident as this caller sees it."""
        reached = one.dossier is not None or self._may_all
        return OpenIncidentAnswer.of(one, self._names, may_act=reached and Role.OPERATOR in self._signed.caller.roles)

    def order(self, why: str, key: str) -> Order:
        """The caller's order."""
        caller = self._signed.caller
        command = command_id_of(caller, key)
        return Order(caller.principal, why, scope=self.scope, of_province=self._may_all, command_id=command)


@router.get(
    "/open-incidents",
    response_model=OpenIncidentPage,
    **operation("list_open_incidents", "Mọi việc cần người xử lý", "everything that needs a person, one by one"),
)
async def list_open_incidents(
    parts: Parts,
    signed: Signed,
    cause: Annotated[Cause | None, Query(description="Chỉ nguyên nhân này (of this cause only).")] = None,
    system: Annotated[Code | None, Query(description="Chỉ hệ thống, kênh này (of this system or relay).")] = None,
    unit: Annotated[Code | None, Query(description="Chỉ đơn vị này chịu trách nhiệm (of this unit only).")] = None,
    assigned_to: Annotated[Code | None, Query(description="Chỉ giao cho người này (assigned to this person).")] = None,
    assigned: Annotated[bool | None, Query(description="Đã giao, hoặc chưa (assigned, or not).")] = None,
    resolved: Annotated[bool, Query(description="Đã ghi nhận xử lý (noted as dealt with).")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the incidents within the caller's units; for watchers also those of no dossier."""
    wanted = IncidentFilter(
        cause=cause, system=system, unit=unit, assigned_to=assigned_to, assigned=assigned, resolved=resolved
    )
    asking, listing = Asking(parts, signed), Listing(parts.keys, ("list_open_incidents", *wanted.model_dump().values()))
    place = listing.place(cursor)
    rows = await asking.incidents.rows(
        wanted, limit=limit + 1, scope=asking.scope, of_province=asking.of_province, place=timed_place(place)
    )
    page = listing.page(rows, place, limit, row_key)
    rollouts = await asking.incidents.stuck_rollouts(wanted) if place is None and asking.of_province else []
    items = tuple(asking.told(one) for one in (*rollouts, *page.items))
    return OpenIncidentPage(items=items, next=page.next, previous=page.previous)


def row_key(one: Incident) -> str:
    """The place of an incident in the list."""
    return timed_key(one.since, one.id)


@router.get(
    "/incidents/{incident}",
    response_model=OneIncidentAnswer,
    **operation("read_incident", "Một sự cố", "one incident, with what operators did"),
)
async def read_incident(incident: IncidentName, parts: Parts, signed: Signed) -> object:
    """Answers with the incident while its cause is there."""
    asking = Asking(parts, signed)
    found = await asking.incidents.one(incident, asking.scope, of_province=asking.of_province)
    acts = await asking.incidents.acts(found)
    return OneIncidentAnswer(incident=asking.told(found), acts=tuple(map(IncidentActAnswer.of, acts)))


def _act(id_: str, vi: str, en: str) -> dict[str, Any]:
    return {"response_model": OpenIncidentAnswer, **operation(id_, vi, en, acts=True, body=True)}


@router.post("/incidents/{incident}:retry", **_act("retry_incident", "Thử lại", "do it again"))
async def retry_incident(incident: IncidentName, body: strict(RetryIncidentBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the incident as it was; it closes when its cause is gone."""

    async def act(asking: Asking, order: Order) -> Incident:
        correction = Correction(
            applicant=body.applicant,
            signer=body.signer,
            unit=body.unit,
            nothing_done=body.nothing_done,
            registered_as=body.registered_as,
        )
        return await asking.incidents.retry(incident, order, correction)

    return await _once(acting, body.reason, act)


@router.post("/incidents/{incident}:assign", **_act("assign_incident", "Giao cho người xem", "name who is to look"))
async def assign_incident(incident: IncidentName, body: strict(AssignIncidentBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the incident and its new assignment."""

    async def act(asking: Asking, order: Order) -> Incident:
        return await asking.incidents.assign(incident, body.to, order)

    return await _once(acting, body.reason, act)


@router.post("/incidents/{incident}:resolve", **_act("resolve_incident", "Ghi nhận đã xử lý", "note as dealt with"))
async def resolve_incident(incident: IncidentName, body: strict(ResolveIncidentBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the incident, which is noted as dealt with."""

    async def act(asking: Asking, order: Order) -> Incident:
        return await asking.incidents.resolve(incident, order)

    return await _once(acting, body.reason, act)


async def _once(acting: ActingRequest, why: str, act: Any) -> Response:
    """Carries the order out once for its key."""
    asking = Asking(acting.parts, acting.signed)

    async def carry_out(key: str) -> Answer:
        return answer_kept(200, asking.told(await act(asking, asking.order(why, key))))

    return await acting.once(carry_out)
