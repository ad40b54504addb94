"""Reads events from the ledger in the global order, each with its place and with what filters look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from activities.events_out.cloud_events import PlacedEvent
from activities.events_out.filters import Wanted
from activities.ledger.feed import Cursor
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.rows import EVENT_COLUMNS, Row, event_or_unread
from activities.ledger.tracing import sql_span
from domain.values import Code

_WITH_DOSSIER = """
select next.*, first.body ->> 'procedure' as procedure, first.body ->> 'received_by' as first_unit,
       dossier.received_by, dossier.competent, dossier.responsible, dossier.taking_part
from next
left join event first on (first.dossier, first.version) = (next.dossier, 1)
left join dossier on dossier.code = next.dossier
"""
AFTER = f"""
with next as (
    select {EVENT_COLUMNS} from event
    where (xid, position) > ($1, $2) and xid < (select oldest_open_transaction())
    order by xid, position limit $3
)
{_WITH_DOSSIER} order by next.xid, next.position
"""  # noqa: S608  our own columns
OF_DOSSIER = f"""
with next as (
    select {EVENT_COLUMNS} from event
    where dossier = $1 and version >= $2 and (xid, position) <= ($3, $4) order by version limit $5
)
{_WITH_DOSSIER} order by next.version
"""  # noqa: S608  our own columns


@dataclass(frozen=True)
class Looked:
    """The outcome of one look: the events that are wanted, and how far it went."""

    events: list[PlacedEvent]
    place: Cursor
    """The place of the last row, wanted or not; where the look began when there was none."""
    rows: int


@dataclass(frozen=True, slots=True)
class _Subject:
    """What filters look at in a row."""

    kind: str
    procedure: Code | None
    units: frozenset[Code]
    taking_part: frozenset[Code]


class PlacedEvents:
    """Reads the stream. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def after(self, place: Cursor, limit: int, wanted: Wanted | None = None) -> Looked:
        """The wanted events among the next `limit` rows after a place; all of them when None.

        A row that commits late is waited for, as in `Feed`. A row that is not wanted is not turned into an event.
        """
        with sql_span("events.after", limit=limit), unavailable_as_answer():
            rows = await self._pool.fetch(AFTER, place.xid, place.position, limit)
        end = Cursor(xid=rows[-1]["xid"], position=rows[-1]["position"]) if rows else place
        return Looked(_placed(rows, wanted), end, len(rows))

    async def of_dossier(
        self, dossier: Code, from_version: int, until: Cursor, limit: int, wanted: Wanted
    ) -> tuple[list[PlacedEvent], int | None]:
        """The wanted events of a dossier from a version on, which stand at or before a place, in order.

        At most `limit` rows are read. Also gives the version after them, when there may be more.
        """
        with sql_span("events.of_dossier", dossier=dossier, limit=limit), unavailable_as_answer():
            rows = await self._pool.fetch(OF_DOSSIER, dossier, from_version, until.xid, until.position, limit)
        return _placed(rows, wanted), rows[-1]["version"] + 1 if len(rows) == limit else None


def _placed(rows: Sequence[Row], wanted: Wanted | None) -> list[PlacedEvent]:
    found = []
    for row in rows:
        units = (row["first_unit"], row["received_by"], row["competent"], row["responsible"])
        named = frozenset(unit for unit in units if unit is not None)
        subject = _Subject(row["kind"], row["procedure"], named, frozenset(row["taking_part"] or ()))
        if wanted is None or wanted.matches(subject):
            found.append(_event(row, subject))
    return found


def _event(row: Row, subject: _Subject) -> PlacedEvent:
    return PlacedEvent.model_construct(
        recorded=event_or_unread(row),
        place=Cursor(xid=row["xid"], position=row["position"]),
        trace_id=row["trace_id"],
        procedure=subject.procedure,
        first_unit=row["first_unit"],
        units=subject.units,
        taking_part=subject.taking_part,
    )
