"""Runs a command line of the project in a process that is forked from one with the project imported.

Importing takes a second of processor time; a run without it takes a tenth of that. The standard library's fork server
imports once for each test process. Every run is its own process, with its own arguments, streams, environment and
folder. Tests of how a program starts (its locale, a shell's redirections) start it without this module.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.reduction import DupFd
from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO, Any

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


def import_rooms(rooms: Sequence[str] = ROOMS) -> None:
    """Imports every module of these packages, except those that run when they are imported."""
    for room in map(importlib.import_module, rooms):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def _run(program: Program, arguments: list[str], streams: Streams, environment: dict[str, str], folder: str) -> None:
    """Runs in the forked process: prepares streams, environment and folder, then calls the program."""
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
    sys.argv = arguments
    importlib.import_module(program).main()


def _text_stream(number: int, mode: str, errors: str) -> Any:
    return open(number, mode, encoding="utf-8", errors=errors, closefd=False, buffering=1 if number == 2 else -1)
