"""What a service in the same process uses to open, drive and read dossiers. Everything else in this package is its own.

    async with open_engine(settings) as engine:          # workers.engine
        receipt = await engine.submit(Submission(...))
        await engine.act(receipt.dossier, ActRequest(...))

Errors are those of `domain.errors`, each with a stable code; `EngineUnavailable` means: try again, under the same id.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.client.engine import Engine as Engine
    from gateway.client.engine_errors import EngineUnavailable as EngineUnavailable
    from gateway.client.requests import ActRequest as ActRequest
    from gateway.client.requests import Applicant as Applicant
    from gateway.client.requests import Submission as Submission
    from workflows.messages import Receipt as Receipt

_HOMES = {
    "Engine": "gateway.client.engine",
    "EngineUnavailable": "gateway.client.engine_errors",
    "ActRequest": "gateway.client.requests",
    "Applicant": "gateway.client.requests",
    "Submission": "gateway.client.requests",
    "Receipt": "workflows.messages",
}
__all__ = ["ActRequest", "Applicant", "Engine", "EngineUnavailable", "Receipt", "Submission"]


def __getattr__(name: str) -> Any:
    """Loaded when first asked for: Temporal's client takes half a second, and `luongxanh --help` needs none of it."""
    if name not in _HOMES:
        raise AttributeError(f"gateway.client has no {name}")
    return getattr(import_module(_HOMES[name]), name)
