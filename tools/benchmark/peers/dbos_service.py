"""The process of the peer on DBOS: an HTTP service that takes commands and runs their workflows itself.

Three settings are not those that DBOS has by itself, and make it faster on two cores: few threads for its database, as
many wait for each other; as many connections as threads; no query that asks a connection whether it still lives. Calls
and rows have the connections of the engine's worker. The HTTP server is aiohttp, the cheapest one at hand.
"""

from __future__ import annotations

import asyncio
import os

from aiohttp import web
from dbos import DBOS, DBOSConfig, SetWorkflowID

from tools.benchmark.peers.dbos_dossier import DbosContext, act
from tools.benchmark.peers.peer_process import run_peer
from tools.benchmark.standard_work import StandardWork

THREADS = 4


def _config() -> DBOSConfig:
    return DBOSConfig(
        name="standard-dossier",
        system_database_url=os.environ["DBOS_SYSTEM_DATABASE_URL"],
        sys_db_pool_size=THREADS,
        max_executor_threads=THREADS,
        db_engine_kwargs={"pool_pre_ping": False},
        log_level="ERROR",
    )


async def _act(request: web.Request) -> web.Response:
    """Answers when the command's rows are written. The same command again gets the same answer."""
    code, name, payload = request.match_info["code"], request.match_info["command"], await request.json()
    with SetWorkflowID(request.headers["Idempotency-Key"]):
        handle = await DBOS.start_workflow_async(act, code, name, payload)
    return web.json_response(await handle.get_result())


async def _health(_request: web.Request) -> web.Response:
    return web.Response()


async def serve(port: int, work: StandardWork, stopping: asyncio.Event) -> None:
    """Serves commands until the event is set. DBOS goes on with what an earlier process has left unfinished."""
    DbosContext.work = work
    DBOS(config=_config())
    DBOS.launch()
    app = web.Application()
    app.add_routes([web.post("/dossier/{code}/{command}", _act), web.get("/health", _health)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await stopping.wait()
    await runner.cleanup()
    DBOS.destroy()


if __name__ == "__main__":
    run_peer("tools.benchmark.peers.dbos_service", serve)
