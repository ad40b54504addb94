"""What the stack looks like from outside: each component, whether it runs, its addresses, its log.

No password is in it.
"""

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
    """How a component is."""

    RUNNING = "running"
    DEAD = "dead"
    """It was started and has ended without being told to: `up` starts it again."""


class ComponentStatus(Strict):
    """One component, for people and for scripts."""

    name: Code
    condition: Condition
    pid: int
    addresses: dict[str, str]
    log: Path
    data: Path | None
    started_at: Instant


class StackStatus(Strict):
    """The whole stack. `complete` is true when every component that belongs to it runs, and is known to run."""

    folder: Path
    running: bool
    complete: bool
    components: tuple[ComponentStatus, ...]
    missing: tuple[Code, ...] = ()
    """Belongs to the stack and was not started: `up` was cut short."""
    forgotten: tuple[Code, ...] = ()
    """Runs, but the state does not know it: the file was deleted. `up` and `down` find it all the same."""


def is_running(running: Running) -> bool:
    """Whether the component's own process still exists."""
    return processes.is_alive(running.pid, running.birth)


def status_of(folder: Path, state: StackState, wanted: Sequence[str], forgotten: Sequence[Part]) -> StackStatus:
    """Looks at every component's process now; `wanted` are the components that a whole stack has."""
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
    """The address with its password left out."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}").geturl()
