"""Starts, finds and ends processes of the operating system.

Each runs in its own session. It is recognised by its number (pid) and its time of start, and is ended by its pid.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, Protocol, TypedDict, TypeVar

import psutil
from pydantic import Field

from domain.values import Strict
from tools.local_stack.errors import StackError, last_lines
from tools.local_stack.messages import Announce, StackRefusal, StackWait, wait

POLL_SECONDS = 0.02
LOG_BYTES = 20_000_000
"""A log that is larger is renamed to `.log.old` at the next start, and replaces the older one."""


class Account(Strict):
    """An ordinary account of this machine, for programs that refuse to run as root."""

    name: str
    uid: int
    gid: int


MARK = "LUONGXANH_PART_OF_STACK"
"""A variable in the environment of every process that a stack starts. It names the part and the stack, so that the
process is found even when its record is lost."""
PLAIN = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
"""The variables that programs of others get from our environment: no addresses, no passwords, no other options."""
UMASK = 0o077
"""Files that a program makes are its account's alone."""
KEPT_BACK = frozenset({"LUONGXANH_DATABASE_ADMIN_URL", "PGPASSWORD"})
"""The variables that no long-running process gets: only a migration needs the owner's password."""


def mark_of(part: str, folder: Path) -> str:
    """The mark of this part of the stack in `folder`."""
    return f"{part}@{folder.resolve()}"


class Program(Strict):
    """What to start and where. Output is appended to `log`. `mark` is the value of `MARK`."""

    name: str
    argv: tuple[str, ...]
    log: Path
    folder: Path
    environment: dict[str, str] = Field(default_factory=dict)
    account: Account | None = None
    ours: bool = False
    """Whether the program belongs to this project, and so reads our settings from the environment."""
    mark: str = ""


class Handle(Protocol):
    """A started program, with the names of `subprocess.Popen`."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """The exit code; None while the program runs or was not asked about."""

    def poll(self) -> int | None:
        """The exit code; None while the program runs."""

    def wait(self) -> int:
        """Waits for the end of the program. Returns its exit code."""

    def kill(self) -> None:
        """Ends the program at once."""


@dataclass(frozen=True)
class Child:
    """A program that this process has just started. Its part of the log begins at byte `log_start`."""

    program: Program
    handle: Handle
    birth: str
    log_start: int

    @property
    def pid(self) -> int:
        """Its process number."""
        return self.handle.pid


_started: list[Handle] = []
# Kept to reap children that end while this process runs. A child may also go on running after this process.


def start(program: Program) -> Child:
    """Starts the program in its own session, with its output in its log."""
    for ended in [child for child in _started if child.poll() is not None]:
        _started.remove(ended)
    program.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if program.log.exists() and program.log.stat().st_size > LOG_BYTES:
        program.log.replace(program.log.with_suffix(".log.old"))
    with open(program.log, "ab", opener=_privately) as log:
        log_start = log.tell()
        handle = launch(program, log)
    _started.append(handle)
    return Child(program, handle, birth(handle.pid), log_start)


def launched(program: Program, log: IO[bytes]) -> Handle:
    """The program, started in its own session with its output in this file."""
    return subprocess.Popen(  # noqa: S603  the arguments are the stack's own
        program.argv,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        cwd=program.folder,
        env=environment_of(program),
        start_new_session=True,
        umask=UMASK,
        **_identity_of(program.account),
    )


launch: Callable[[Program, IO[bytes]], Handle] = launched
"""How a program is started. The tests fork our own ones from a process that has them imported already."""


def environment_of(program: Program) -> dict[str, str]:
    """The whole environment of a program."""
    return {**_inherited_environment(ours=program.ours), **program.environment, MARK: program.mark}


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _inherited_environment(*, ours: bool) -> dict[str, str]:
    """The part of our environment that a program gets."""
    if ours:
        return {name: value for name, value in os.environ.items() if name not in KEPT_BACK}
    return {name: value for name, value in os.environ.items() if name in PLAIN or name.startswith("LC_")}


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _identity_of(account: Account | None) -> _Identity:
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


class _ProcessState(NamedTuple):
    """The time of start of a process, and whether it has ended."""

    birth: str
    over: bool


def _state_of(pid: int) -> _ProcessState | None:
    """The state of the process with that number; None when there is none.

    The number alone is not enough: after a restart of the machine or container another program soon has it. A process
    that its parent has not reaped counts as ended when its last thread, and with it its ports, are gone.
    """
    born = ""
    try:
        process = psutil.Process(pid)
        born = _born(process)
        ended = process.status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        return _ProcessState(born, ended and process.num_threads() <= 1)
    except psutil.ZombieProcess:
        return _ProcessState(born, over=True)
    except psutil.NoSuchProcess:
        return None


def _born(process: psutil.Process) -> str:
    """The time of start of a process, with the number of the boot on Linux.

    psutil's own value changes on Linux when the clock is set, and may be the same after another boot.
    """
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
    """The time of start of a process, as text; empty when there is no process of that number."""
    state = _state_of(pid)
    return state.birth if state else ""


def command_line(pid: int) -> str:
    """The command line of a process, with blanks between arguments; empty when there is no such process."""
    with contextlib.suppress(psutil.Error):
        return " ".join(psutil.Process(pid).cmdline())
    return ""


def owner(pid: int) -> int | None:
    """The number of the account of a process; None when it is unknown or there is no such process."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).uids().effective
    return None


class Part(NamedTuple):
    """A process that a stack started, found by its mark."""

    name: str
    pid: int


def parts_of(folder: Path) -> list[Part]:
    """The running processes that the stack in `folder` has started, also those that are not in its state.

    Children of such a process have inherited its mark and are not listed.
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
    state = _state_of(pid)
    return state is not None and not state.over


def working_in(folder: Path, program: str) -> list[int]:
    """The processes of that program with this working folder, as far as the operating system shows it."""
    found = []
    for process in _others():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(folder) and Path(process.exe()).name == program:
                found.append(process.pid)
    return found


def _others() -> Iterator[psutil.Process]:
    """Every process except this one."""
    return (process for process in psutil.process_iter() if process.pid != os.getpid())


def is_alive(pid: int, born: str) -> bool:
    """Whether the process with this number and time of start still runs.

    False when another process has its number, or when it has ended but was not reaped.
    """
    state = _state_of(pid)
    return state is not None and state.birth == born and not state.over


def free_port(preferred: int | None = None) -> int:
    """A free port of 127.0.0.1: the preferred one if it is free. Raises OSError when there is none."""
    return free_ports([preferred])[0]


def free_ports(preferred: Sequence[int | None]) -> list[int]:
    """As many free ports of 127.0.0.1, no two alike: each preferred one if it is free. Raises OSError.

    All are held until the last is chosen: the system may give a port again that was let go.
    """
    chosen: list[int] = []
    with contextlib.ExitStack() as held:
        for port in preferred:
            bound = held.enter_context(_bound(None if port in chosen else port))
            chosen.append(int(bound.getsockname()[1]))
    return chosen


def _bound(preferred: int | None) -> socket.socket:
    """A socket at the preferred port or, if that is taken, at another one. It does not listen."""
    if preferred is not None:
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that has just ended had it
        try:
            bound.bind(("127.0.0.1", preferred))
        except OSError:
            bound.close()
        else:
            return bound
    other = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    other.bind(("127.0.0.1", 0))
    return other


def listens(pid: int, ports: Iterable[int]) -> bool:
    """Whether the process itself listens on all these ports.

    Another program may have taken a chosen port before the start, and its answer is not that of the process.
    """
    try:
        connections = psutil.Process(pid).net_connections("tcp")
    except psutil.Error:
        return False
    return {one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN}.issuperset(ports)


def wait_until_ready(child: Child, ready: Callable[[], bool], seconds: float, ports: Collection[int] = ()) -> None:
    """Returns when `ready` is true and the process listens on all `ports`, if there are any.

    Raises `StackError` `component_ended` or `component_not_ready`, with the end of the log.
    """
    deadline = time.monotonic() + seconds
    facts = {"component": child.program.name, "log": child.program.log}
    while not (ready() and (not ports or listens(child.pid, ports))):
        if child.handle.poll() is not None:
            log_end = last_lines(child.program.log, child.log_start)
            raise (PortTaken if _says_taken(child) else StackError)(
                StackRefusal.COMPONENT_ENDED, exit_code=child.handle.returncode, last_lines=log_end, **facts
            )
        if time.monotonic() > deadline:
            child.handle.kill()
            child.handle.wait()
            log_end = last_lines(child.program.log, child.log_start)
            raise StackError(StackRefusal.COMPONENT_NOT_READY, seconds=f"{seconds:g}", last_lines=log_end, **facts)
        time.sleep(POLL_SECONDS)


class PortTaken(StackError):
    """A component ended at its start because another program has its port."""


def _says_taken(child: Child) -> bool:
    """Whether the log of this start says that a port is taken. A long trace of calls may follow.

    Only the text of the program's log tells this cause from others.
    """
    with child.program.log.open("rb") as log:
        log.seek(child.log_start)
        return b"address already in use" in log.read().lower()


T = TypeVar("T")


def on_a_free_port(component: str, attempt: Callable[[], T], announce: Announce) -> T:
    """Calls `attempt`, and again at most three times when another program took the chosen port before the start."""
    for _ in range(3):
        try:
            return attempt()
        except PortTaken:
            wait(announce, StackWait.PORT_TAKEN, component=component)
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
    """Ends the process: sends each signal in turn, then SIGKILL. Returns at once when it has already ended.

    Raises `StackError` `component_will_not_stop`.
    """
    for number in signals:
        if _send_and_wait(pid, born, number, seconds):
            return
        wait(announce, StackWait.KILLING, component=component, seconds=f"{seconds:g}")
    if not _send_and_wait(pid, born, signal.SIGKILL, 10):
        raise StackError(StackRefusal.COMPONENT_WILL_NOT_STOP, component=component, pid=pid)


def _send_and_wait(pid: int, born: str, number: signal.Signals, seconds: float) -> bool:
    """Sends one signal to the process and waits. Returns whether the process has ended."""
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
    standard_input: str = "",
) -> tuple[int, str]:
    """Runs a short program to its end. Returns its exit code and its output."""
    finished = subprocess.run(  # noqa: S603
        argv,
        input=standard_input.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**_inherited_environment(ours=False), **(environment or {})},
        check=False,
        **_identity_of(account),
    )
    return finished.returncode, finished.stdout.decode("utf-8", "replace")
