"""The measured work, done over HTTP and through the client library in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from tempfile import TemporaryFile
from typing import Any, Protocol
from uuid import uuid4

import httpx2

from activities.ledger.reading import dossier_in
from activities.ledger.search.cursors import Cursors
from activities.ledger.search.order import SearchOrder
from activities.ledger.search.pages import SearchPage, SearchPages
from activities.ledger.search.query import SearchFilter, SearchScope
from activities.ledger.search.reader import DossierSearch, Search
from activities.ledger.story_pages import StoryPages
from activities.ledger.stuck_dossiers import StuckDossiers
from domain.dossier.commands import Accept
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.access.callers import caller_of
from gateway.access.principals import PersonPrincipal
from gateway.access.scopes import search_scope, units_of
from gateway.access.sign_in import signed_in_for
from gateway.api.keys import Purpose, Seals
from gateway.client import ActRequest, Submission
from gateway.views.dossier_page import PAGE_KINDS, page_of
from gateway.views.exports.columns import Wording
from gateway.views.exports.csv_file import write_csv
from gateway.views.exports.xlsx_file import write_xlsx
from gateway.views.names import Names
from gateway.views.possible_acts import possible_acts
from tools.benchmark.driving.standard_dossier import APPLICANT
from tools.benchmark.http_api.stack import ApiStack, Desk
from tools.benchmark.messages import BenchError, BenchRefusal

PROCEDURE, PAPERS = "1.004873", ("to-khai", "cccd")
"""A certificate of marital status: every commune and ward issues it."""
PAGE = 50


class TableForm(StrEnum):
    """The form of an export, by its media type."""

    CSV = "text/csv"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Way(Protocol):
    """One of the two ways to the same work."""

    async def submit(self, desk: Desk) -> str:
        """Submits a dossier at the desk and returns its code."""
        ...

    async def accept(self, desk: Desk, code: str) -> None:
        """Accepts the dossier: the command that is measured."""
        ...

    async def read(self, desk: Desk, code: str) -> None:
        """Reads one dossier with its page."""
        ...

    async def search(self, cursor: str | None) -> int:
        """Reads a page of the whole register and returns how many rows it has."""
        ...

    async def export(self, person: str, form: TableForm) -> int:
        """Writes a table of all that the person may see, and returns its size in bytes."""
        ...


def submission_at(unit: str) -> dict[str, Any]:
    """A submission at the desk of a unit, for a matter of the same unit."""
    return {
        "procedure": PROCEDURE,
        "channel": "counter",
        "received_by": unit,
        "matter": {"territory": unit},
        "applicant": APPLICANT.model_dump(mode="json", exclude_none=True),
        "documents": [{"code": code} for code in PAPERS],
    }


class OverHttp:
    """The work over HTTP, by connections that are kept open."""

    def __init__(self, http: httpx2.AsyncClient, tokens: Mapping[str, str], supervisor: str) -> None:
        self._http = http
        self._tokens = tokens
        self._supervisor = supervisor

    async def submit(self, desk: Desk) -> str:
        """Submits a dossier at the desk and returns its code."""
        return str((await self._act("/v1/dossiers", desk.person, submission_at(desk.unit)))["dossier"])

    async def accept(self, desk: Desk, code: str) -> None:
        """Accepts the dossier."""
        await self._act(f"/v1/dossiers/{code}/commands/accept", desk.person, {})

    async def read(self, desk: Desk, code: str) -> None:
        """Reads one dossier with its page."""
        (await self._ask("GET", f"/v1/dossiers/{code}", desk.person)).json()

    async def search(self, cursor: str | None) -> int:
        """Reads a page of the whole register and returns how many rows it has."""
        body = {"limit": PAGE} if cursor is None else {"limit": PAGE, "cursor": cursor}
        answer = await self._ask("POST", "/v1/dossiers/search", self._supervisor, json=body)
        return len(answer.json()["items"])

    async def export(self, person: str, form: TableForm) -> int:
        """Receives a table and returns its size in bytes."""
        headers = {**self._signed(person), "Accept": form.value}
        async with self._http.stream("POST", "/v1/dossiers/search", headers=headers, json={}) as answer:
            if not answer.is_success:
                raise refused("POST /v1/dossiers/search", answer.status_code, (await answer.aread()).decode())
            return sum([len(chunk) async for chunk in answer.aiter_bytes()])

    def _signed(self, person: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._tokens[person]}"}

    async def _act(self, path: str, person: str, body: dict[str, Any]) -> Any:
        return (await self._ask("POST", path, person, json=body, headers={"Idempotency-Key": uuid4().hex})).json()

    async def _ask(
        self, method: str, path: str, person: str, headers: Mapping[str, str] | None = None, **how: Any
    ) -> httpx2.Response:
        answer = await self._http.request(method, path, headers={**self._signed(person), **(headers or {})}, **how)
        if not answer.is_success:
            raise refused(f"{method} {path}", answer.status_code, answer.text)
        return answer


def refused(request: str, status: int, text: str) -> BenchError:
    """The error of a request that was not answered as it must be."""
    return BenchError(BenchRefusal.REQUEST_REFUSED, request=request, status=status, problem=text[:500])


@asynccontextmanager
async def over_http(stack: ApiStack, clients: int = 1) -> AsyncIterator[list[OverHttp]]:
    """So many clients, each with one connection of its own, which share the tokens of everybody who asks."""
    people = {*(desk.person for desk in stack.desks), stack.supervisor}
    tokens = {person: await stack.token(person) for person in people}
    opened = [
        httpx2.AsyncClient(base_url=stack.url, trust_env=False, timeout=600, limits=httpx2.Limits(max_connections=1))
        for _ in range(clients)
    ]
    try:
        yield [OverHttp(http, tokens, stack.supervisor) for http in opened]
    finally:
        for http in opened:
            await http.aclose()


class InProcess:
    """The work through the client library, by the same people."""

    def __init__(self, stack: ApiStack) -> None:
        self._engine = stack.engine
        self._supervisor = stack.supervisor
        self._pages = SearchPages(DossierSearch(stack.engine.pool), Cursors(Seals(stack.keys, Purpose.CURSOR)))
        self._scopes: dict[str, SearchScope] = {}

    async def submit(self, desk: Desk) -> str:
        """Submits a dossier at the desk and returns its code."""
        submission = Submission.model_validate(
            {**submission_at(desk.unit), "key": uuid4().hex, "actor": self._actor(desk)}
        )
        return (await self._engine.submit(PersonPrincipal(person=desk.person), submission)).dossier

    async def accept(self, desk: Desk, code: str) -> None:
        """Accepts the dossier."""
        act = ActRequest(command_id=uuid4(), actor=self._actor(desk), command=Accept())
        await self._engine.act(PersonPrincipal(person=desk.person), code, act)

    async def read(self, desk: Desk, code: str) -> None:
        """Reads one dossier with its page: the row, the history, the pinned rules, and what the person may do now."""
        row, now = await self._engine.dossier(code), datetime.now(VIETNAM)
        dossier = dossier_in(row)
        rules = await self._engine.rules_of(dossier)
        story = await StoryPages(self._engine.pool).of_kinds(code, PAGE_KINDS)
        stuck = await StuckDossiers(self._engine.pool).of(code)
        caller = caller_of(PersonPrincipal(person=desk.person), self._engine.staff, now)
        page_of(row, story, rules, now, stuck, possible_acts(dossier, rules, now, caller.capacities(units_of(dossier))))

    async def search(self, cursor: str | None) -> int:
        """Reads a page of the whole register and returns how many rows it has."""
        return len((await self.page(cursor, PAGE)).items)

    async def page(self, cursor: str | None, limit: int) -> SearchPage:
        """A page of the whole register."""
        now, scope = datetime.now(VIETNAM), self._scope(self._supervisor)
        return await self._pages.page(SearchFilter(), scope, SearchOrder(), now=now, limit=limit, cursor=cursor)

    async def export(self, person: str, form: TableForm) -> int:
        """Writes a table and returns its size in bytes."""
        now = datetime.now(VIETNAM)
        wording = Wording(names=Names.of_province(self._engine.province, now.date()), language="vi", at=now)
        rows = DossierSearch(self._engine.pool).all(Search(scope=self._scope(person), at=now))
        write = write_csv if form is TableForm.CSV else write_xlsx
        with TemporaryFile() as file:
            await write(rows, file, wording)
            return file.tell()

    def _scope(self, person: str) -> SearchScope:
        """What the person may find, computed once: the client library knows no sign-in."""
        if person not in self._scopes:
            caller = caller_of(PersonPrincipal(person=person), self._engine.staff, datetime.now(VIETNAM))
            scope = signed_in_for(caller, "search_dossiers", self._engine.province.organisation).scope
            self._scopes[person] = search_scope(scope)
        return self._scopes[person]

    def _actor(self, desk: Desk) -> Actor:
        return Actor(person=desk.person, role=Role.RECEPTION, unit=desk.unit)
