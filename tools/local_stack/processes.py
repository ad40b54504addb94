"""Processes of the operating system.

Born in a session of their own, known again by pid and birth, ended by pid alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypedDict, TypeVar

import psutil
from pydantic import Field

from domain.values import Strict
from tools.local_stack.errors import StackError, last_lines
from tools.local_stack.messages import Announce, wait

POLL_SECONDS = 0.02
LOG_BYTES = 20_000_000
"""A log that has grown beyond this is put aside at the next start; the one put aside before it is forgotten."""


class Account(Strict):
    """An ordinary account of this machine, for programs that refuse to run as root."""

    name: str
    uid: int
    gid: int


MARK = "LUONGXANH_PART_OF_STACK"
"""In the environment of every process that a stack starts: which part of which stack it is. By it a process is found
again even when what was recorded of it is lost."""
PLAIN = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
"""What other people's programs are handed of our environment: no address, no password, no option meant for another."""
KEPT_BACK = frozenset({"LUONGXANH_DATABASE_ADMIN_URL", "PGPASSWORD"})
"""What no process that runs for long is handed: only a command that migrates needs the owner's password."""


def mark_of(part: str, folder: Path) -> str:
    """The mark of this part of the stack in `folder`."""
    return f"{part}@{folder.resolve()}"


class Program(Strict):
    """What to start and where. `log` is appended to. `mark` is what it is a part of."""

    name: str
    argv: tuple[str, ...]
    log: Path
    folder: Path
    environment: dict[str, str] = Field(default_factory=dict)
    account: Account | None = None
    ours: bool = False
    """Whether it is of this project, and so reads our settings from the environment."""
    mark: str = ""


@dataclass(frozen=True)
class Child:
    """A program that this process has just started; its part of the log begins at `log_start` bytes."""

    program: Program
    handle: subprocess.Popen[bytes]
    birth: str
    log_start: int

    @property
    def pid(self) -> int:
        """Its number among the machine's processes."""
        return self.handle.pid


_started: list[subprocess.Popen[bytes]] = []
# Kept so that a child that ends while this process lives is reaped, and because it may outlive its handle on purpose.


def start(program: Program) -> Child:
    """Starts the program in its own session, with its output in its log."""
    for ended in [child for child in _started if child.poll() is not None]:
        _started.remove(ended)
    program.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if program.log.exists() and program.log.stat().st_size > LOG_BYTES:
        program.log.replace(program.log.with_suffix(".log.old"))
    with open(program.log, "ab", opener=_privately) as log:
        log_start = log.tell()
        handle = subprocess.Popen(  # noqa: S603  the arguments are the stack's own
            program.argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.folder,
            env={**_surroundings(ours=program.ours), **program.environment, MARK: program.mark},
            start_new_session=True,
            umask=0o077,
            **_identity_of(program.account),
        )
    _started.append(handle)
    return Child(program, handle, birth(handle.pid), log_start)


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _surroundings(*, ours: bool) -> dict[str, str]:
    """The part of our environment that a program is handed."""
    if ours:
        return {name: value for name, value in os.environ.items() if name not in KEPT_BACK}
    return {name: value for name, value in os.environ.items() if name in PLAIN or name.startswith("LC_")}


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _identity_of(account: Account | None) -> _Identity:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


class _Look(NamedTuple):
    """What the system shows of a process."""

    birth: str
    over: bool


def _look(pid: int) -> _Look | None:
    """What the system shows of the process of that number now; None when there is none.

    A number alone is not enough: after a restart of the machine or of a container it is soon another program's. A
    process whose parent has not reaped it is over when its last thread has gone, and its ports with it.
    """
    born = ""
    try:
        process = psutil.Process(pid)
        born = _born(process)
        ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return _Look(born, ended and process.num_threads() <= 1)
    except psutil.ZombieProcess:
        return _Look(born, over=True)
    except psutil.NoSuchProcess:
        return None


def _born(process: psutil.Process) -> str:
    """By hand on Linux: psutil adds the start to the time of the boot, which moves when the machine's clock is set, and
    another boot may have the same."""
    if sys.platform != "linux":
        return str(process.create_time())
    try:
        started = Path(f"/proc/{process.pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(process.pid) from None
    boot = ""
    with contextlib.suppress(FileNotFoundError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{started}"


def birth(pid: int) -> str:
    """The birth mark of a process; empty when there is none of that number."""
    seen = _look(pid)
    return seen.birth if seen else ""


def command_line(pid: int) -> str:
    """The command line of a process, its arguments parted by blanks; empty when there is none of that number."""
    with contextlib.suppress(psutil.Error):
        return " ".join(psutil.Process(pid).cmdline())
    return ""


def owner(pid: int) -> int | None:
    """The number of the account that a process runs as; None when there is none of that number, or it is not known."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).uids().effective
    return None


class Part(NamedTuple):
    """A process that a stack started, known by its mark alone."""

    name: str
    pid: int


def parts_of(folder: Path) -> list[Part]:
    """The processes that the stack in `folder` has started and that still run, whatever was recorded of them.

    Not the children of such a process, which have inherited its mark.
    """
    place = str(folder.resolve())
    found: dict[int, tuple[str, int]] = {}
    for process in _others():
        with contextlib.suppress(psutil.Error):
            name, _, marked = process.environ().get(MARK, "").partition("@")
            if marked == place:
                found[process.pid] = (name, process.ppid())
    return [Part(name, pid) for pid, (name, parent) in found.items() if parent not in found and _runs(pid)]


def _runs(pid: int) -> bool:
    seen = _look(pid)
    return seen is not None and not seen.over


def working_in(folder: Path, program: str) -> list[int]:
    """The processes of that program whose working folder this is; none where the system does not show it."""
    found = []
    for process in _others():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(folder) and Path(process.exe()).name == program:
                found.append(process.pid)
    return found


def _others() -> Iterator[psutil.Process]:
    """Every process but this one."""
    return (process for process in psutil.process_iter() if process.pid != os.getpid())


def is_alive(pid: int, born: str) -> bool:
    """Whether the process that was started as `pid` still runs.

    Not another one with its number, and not a dead one unreaped.
    """
    seen = _look(pid)
    return seen is not None and seen.birth == born and not seen.over


def free_port(preferred: int | None = None) -> int:
    """A port of 127.0.0.1 that nobody listens on now: the preferred one if it is free."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                listener.bind(("127.0.0.1", port))
                return int(listener.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def wait_until_ready(child: Child, ready: Callable[[], bool], seconds: float) -> None:
    """Returns when `ready` is true.

    Raises `StackError` `component_ended` or `component_not_ready`, with the end of the log.
    """
    deadline = time.monotonic() + seconds
    facts = {"component": child.program.name, "log": child.program.log}
    while not ready():
        if child.handle.poll() is not None:
            said = last_lines(child.program.log, child.log_start)
            raise StackError("component_ended", exit_code=child.handle.returncode, last_lines=said, **facts)
        if time.monotonic() > deadline:
            child.handle.kill()
            child.handle.wait()
            said = last_lines(child.program.log, child.log_start)
            raise StackError("component_not_ready", seconds=f"{seconds:g}", last_lines=said, **facts)
        time.sleep(POLL_SECONDS)


T = TypeVar("T")


def on_a_free_port(component: str, attempt: Callable[[], T], announce: Announce) -> T:
    """Tries again, three times at most, when somebody took a port between our choice of it and the program's start."""
    for _ in range(3):
        try:
            return attempt()
        except StackError as error:
            # Another program's log is all there is to tell this cause from others.
            taken = error.code == "component_ended" and "address already in use" in error.facts["last_lines"].lower()
            if not taken:
                raise
            wait(announce, "port_taken", component=component)
    return attempt()


def end(
    component: str,
    pid: int,
    born: str,
    *,
    signals: Sequence[signal.Signals] = (signal.SIGTERM,),
    seconds: float,
    announce: Announce,
) -> None:
    """Ends the process: each gentle signal in turn, then by force. Returns at once when it is gone already."""
    for number in signals:
        if _send_and_wait(pid, born, number, seconds):
            return
        wait(announce, "killing", component=component, seconds=f"{seconds:g}")
    if not _send_and_wait(pid, born, signal.SIGKILL, 10):
        raise StackError("component_will_not_stop", component=component, pid=pid)


def _send_and_wait(pid: int, born: str, number: signal.Signals, seconds: float) -> bool:
    """Sends one signal to the process and waits; true when the process is gone."""
    deadline = time.monotonic() + seconds
    if is_alive(pid, born):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    while is_alive(pid, born):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def run(
    argv: Sequence[str],
    *,
    folder: Path,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    told: str = "",
) -> tuple[int, str]:
    """Runs a short program to its end, with `told` on its standard input; its exit code and everything it said."""
    finished = subprocess.run(  # noqa: S603
        argv,
        input=told.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**_surroundings(ours=False), **(environment or {})},
        check=False,
        **_identity_of(account),
    )
    return finished.returncode, finished.stdout.decode("utf-8", "replace")
