"""`luongxanh worker` and `luongxanh api`: the processes in the foreground, as a service manager starts them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

worker = App(name="worker")
api = App(name="api")


@worker.default
def run_worker(
    *, ready: Annotated[Path | None, Parameter(help="Ghi tệp này khi sẵn sàng (written when it polls)")] = None
) -> None:
    """Until SIGTERM or SIGINT; logs in JSON on standard error."""
    import asyncio
    import signal

    import uvloop

    from workers.preflight import checked_settings
    from workers.settings import Process
    from workers.worker import serve

    settings = checked_settings(Process.WORKER)

    async def until_told() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        await serve(settings, stopping, ready)

    uvloop.run(until_told())


@api.default
def run_api(
    *,
    port: Annotated[int, Parameter(help="Cổng TCP (the TCP port)")],
    host: Annotated[str, Parameter(help="Địa chỉ nghe (the address to listen on)")] = "127.0.0.1",
) -> None:
    """Until SIGTERM or SIGINT; logs in JSON on standard error."""
    import uvloop

    from gateway.cli.messages import CommandLineRefusal
    from gateway.cli.problems import CommandLineProblem
    from workers.api import serve
    from workers.preflight import checked_settings
    from workers.settings import Process

    if not 0 <= port < 65_536:
        raise CommandLineProblem(CommandLineRefusal.OUT_OF_RANGE, option="--port", low=0, high=65_535, value=port)
    uvloop.run(serve(checked_settings(Process.API), host, port))
