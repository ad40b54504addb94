"""The HTTP application: every operation under `/v1`, and health beside it."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from gateway.api import health, problems
from gateway.api.dossiers import acting, reading
from gateway.api.parts import Api

TITLE = "Luồng Xanh"
VERSION = "1.0.0"
DESCRIPTION = (
    "Giao diện lập trình của Luồng Xanh: nộp, theo dõi và xử lý hồ sơ thủ tục hành chính.\n\n"
    "The programming interface of Luồng Xanh: submit, follow and drive dossiers of administrative procedures."
)
ROUTERS = (acting.router, reading.router, acting.commands)
"""The routers of all subjects, in the order of the document."""


def application(parts: Api, *more: APIRouter) -> FastAPI:
    """The application with these parts, and with more routers."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.api = parts
    problems.install(app)
    version = APIRouter(prefix="/v1")
    for router in ROUTERS:
        version.include_router(router)
    app.include_router(version)
    for router in (health.router, *more):
        app.include_router(router)
    return app
