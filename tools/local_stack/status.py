"""The status of a stack without passwords: each component, whether it runs, its addresses, its log."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from domain.values import Code, Instant, Strict
from tools.local_stack import processes
from tools.local_stack.processes import Part
from tools.local_stack.state import Running, StackState


class Condition(StrEnum):
    """The condition of a component."""

    RUNNING = "running"
    DEAD = "dead"
    """It was started and has ended without a command. `up` starts it again."""


class ComponentStatus(Strict):
    """The status of one component."""

    name: Code
    condition: Condition
    pid: int
    addresses: dict[str, str]
    log: Path
    data: Path | None
    started_at: Instant


class StackStatus(Strict):
    """The status of the stack. `complete`: every component runs and is in the state."""

    folder: Path
    running: bool
    complete: bool
    components: tuple[ComponentStatus, ...]
    missing: tuple[Code, ...] = ()
    """Components that were not started, because `up` was interrupted."""
    forgotten: tuple[Code, ...] = ()
    """Components that run but are not in the state, because the file was deleted. `up` and `down` still find them."""


def is_running(running: Running) -> bool:
    """Whether the component's own process still exists."""
    return processes.is_alive(running.pid, running.birth)


def status_of(folder: Path, state: StackState, wanted: Sequence[str], forgotten: Sequence[Part]) -> StackStatus:
    """The status now. `wanted`: the components of a complete stack."""
    components = tuple(_component(running) for running in state.components)
    alive = {component.name for component in components if component.condition is Condition.RUNNING}
    known = {component.name for component in components}
    return StackStatus(
        folder=folder,
        running=bool(alive or forgotten),
        complete=alive == known and alive >= set(wanted) and not forgotten,
        components=components,
        missing=tuple(name for name in wanted if components and name not in known),
        forgotten=tuple(sorted({part.name for part in forgotten})),
    )


def _component(running: Running) -> ComponentStatus:
    return ComponentStatus(
        name=running.name,
        condition=Condition.RUNNING if is_running(running) else Condition.DEAD,
        pid=running.pid,
        addresses={name: without_password(url) for name, url in running.urls.items()},
        log=running.log,
        data=running.data,
        started_at=running.started_at,
    )


def without_password(url: str) -> str:
    """The URL without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}").geturl()
