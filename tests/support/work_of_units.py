"""Reads the work of a unit and role, for tests of what is written to the work-lists."""

from __future__ import annotations

from activities.ledger.pool import Pool
from activities.ledger.reading import WorkListRow
from activities.ledger.work_pages import WorkPages, WorkWanted
from domain.roles import Role


async def work_of(pool: Pool, unit: str, role: Role = Role.SPECIALIST, *, limit: int = 200) -> list[WorkListRow]:
    """The most urgent items of a unit in a role, whoever has them."""
    return [*(await WorkPages(pool).rows(WorkWanted(of_units=((unit, role),)), limit)).rows]
