"""Writes the events of a command once, in one transaction and one round trip."""

from __future__ import annotations

from typing import Any

import asyncpg
import structlog
from temporalio import activity

from activities.ledger.contracts import Append, Appended
from activities.ledger.pool import REFUSALS, UNAVAILABLE, Pool, is_restored, refused_by_database, unavailable_as_answer
from activities.ledger.reading import LedgerReader
from activities.ledger.temporal_errors import as_application_error
from activities.ledger.tracing import current_trace_id, sql_span
from domain.canonical_json import canonical
from domain.errors import Conflict, DomainError, InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.messages.record import RecordRefusal
from domain.record.sealing import commitments_of, envelope, schema_of, with_origin

log = structlog.get_logger(__name__)

VERSION_WRITTEN = "event_pkey"
"""The primary key: each version of a dossier is written once."""

APPEND = "select * from append_events($1, $2, $3, $4, $5, $6, $7, $8)"


class Ledger:
    """The ledger in PostgreSQL. `append` is an activity; `record` does the same for code that runs in an activity."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @activity.defn(name="ledger.append")
    async def append(self, request: Append) -> Appended:
        """Appends the events of a command once.

        Temporal retries `database_unavailable` and `database_restored`, which waits for an operator. It does not retry
        refusals (`ledger_conflict`, `command_id_reused`, `not_recordable`, `ledger_refused`).
        """
        with as_application_error(request.dossier):
            return await self.record(request)

    async def record(self, request: Append) -> Appended:
        """Appends the events of a command and updates the read models.

        The same command id again changes nothing and returns what was written before (`Appended.earlier`).
        Raises Conflict when `after_version` is not the last version (`ledger_conflict`) or the command id belongs to
        another dossier or another command (`command_id_reused`); RuleViolation when another dossier has a number
        (`result_number_taken`, `voucher_used`, `brought_over_twice`); InvalidInput (`not_recordable`);
        DatabaseUnavailable; DatabaseRestored; DatabaseRefuses (`ledger_refused`).
        """
        trace_id = request.trace_id or current_trace_id()
        rows = sealed_rows(request, trace_id)
        personal = [hash_ for event in request.events for hash_ in commitments_of(event)]
        arguments = (rows, trace_id, personal, request.view.model_dump_json(), request.fingerprint)
        with sql_span("ledger.append", dossier=request.dossier, events=len(rows)), unavailable_as_answer():
            try:
                written = await self._pool.fetchrow(
                    APPEND, request.dossier, request.after_version, request.command_id, *arguments
                )
            except REFUSALS as problem:
                if is_restored(problem) or (isinstance(problem, UNAVAILABLE) and not isinstance(problem, ValueError)):
                    raise
                if getattr(problem, "constraint_name", None) == VERSION_WRITTEN:
                    raise await self._overtaken(request) from problem
                raise _domain_error(problem, request) from problem
        _log(request, written["last_version"], repeated=written["repeated"])
        if not written["repeated"]:
            return Appended(dossier=request.dossier, **dict(written))
        return await LedgerReader(self._pool).appended(
            request.dossier, written["first_version"], written["last_version"]
        )

    async def _overtaken(self, request: Append) -> Conflict:
        """The Conflict when another command wrote the same version at the same moment."""
        last = await self._pool.fetchval("select max(version) from event where dossier = $1", request.dossier)
        return _conflict(request, last)


def _log(request: Append, version: int, *, repeated: bool) -> None:
    log.info(
        "command_recorded",
        dossier=request.dossier,
        command_id=str(request.command_id),
        unit=request.actor.unit,
        version=version,
        repeated=repeated,
    )


def sealed_rows(request: Append, trace_id: str | None = None) -> list[str]:
    """The canonical text of each event, in order. The chain of hashes is computed from these texts."""
    rows = []
    for version, event in enumerate(request.events, start=request.after_version + 1):
        row = envelope(
            dossier=request.dossier,
            version=version,
            command_id=request.command_id,
            kind=event.kind,
            schema=schema_of(event.kind),
            at=event.at,
            person=request.actor.person,
            role=request.actor.role.value,
            unit=request.actor.unit,
            body=event.model_dump(mode="json", exclude={"kind"}),
            stands_in_for=request.actor.stands_in_for,
            carried_by=request.actor.carried_by,
        )
        rows.append(canonical(with_origin(row, request.fingerprint, trace_id)).decode())
    return rows


def _domain_error(problem: Any, request: Append) -> DomainError:
    """The domain's error for a refusal of the database or its driver."""
    match getattr(problem, "sqlstate", None):
        case "LX001":
            return _conflict(request, problem.detail)
        case "LX002":
            return Conflict(
                RecordRefusal.COMMAND_ID_REUSED,
                dossier=request.dossier,
                command_id=request.command_id,
                used_for=problem.detail,
            )
        case "LX005":
            return _taken(problem, request)
    if isinstance(problem, asyncpg.DataError | ValueError):
        return InvalidInput(RecordRefusal.NOT_RECORDABLE, problem=type(problem).__name__)
    return refused_by_database(problem, request.dossier)


def _taken(problem: Any, request: Append) -> RuleViolation:
    """The error when another dossier has the number of a result, of a receipt, or of an older system."""
    number, other = problem.args[0], problem.detail
    if problem.hint == "voucher":
        return RuleViolation(DossierRefusal.VOUCHER_USED, dossier=request.dossier, voucher=number, used_for=other)
    brought_over = problem.hint == "brought_over"
    refusal = DossierRefusal.BROUGHT_OVER_TWICE if brought_over else DossierRefusal.RESULT_NUMBER_TAKEN
    return RuleViolation(refusal, dossier=request.dossier, number=number, other=other)


def _conflict(request: Append, last_version: object) -> Conflict:
    return Conflict(
        RecordRefusal.LEDGER_CONFLICT,
        dossier=request.dossier,
        after_version=request.after_version,
        last_version=last_version,
    )
