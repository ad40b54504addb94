# Made from asynchronous/outside.py by make_sync.py: do not edit.
"""The outside systems, for operators: how each one is, and orders to hold, drain or try it."""

from __future__ import annotations

from luongxanh_client.models.outside import GivenOrder, OrderToGive, OrderToPlan, OutsideSystems, PlannedOrder
from luongxanh_client.requests import Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Outside:
    """The part of a client that is about outside systems. Workers obey an order within seconds, and no request is lost
    by one: what is held back is sent when the order ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def now(self) -> OutsideSystems:
        """Every system, the settings in force in each worker, and the last orders."""
        return self._connection.send(Request("GET", path("operations", "outside-systems"), OutsideSystems))

    def plan(self, system: str, wanted: OrderToPlan) -> PlannedOrder:
        """What an order would do now. Nothing is written for it."""
        where = path("operations", "outside-systems", f"{system}:plan")
        return self._connection.send(Request("POST", where, PlannedOrder, body=wanted))

    def order(self, system: str, wanted: OrderToGive, *, key: str | None = None) -> GivenOrder:
        """Holds, drains or tries a system, or ends the order. For operators of the whole province."""
        where = path("operations", "outside-systems", f"{system}:order")
        return self._connection.send(Request("POST", where, GivenOrder, body=wanted, headers=acting(key)))
