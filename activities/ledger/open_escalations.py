"""The escalations that somebody must still answer or explain, and the dossiers that a level above has taken over.

They are read from the read model of the dossiers, so a rebuild makes them again. What a row shows is unpacked for the
rows of the page alone.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import of_scope, written
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span
from domain.values import Bilingual, Code, Instant, Value


class EscalationState(StrEnum):
    """What is wanted of somebody, in the order of the list."""

    UNANSWERED = "unanswered"
    UNEXPLAINED = "unexplained"
    HANDED_BACK = "handed_back"
    TAKEN_OVER = "taken_over"

    @property
    def words(self) -> Bilingual:
        """The name on screens."""
        return _STATES[self]


_STATES = {
    EscalationState.UNANSWERED: Bilingual(vi="chờ xác nhận", en="to be acknowledged"),
    EscalationState.UNEXPLAINED: Bilingual(vi="chờ giải trình", en="to be explained"),
    EscalationState.HANDED_BACK: Bilingual(vi="đã giao trả, chờ hoàn thành", en="handed back, to be finished"),
    EscalationState.TAKEN_OVER: Bilingual(vi="cấp trên đã nhận", en="taken over by the level above"),
}
_RANKS = tuple(EscalationState)

ROWS = """
with listed as (
    select code, procedure, responsible, competent, updated_at, value, (value ->> 'number')::int as number,
           case when value ->> 'handed_back_by' is not null then 2
                when value ->> 'answered_at' is null
                     and (value ->> 'answer_by' is not null or value ->> 'at_top_since' is not null) then 0
                else 1 end as rank
    from dossier found cross join lateral jsonb_array_elements(found.escalations)
    where found.escalations is not null and {scope}
    union all
    select code, procedure, responsible, competent, updated_at, null, 0, 3
    from dossier found
    where ended_at is null and responsible <> coalesce(competent, snapshot ->> 'queue', received_by) and {scope}
), placed as (
    select *, code as dossier,
           coalesce((case rank when 1 then value ->> 'explain_by'
                               else coalesce(value ->> 'answer_by', value ->> 'since') end)::timestamptz,
                    (value ->> 'since')::timestamptz, updated_at) as due
    from listed
), page as (
    select * from placed where {wanted}
    order by rank {way}, due {way}, dossier {way}, number {way} limit {limit}
)
select dossier, procedure, number, value ->> 'rung' as rung, coalesce(value ->> 'unit', responsible) as unit,
       value ->> 'explains' as explains, coalesce((value ->> 'since')::timestamptz, updated_at) as since,
       (value ->> 'answer_by')::timestamptz as answer_by, (value ->> 'explain_by')::timestamptz as explain_by,
       value ->> 'at_top_since' is not null and value ->> 'answered_at' is null as at_top,
       value ->> 'handed_back_by' as handed_back_by, responsible, competent, rank, due
from page order by rank {way}, due {way}, dossier {way}, number {way}
"""


class OpenEscalation(Value):
    """One row: an escalation (`number` above 0), or a dossier that was taken over (`number` 0, `unit` has it now)."""

    dossier: Code
    procedure: Code
    number: int
    rung: Code | None
    unit: Code
    explains: Code | None
    since: Instant
    answer_by: Instant | None
    explain_by: Instant | None
    at_top: bool
    handed_back_by: Code | None
    responsible: Code | None
    competent: Code | None
    rank: int
    due: Instant

    @property
    def state(self) -> EscalationState:
        """What is wanted first."""
        return _RANKS[self.rank]

    @property
    def key(self) -> str:
        """The place of the row in the list."""
        return f"{self.rank} {self.due.isoformat()} {self.dossier} {self.number}"


class EscalationPlace(Value):
    """Where a page begins: after a row, or `back`, before it."""

    rank: int
    due: datetime
    dossier: str
    number: int
    back: bool = False

    @classmethod
    def of(cls, key: str, *, back: bool) -> EscalationPlace:
        """The place of a key that a row gave."""
        rank, due, dossier, number = key.split(" ")
        return cls(rank=int(rank), due=datetime.fromisoformat(due), dossier=dossier, number=int(number), back=back)


class OpenEscalations:
    """Reads the list. Every method raises DatabaseUnavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(
        self,
        scope: SearchScope,
        limit: int,
        *,
        unit: str | None = None,
        state: EscalationState | None = None,
        place: EscalationPlace | None = None,
    ) -> list[OpenEscalation]:
        """The rows from a place on, what must be answered first. `unit`: which must answer, explain or finish."""
        back = place is not None and place.back
        statement, arguments = _statement(scope, limit, unit, state, place, back=back)
        with sql_span("ledger.open_escalations"), unavailable_as_answer():
            rows = await self._pool.fetch(statement, *arguments)
        return [OpenEscalation.model_validate(dict(row)) for row in rows]


def _statement(
    scope: SearchScope,
    limit: int,
    unit: str | None,
    state: EscalationState | None,
    place: EscalationPlace | None,
    *,
    back: bool,
) -> tuple[str, list[object]]:
    within, arguments = written([*of_scope(scope)])
    wanted = ["true"]

    def given(*values: object) -> list[str]:
        arguments.extend(values)
        return [f"${number}" for number in range(len(arguments) - len(values) + 1, len(arguments) + 1)]

    if unit is not None:
        [code] = given(unit)
        named = "value ->> 'unit', value ->> 'explains', value ->> 'handed_back_by'"
        wanted.append(f"{code} in (responsible, {named})")
    if state is not None:
        [rank] = given(_RANKS.index(state))
        wanted.append(f"rank = {rank}")
    if place is not None:
        row = ", ".join(given(place.rank, place.due, place.dossier, place.number))
        wanted.append(f"(rank, due, dossier, number) {'<' if back else '>'} ({row})")
    statement = ROWS.format(
        scope=within or "true", wanted=" and ".join(wanted), way="desc" if back else "asc", limit=limit
    )
    return statement, arguments
