"""The activities of the baseline: they call the same SQL function, with prepared rows, and the same outside systems."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from temporalio import activity

from activities.adapters.payments import CreateOrder, QueryOrder
from activities.adapters.population import Verify
from activities.adapters.registries import Register
from activities.adapters.signing import Seal, Sign
from activities.adapters.systems import Outside
from activities.ledger.pool import Pool
from activities.ledger.store import APPEND
from activities.ledger.vault import Vault
from domain.outside_systems import Registry
from domain.values import VIETNAM
from tools.benchmark.rules import CODE, FEE, WARD

NAMESPACE = UUID("0b0f9d5e-33c8-5a55-8f5e-6a3f2b1c7d44")
DOCUMENT = "d" * 64
LEDGER_AHEAD = "LX001"
"""The SQLSTATE of `append_events` when `after_version` is not the last version, which the error's detail holds."""


class BaselineRows(BaseModel):
    """Which of the prepared rows to write."""

    code: str
    after_version: int
    command_id: UUID
    name: str


class BaselineCall(BaseModel):
    """Which system to call."""

    code: str
    call: str


class BaselineCallAndRows(BaseModel):
    """Which system to call, and which rows to write when it has answered."""

    call: BaselineCall
    rows: BaselineRows


class PreparedRows(NamedTuple):
    """The canonical rows and the view that a dossier of the engine wrote for one command."""

    rows: list[str]
    view: str


class BaselineContext:
    """What the activities of this process use. It is set once, before the worker polls."""

    pool: Pool
    outside: Outside
    vault: Vault
    prepared: dict[str, PreparedRows]
    own: list[str]
    """The template's own code, and its code in an older system. Each copy gets another code in their place."""
    orders: dict[str, str]


def prepare(context: type[BaselineContext], file: Path) -> None:
    """Reads the rows of the engine's dossier that is the template."""
    template = json.loads(file.read_text(encoding="utf-8"))
    context.own = template["own"]
    context.prepared = {name: PreparedRows(*rows) for name, rows in template["commands"].items()}
    context.orders = {}


@activity.defn(name="baseline.write")
async def baseline_write(request: BaselineRows) -> int:
    """Appends the prepared rows under another code. Returns the last version.

    After an interrupted workflow task its rows may be written already. The next rows then follow them.
    """
    while True:
        try:
            return await _append(request)
        except asyncpg.PostgresError as problem:
            if problem.sqlstate != LEDGER_AHEAD:
                raise
            request = request.model_copy(update={"after_version": int(problem.detail)})


async def _append(request: BaselineRows) -> int:
    prepared = BaselineContext.prepared[request.name]
    rows = [_copied_row(row, request, place) for place, row in enumerate(prepared.rows, start=1)]
    view = _copied(request.code, prepared.view)
    view["version"] = request.after_version + len(rows)
    written = await BaselineContext.pool.fetchrow(
        APPEND, request.code, request.after_version, request.command_id, rows, None, [], json.dumps(view), None
    )
    return int(written["last_version"])


def _copied(code: str, text: str) -> dict[str, Any]:
    """The template's JSON with another dossier's code, because two dossiers cannot have the same number."""
    for own in BaselineContext.own:
        text = text.replace(own, code)
    copy: dict[str, Any] = json.loads(text)
    return copy


def _copied_row(row: str, request: BaselineRows, place: int) -> str:
    copy = _copied(request.code, row)
    copy["version"] = request.after_version + place
    copy["command_id"] = str(request.command_id)
    return json.dumps(copy, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@activity.defn(name="baseline.call_and_write")
async def baseline_call_and_write(request: BaselineCallAndRows) -> int:
    """Calls a system, then appends the prepared rows. Returns the last version."""
    await _call(request.call)
    return await baseline_write(request.rows)


async def _call(request: BaselineCall) -> str:
    """Calls one outside system, as the engine's effect does."""
    key, outside = f"{request.code}.{request.call}", BaselineContext.outside
    match request.call:
        case "identity":
            person = await BaselineContext.vault.reveal_all([])
            return str(len(person)) + (await outside.population.verify(_person(key))).code
        case "order":
            order = await outside.payments.create_order(_order(key, request.code))
            BaselineContext.orders[request.code] = order.order_id
            return order.order_id
        case "query":
            return str(
                (await outside.payments.query(QueryOrder(order_id=BaselineContext.orders[request.code]))).paid_amount
            )
        case "sign":
            signing = Sign(key=key, document_hash=DOCUMENT, signer="official", unit=WARD)
            return (await outside.signing.sign(signing)).signature
        case "seal":
            return (await outside.signing.seal(Seal(key=key, document_hash=DOCUMENT, unit=WARD))).signature
        case _:
            return (await outside.registries.register(_entry(key, request.code))).reference


def _person(key: str) -> Verify:
    person: dict[str, Any] = {"identity_number": "037099001234", "name": "Nguyễn Văn An", "birth_date": "1999-01-01"}
    return Verify.model_validate({"key": key, "officer": "he-thong", "unit": WARD, **person})


def _order(key: str, code: str) -> CreateOrder:
    return CreateOrder(
        key=key,
        dossier=code,
        amount=FEE,
        description=f"Phí, lệ phí hồ sơ {code}",
        expires_at=datetime.now(VIETNAM) + timedelta(hours=72),
        callback_url="http://127.0.0.1:9/callback",
    )


def _entry(key: str, code: str) -> Register:
    return Register(
        registry=Registry.CIVIL,
        key=key,
        dossier=code,
        procedure=CODE,
        unit=WARD,
        result_number="1-KQ",
        document_hash=DOCUMENT,
        issued_at=datetime.now(VIETNAM),
    )
