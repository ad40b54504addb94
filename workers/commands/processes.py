"""`luongxanh worker` and `luongxanh api`: the processes in the foreground, as a service manager starts them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

MOST_PROCESSES = 64

worker = App(name="worker")
api = App(name="api")


@worker.default
def run_worker(
    *,
    ready: Annotated[Path | None, Parameter(help="Ghi tệp này khi sẵn sàng (written when it polls)")] = None,
    processes: Annotated[
        int, Parameter(help="Số tiến trình, mỗi nhân một tiến trình (how many processes; one for each core)")
    ] = 1,
    parent: Annotated[int | None, Parameter(show=False)] = None,
) -> None:
    """Until SIGTERM or SIGINT; logs in JSON on standard error."""
    import asyncio
    import signal

    import uvloop

    from workers import telemetry
    from workers.preflight import checked_settings
    from workers.process_group import WorkerProcesses, end_with_parent
    from workers.settings import Process
    from workers.worker import serve

    if not 1 <= processes <= MOST_PROCESSES:
        raise out_of_range("--processes", 1, MOST_PROCESSES, processes)
    settings = checked_settings(Process.WORKER)

    async def until_told() -> int:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        if processes > 1:
            telemetry.set_up_logs("workers", settings.log_level)
            return await WorkerProcesses(processes, ready).run(stopping)
        watching = asyncio.create_task(end_with_parent(parent, stopping)) if parent is not None else None
        await serve(settings, stopping, ready)
        if watching is not None:
            await watching
        return 0

    if code := uvloop.run(until_told()):
        raise SystemExit(code)


@api.default
def run_api(
    *,
    port: Annotated[int, Parameter(help="Cổng TCP (the TCP port)")],
    host: Annotated[str, Parameter(help="Địa chỉ nghe (the address to listen on)")] = "127.0.0.1",
) -> None:
    """Until SIGTERM or SIGINT; logs in JSON on standard error."""
    import uvloop

    from workers.api import serve
    from workers.preflight import checked_settings
    from workers.settings import Process

    if not 0 <= port < 65_536:
        raise out_of_range("--port", 0, 65_535, port)
    uvloop.run(serve(checked_settings(Process.API), host, port))


@api.command(name="schema")
def api_schema() -> None:
    """In tài liệu OpenAPI của giao diện HTTP (prints the OpenAPI document of the HTTP API).

    Ví dụ (example): luongxanh api schema > openapi.json
    """
    import sys

    from gateway.api.application import document_text

    sys.stdout.write(document_text())


def out_of_range(option: str, low: int, high: int, value: int) -> Exception:
    """The error of a number that an option cannot have."""
    from gateway.cli.messages import CommandLineRefusal
    from gateway.cli.problems import CommandLineProblem

    return CommandLineProblem(CommandLineRefusal.OUT_OF_RANGE, option=option, low=low, high=high, value=value)
