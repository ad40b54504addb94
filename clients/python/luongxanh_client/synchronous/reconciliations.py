# Made from asynchronous/reconciliations.py by make_sync.py: do not edit.
"""Comparisons of Temporal with the ledger, for those who reach the whole province; operators begin them."""

from __future__ import annotations

from collections.abc import Iterator

from luongxanh_client.models.reconciling import (
    EndedWorkflow,
    EndedWorkflowPage,
    FoundDifference,
    FoundDifferencePage,
    Reconciliation,
    ReconciliationPage,
)
from luongxanh_client.models.words import Difference
from luongxanh_client.requests import Query, Request, acting, path
from luongxanh_client.synchronous.connection import Connection


class Reconciliations:
    """The part of a client that is about comparisons, and about workflows that no dossier needs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, *, whole: bool = True, key: str | None = None) -> Reconciliation:
        """Begins a comparison, once for each key. `whole` False: only the lists are compared, not the versions."""
        where, body = path("operations", "reconciliations"), {"whole": whole}
        return self._connection.send(Request("POST", where, Reconciliation, body=body, headers=acting(key)))

    def all(self, *, limit: int = 50) -> Iterator[Reconciliation]:
        """The comparisons, the newest first."""
        where = path("operations", "reconciliations")
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", where, ReconciliationPage, query=query))
            for one in page.items:
                yield one
            if page.next is None:
                return
            cursor = page.next

    def read(self, number: int) -> Reconciliation:
        """How far it is, and what it found."""
        where = path("operations", "reconciliations", str(number))
        return self._connection.send(Request("GET", where, Reconciliation))

    def differences(self, number: int, *, kind: Difference | None = None, limit: int = 50) -> Iterator[FoundDifference]:
        """The differences in the list of a comparison, all or those of one kind."""
        where = path("operations", "reconciliations", str(number), "differences")
        cursor: str | None = None
        while True:
            query: Query = {"kind": kind, "limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", where, FoundDifferencePage, query=query))
            for one in page.items:
                yield one
            if page.next is None:
                return
            cursor = page.next

    def end_workflow(self, workflow: str, reason: str, *, key: str | None = None) -> EndedWorkflow:
        """Ends a workflow that no dossier needs (`to_be_ended`), after two looks some seconds apart."""
        where, body = path("operations", "ended-workflows"), {"workflow": workflow, "reason": reason}
        return self._connection.send(Request("POST", where, EndedWorkflow, body=body, headers=acting(key)))

    def ended_workflows(self, *, limit: int = 50) -> Iterator[EndedWorkflow]:
        """The workflows that operators ended, the newest first."""
        where = path("operations", "ended-workflows")
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = self._connection.send(Request("GET", where, EndedWorkflowPage, query=query))
            for one in page.items:
                yield one
            if page.next is None:
                return
            cursor = page.next
