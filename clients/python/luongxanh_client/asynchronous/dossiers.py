"""Dossiers: submit, read, act, wait, search."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Collection
from uuid import UUID

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.asynchronous.waiting import sleep
from luongxanh_client.models.commands import Command
from luongxanh_client.models.dossiers import (
    ActOutcome,
    Deadline,
    Documents,
    Dossier,
    HistoryEntry,
    HistoryPage,
    Ladder,
    Particulars,
    PendingAct,
    Proof,
    Receipt,
    Route,
    Started,
)
from luongxanh_client.models.search import Filter, FoundDossier, FoundPage, Order
from luongxanh_client.models.submission import Submission
from luongxanh_client.models.words import LAST_STATES, ActStatus, State
from luongxanh_client.problems import NotReached, NotRecorded, problem_in
from luongxanh_client.requests import Request, acting, path

EVERYTHING = Filter()
BY_CODE = Order()
SHORTEST_LOOK, LONGEST_LOOK = 0.2, 5.0
"""Seconds between two looks while something is waited for: the first, and at most."""
TABLES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class AsyncDossiers:
    """The part of a client that is about dossiers."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def submit(self, submission: Submission, *, key: str | None = None) -> Receipt:
        """Opens a dossier, once for each key. Its receipt has the code and the secret for the applicant.

        `key`: the caller's own name of this submission; with it a program that was stopped may call again and gets
        the first dossier. None: a new one, so that only this call repeats itself.
        """
        return await self._connection.send(
            Request("POST", path("dossiers"), Receipt, body=submission, headers=acting(key))
        )

    async def submit_later(self, submission: Submission, *, key: str | None = None) -> Receipt | PendingAct:
        """Opens a dossier without waiting for the record. `receipt_of` waits for it."""
        headers = acting(key, later=True)
        request = Request("POST", path("dossiers"), Started, body=submission, headers=headers)
        return (await self._connection.send(request)).root

    async def act(self, code: str, command: Command, *, version: int | None = None, key: str | None = None) -> Receipt:
        """Gives a command to a dossier, once for each key.

        `version`: that of the dossier as the caller has seen it. StaleVersion is raised when it is no longer that.
        """
        where = path("dossiers", code, "commands", command.kind)
        return await self._connection.send(Request("POST", where, Receipt, body=command, headers=acting(key, version)))

    async def act_later(
        self, code: str, command: Command, *, version: int | None = None, key: str | None = None
    ) -> Receipt | PendingAct:
        """Gives a command without waiting for the record. A refusal is raised at once. `receipt_of` waits for it."""
        where = path("dossiers", code, "commands", command.kind)
        headers = acting(key, version, later=True)
        request = Request("POST", where, Started, body=command, headers=headers)
        return (await self._connection.send(request)).root

    async def outcome(self, act: PendingAct | UUID) -> ActOutcome:
        """How far an act has come."""
        command_id = act.command_id if isinstance(act, PendingAct) else act
        return await self._connection.send(Request("GET", path("acts", str(command_id)), ActOutcome))

    async def receipt_of(self, act: Receipt | PendingAct | UUID, *, timeout: float = 60.0) -> Receipt:  # noqa: ASYNC109
        """The receipt of an act as soon as it is recorded. Raises the Problem that refused it, and NotRecorded."""
        if isinstance(act, Receipt):
            return act
        until, look = time.monotonic() + timeout, SHORTEST_LOOK
        while True:
            outcome = await self.outcome(act)
            if outcome.receipt is not None:
                return outcome.receipt
            if outcome.problem is not None:
                raise problem_in(outcome.problem)
            if outcome.status != ActStatus.PENDING or time.monotonic() + look > until:
                raise NotRecorded(f"{outcome.command_id}: {outcome.status}")
            await sleep(look)
            look = min(LONGEST_LOOK, look * 2)

    async def dossier(self, code: str) -> Dossier:
        """A dossier as it is now, with what the caller may do."""
        return await self._connection.send(Request("GET", path("dossiers", code), Dossier))

    async def history(self, code: str, *, after: int = 0, limit: int = 100) -> AsyncIterator[HistoryEntry]:
        """The events of a dossier, oldest first, from after a version on."""
        place: int | None = after
        while place is not None:
            query = {"after": place, "limit": limit}
            page = await self._connection.send(
                Request("GET", path("dossiers", code, "history"), HistoryPage, query=query)
            )
            for entry in page.items:
                yield entry
            place = page.next

    async def particulars(self, code: str) -> Particulars:
        """The applicant of a dossier, for whoever works on it. Each reading is logged."""
        return await self._connection.send(Request("GET", path("dossiers", code, "applicant"), Particulars))

    async def documents(self, code: str) -> Documents:
        """The papers of a dossier, and its result."""
        return await self._connection.send(Request("GET", path("dossiers", code, "documents"), Documents))

    async def route(self, code: str) -> Route:
        """Where a dossier is, and why."""
        return await self._connection.send(Request("GET", path("dossiers", code, "route"), Route))

    async def proof(self, code: str) -> Proof:
        """The proof of a dossier's events: the file that the independent script verifies."""
        return await self._connection.send(Request("GET", path("dossiers", code, "proof"), Proof))

    async def deadline(self, code: str) -> Deadline:
        """Both clocks of a dossier with their derivation."""
        return await self._connection.send(Request("GET", path("dossiers", code, "deadline"), Deadline))

    async def ladder(self, code: str) -> Ladder:
        """Which rung of the escalation ladder fires when, to whom and why."""
        return await self._connection.send(Request("GET", path("dossiers", code, "ladder"), Ladder))

    async def wait_until(
        self,
        code: str,
        state: State | Collection[State],
        *,
        timeout: float = 60.0,  # noqa: ASYNC109
    ) -> Dossier:
        """The dossier as soon as it is in this state, or in one of these.

        Raises NotReached when the time (seconds) is over, and at once when the dossier has ended in another state.
        """
        wanted = {state} if isinstance(state, str) else set(state)
        until, look = time.monotonic() + timeout, SHORTEST_LOOK
        while True:
            found = await self.dossier(code)
            if found.state in wanted:
                return found
            ended = found.state in LAST_STATES
            if ended or time.monotonic() + look > until:
                raise NotReached(code, found.state, ended=ended)
            await sleep(look)
            look = min(LONGEST_LOOK, look * 2)

    async def search(
        self, wanted: Filter = EVERYTHING, *, order: Order = BY_CODE, limit: int = 100
    ) -> AsyncIterator[FoundDossier]:
        """Every found dossier, page by page. None comes twice, and none that stands still is missed."""
        cursor: str | None = None
        while True:
            page = await self.search_page(wanted, order=order, limit=limit, cursor=cursor)
            for found in page.items:
                yield found
            if page.next is None:
                return
            cursor = page.next

    async def search_page(
        self, wanted: Filter = EVERYTHING, *, order: Order = BY_CODE, limit: int = 50, cursor: str | None = None
    ) -> FoundPage:
        """One page. `cursor`: `next` or `previous` of another page with the same filter and order."""
        body = _search(wanted, order, limit=limit, cursor=cursor)
        return await self._connection.send(Request("POST", path("dossiers", "search"), FoundPage, body=body))

    async def table(
        self, wanted: Filter = EVERYTHING, *, order: Order = BY_CODE, form: str = "csv"
    ) -> AsyncIterator[bytes]:
        """The found dossiers as a table for people, in parts as they come. `form`: `csv` or `xlsx`."""
        headers = {"Accept": TABLES[form]}
        request = Request("POST", path("dossiers", "search"), bytes, body=_search(wanted, order), headers=headers)
        async with self._connection.opened(request) as answer:
            async for part in answer.aiter_bytes():
                yield part


def _search(wanted: Filter, order: Order, **more: int | str | None) -> dict[str, object]:
    shown = {"filter": wanted.model_dump(mode="json", exclude_none=True), "sort": order.model_dump(mode="json")}
    return {**shown, **{name: value for name, value in more.items() if value is not None}}
