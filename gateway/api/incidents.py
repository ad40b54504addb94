"""Reads what is in trouble within the caller's scope: failed calls to outside systems, and stuck dossiers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from activities.ledger.troubled_dossiers import OpenIncident, TroubledDossier, TroubledDossiers
from domain.incidents import IncidentId, IncidentSource
from domain.outside_systems import System
from domain.values import Bilingual, Code, Instant, Value
from gateway.access.scopes import search_scope
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode, named_unit, unit_or_none
from gateway.api.pages import Cursor, Limit, Listing
from gateway.api.parts import Parts
from gateway.i18n.wording import cause_name, failure_name, system_name
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Sự cố (incidents)"])


class IncidentAnswer(Value):
    """A call to an outside system that failed and has not succeeded yet."""

    id: str = Field(description="Mã sự cố, dùng ở /v1/incidents/{id} (the incident's id).")
    effect: str = Field(description="Việc gọi, như register/1 (the call).")
    system: str
    system_words: Bilingual
    code: str
    code_words: Bilingual
    since: Instant
    failures: int
    final: bool = Field(description="true: không tự gọi lại, cần người xử lý (not retried: a person must look).")

    @classmethod
    def of(cls, dossier: str, one: OpenIncident) -> IncidentAnswer:
        """The incident with its words."""
        name = str(IncidentId.of_call(dossier, one.effect))
        return cls(
            id=name,
            **one.model_dump(),
            system_words=system_name(one.system),
            code_words=failure_name(one.code, one.system),
        )


class StuckAnswer(Value):
    """Why a dossier's workflow does not go on by itself, and since when."""

    id: str = Field(description="Mã sự cố, dùng ở /v1/incidents/{id} (the incident's id).")
    code: str
    code_words: Bilingual
    since: Instant


class TroubledAnswer(Value):
    """A dossier in trouble."""

    dossier: Code
    href: str
    procedure: NamedCode
    state: str
    received_by: NamedCode
    responsible: NamedCode | None
    incidents: tuple[IncidentAnswer, ...]
    stuck: StuckAnswer | None = Field(description="Quy trình bị kẹt; null: không (its workflow is stuck; null: no).")

    @classmethod
    def of(cls, one: TroubledDossier, names: Names) -> TroubledAnswer:
        """The dossier with the names of a day."""
        return cls(
            dossier=one.code, href=f"/v1/dossiers/{one.code}",
            procedure=NamedCode(code=one.procedure, name=names.procedure(one.procedure)), state=one.state,
            received_by=named_unit(one.received_by, names), responsible=unit_or_none(one.responsible, names),
            incidents=tuple(IncidentAnswer.of(one.code, incident) for incident in one.incidents), stuck=_stuck(one),
        )  # fmt: skip


def _stuck(one: TroubledDossier) -> StuckAnswer | None:
    if one.stuck_because is None or one.stuck_since is None:
        return None
    name = str(IncidentId(source=IncidentSource.WORKFLOW, dossier=one.code))
    return StuckAnswer(id=name, code=one.stuck_because, code_words=cause_name(one.stuck_because), since=one.stuck_since)


class IncidentPage(Value):
    """A page of dossiers in trouble, in the order of their codes."""

    items: tuple[TroubledAnswer, ...]
    next: str | None
    previous: str | None


@router.get(
    "/incidents",
    response_model=IncidentPage,
    **operation(
        "list_incidents",
        "Hồ sơ đang có sự cố",
        "the dossiers in trouble: failed calls to outside systems, stuck workflows",
    ),
)
async def list_incidents(
    parts: Parts,
    signed: Signed,
    system: Annotated[System | None, Query(description="Chỉ sự cố của hệ thống này (of this system only).")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the dossiers of the caller's units that have an open incident or are stuck."""
    listing = Listing(parts.keys, ("list_incidents", system))
    place = listing.place(cursor)
    rows = await TroubledDossiers(parts.pool).of(
        search_scope(signed.scope),
        system=system,
        place=None if place is None else (place.key, place.back),
        limit=limit + 1,
    )
    page = listing.page(rows, place, limit, lambda one: one.code)
    names = Names.of_province(parts.engine.province, signed.caller.at.date())
    items = tuple(TroubledAnswer.of(one, names) for one in page.items)
    return IncidentPage(items=items, next=page.next, previous=page.previous)
