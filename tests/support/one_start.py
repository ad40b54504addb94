"""Runs several command lines of the project after one start of an interpreter.

The interpreter starts in an environment and imports the modules of the commands, as each of the programs does. Then it
forks for each command line, which has its own arguments and standard streams but the text streams, the encodings and
the locale that the interpreter made when it started.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.support.command_line import CHECKOUT, LONGEST, PROGRAM, Ran
from tests.support.forked_program import Program, import_rooms

ORDERS = "orders.json"
COMMANDS = ("gateway.cli", "workers.commands", "tools.local_stack")
"""The packages with most of what the command lines load: half of the processor time of loading the whole project."""
STREAMS = ("in", "out", "err")


class Order(NamedTuple):
    """One command line, and what it reads from its standard input."""

    program: Program
    arguments: tuple[str, ...]
    stdin: str


@dataclass(frozen=True)
class OneStart:
    """What the interpreter itself wrote, and the results of the command lines in the order in which they were given."""

    err: str
    ran: tuple[Ran, ...]


def run_after_one_start(orders: Sequence[Order], environment: Mapping[str, str]) -> OneStart:
    """Starts an interpreter with this process's environment and the given additions, and runs the command lines."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / ORDERS).write_text(json.dumps([[one.program, one.arguments] for one in orders]), encoding="utf-8")
        for number, one in enumerate(orders):
            (folder / f"{number}.in").write_text(one.stdin, encoding="utf-8")
        started = subprocess.run(
            [sys.executable, "-m", __name__, str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            timeout=LONGEST,
        )
        assert started.returncode == 0, started.stderr.decode()
        codes = json.loads(started.stdout)
        ran = tuple(Ran(code, *_written(folder, number)) for number, code in enumerate(codes))
        return OneStart(started.stderr.decode(), ran)


def _written(folder: Path, number: int) -> tuple[str, str]:
    out, err = (folder / f"{number}.{stream}" for stream in STREAMS[1:])
    return out.read_bytes().decode("utf-8"), err.read_bytes().decode("utf-8")


def _run_orders(folder: Path) -> None:
    """Runs in the interpreter that was started: writes the exit codes to its standard output."""
    import_rooms(COMMANDS)
    codes = []
    for number, (program, arguments) in enumerate(json.loads((folder / ORDERS).read_bytes())):
        child = os.fork()
        if child == 0:
            _become(program, arguments, folder / str(number))
            return
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    sys.stdout.write(json.dumps(codes))


def _become(program: str, arguments: list[str], files: Path) -> None:
    """Runs in the forked process: the program ends it."""
    for number, stream in enumerate(STREAMS):
        file = os.open(f"{files}.{stream}", os.O_RDWR | os.O_CREAT)
        os.dup2(file, number)
        os.close(file)
    # As Python reads the bytes of a command line in this locale.
    sys.argv = [str(PROGRAM), *(os.fsdecode(argument.encode()) for argument in arguments)]
    importlib.import_module(program).main()


if __name__ == "__main__":
    _run_orders(Path(sys.argv[1]))
