"""What a standard dossier costs whatever runs it: the rows of each command, and the six calls to outside systems.

The baseline and the peers do this work. The rows are copies of those of a dossier of the engine, with another code.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import asyncpg

from activities.adapters.payments import CreateOrder, QueryOrder
from activities.adapters.population import Verify
from activities.adapters.registries import Register
from activities.adapters.signing import Seal, Sign
from activities.adapters.systems import Outside
from activities.ledger.pool import Pool
from activities.ledger.store import APPEND, VERSION_WRITTEN
from activities.ledger.vault import Vault
from domain.outside_systems import Registry
from domain.values import VIETNAM
from tools.benchmark.rules import CODE, FEE, WARD

NAMESPACE = UUID("0b0f9d5e-33c8-5a55-8f5e-6a3f2b1c7d44")
DOCUMENT = "d" * 64
LEDGER_AHEAD = "LX001"
"""The SQLSTATE of `append_events` when `after_version` is not the last version, which the error's detail holds."""


class Rows(NamedTuple):
    """Which of the prepared rows to write, for which dossier, after which of its versions, under which command id."""

    code: str
    name: str
    after_version: int
    command_id: UUID


def command_id_of(code: str, name: str) -> UUID:
    """The id under which the ledger has these rows of this dossier. The same rows are written once."""
    return uuid5(NAMESPACE, f"{code}/{name}")


class PreparedRows(NamedTuple):
    """The canonical rows and the view that a dossier of the engine wrote for one command, after which version."""

    rows: list[str]
    view: str
    after_version: int


class StandardWork:
    """Writes rows and calls outside systems, with the engine's connections, SQL function and adapters."""

    def __init__(self, pool: Pool, outside: Outside, template: Path) -> None:
        """Reads `template`, the rows of the engine's dossier that are copied."""
        read = json.loads(template.read_text(encoding="utf-8"))
        self._pool, self._outside, self._vault = pool, outside, Vault(pool)
        self._own: list[str] = read["own"]
        """The template's own code, and its code in an older system. Each copy gets another code in their place."""
        self._prepared = {
            name: PreparedRows(rows, view, json.loads(rows[0])["version"] - 1)
            for name, (rows, view) in read["commands"].items()
        }

        self._at = datetime.fromisoformat(json.loads(self._prepared["submit"].rows[0])["at"])
        """When the template was submitted. Calls name it as their time: a call that is tried again must be the same."""

    async def write_next(self, code: str, name: str) -> int:
        """As `write`, for a caller that does not know the dossier's version: it is mostly that of the template."""
        prepared = self._prepared[name]
        return await self.write(Rows(code, name, prepared.after_version, command_id_of(code, name)))

    async def write(self, rows: Rows) -> int:
        """Appends the prepared rows under another code. Returns the last version.

        Other rows may be written already. These rows then follow them.
        """
        while True:
            try:
                return await self._append(rows)
            except asyncpg.UniqueViolationError as problem:
                if problem.constraint_name != VERSION_WRITTEN:
                    raise  # other rows took this version at the same moment: the next try gets LEDGER_AHEAD
            except asyncpg.PostgresError as problem:
                if problem.sqlstate != LEDGER_AHEAD:
                    raise
                rows = rows._replace(after_version=int(problem.detail))

    async def _append(self, rows: Rows) -> int:
        prepared = self._prepared[rows.name]
        copies = [self._copied_row(row, rows, place) for place, row in enumerate(prepared.rows, start=1)]
        view = self._copied(rows.code, prepared.view)
        view["version"] = rows.after_version + len(copies)
        written = await self._pool.fetchrow(
            APPEND, rows.code, rows.after_version, rows.command_id, copies, None, [], json.dumps(view), None
        )
        return int(written["last_version"])

    def _copied(self, code: str, text: str) -> dict[str, Any]:
        """The template's JSON with another dossier's code, because two dossiers cannot have the same number."""
        for own in self._own:
            text = text.replace(own, code)
        copy: dict[str, Any] = json.loads(text)
        return copy

    def _copied_row(self, row: str, rows: Rows, place: int) -> str:
        copy = self._copied(rows.code, row)
        copy["version"] = rows.after_version + place
        copy["command_id"] = str(rows.command_id)
        return json.dumps(copy, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    async def call(self, code: str, call: str, order: str = "") -> str:
        """Calls one outside system, as the engine's effect does. Returns the heart of the answer.

        `order`: the id of the payment order, which the call `order` has returned and the call `query` needs.
        """
        key, outside = f"{code}.{call}", self._outside
        match call:
            case "identity":
                person = await self._vault.reveal_all([])
                return str(len(person)) + (await outside.population.verify(_person(key))).code
            case "order":
                return (await outside.payments.create_order(_order(key, code, self._at))).order_id
            case "query":
                return str((await outside.payments.query(QueryOrder(order_id=order))).paid_amount)
            case "sign":
                signing = Sign(key=key, document_hash=DOCUMENT, signer="official", unit=WARD)
                return (await outside.signing.sign(signing)).signature
            case "seal":
                return (await outside.signing.seal(Seal(key=key, document_hash=DOCUMENT, unit=WARD))).signature
            case _:
                return (await outside.registries.register(_entry(key, code, self._at))).reference


def _person(key: str) -> Verify:
    person: dict[str, Any] = {"identity_number": "037099001234", "name": "Nguyễn Văn An", "birth_date": "1999-01-01"}
    return Verify.model_validate({"key": key, "officer": "he-thong", "unit": WARD, **person})


def _order(key: str, code: str, at: datetime) -> CreateOrder:
    return CreateOrder(
        key=key,
        dossier=code,
        amount=FEE,
        description=f"Phí, lệ phí hồ sơ {code}",
        expires_at=at.astimezone(VIETNAM) + timedelta(hours=72),
        callback_url="http://127.0.0.1:9/callback",
    )


def _entry(key: str, code: str, at: datetime) -> Register:
    return Register(
        registry=Registry.CIVIL,
        key=key,
        dossier=code,
        procedure=CODE,
        unit=WARD,
        result_number="1-KQ",
        document_hash=DOCUMENT,
        issued_at=at.astimezone(VIETNAM),
    )
