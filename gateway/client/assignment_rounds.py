"""Looks, now and then, after the work that no event brings to an officer.

A dossier waits without an event when nobody could take it at the time, and when the officer who has it is away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

import structlog

from activities.ledger.officer_loads import OfficerLoads
from activities.ledger.pool import DatabaseUnavailable
from activities.relays.one_at_a_time import NotNow
from domain.errors import DomainError
from domain.organisation.staff import Staff
from domain.values import VIETNAM
from gateway.client.assignment import Assigner
from gateway.client.engine import Engine

EVERY = 15.0
"""Seconds from one look at what was left to the next."""
ROUND = 20
"""At so many of these looks there is a whole round: every five minutes."""

log = structlog.get_logger(__name__)


class AssignmentRounds:
    """Looks at a page of such dossiers in each round. Several processes may do it: the units are locked."""

    def __init__(self, engine: Engine, assigner: Assigner, staff: Callable[[], Staff]) -> None:
        self._terms = engine.province.assignment
        self._loads = OfficerLoads(engine.pool)
        self._assigner = assigner
        self._staff = staff
        self._after = ""
        """The last dossier of the page before. After the last page the first comes again."""

    async def run(self, stopping: asyncio.Event, every: float = EVERY) -> None:
        """Goes round until told to stop. A failure is logged, and the next round tries again."""
        looks = 0
        while not stopping.is_set():
            try:
                await self.look_at_what_was_left()
                if looks % ROUND == 0:
                    await self.go_round(datetime.now(VIETNAM))
                looks += 1
            except DatabaseUnavailable as unavailable:
                log.warning("assignment_round_waits", code=str(unavailable.code))
            except Exception as mistake:  # the rounds go on: if they ended, nobody would notice
                log.error("assignment_round_failed", exception_type=type(mistake).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), every)

    async def go_round(self, at: datetime) -> None:
        """One round. Raises DatabaseUnavailable."""
        waiting = await self._loads.waiting(self._after, self._terms.by_hand_units, self._terms.by_hand_procedures)
        self._after = waiting[-1] if waiting else ""
        await self._look_at(waiting)
        await self._look_at(await self._loads.held_by(self._not_there(at)))

    async def look_at_what_was_left(self) -> None:
        """The dossiers whose workflow did not answer before. Raises DatabaseUnavailable."""
        left = list(self._assigner.left)
        self._assigner.left.clear()
        await self._look_at(left)

    async def _look_at(self, codes: Iterable[str]) -> None:
        for code in codes:
            try:
                await self._assigner.look_at(code)
            except NotNow as later:
                log.info("assignment_waits", dossier=code, code=later.code)
            except DatabaseUnavailable:
                raise
            except DomainError as refused:  # a mistake in one dossier must not stop the others
                log.error("assignment_failed", dossier=code, code=refused.code)

    def _not_there(self, at: datetime) -> list[str]:
        """Who is away, or holds no post any more."""
        staff = self._staff()
        people = {one.person for one in staff.appointments}
        return [one for one in people if staff.absent(one, at) or not staff.posts_of(one, at)]
