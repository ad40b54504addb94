"""Runs a command line of the project in a process that is forked from one with the project imported.

Importing takes a second of processor time, and four of the API; a run without it takes a tenth of that. The standard
library's fork server imports once for each test process. Every run is its own process, with its own arguments, streams,
environment and folder. Tests of how a program starts (its locale, a shell's redirections) start it without this module.

The operating system shows the arguments and the environment of the fork server for every run.
"""

from __future__ import annotations

import atexit
import importlib
import multiprocessing
import os
import pkgutil
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO, Any

from tools.local_stack.processes import UMASK

ROOMS = ("domain", "activities", "workflows", "gateway", "workers", "tools")
IMPORTS = f"{__package__}.imported_rooms"

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([IMPORTS])


class Program(StrEnum):
    """The module whose `main` is the program."""

    LUONGXANH = "workers.command_line"
    TOOLS = "tools.command_line"


class Stream:
    """A file of this process that becomes a standard stream of the run."""

    def __init__(self, file: IO[bytes] | int) -> None:
        self._number = file if isinstance(file, int) else file.fileno()

    def __getstate__(self) -> Any:
        return DupFd(self._number)

    def __setstate__(self, passed: Any) -> None:
        self.number: int = passed.detach()


@dataclass(frozen=True)
class Streams:
    """The standard streams of a run; None: closed, as `<&-`, `>&-` and `2>&-` do in a shell."""

    stdin: Stream | None
    stdout: Stream | None
    stderr: Stream | None


def run_forked(
    program: Program,
    arguments: Sequence[str],
    streams: Streams,
    *,
    environment: Mapping[str, str],
    folder: Path,
    timeout: float,
) -> int:
    """Runs the program. Returns the exit code; a negative one is the signal that ended it. Raises TimeoutExpired."""
    process = _forks.Process(target=_run, args=(program, list(arguments), streams, dict(environment), str(folder)))
    process.start()
    process.join(timeout)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise TimeoutExpired(list(arguments), timeout)
    return process.exitcode


class Started:
    """A program that was started and runs on, with the methods of `subprocess.Popen` that are needed for it."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self.pid: int = process.pid or 0

    @property
    def returncode(self) -> int | None:
        """The exit code; None while the program runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The exit code; None while the program runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Waits for the end of the program. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutExpired([str(self.pid)], timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Sends a signal, unless the program has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks the program to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the program at once."""
        self.send_signal(signal.SIGKILL)


def start_forked(
    module: str, *arguments: str | Path, log: IO[bytes], environment: Mapping[str, str], folder: Path
) -> Started:
    """Starts `python -m module …` in a session of its own, with its output in the log. It may run longer than a test.

    `environment`: the whole of it. `folder`: where it runs.
    """
    with open(os.devnull, "rb") as nothing:
        streams = Streams(Stream(nothing), Stream(log), Stream(log))
        given = (module, list(map(str, arguments)), streams, dict(environment), str(folder))
        process = _forks.Process(target=_run_module, args=given)
        process.start()
    started = Started(process)
    atexit.register(started.kill)  # else this process would wait at its end for a program that was left running
    return started


def import_rooms(rooms: Sequence[str] = ROOMS) -> None:
    """Imports every module of these packages, except those that run when they are imported."""
    for room in map(importlib.import_module, rooms):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _run(program: Program, arguments: list[str], streams: Streams, environment: dict[str, str], folder: str) -> None:
    """Runs in the forked process: prepares it, then calls the program."""
    _prepare(streams, environment, folder)
    sys.argv = arguments
    importlib.import_module(program).main()


def _run_module(module: str, arguments: list[str], streams: Streams, environment: dict[str, str], folder: str) -> None:
    """Runs in the forked process: prepares it, then runs the module, as `python -m` does."""
    os.setsid()
    os.umask(UMASK)
    _prepare(streams, environment, folder)
    sys.argv = [module, *arguments]
    sys.modules.pop(module, None)  # it is run, and not the module that was imported
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _prepare(streams: Streams, environment: dict[str, str], folder: str) -> None:
    """Gives the forked process its streams, its environment and its folder."""
    assert IMPORTS in sys.modules, "the fork server did not import the project"
    for number, stream in enumerate((streams.stdin, streams.stdout, streams.stderr)):
        if stream is None:
            os.close(number)
        else:
            os.dup2(stream.number, number)
            os.close(stream.number)
    sys.stdin = None if streams.stdin is None else _text_stream(0, "r", "surrogateescape")
    sys.stdout = None if streams.stdout is None else _text_stream(1, "w", "surrogateescape")
    sys.stderr = None if streams.stderr is None else _text_stream(2, "w", "backslashreplace")
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)


def _text_stream(number: int, mode: str, errors: str) -> Any:
    return open(number, mode, encoding="utf-8", errors=errors, closefd=False, buffering=1 if number == 2 else -1)
