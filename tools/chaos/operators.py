"""The people on duty: operators retry what was refused for good, cashiers look for payments that nobody reported.

They do what the engine asks of a person, and nothing by hand in a database.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx2

from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.reading import dossier_in
from domain.dossier.commands import CheckPayment
from domain.dossier.state import Dossier
from domain.errors import DomainError
from domain.incidents import Incident, IncidentAction, IncidentSource
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.client import ActRequest, Engine, EngineUnavailable, this_machine
from gateway.client.incidents import Incidents, Order
from tools.demo.outside_world import OutsideWorld
from tools.repair_drill.cases import operators_in

EVERY = 5.0
MOST = 500
WHY = "Hệ thống ngoài đã trả lời lại"
T = TypeVar("T")


@dataclass
class PeopleOnDuty:
    """Whoever looks at the lists of incidents and at the payment platform's statement, every few seconds."""

    engine: Engine
    outside: OutsideWorld
    done: Counter[str] = field(default_factory=Counter)
    """What they did, by kind."""
    refused: Counter[str] = field(default_factory=Counter)
    """The refusals that they met."""
    acted: set[UUID] = field(default_factory=set)
    """The ids of their acts on dossiers, also of those that nobody answered."""
    _asked: set[str] = field(default_factory=set)

    async def work(self) -> None:
        """Works until it is cancelled. What does not answer is tried at the next round."""
        while True:
            await asyncio.sleep(EVERY)
            await self.one_round()

    async def one_round(self) -> None:
        """Looks at both lists once."""
        for look in (self._retry_incidents, self._match_payments):
            with suppress(EngineUnavailable, DatabaseUnavailable, httpx2.HTTPError, TimeoutError):
                async with asyncio.timeout(30):
                    await look()

    async def _retry_incidents(self) -> None:
        incidents = Incidents(self.engine)
        for one in await incidents.found(IncidentFilter(), limit=MOST):
            if IncidentAction.RETRY in one.actions:
                await self._unless_refused(f"retry {one.source}", partial(self._retry, incidents, one))

    async def _retry(self, incidents: Incidents, one: Incident) -> None:
        command_id = uuid5(NAMESPACE_URL, f"{one.id}/{one.since.isoformat()}")
        who = operators_in(self.engine.staff)[0]
        if one.source is IncidentSource.CALL:
            self.acted.add(command_id)
        await incidents.retry(one.id, Order(this_machine(), WHY, who=who, command_id=command_id))

    async def _match_payments(self) -> None:
        """The statement of the platform against the ledger: what was paid and is not known is looked up."""
        for order in (await self.outside.inspect("payments"))["orders"]:
            if not order["paid_amount"]:
                continue
            dossier = dossier_in(await self.engine.dossier(order["dossier"]))
            ticket = f"{order['order_id']}/{order['paid_amount']}/{dossier.version}"
            if known_of(dossier, order["order_id"]) < order["paid_amount"] and ticket not in self._asked:
                await self._unless_refused("check payment", partial(self._check, dossier, order["order_id"], ticket))
                self._asked.add(ticket)

    async def _check(self, dossier: Dossier, order: str, ticket: str) -> None:
        cashier = self._cashier(dossier)
        if cashier is not None:
            request = ActRequest(
                command_id=uuid5(NAMESPACE_URL, ticket), actor=cashier, command=CheckPayment(order=order)
            )
            self.acted.add(request.command_id)
            await self.engine.act(this_machine(), dossier.code, request)

    def _cashier(self, dossier: Dossier) -> Actor | None:
        now = datetime.now(VIETNAM)
        for unit in (dossier.routing.received_by, dossier.routing.responsible, dossier.routing.competent):
            present = self.engine.staff.acting_in(unit, Role.CASHIER, now) if unit else ()
            if present:
                return Actor(person=present[0].acting, role=Role.CASHIER, unit=unit)
        return None

    async def _unless_refused(self, what: str, act: Callable[[], Awaitable[object]]) -> None:
        """Counts what was done, and the refusals: another round may find the incident gone."""
        try:
            await act()
            self.done[what] += 1
        except (EngineUnavailable, DatabaseUnavailable):
            raise
        except DomainError as refused:
            self.refused[f"{what}: {refused.code}"] += 1


def known_of(dossier: Dossier, order: str) -> int:
    """What the dossier knows to have been paid with an order."""
    account = dossier.money.account(order)
    return 0 if account is None else account.settled + account.held + dossier.money.sent_back(order)
