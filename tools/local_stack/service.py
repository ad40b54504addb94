"""Starts the processes of this project in a stack: the simulator, the worker, the API."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.local_stack import processes
from tools.local_stack.clock import now
from tools.local_stack.messages import Announce, StackWait, wait
from tools.local_stack.processes import Program, mark_of
from tools.local_stack.state import ProcessSpec, Ready, Remember, Running
from tools.local_stack.temporal import answers

CHECKOUT = Path(__file__).resolve().parents[2]
"""The folder that contains `tools`, which is in no installed package."""
MODE_VARIABLE = "LUONGXANH_MODE"
STACK_VARIABLE = "LUONGXANH_STACK"
"""The variable with the stack's folder, for its processes and for commands that should use this stack."""


def start_service(
    spec: ProcessSpec, folder: Path, preferred_port: int | None, announce: Announce, record: Remember
) -> Running:
    """Starts one process and waits until it is ready. Raises `StackError`."""
    wait(announce, StackWait.STARTING, component=spec.name)
    preferred = iter((preferred_port,))  # for the first attempt only
    return processes.on_a_free_port(
        spec.name, lambda: _launch(spec, folder, next(preferred, None), announce, record), announce
    )


def _launch(spec: ProcessSpec, folder: Path, preferred: int | None, announce: Announce, record: Remember) -> Running:
    port = processes.free_port(preferred)
    ready_file = folder / "run" / f"{spec.name}.ready"
    ready_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    ready_file.unlink(missing_ok=True)
    child = processes.start(program_of(spec, folder, port, ready_file))
    url = spec.url.format(port=port)
    running = Running(
        name=spec.name,
        pid=child.pid,
        birth=child.birth,
        ports={"http": port} if url else {},
        urls={"http": url} if url else {},
        log=child.program.log,
        started_at=now(),
        stop_seconds=spec.stop_seconds,
    )
    record(running)
    wait(announce, StackWait.WAITING, component=spec.name)
    ready = ready_file.exists if spec.ready is Ready.FILE else lambda: answers(url + spec.ready_path)
    processes.wait_until_ready(child, ready, spec.start_seconds, running.ports.values())
    return running


def program_of(spec: ProcessSpec, folder: Path, port: int, ready_file: Path) -> Program:
    """The process as it is started: the places in its arguments and in its environment are filled in."""
    facts = {"python": sys.executable, "checkout": str(CHECKOUT), "folder": str(folder)}
    facts |= {"port": str(port), "ready": str(ready_file)}
    environment = {name: value.format_map(facts) for name, value in spec.environment.items()}
    return Program(
        name=spec.name,
        argv=tuple(part.format_map(facts) for part in spec.argv),
        log=folder / "logs" / f"{spec.name}.log",
        folder=folder,
        environment={MODE_VARIABLE: "embedded", STACK_VARIABLE: str(folder), **environment},
        ours=True,
        mark=mark_of(spec.name, folder),
    )
