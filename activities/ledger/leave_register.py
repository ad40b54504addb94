"""The register of absences and delegations that people entered, and of their withdrawals. Rows are only added."""

from __future__ import annotations

from collections.abc import Callable

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import NotFound
from domain.messages.leave import LeaveRefusal
from domain.organisation.leave import (
    AbsenceToEnter,
    DelegationToEnter,
    LeaveEntry,
    ground_of,
)

ENTRIES = """
select entry.number, entry.kind, entry.person, entry.receiver, entry.roles, entry.began, entry.ended, entry.ground,
       entry.who, entry.at, gone.at as withdrawn_at, gone.who as withdrawn_by, gone.ground as withdrawn_why
from leave_entry entry left join leave_entry gone on gone.withdraws = entry.number
where entry.kind <> 'withdrawal' order by entry.number
"""
NEWEST = "select coalesce(max(number), 0) from leave_entry"
LOCK = "select pg_advisory_xact_lock(hashtext('leave_entry'))"
"""One entry is checked and written at a time: two that overlap cannot both be. Readers wait for nobody."""
ENTER = """
insert into leave_entry (kind, person, receiver, roles, began, ended, ground, who)
values ($1, $2, $3, $4, $5, $6, $7, $8) returning number
"""
WITHDRAW = """
insert into leave_entry (kind, person, ground, withdraws, who) values ('withdrawal', $1, $2, $3, $4)
"""

Check = Callable[[tuple[LeaveEntry, ...]], None]
"""Looks at what stands in the register, and raises the refusal if any."""


class LeaveRegister:
    """Reads and writes it. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def newest(self) -> int:
        """The number of the newest row: something changed when it grew."""
        with sql_span("ledger.leave_newest"), unavailable_as_answer():
            found: int = await self._pool.fetchval(NEWEST)
        return found

    async def entries(self) -> tuple[LeaveEntry, ...]:
        """Every entry, in the order in which they were made."""
        with sql_span("ledger.leave_entries"), unavailable_as_answer():
            async with self._pool.acquire() as db:
                return await _entries(db)

    async def enter(self, entry: AbsenceToEnter | DelegationToEnter, who: str, check: Check) -> LeaveEntry:
        """Writes an entry, if the check raises nothing."""
        receiver, roles = (
            (entry.receiver, list(entry.roles)) if isinstance(entry, DelegationToEnter) else (None, list[str]())
        )
        with sql_span("ledger.leave_enter"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute(LOCK)
                check(await _entries(db))
                number = await db.fetchval(
                    ENTER, entry.kind, entry.person, receiver, roles, entry.began, entry.ended, ground_of(entry), who
                )
                return next(one for one in await _entries(db) if one.number == number)

    async def withdraw(self, number: int, who: str, why: str, check: Callable[[LeaveEntry], None]) -> LeaveEntry:
        """Withdraws an entry. Raises NotFound `unknown_leave`, and what the check raises."""
        with sql_span("ledger.leave_withdraw"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute(LOCK)
                entry = _numbered(await _entries(db), number)
                check(entry)
                await db.execute(WITHDRAW, entry.person, why, number, who)
                return _numbered(await _entries(db), number)


async def _entries(db: Connection) -> tuple[LeaveEntry, ...]:
    return tuple(LeaveEntry.model_validate(dict(row)) for row in await db.fetch(ENTRIES))


def _numbered(entries: tuple[LeaveEntry, ...], number: int) -> LeaveEntry:
    found = next((one for one in entries if one.number == number), None)
    if found is None:
        raise NotFound(LeaveRefusal.UNKNOWN_LEAVE, number=number)
    return found
