"""Reads the events and the read models: one dossier, the register, the work-lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import structlog
from pydantic import ValidationError

from activities.ledger.contracts import Appended
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.renewal import in_this_form
from activities.ledger.rows import (
    EVENT_COLUMNS,
    SUMMARY_COLUMNS,
    WORK_COLUMNS,
    Row,
    actor_of,
    event_of,
    event_or_unread,
)
from activities.ledger.rules_store import RulesStore
from activities.ledger.tracing import sql_span
from domain.dossier.four_eyes import EVENT_OF, Deed
from domain.dossier.state import DOSSIER, TERMINAL, Dossier
from domain.dossier.view import DossierSummary, WorkItem
from domain.errors import InvalidInput
from domain.messages.record import RecordRefusal
from domain.record.sealing import Json, RecordedEvent, UnreadEvent, fields_told
from domain.roles import Actor, Role
from domain.values import Code, Instant, Value

log = structlog.get_logger(__name__)

M = TypeVar("M", bound=Value)
T = TypeVar("T")

_ENDED = sorted(TERMINAL)

Request = tuple[str, int]
"""A dossier and the number of one of its requests: of an order, of a postal item, of a refund."""

WORK_LIST_COLUMNS = (
    f"{', '.join(f'item.{column}' for column in WorkItem.model_fields)},"
    f" {', '.join(f'dossier.{column}' for column in DossierSummary.model_fields)}"
)
"""The columns of an item of work, then those of its dossier."""


class DossierRow(DossierSummary):
    """A row of the register, with the whole state of the dossier."""

    snapshot: Json


class WorkListRow(Value):
    """One item of a work-list, with the summary of its dossier."""

    item: WorkItem
    dossier: DossierSummary


class Assignment(Value):
    """Who assigned a dossier last, and when."""

    by: Actor
    at: Instant


class LedgerReader:
    """Reads and never writes. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @property
    def pool(self) -> Pool:
        """The connections with which it reads."""
        return self._pool

    async def answers(self) -> bool:
        """True when the database answers. Raises DatabaseUnavailable, DatabaseRefuses."""
        with sql_span("ledger.answers"), unavailable_as_answer():
            return await self._pool.fetchval("select true") is True

    async def history(self, code: Code, after_version: int = 0, limit: int | None = None) -> list[RecordedEvent]:
        """The events of a dossier in order; empty when there is no such dossier.

        Raises InvalidInput (`event_unreadable`) when a newer release wrote an event, or an event was altered.
        """
        return [event_of(row) for row in await self._rows(code, after_version, limit)]

    async def story(
        self, code: Code, after_version: int = 0, limit: int | None = None
    ) -> list[RecordedEvent | UnreadEvent]:
        """The same as `history`, for people: an event that cannot be read is an UnreadEvent and raises no error."""
        return [event_or_unread(row) for row in await self._rows(code, after_version, limit)]

    async def _rows(self, code: Code, after_version: int, limit: int | None) -> list[Row]:
        with sql_span("ledger.history", dossier=code), unavailable_as_answer():
            found: list[Row] = await self._pool.fetch(
                f"select {EVENT_COLUMNS} from event where dossier = $1 and version > $2 order by version limit $3",  # noqa: S608
                code,
                after_version,
                limit,
            )
        return found

    async def was_raised_to(self, code: Code, person: str) -> bool:
        """True if the dossier was raised to a council of which this person, or whom they stood in for, is a member."""
        with sql_span("ledger.was_raised_to", dossier=code), unavailable_as_answer():
            found: bool = await self._pool.fetchval(
                "select exists (select from event, jsonb_array_elements(body -> 'addressees') as told"
                " where dossier = $1 and kind = 'dossier_escalated' and (told -> 'of_council')::bool"
                " and $2 in (told ->> 'person', told ->> 'stands_in_for'))",
                code,
                person,
            )
        return found

    async def dossier(self, code: Code) -> DossierRow | None:
        """The row of a dossier; None when there is no such dossier. Raises InvalidInput (`register_unreadable`)."""
        with sql_span("ledger.dossier", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {SUMMARY_COLUMNS}, form, snapshot from dossier where code = $1",  # noqa: S608
                code,
            )
        found = await in_this_form(self._pool, rows)
        return read_stored(DossierRow, found[0], code) if found else None

    async def whole(self, codes: Sequence[Code]) -> list[DossierRow]:
        """The rows of these dossiers, as `dossier` gives them. A row that cannot be read is left out and logged."""
        with sql_span("ledger.whole", dossiers=len(codes)), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {SUMMARY_COLUMNS}, form, snapshot from dossier where code = any($1::text[])",  # noqa: S608
                list(codes),
            )
        return readable_rows(
            await in_this_form(self._pool, rows), lambda row: read_stored(DossierRow, dict(row), row["code"])
        )

    async def codes(self, *, limit: int, after: Code | None = None) -> list[str]:
        """The codes of all dossiers in their order, a page at a time. `after`: the last code of the page before."""
        beyond = "true" if after is None else "(code_order(code), code) > (code_order($2), $2)"
        with sql_span("ledger.codes", limit=limit), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select code from dossier where {beyond} order by code_order(code), code limit $1",  # noqa: S608
                limit,
                *(() if after is None else (after,)),
            )
        return [row["code"] for row in rows]

    async def open_dossiers(self) -> list[str]:
        """The codes of all dossiers that are not in a terminal state."""
        with sql_span("ledger.open_dossiers"), unavailable_as_answer():
            rows = await self._pool.fetch("select code from dossier where state <> all($1::text[])", _ENDED)
        return [row["code"] for row in rows]

    async def is_open(self, code: Code) -> bool:
        """True when the dossier exists and is not in a terminal state."""
        with sql_span("ledger.is_open", dossier=code), unavailable_as_answer():
            row = "select from dossier where code = $1 and state <> all($2::text[])"
            return bool(await self._pool.fetchval(f"select exists ({row})", code, _ENDED))

    async def last_version(self, code: Code) -> int:
        """The version of the last event of a dossier; 0 when it has none."""
        with sql_span("ledger.last_version", dossier=code), unavailable_as_answer():
            last: int | None = await self._pool.fetchval("select max(version) from event where dossier = $1", code)
        return last or 0

    async def assignees(self, unit: Code) -> dict[tuple[Code, Role], int]:
        """How many open items of a unit each person has in each role."""
        with sql_span("ledger.assignees"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select person, role, count(*) as items from work_item"
                " where unit = $1 and person is not null group by person, role order by person, role",
                unit,
            )
        known = tuple(Role)
        return {(row["person"], Role(row["role"])): row["items"] for row in rows if row["role"] in known}

    async def assignments(self, codes: Collection[Code]) -> dict[Code, Assignment]:
        """The last assignment of each of these dossiers that was ever assigned by somebody."""
        with sql_span("ledger.assignments", dossiers=len(codes)), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select distinct on (dossier) dossier, at, actor_person, actor_role, actor_unit,"
                " actor_stands_in_for, actor_carried_by from event"
                " where dossier = any($1::text[]) and kind = 'dossier_assigned' order by dossier, version desc",
                list(codes),
            )
        return {row["dossier"]: Assignment(by=actor_of(row), at=row["at"]) for row in rows}

    async def work_of(self, code: Code) -> list[WorkItem]:
        """All items of work of one dossier."""
        with sql_span("ledger.work_of", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {WORK_COLUMNS} from work_item where dossier = $1 order by act, unit",  # noqa: S608
                code,
            )
        return readable_rows(rows, lambda row: read_stored(WorkItem, dict(row), code))

    async def command(self, command_id: UUID) -> Appended | None:
        """The versions and events of a command; None when it was never written."""
        with sql_span("ledger.command"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                "select dossier, first_version, last_version, fingerprint from command where command_id = $1",
                command_id,
            )
        if row is None:
            return None
        found = await self.appended(row["dossier"], row["first_version"], row["last_version"])
        return found.model_copy(update={"fingerprint": row["fingerprint"]})

    async def deeds(self, code: Code, person: Code, *, as_applicant: bool) -> list[Deed]:
        """What a person did in a dossier, as one of the staff or as an applicant: the two have codes of their own.

        Whom an operator named as the signer of a refused signature (`refused_call_retried`) has signed, as if they had
        given the order. The operator signs nothing.
        """
        with sql_span("ledger.deeds", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select kind, body ->> 'step' as step, command_id from event "
                "where dossier = $1 and actor_person = $2 and (actor_role = 'applicant') = $3 "
                "union all select $4, null, command_id from event "
                "where dossier = $1 and kind = 'refused_call_retried' and body ->> 'signer' = $2 and not $3",
                code, person, as_applicant, EVENT_OF["sign"],
            )  # fmt: skip
        return [Deed(**row) for row in rows]

    async def was_restored(self) -> bool:
        """True if this ledger was restored at some time: outside systems may know what it does not know."""
        with sql_span("ledger.was_restored"), unavailable_as_answer():
            return await self._pool.fetchval("select exists (select from ledger_server where number > 1)") is True

    async def awaited_orders(self, limit: int) -> list[tuple[Code, Code]]:
        """Dossiers that wait for a payment, each with its order; those unchanged for the longest time first."""
        with sql_span("ledger.awaited_orders"), unavailable_as_answer():
            rows = await self._pool.fetch(
                """
                select code, snapshot -> 'payment' ->> 'order' as awaited from dossier
                where ended_at is null and snapshot -> 'payment' ->> 'status' in ('ordered', 'mismatched')
                  and snapshot -> 'payment' ->> 'order' is not null
                order by updated_at limit $1
                """,
                limit,
            )
        return [(row["code"], row["awaited"]) for row in rows]

    async def requests_of_order(self, order: str) -> set[Request]:
        """The requests that this payment order was recorded for: one, unless the platform gave the order twice.

        An event without a number of its request is about the one in force then, which is the last one before it.
        """
        with sql_span("ledger.requests_of_order"), unavailable_as_answer():
            rows = await self._pool.fetch(
                """
                select ordered.dossier, coalesce(ordered.body ->> 'attempt', in_force.body ->> 'attempt')::int as number
                from event ordered left join lateral (
                    select body from event asked where asked.dossier = ordered.dossier
                      and asked.version < ordered.version and asked.kind = 'payment_requested'
                    order by asked.version desc limit 1
                ) in_force on true
                where ordered.kind = 'payment_order_created' and ordered.body ->> 'order' = $1
                """,
                order,
            )
        return {(row["dossier"], row["number"]) for row in rows}

    async def requests_of_postal_item(self, item: str) -> set[Request]:
        """The requests that this postal item was recorded for: one, unless the post gave its number twice."""
        with sql_span("ledger.requests_of_postal_item"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select dossier, (body ->> 'number')::int as number from event"
                " where kind = 'post_ordered' and body ->> 'item' = $1",
                item,
            )
        return {(row["dossier"], row["number"]) for row in rows}

    async def requests_of_refund(self, dossier: str, reference: str) -> set[Request]:
        """The requests of the dossier that this refund of the platform was recorded for: one or none."""
        with sql_span("ledger.requests_of_refund", dossier=dossier), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select dossier, coalesce(body ->> 'number', '1')::int as number from event"
                " where dossier = $1 and kind = 'refunded' and body ->> 'reference' = $2",
                dossier,
                reference,
            )
        return {(row["dossier"], row["number"]) for row in rows}

    async def rule_is_published(self, hash_: str) -> bool:
        """True when a rule with this hash was ever published, of any kind."""
        return hash_ in await RulesStore(self._pool).published([hash_])

    async def fingerprints(self, code: Code, after_version: int) -> dict[UUID, str]:
        """The fingerprints of the commands that wrote after a version. Commands of the first release have none."""
        with sql_span("ledger.command", dossier=code), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select command_id, fingerprint from command"
                " where dossier = $1 and last_version > $2 and fingerprint is not null",
                code,
                after_version,
            )
        return {row["command_id"]: row["fingerprint"] for row in rows}

    async def appended(self, code: Code, first_version: int, last_version: int) -> Appended:
        """The events from one version to another, as the answer to a repeated command."""
        history = await self.history(code, after_version=first_version - 1, limit=last_version - first_version + 1)
        return Appended(
            dossier=code,
            first_version=first_version,
            last_version=last_version,
            repeated=True,
            earlier=tuple(recorded.event for recorded in history),
        )


def dossier_in(row: DossierRow) -> Dossier:
    """The state of a dossier in the register. Raises InvalidInput (`register_unreadable`)."""
    return dossier_stored(row.snapshot, row.code)


def dossier_stored(snapshot: Mapping[str, object], code: str) -> Dossier:
    """The same as `dossier_in`, from the snapshot alone."""
    try:
        return DOSSIER.validate_python(snapshot)
    except ValidationError as problem:
        raise _unreadable(code, problem) from None


def read_stored(model: type[M], stored: Mapping[str, object], dossier: str) -> M:
    """A row of the register as a model. Raises InvalidInput (`register_unreadable`)."""
    try:
        return model.model_validate(stored)
    except ValidationError as problem:
        raise _unreadable(dossier, problem) from None


def _unreadable(dossier: str, problem: ValidationError) -> InvalidInput:
    return InvalidInput(RecordRefusal.REGISTER_UNREADABLE, dossier=dossier, problem=fields_told(problem))


def readable_rows(rows: Sequence[Row], read: Callable[[Row], T]) -> list[T]:
    """The rows of a list that can be read. The others are logged; `ledger verify` reports them too."""
    found = []
    for row in rows:
        try:
            found.append(read(row))
        except InvalidInput as unreadable:
            log.error("register_unreadable", code=unreadable.code, dossier=unreadable.facts["dossier"])
    return found


def work_list_row(row: Row) -> WorkListRow:
    """A row of `WORK_LIST_COLUMNS`. Raises InvalidInput (`register_unreadable`)."""
    values = tuple(row.values())
    item = dict(zip(WorkItem.model_fields, values, strict=False))
    dossier = dict(zip(DossierSummary.model_fields, values[len(item) :], strict=True))
    return WorkListRow(
        item=read_stored(WorkItem, item, row["dossier"]), dossier=read_stored(DossierSummary, dossier, row["dossier"])
    )
