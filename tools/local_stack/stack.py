"""The whole stack: start, stop, status, reset.

Components start in this order: PostgreSQL, Temporal, the processes of this project. Each runs in its own session and
logs to `folder/logs`. No process supervises them: `up` starts those that have ended and leaves the others running.
"""

from __future__ import annotations

import errno
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from temporalio.common import SearchAttributeKey

from tools.local_stack import processes
from tools.local_stack.checkpoints import CHECKPOINTS
from tools.local_stack.errors import StackError
from tools.local_stack.lock import only_one
from tools.local_stack.messages import Announce, StackRefusal, StackWait, silently, to_standard_error, wait
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.postgres import (
    APP_ROLE,
    DATABASE,
    PostgresServer,
    accepts_again,
    end_forgotten_postgres,
    erase_postgres,
    stop_postgres,
    with_database,
)
from tools.local_stack.processes import Part, parts_of
from tools.local_stack.secrets import (
    API_SECRET,
    CALLBACK_SECRET,
    ISSUER_FOLDER,
    POST_SECRET,
    SECRETS_FOLDER,
    SERVICE_SECRET,
)
from tools.local_stack.server_account import make_passable, ordinary_account
from tools.local_stack.service import start_service
from tools.local_stack.settings_file import write_settings
from tools.local_stack.state import STATE_FILE, ProcessSpec, Running, StackState, read_state, write_state
from tools.local_stack.status import StackStatus, is_running, status_of
from tools.local_stack.temporal import NAMESPACE, TemporalServer
from workers.local_settings import SETTINGS_FILE

SERVERS = ("postgres", "temporal")
STOP_SECONDS = 40
"""Seconds that a process without a record may take to end: as many as the slowest one, the worker."""
RESTORE_STEPS = "restore.json"
"""The steps of a restore that is under way or was interrupted."""
RESTORING = ".restoring"
"""Where a backup is opened before it is put in place."""
BEFORE_RESTORE = "before-restore-"
"""How the folder begins where the old data is kept."""
RESTORED = "restored.json"
"""What a restore has put in place, until the ledger goes on from there: before that nothing may write to it."""
FULL = (errno.ENOSPC, errno.EDQUOT)


class Stack:
    """PostgreSQL, Temporal and the given processes, with all their files in `folder`.

    Several commands may use one folder at once (they wait for a lock). Several stacks may run at once (each takes free
    ports).
    """

    def __init__(
        self,
        folder: Path,
        *,
        processes: Sequence[ProcessSpec] = (),
        servers: Sequence[str] = SERVERS,
        search_attributes: Sequence[SearchAttributeKey[Any]] = (),
        namespace: str = NAMESPACE,
        durable: bool = True,
        postgres_settings: Mapping[str, str] | None = None,
        restoring: bool = False,
        announce: Announce = to_standard_error,
    ) -> None:
        self.folder = folder.absolute()
        self._restoring = restoring
        self.processes = tuple(processes)
        self.servers = tuple(servers)
        self._announce = announce
        self._postgres = PostgresServer(
            self.folder / "postgres", durable=durable, settings=postgres_settings, announce=announce
        )
        self._temporal = TemporalServer(
            self.folder / "temporal", search_attributes=search_attributes, namespace=namespace, announce=announce
        )

    def up(self) -> StackStatus:
        """Starts every component that does not run yet. After a failure the started ones go on. Raises `StackError`."""
        with only_one(self.folder, self._announce):
            if (self.folder / RESTORE_STEPS).exists() or (self._restored and not self._restoring):
                raise StackError(StackRefusal.RESTORE_INTERRUPTED, folder=self.folder)
            CALLBACK_SECRET.keep(self.folder)
            POST_SECRET.keep(self.folder)
            API_SECRET.keep(self.folder)
            SERVICE_SECRET.keep(self.folder)
            self._ensure_all()
            if not self.status().complete:  # a component was killed just before we looked, and seemed to run
                self._ensure_all()
            self._remember(read_state(self.folder))  # a key or a secret may be new
            return self.status()

    @property
    def _restored(self) -> bool:
        return (self.folder / RESTORED).exists()

    def down(self) -> StackStatus:
        """Stops everything, the last started first, and keeps the data. Raises `StackError` when one does not stop."""
        with only_one(self.folder, self._announce):
            self._end_all()
            return self.status()

    def status(self) -> StackStatus:
        """Which components run now. Raises `StackError` `state_unreadable`."""
        wanted = (*self.servers, *(spec.name for spec in self.processes))
        return status_of(self.folder, read_state(self.folder), wanted, self._forgotten())

    def reset(self) -> None:
        """Stops everything at once and erases the data, logs and state of this folder, but no other files."""
        if not self.folder.exists():
            return
        with only_one(self.folder, self._announce):
            self._end_all(gently=False)
            erase_postgres(self.folder / "postgres")
            for part in ("temporal", "logs", "run", CHECKPOINTS, SECRETS_FOLDER, ISSUER_FOLDER):
                if (self.folder / part).exists():
                    shutil.rmtree(self.folder / part)
            for left in (*self.folder.glob(f"{BEFORE_RESTORE}*"), self.folder / RESTORING):
                shutil.rmtree(left, ignore_errors=True)  # they belong to data of PostgreSQL that is erased
            for file in (SETTINGS_FILE, STATE_FILE, RESTORE_STEPS, RESTORED):
                (self.folder / file).unlink(missing_ok=True)

    def start(self, name: str) -> Running:
        """Starts one component if it does not run. Raises `StackError`, for example `unknown_component`."""
        with only_one(self.folder, self._announce):
            return self._ensure(name)

    def stop(self, name: str) -> None:
        """Stops one component with its normal signal."""
        with only_one(self.folder, self._announce):
            self._end(self.running(name))

    def kill(self, name: str) -> None:
        """Kills one component at once, like a crash. `start` or `up` starts it again."""
        running = self.running(name)
        processes.end(name, running.pid, running.birth, signals=(), seconds=0, announce=self._announce)

    def running(self, name: str) -> Running:
        """The record of one started component. Raises `StackError` `unknown_component`."""
        state = read_state(self.folder)
        found = state.component(name)
        if found is None:
            known = ", ".join(component.name for component in state.components) or "–"
            raise StackError(StackRefusal.UNKNOWN_COMPONENT, component=name, known=known)
        return found

    def postgres_url(self, role: str = APP_ROLE, database: str = DATABASE) -> str:
        """The URL of PostgreSQL for a role, with password. Raises `StackError` `unknown_component`."""
        return with_database(self.running("postgres").urls[role], database)

    @property
    def temporal_address(self) -> str:
        """Temporal's `host:port` for the SDK. Raises `StackError` `unknown_component`."""
        return self.running("temporal").urls["frontend"]

    @classmethod
    @contextmanager
    def temporary(
        cls,
        *,
        processes: Sequence[ProcessSpec] = (),
        servers: Sequence[str] = SERVERS,
        search_attributes: Sequence[SearchAttributeKey[Any]] = (),
        durable: bool = True,
        announce: Announce = silently,
    ) -> Iterator[Stack]:
        """A started stack in a temporary folder. It is stopped and erased at the end, even if we are killed."""
        with temporary_folder() as folder:
            stack = cls(
                folder,
                processes=processes,
                servers=servers,
                search_attributes=search_attributes,
                durable=durable,
                announce=announce,
            )
            try:
                stack.up()
                yield stack
            finally:
                stack.reset()

    def _addresses(self) -> dict[str, dict[str, str]]:
        """The addresses of the started servers, by name."""
        components = read_state(self.folder).components
        return {running.name: running.urls for running in components if running.name in self.servers}

    def _ensure_all(self) -> None:
        addresses = self._addresses()
        for name in self.servers:
            self._ensure(name)
        if addresses and addresses != self._addresses():
            self._end_all(except_for=self.servers)  # they know old addresses
        for spec in self.processes:
            self._ensure(spec.name)

    def _ensure(self, name: str) -> Running:
        """Starts the component unless it runs. A half-started one, of an interrupted command, is started again."""
        self._end_forgotten(name)
        found = read_state(self.folder).component(name)
        if found is not None and is_running(found):
            if found.ready and (name != "postgres" or accepts_again(found)):
                return found
            self._end(found)
        ready = self._start(name).model_copy(update={"ready": True})
        self._record(ready)
        return ready

    def _forgotten(self) -> list[Part]:
        """Running processes of this stack that its state does not have: the file was deleted or is an old copy."""
        known = {running.pid for running in read_state(self.folder).components}
        # PostgreSQL's own children have inherited the mark, but are not parts of the stack.
        return [part for part in parts_of(self.folder) if part.pid not in known and not _is_child(part)]

    def _end_forgotten(self, name: str) -> None:
        """Ends a process that is not in the state, before another starts: two servers on the same data damage it."""
        for part in self._forgotten():
            if part.name != name:
                continue
            wait(self._announce, StackWait.FORGOTTEN, component=name, pid=part.pid)
            if name == "postgres":
                end_forgotten_postgres(self.folder / "postgres", self._announce)
            else:
                born = processes.birth(part.pid)
                processes.end(name, part.pid, born, seconds=STOP_SECONDS, announce=self._announce)

    def _record(self, running: Running) -> None:
        self._remember(read_state(self.folder).with_component(running))

    def _remember(self, state: StackState) -> None:
        """Writes the state, for the stack's own commands, and the settings, for other processes."""
        write_state(self.folder, state)
        write_settings(self.folder, state)

    def _start(self, name: str) -> Running:
        ports = read_state(self.folder).last_ports.get(name, {})
        if name == "postgres":
            return self._postgres.start(ports.get("sql"), self._record)
        if name == "temporal":
            return self._temporal.start(ports, self._record)
        for spec in self.processes:
            if spec.name == name:
                return start_service(spec, self.folder, ports.get("http"), self._announce, self._record)
        known = ", ".join((*self.servers, *(spec.name for spec in self.processes)))
        raise StackError(StackRefusal.UNKNOWN_COMPONENT, component=name, known=known)

    def _end_all(self, except_for: Sequence[str] = (), *, gently: bool = True) -> None:
        """Ends all, the last started first, and those without a record. An error is raised after all were tried."""
        problems: list[StackError] = []
        for running in reversed(read_state(self.folder).components):
            if running.name not in except_for:
                try:
                    self._end(running, gently=gently)
                except StackError as problem:
                    problems.append(problem)
        for name in sorted({part.name for part in self._forgotten()} - set(except_for), key=_servers_last):
            self._end_forgotten(name)
        if problems:
            raise problems[0]

    def _end(self, running: Running, *, gently: bool = True) -> None:
        if is_running(running):
            wait(self._announce, StackWait.STOPPING, component=running.name)
        if running.name == "postgres":
            stop_postgres(running, self._announce, gently=gently)
        else:
            signals = (signal.SIGTERM,) if gently else ()
            processes.end(
                running.name,
                running.pid,
                running.birth,
                signals=signals,
                seconds=running.stop_seconds,
                announce=self._announce,
            )
        try:
            self._remember(read_state(self.folder).without_component(running.name))
        except OSError as problem:
            if problem.errno not in FULL:
                raise
            # The component has ended, and later commands see that from its time of start. Nothing else needs the file.
            wait(self._announce, StackWait.STATE_NOT_WRITTEN, component=running.name, folder=self.folder)


def _is_child(part: Part) -> bool:
    return part.name == "postgres" and " -D " not in processes.command_line(part.pid)


def _servers_last(name: str) -> tuple[bool, bool, str]:
    return name in SERVERS, name == "postgres", name


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder for a stack, erased at the end. If this process is killed, its servers are stopped too."""
    folder = Path(tempfile.mkdtemp(prefix="luongxanh-"))
    make_passable(folder, ordinary_account())
    with ends_with_this_process(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
