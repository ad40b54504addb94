"""The console as an application of its own, which is mounted at `/console` beside the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.tokens import issuer_connections
from gateway.api.application import guarded
from gateway.api.parts import Api
from gateway.api.request_limits import Limits
from gateway.console import home, language
from gateway.console.acts import routes as acts
from gateway.console.dossiers import routes as dossiers
from gateway.console.errors import install, other_site, refusing
from gateway.console.escalations import routes as escalations
from gateway.console.guards import PageHeaders, is_from_here
from gateway.console.intake import routes as intake
from gateway.console.lateness import routes as lateness
from gateway.console.leave import routes as leave
from gateway.console.menu import Entry, Subject
from gateway.console.operations import (
    event_log_pages,
    incident_pages,
    letter_pages,
    order_pages,
    reconciliation_pages,
    repair_pages,
    replay_pages,
)
from gateway.console.operations import pages as operations
from gateway.console.overview import routes as overview
from gateway.console.parts import Console, ConsolePolicy
from gateway.console.places import HOME
from gateway.console.procedures import routes as procedures
from gateway.console.register import routes as register
from gateway.console.register import saved_routes as saved_searches
from gateway.console.sign_in import routes as sign_in
from gateway.console.static_files import FOLDER, KeptStaticFiles
from gateway.console.track import routes as track
from gateway.console.work import assigning
from gateway.console.work import routes as work

SUBJECTS: tuple[Subject, ...] = (
    Subject(home.router),
    Subject(overview.router, (Entry("/console/overview", "Overview", "read_statistics"),)),
    Subject(work.router, (Entry("/console/work", "Work", "list_work"),)),
    Subject(assigning.router),
    Subject(escalations.router, (Entry("/console/escalations", "Escalations", "list_escalations"),)),
    Subject(leave.router, (Entry("/console/leave", "Absences and delegations", "list_leave"),)),
    Subject(intake.router, (Entry("/console/intake", "Intake", "accept"),)),
    Subject(register.router, (Entry("/console/register", "Register", "search_dossiers"),)),
    Subject(saved_searches.router),
    Subject(procedures.router, (Entry("/console/procedures", "Procedures", "read_statistics"),)),
    Subject(lateness.router, (Entry("/console/lateness", "Lateness review", "read_statistics"),)),
    Subject(
        operations.router,
        (
            Entry("/console/operations", "Operations", "watch_operations"),
            Entry(incident_pages.HOME, "Needs a person", "list_open_incidents", unless="watch_operations"),
        ),
    ),
    Subject(incident_pages.router),
    Subject(incident_pages.former),
    Subject(letter_pages.router),
    Subject(reconciliation_pages.router),
    Subject(repair_pages.router),
    Subject(replay_pages.router),
    Subject(event_log_pages.router),
    Subject(order_pages.router),
    Subject(dossiers.router),
    Subject(acts.router),
    Subject(track.router),
    Subject(language.router),
    Subject(sign_in.router),
)
"""Every subject, in the order of the menu."""
entrance = APIRouter(include_in_schema=False)


@entrance.get("/")
@entrance.get("/console")
async def enter() -> Response:
    """From the bare address to the console."""
    return RedirectResponse(HOME, 307)


async def _from_here(request: Request) -> None:
    public = request.app.state.console.policy.public_url
    if not is_from_here(request.method, request.headers, public):
        raise other_site()


@asynccontextmanager
async def open_console(api: Api, issuer: IssuerPolicy, policy: ConsolePolicy) -> AsyncIterator[FastAPI]:
    """The console over the parts of the API, with its own connections to the issuer."""
    async with issuer_connections() as http:
        yield console_application(Console(api, issuer, policy, http))


def beside_api(api: FastAPI, console: FastAPI, limits: Limits | None = None) -> ASGIApp:
    """The API with the console beside it, and what stands before both: under `/console` its refusals are pages."""
    api.mount("/console", console)
    return guarded(api, limits, refusing(console))


def console_application(console: Console) -> FastAPI:
    """The console with these parts."""
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, dependencies=[Depends(_from_here)]
    )
    app.state.console = console
    install(app)
    for subject in SUBJECTS:
        app.include_router(subject.router)
    app.mount("/static", KeptStaticFiles(directory=FOLDER))
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(PageHeaders)
    app.state.menu = [entry for subject in SUBJECTS for entry in subject.menu]
    return app
