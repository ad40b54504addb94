"""The state of a stack between two commands: one JSON file, readable only by its owner, since it holds passwords."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError

from activities.province.atomic_files import PRIVATE, write_whole
from domain.field_errors import of_validation
from domain.values import Code, Instant, Strict, Value
from tools.local_stack.errors import StackError
from tools.local_stack.messages import StackRefusal
from workers.local_settings import read_kept

STATE_FILE = "state.json"


class Ready(StrEnum):
    """How a process shows that it is ready."""

    HTTP = "http"
    """It answers with status 2xx at `url` + `ready_path`."""
    FILE = "file"
    """It has written the file `{ready}` of its arguments."""


class ProcessSpec(Strict):
    """A process of this project that the stack runs.

    `argv`, `url` and `environment` may contain `{python}` (this interpreter), `{checkout}` (the folder that contains
    `tools`), `{folder}` (the stack's folder), `{port}` (a free port; the same one at the next start if it is still
    free) and `{ready}` (the file to write when ready).
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
    """The record of a started component. It runs as long as the process `pid` with the time of start `birth` exists.

    It is recorded before it is ready, so that an interrupted command leaves no process without a record.
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


Remember = Callable[[Running], None]
"""A function that stores the record of a component."""


def unrecorded(running: Running) -> None:
    """A `Remember` that stores nothing, for a server outside a stack."""


class StackState(Value):
    """The started components, in the order of their start, and the last ports of each."""

    version: int = 1
    components: tuple[Running, ...] = ()
    last_ports: dict[str, dict[str, int]] = Field(default_factory=dict)

    def component(self, name: str) -> Running | None:
        """The component of that name, or None when it was not started."""
        return next((running for running in self.components if running.name == name), None)

    def with_component(self, running: Running) -> StackState:
        """The same state with this component added or replaced."""
        names = [component.name for component in self.components]
        replaced = tuple(running if component.name == running.name else component for component in self.components)
        components = replaced if running.name in names else (*self.components, running)
        return self.model_copy(
            update={"components": components, "last_ports": {**self.last_ports, running.name: running.ports}}
        )

    def without_component(self, name: str) -> StackState:
        """The same state without this component. Its last ports are kept."""
        return self.model_copy(update={"components": tuple(c for c in self.components if c.name != name)})


def read_state(folder: Path) -> StackState:
    """The state in `folder`; empty when no stack was started there.

    Raises `StackError` `state_unreadable`, `SettingsError` `folder_of_another` or `setting_invalid`.
    """
    content = read_kept(folder, STATE_FILE)
    if content is None:
        return StackState()
    try:
        return StackState.model_validate_json(content)
    except ValidationError as problem:
        first = of_validation(problem)[0]
        raise StackError(StackRefusal.STATE_UNREADABLE, file=folder / STATE_FILE, problem=first) from problem


def write_state(folder: Path, state: StackState) -> None:
    """Replaces the state in one step, so that a reader never sees half of it."""
    write_private(folder / STATE_FILE, state.model_dump_json(indent=2))


def write_private(file: Path, text: str) -> None:
    """Writes a file in one step, readable only by its owner."""
    write_whole(file, text, mode=PRIVATE)
