"""The HTTP application: every operation under `/v1`, and health beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from gateway.api import (
    assignments,
    axis_documents,
    calendars,
    deadlines,
    event_logs,
    health,
    incidents,
    interconnected,
    leave,
    measuring,
    notices,
    open_escalations,
    open_incidents,
    operations,
    opt_out_links,
    outside_systems,
    problem_codes,
    problems,
    ramps,
    release_orders,
    releases,
    routing,
    statistics,
    suggestions,
    tracking,
    work,
)
from gateway.api.answer_headers import WithHeaders
from gateway.api.catalogue import reading as catalogue
from gateway.api.document import completed
from gateway.api.dossiers import accepted, acting, particulars, reading, saved_searches, searching
from gateway.api.events import following, webhook_acts, webhooks
from gateway.api.head_requests import AnsweringHead
from gateway.api.measuring import Measured
from gateway.api.organisation import reading as organisation
from gateway.api.parts import Api
from gateway.api.reconciling import acting as reconciling_acts
from gateway.api.reconciling import reading as reconciling
from gateway.api.repairs import acting as repair_acts
from gateway.api.repairs import plannings as repair_plannings
from gateway.api.repairs import reading as repairs
from gateway.api.repeats import remove_old_answers
from gateway.api.replays import routes as replays
from gateway.api.request_limits import Limited, Limits, Refusing, with_problem
from gateway.api.rollouts import reading as rollouts
from gateway.api.texts.about import DESCRIPTION
from gateway.api.tracing import Traced

TITLE = "Luồng Xanh"
VERSION = "1.0.0"
ROUTERS = (
    acting.router,
    searching.router,
    saved_searches.router,
    reading.router,
    particulars.router,
    acting.commands,
    accepted.router,
    axis_documents.router,
    notices.router,
    interconnected.router,
    catalogue.router,
    organisation.router,
    work.router,
    leave.router,
    suggestions.router,
    assignments.router,
    incidents.router,
    open_escalations.router,
    open_incidents.router,
    operations.router,
    reconciling.router,
    reconciling_acts.router,
    event_logs.router,
    repair_plannings.router,  # before `/repairs/{plan}`
    repairs.router,
    repair_acts.router,
    replays.router,
    statistics.router,
    rollouts.router,
    outside_systems.router,
    releases.router,
    release_orders.router,
    ramps.router,
    calendars.router,
    deadlines.router,
    routing.router,
    tracking.router,
    problem_codes.router,
    following.router,
    webhooks.router,
    webhook_acts.router,
)
"""The routers of all subjects, in the order of the document."""


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """While the application runs, new events are read for its followers, and old answers are removed."""
    parts: Api = app.state.api
    stopping = asyncio.Event()
    reading_events = asyncio.create_task(parts.events.live.run(stopping))
    removing_answers = asyncio.create_task(remove_old_answers(parts.answers, parts.policy.answers_kept, stopping))
    yield
    stopping.set()
    await asyncio.gather(reading_events, removing_answers)


def application(parts: Api, *more: APIRouter) -> FastAPI:
    """The application with these parts, and with more routers."""
    app = routed(*more)
    app.state.api = parts
    return app


def guarded(app: ASGIApp, limits: Limits | None = None, refusing: Refusing = with_problem) -> ASGIApp:
    """The application with everything that stands before it: what is refused here has the same headers, and is
    measured and traced as every other request. `refusing` makes the answers to what is refused by the limits."""
    return Traced(AnsweringHead(Measured(WithHeaders(Limited(app, limits or Limits(), refusing)))))


def routed(*more: APIRouter) -> FastAPI:
    """The application without its parts: enough for its document."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_running,
    )
    problems.install(app)
    version = APIRouter(prefix="/v1")
    for router in ROUTERS:
        version.include_router(router)
    app.include_router(version)
    for router in (health.router, measuring.router, opt_out_links.router, *more):
        app.include_router(router)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = completed(app)
    return app.openapi_schema


def document_text() -> str:
    """The document as it is published: JSON with sorted keys, so that a change shows as a change.

    The paths keep the order of the routers, in which a reader finds them: a dossier's commands from intake to result.
    """
    document = routed().openapi()
    ordered = json.loads(json.dumps(document, sort_keys=True))
    ordered["paths"] = {path: ordered["paths"][path] for path in document["paths"]}
    return json.dumps(ordered, ensure_ascii=False, indent=1) + "\n"
