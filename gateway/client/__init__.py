"""The client library for services in the same process: it opens dossiers, sends commands, and reads.

    async with open_engine(settings) as engine:          # workers.engine
        receipt = await engine.submit(principal, Submission(...))
        await engine.act(principal, receipt.dossier, ActRequest(...))

`principal` is the verified identity behind the request (`gateway.access.principals`); a program that runs under the
account of this machine has `this_machine()`.

The names of this module are public; the other modules of the package are private. Errors are those of `domain.errors`,
each with a stable code. After `EngineUnavailable` the same request may be sent again with the same id.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.client.admitting.operators import this_machine as this_machine
    from gateway.client.dossier_client import ActUnderWay as ActUnderWay
    from gateway.client.engine import Engine as Engine
    from gateway.client.engine_errors import EngineUnavailable as EngineUnavailable
    from gateway.client.requests import ActRequest as ActRequest
    from gateway.client.requests import Applicant as Applicant
    from gateway.client.requests import Submission as Submission
    from workflows.messages import Receipt as Receipt

_HOMES = {
    "ActUnderWay": "gateway.client.dossier_client",
    "Engine": "gateway.client.engine",
    "EngineUnavailable": "gateway.client.engine_errors",
    "ActRequest": "gateway.client.requests",
    "Applicant": "gateway.client.requests",
    "Submission": "gateway.client.requests",
    "Receipt": "workflows.messages",
    "this_machine": "gateway.client.admitting.operators",
}
__all__ = [
    "ActRequest",
    "ActUnderWay",
    "Applicant",
    "Engine",
    "EngineUnavailable",
    "Receipt",
    "Submission",
    "this_machine",
]


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used.

    Temporal's client takes half a second, and `--help` does not need it.
    """
    if name not in _HOMES:
        raise AttributeError(f"gateway.client has no {name}")
    return getattr(import_module(_HOMES[name]), name)
