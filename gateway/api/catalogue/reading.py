"""Reads the province's procedures: the list, and one with its versions, terms, documents and process.

The catalogue is published by law, so nobody has to sign in for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from domain.procedures.procedure import Level
from domain.rules.province import Province
from domain.rules.province_rules import PublishedProcedure
from domain.text.folding import fold
from domain.values import Code, Name
from gateway.api.bodies import StrictRoute
from gateway.api.callers import counted_by_address
from gateway.api.catalogue.answers import ProcedureAnswer, ProcedureContent, ProcedureLine, ProcedurePage, VersionLine
from gateway.api.documented import operation
from gateway.api.pages import Cursor, Limit, Listing
from gateway.api.parts import Parts
from gateway.api.queries import OnDay, SearchedName, WrittenDay
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Danh mục thủ tục (catalogue)"])

ProcedureCode = Annotated[Code, Path(description="Mã thủ tục (code of the procedure).", examples=["1.004873"])]


@router.get(
    "/procedures",
    dependencies=[Depends(counted_by_address)],
    response_model=ProcedurePage,
    **operation(
        "list_procedures",
        "Danh mục thủ tục của tỉnh",
        "the procedures of the province",
    ),
)
async def list_procedures(
    parts: Parts,
    level: Annotated[Level | None, Query(description="Cấp giải quyết (level that resolves it).")] = None,
    field: Annotated[
        Name | None, Query(max_length=200, description="Lĩnh vực: tên hoặc mã (field: its name or code).")
    ] = None,
    text: SearchedName = None,
    active_on: Annotated[
        WrittenDay | None, Query(description="Chỉ thủ tục có hiệu lực ngày này (only those in effect on this day).")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with one line a procedure: the version of the day, else the last. Ordered by code."""
    listing = Listing(parts.keys, ("list_procedures", level, field, text, active_on))
    shown = (
        one
        for one in _versions_shown(parts.engine.province, active_on, parts.now().date())
        if level in (None, one.procedure.level) and _is_of(one, field) and _has(one, text)
    )
    page = listing.page_of(shown, cursor, limit, lambda one: one.procedure.code)
    return ProcedurePage(
        items=tuple(ProcedureLine.of(one) for one in page.items), next=page.next, previous=page.previous
    )


def _versions_shown(province: Province, active_on: date | None, today: date) -> Iterator[PublishedProcedure]:
    """Of each procedure the version of the day. Without a day: that of today, else the last one."""
    for code in dict.fromkeys(one.procedure.code for one in province.procedures):
        versions = province.versions(code)
        of_day = next((one for one in versions if one.accepts(active_on or today)), None)
        if of_day is not None or active_on is None:
            yield of_day or versions[-1]


def _is_of(one: PublishedProcedure, field: str | None) -> bool:
    return field is None or one.procedure.field_code == field or fold(one.procedure.field) == fold(field)


def _has(one: PublishedProcedure, text: str | None) -> bool:
    return text is None or any(fold(text) in fold(part) for part in (one.procedure.name, one.procedure.code))


@router.get(
    "/procedures/{code}",
    dependencies=[Depends(counted_by_address)],
    response_model=ProcedureAnswer,
    **operation(
        "read_procedure",
        "Một thủ tục: phiên bản, thời hạn, phí, giấy tờ, quy trình",
        "one procedure: versions, limits, fees, documents, internal process",
    ),
)
async def read_procedure(code: ProcedureCode, parts: Parts, on: OnDay = None) -> object:
    """Answers with every version, and with the content of the version in effect on the day."""
    province, day = parts.engine.province, on or parts.now().date()
    versions = province.versions(code)
    of_day = next((one for one in versions if one.accepts(day)), None)
    shown = (of_day or versions[-1]).procedure
    names = Names.of_procedure(shown, province.organisation, day)
    return ProcedureAnswer(
        code=shown.code,
        name=shown.name,
        field=shown.field,
        field_code=shown.field_code,
        level=shown.level,
        on=day,
        versions=tuple(VersionLine.of(one) for one in versions),
        in_effect=ProcedureContent.of(shown, names) if of_day else None,
    )
