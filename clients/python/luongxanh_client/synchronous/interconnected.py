# Made from asynchronous/interconnected.py by make_sync.py: do not edit.
"""The intake from the national interconnection software."""

from __future__ import annotations

from luongxanh_client.models.interconnected import ApplicationToTakeIn, TakenIn
from luongxanh_client.requests import Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Interconnected:
    """The part of a client that is about applications of the national interconnection software."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_in(self, wanted: ApplicationToTakeIn, *, key: str | None = None) -> TakenIn:
        """Orders an application to be taken in. The same application is always the same dossier of the whole."""
        where = path("interconnected-applications")
        return self._connection.send(Request("POST", where, TakenIn, body=wanted, headers=acting(key)))

    def read(self, application: str) -> TakenIn:
        """What became of an order."""
        return self._connection.send(Request("GET", path("interconnected-applications", application), TakenIn))
