"""What the stack remembers between two commands: one JSON file, readable by its owner only (it holds passwords)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError

from activities.province.atomic_files import PRIVATE, write_whole
from domain.field_errors import of_validation
from domain.machine_errors import machine_says
from domain.values import Bilingual, Code, Instant, Strict, Value
from workers.stack.account import account_name
from workers.stack.errors import StackError

STATE_FILE = "state.json"


class Ready(StrEnum):
    """How a process tells that it is ready."""

    HTTP = "http"
    """It answers 2xx at its `url` + `ready_path`."""
    FILE = "file"
    """It has written the file named `{ready}` in its arguments."""


class ProcessSpec(Strict):
    """A process of this project that the stack runs.

    In `argv`, `url` and `environment` these are filled in: `{python}` (this interpreter), `{folder}` (the stack's),
    `{port}` (a free port, the same one at the next start if it is still free) and `{ready}` (the file to write when
    ready).
    """

    name: Code
    argv: tuple[str, ...] = Field(min_length=1)
    ready: Ready
    ready_path: str = "/healthz"
    url: str = ""
    environment: dict[str, str] = Field(default_factory=dict)
    start_seconds: float = Field(default=60, gt=0)
    stop_seconds: float = Field(default=15, gt=0)


class Running(Value):
    """A component that was started. It runs as long as the process `pid` exists and was born at `birth`.

    It is recorded before it is ready, so that a command that is cut short leaves no process that nobody knows.
    """

    name: Code
    pid: int
    birth: str
    ports: dict[str, int] = Field(default_factory=dict)
    urls: dict[str, str] = Field(default_factory=dict)
    log: Path
    data: Path | None = None
    started_at: Instant
    stop_seconds: float = 15
    ready: bool = False


Record = Callable[[Running], None]
"""Keeps what is known of a component at this moment."""


def unrecorded(running: Running) -> None:
    """The `Record` of a server that stands alone: whoever started it holds it."""


class StackState(Value):
    """Every component in the order of its start, and the ports that each had the last time."""

    version: int = 1
    components: tuple[Running, ...] = ()
    last_ports: dict[str, dict[str, int]] = Field(default_factory=dict)

    def component(self, name: str) -> Running | None:
        """The component of that name, as far as it was started."""
        return next((running for running in self.components if running.name == name), None)

    def with_component(self, running: Running) -> StackState:
        """The same state with this component added, or put in its place."""
        names = [component.name for component in self.components]
        replaced = tuple(running if component.name == running.name else component for component in self.components)
        components = replaced if running.name in names else (*self.components, running)
        return self.model_copy(
            update={"components": components, "last_ports": {**self.last_ports, running.name: running.ports}}
        )

    def without_component(self, name: str) -> StackState:
        """The same state without this component; its ports stay remembered."""
        return self.model_copy(update={"components": tuple(c for c in self.components if c.name != name)})


def read_state(folder: Path) -> StackState:
    """The state kept in `folder`; empty when the stack was never started there.

    Raises `StackError` `state_unreadable`, `folder_of_another`, `setting_invalid`.
    """
    file = folder / STATE_FILE
    try:
        return StackState.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return StackState()
    except NotADirectoryError as problem:
        raise _no_folder(folder, machine_says(problem)) from problem
    except PermissionError as problem:
        raise StackError("folder_of_another", path=folder, owner=_owner_of(folder)) from problem
    except OSError as problem:
        raise StackError("state_unreadable", file=file, problem=machine_says(problem)) from problem
    except ValidationError as problem:
        first = of_validation(problem)[0]
        raise StackError("state_unreadable", file=file, problem=first) from problem


def _no_folder(folder: Path, why: Bilingual) -> StackError:
    place = f"  LUONGXANH_STACK: {folder}: "
    return StackError("setting_invalid", problems=Bilingual(vi=place + why.vi, en=place + why.en))


def _owner_of(folder: Path) -> str:
    """Of the nearest folder of which the machine tells whose it is."""
    for known in (folder, *folder.parents):
        with suppress(OSError):
            return account_name(known.stat().st_uid)
    return "?"


def write_state(folder: Path, state: StackState) -> None:
    """Replaces the state in one step: a reader sees the old one or the new one, never half of it."""
    write_private(folder / STATE_FILE, state.model_dump_json(indent=2))


def write_private(file: Path, text: str) -> None:
    """Writes a file in one step with access for its owner only."""
    write_whole(file, text, mode=PRIVATE)
