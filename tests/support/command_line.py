"""Runs the command line as a process, for its exit code, its standard output and its standard error."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tests.support.forked_program import Program, Stream, Streams, run_forked
from tests.support.waiting import wait_until

OPERATOR = "cb.TTPVHCC.operator.1"
"""A person who holds an operator's post in the province's own files."""
PROGRAM = Path(sys.executable).parent / "luongxanh"
CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = (sys.executable, "-m", "tools")
"""The command behind `make up`, `make demo` …, run in the checkout's folder."""
LONGEST = 120.0
"""Seconds after which a command counts as hanging."""


@dataclass(frozen=True)
class Ran:
    """The result of one run of the command."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON value on standard output."""
        return json.loads(self.out)

    @property
    def values(self) -> list[Any]:
        """The JSON lines on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        """The error in the JSON output."""
        return self.value["error"]


def run(
    *arguments: str | bytes,
    stdin: str | bytes = b"",
    environment: Mapping[str, str] | None = None,
    program: Program = Program.LUONGXANH,
    without: Iterable[str] = (),
    **streams: Stream,
) -> Ran:
    """Runs `luongxanh` or the tools in a forked process, with this process's environment and the given additions.

    `without`: names of standard streams that are closed. `streams`: standard streams that go elsewhere, by name.
    """
    with TemporaryFile() as into, TemporaryFile() as out, TemporaryFile() as err:
        into.write(stdin.encode() if isinstance(stdin, str) else stdin)
        into.seek(0)
        usual = {"stdin": Stream(into), "stdout": Stream(out), "stderr": Stream(err)}
        code = run_forked(
            program,
            [str(PROGRAM), *map(os.fsdecode, arguments)],
            Streams(**{**usual, **streams, **dict.fromkeys(without)}),
            environment={**os.environ, **(environment or {})},
            folder=CHECKOUT,
            timeout=LONGEST,
        )
        return Ran(code, _content(out), _content(err))


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def interrupted(
    *arguments: str, when: Callable[[str], bool], stdin: str = "", environment: Mapping[str, str] | None = None
) -> Ran:
    """Sends Ctrl-C to `luongxanh` as soon as `when` is true for its standard error so far."""
    running = subprocess.Popen(
        [str(PROGRAM), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
    )
    assert running.stdin is not None
    assert running.stderr is not None
    running.stdin.write(stdin.encode())
    running.stdin.close()
    stderr, said = running.stderr, b""
    os.set_blocking(stderr.fileno(), False)

    def reached() -> bool:
        nonlocal said
        assert running.poll() is None, said.decode()
        said += stderr.read() or b""
        return when(said.decode())

    wait_until(reached, f"the moment to interrupt luongxanh {' '.join(arguments)}", 120)
    os.set_blocking(stderr.fileno(), True)
    running.send_signal(signal.SIGINT)
    running.stdin = None
    out, err = running.communicate(timeout=60)
    return Ran(running.returncode, out.decode(), (said + err).decode())


@dataclass(frozen=True)
class CommandLine:
    """`luongxanh` with one stack."""

    folder: Path

    def __call__(self, *arguments: str | bytes, stdin: str | bytes = b"", **environment: str) -> Ran:
        return run(*arguments, stdin=stdin, environment={"LUONGXANH_STACK": str(self.folder), **environment})

    def tools(self, *arguments: str, **environment: str) -> Ran:
        """Runs `python -m tools` on the same stack."""
        return run(*arguments, environment={"LUONGXANH_STACK": str(self.folder), **environment}, program=Program.TOOLS)

    def officer(self, code: str, command: str, role: str, unit: str, *more: str) -> Ran:
        """An officer of a unit sends a command. The answer is in JSON."""
        who = ("--as", role, "--unit", unit, "--person", f"cb.{unit}.{role}.1")
        return self("dossier", "act", code, command, *who, "--json", *more)


def submission(**changes: Any) -> str:
    """A valid submission as JSON: a certificate of marital status, filed at the desk of Phủ Lý for Hà Nam."""
    return json.dumps(
        {
            "actor": {"person": "cb.13285.reception.1", "role": "reception", "unit": "13285"},
            "procedure": "1.004873",
            "channel": "counter",
            "received_by": "13285",
            "matter": {"territory": "13366"},
            "applicant": {"name": "Nguyễn Văn An", "identity_number": "037099001234", "birth_date": "1999-01-31"},
            "documents": [{"code": "to-khai"}, {"code": "cccd"}],
            **changes,
        }
    )


def codes(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The dossier codes of some rows."""
    return [row["code"] for row in rows]
