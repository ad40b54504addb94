"""The gateway of an earlier release, as a process: reads orders as lines of JSON, and answers each with one.

It runs with the earlier release's packages in front of its path, so it imports them by name. Orders:
`{"migrate": address}` · `{"submit": {…}}` · `{"act": [code, {…}]}` · `{"dossier": code}`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib import import_module
from typing import Any


async def main() -> None:
    """Answers until its input ends."""
    settings = import_module("workers.settings").load_settings()
    gateway: Any = None
    for line in sys.stdin:
        [(order, given)] = json.loads(line).items()
        if order == "migrate":
            answer: Any = await import_module("activities.ledger.migrations").migrate(given)
        else:
            gateway = gateway or await _opened(settings)
            answer = await _carried_out(gateway, order, given)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


async def _opened(settings: Any) -> Any:
    connections = import_module("workers.connections")
    pool = await connections.connect_database(settings)
    runtime = import_module("workers.telemetry").set_up("gateway", level="error")
    client = await connections.connect_temporal(settings, runtime)
    province = import_module("tests.small_province").a_small_province()
    engine = import_module("gateway.engine").Engine(client, pool, province, settings.task_queue)
    await engine.publish_rules()
    return engine


async def _carried_out(engine: Any, order: str, given: Any) -> Any:
    requests = import_module("gateway.requests")
    try:
        if order == "submit":
            answer = await engine.submit(requests.read_submission(json.dumps(given)))
        elif order == "act":
            answer = await engine.act(given[0], requests.read_act(json.dumps(given[1])))
        else:
            answer = await engine.dossier(given)
    except import_module("domain.errors").DomainError as refused:
        return {"refused": refused.code}
    return answer.model_dump(mode="json")


if __name__ == "__main__":
    asyncio.run(main())
