"""Takes applications of the national interconnection software in: each becomes one dossier of the whole.

An order is written down first and carried out by a worker, so an outage of the software loses nothing. The same
identifier always means the same dossier. Whatever cannot become one is listed, with its reason, for a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from pydantic import TypeAdapter

from activities.adapters.errors import OutsideError
from activities.adapters.interconnection import ApplicationId, Interconnection
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool, unavailable_as_answer
from activities.ledger.taken_in import Order, TakenIn, TakenInList
from domain.errors import Conflict, DomainError, InvalidInput, NotFound
from domain.messages.interconnection import InterconnectionRefusal
from domain.messages.rules import RulesRefusal
from domain.roles import Actor
from domain.values import VIETNAM
from gateway.access.principals import Principal
from gateway.client.admitting.admission import submitter
from gateway.client.engine import Engine
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.filed_applications import submission_of_filed

PRINCIPAL: TypeAdapter[Principal] = TypeAdapter(Principal)
APPLICATION_ID: TypeAdapter[str] = TypeAdapter(ApplicationId)
PAUSE = 30.0
"""Seconds between two tries of one order that could not be carried out yet."""
AT_ONCE = 20
IDLE = 1.0
LOCK = "taking in"

log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(VIETNAM)


async def order_intake(
    engine: Engine, principal: Principal, actor: Actor, application: str, received_by: str | None = None
) -> TakenIn:
    """Writes the order down. Who orders must be allowed to act in this name today; the worker asks it again.

    Raises InvalidInput application_id_unreadable; NotFound unknown_unit for a desk that is not of the province;
    Conflict ordered_elsewhere; the errors of `submitter`; DatabaseUnavailable.
    """
    wanted, now = require_application_id(application), _now()
    submitter(principal, actor, engine.staff, now)
    at = received_by or actor.unit
    if at is None:
        raise InvalidInput(InterconnectionRefusal.UNKNOWN_COMMUNE, application=wanted, unit="–")
    engine.province.organisation.unit(at, now.date())
    told = PRINCIPAL.dump_python(principal, mode="json")
    found = await TakenInList(engine.pool).order(wanted, told, actor, at)
    if found.received_by != at:
        raise Conflict(InterconnectionRefusal.ORDERED_ELSEWHERE, application=wanted, unit=found.received_by)
    return found


async def entry_of(engine: Engine, application: str) -> TakenIn | None:
    """The order of an application; None where nobody has ordered it. Raises InvalidInput application_id_unreadable."""
    return await TakenInList(engine.pool).one(require_application_id(application))


def require_application_id(application: str) -> str:
    """Raises InvalidInput application_id_unreadable for a text that is no identifier."""
    try:
        return APPLICATION_ID.validate_python(application.strip())
    except ValueError:
        given = application[:64].encode("ascii", "backslashreplace").decode()
        raise InvalidInput(InterconnectionRefusal.APPLICATION_ID_UNREADABLE, given=given) from None


class TakingIn:
    """Carries the orders out. One process at a time does it, by an advisory lock."""

    def __init__(
        self, engine: Engine, software: Interconnection | None, pool: Pool, now: Callable[[], datetime] = _now
    ) -> None:
        self._engine = engine
        self._software = software
        self._pool = pool
        self._list = TakenInList(pool)
        self._now = now

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs until told to stop. Every failure is logged and tried again."""
        while not stopping.is_set():
            try:
                await self._locked()
            except DatabaseUnavailable as gone:
                log.warning("taking_in_waits", code=gone.code)
            except Exception as mistake:  # it goes on and logs every failure: if it ended, nobody would notice
                log.error("taking_in_failed", exception_type=type(mistake).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), IDLE)

    async def _locked(self) -> None:
        with unavailable_as_answer():
            async with self._pool.acquire() as connection:
                if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", LOCK):
                    return
                try:
                    await self.turn()
                finally:
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", LOCK)

    async def turn(self, pause: float = PAUSE) -> int:
        """Carries out what is due; returns how many orders were tried. One that fails does not stop the others."""
        if self._software is None:
            return 0
        orders = await self._list.due(pause, AT_ONCE)
        for order in orders:
            await self._carry_out(order, self._software)
        return len(orders)

    async def _carry_out(self, order: Order, software: Interconnection) -> None:
        application = order.application
        try:
            dossier = await self._dossier_of(order, software)
        except OutsideError as failed:
            if failed.retryable:
                await self._list.waits(application, str(failed.code), failed.message)
                return
            final = InvalidInput(InterconnectionRefusal.SOFTWARE_REFUSES, application=application, reason=failed.reason)
            await self._list.refused(application, final.code, final.message)
        except (EngineUnavailable, DatabaseRefuses) as later:
            await self._list.waits(application, later.code, later.message)
        except DatabaseUnavailable:
            raise
        except DomainError as refused:
            if refused.code == RulesRefusal.RULES_NOT_PUBLISHED:
                await self._list.waits(application, refused.code, refused.message)
                return
            log.warning("application_refused", application=application, code=refused.code)
            await self._list.refused(application, refused.code, refused.message)
        else:
            await self._list.taken(application, dossier)
            log.info("application_taken_in", application=application, dossier=dossier)

    async def _dossier_of(self, order: Order, software: Interconnection) -> str:
        filed = await software.application(order.application)
        if filed is None:
            raise NotFound(InterconnectionRefusal.UNKNOWN_APPLICATION, application=order.application)
        now = self._now()
        submission = submission_of_filed(filed, order, self._engine.province, now.date())
        principal = PRINCIPAL.validate_python(order.principal)
        return (await self._engine.submit(principal, submission)).dossier
