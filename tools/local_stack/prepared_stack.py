"""A stack for a demo, in its own temporary folder, with published rules and all processes running."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from activities.adapters.address import BreakerPolicy, SystemAddress
from activities.ledger.migrations import migrate
from activities.province import load_province
from domain.rules.province import Province
from gateway.client import Engine
from tools.local_stack import Stack
from tools.local_stack.components import COMPONENTS, SIMULATOR
from tools.local_stack.messages import Announce, silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.server_account import make_passable, ordinary_account
from tools.local_stack.settings_file import OUTSIDE_FILE
from tools.local_stack.state import write_private
from tools.simulator.world import as_file
from workers.engine import open_engine
from workers.settings import Mode, Settings, load_settings, variable
from workflows.search_attributes import SEARCH_ATTRIBUTES

TAKEN_FROM_THE_ENVIRONMENT = ("province_folder", "log_level", "otlp_endpoint")
"""The settings that a demo takes from the environment. Every address is that of its own stack."""


OUTSIDE = "outside.json"
DEMO_BREAKER = BreakerPolicy(open_seconds=3)
"""The demo's day lasts a minute, so a system that was down is tried again after 3 seconds instead of 30."""


_ADDRESSES: TypeAdapter[list[SystemAddress]] = TypeAdapter(list[SystemAddress])


@dataclass(frozen=True)
class PreparedStack:
    """A running stack, with its settings, its province and the client library."""

    stack: Stack
    settings: Settings
    province: Province
    engine: Engine

    @property
    def simulator_url(self) -> str:
        """The base URL of the simulator."""
        return self.stack.running(SIMULATOR.name).urls["http"]


@asynccontextmanager
async def set_up(
    *, keep: bool = False, announce: Announce = silently, postgres_settings: Mapping[str, str] | None = None
) -> AsyncIterator[PreparedStack]:
    """Starts the stack, and stops and erases it afterwards, unless the work finished and `keep` is true.

    A watcher process stops and erases it when this process is killed. Raises `StackError`.
    """
    folder = _folder()
    with ends_with_this_process(folder):
        finished = False
        try:
            stack = _stack(folder, announce, postgres_settings)
            servers = Stack(
                folder, search_attributes=SEARCH_ATTRIBUTES, postgres_settings=postgres_settings, announce=announce
            )
            servers.up()
            settings = _settings(folder)
            province = load_province(settings.province())
            await migrate(settings.need("database_admin_url"))
            async with open_engine(settings, province=province) as engine:
                await engine.publish_rules()
                stack.start(SIMULATOR.name)
                write_private(folder / OUTSIDE, _outside(folder / OUTSIDE_FILE))
                stack.up()
                yield PreparedStack(stack, _settings(folder), province, engine)
            finished = True
        finally:
            if not (keep and finished):
                with _without_interrupts():
                    Stack(folder, announce=announce).reset()
                    shutil.rmtree(folder)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ignores a second Ctrl-C, which would leave half of a stack. Stopping takes two seconds."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _folder() -> Path:
    """A new private folder, which PostgreSQL's account may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="luongxanh-demo-"))
    make_passable(folder, ordinary_account())
    return folder


def _stack(folder: Path, announce: Announce, postgres_settings: Mapping[str, str] | None) -> Stack:
    """The stack. Its processes get no address from the environment, which could be that of a real province."""
    kept = ("mode", "stack_folder", *TAKEN_FROM_THE_ENVIRONMENT)
    environment = {variable(name): "" for name in Settings.model_fields if name not in kept}
    environment[variable("outside_file")] = f"{{folder}}/{OUTSIDE}"
    processes = [spec.model_copy(update={"environment": {**spec.environment, **environment}}) for spec in COMPONENTS]
    return Stack(
        folder,
        search_attributes=SEARCH_ATTRIBUTES,
        processes=processes,
        postgres_settings=postgres_settings,
        announce=announce,
    )


def _outside(written: Path) -> str:
    """The file of addresses that the other processes read: that which the simulator wrote, with the demo's breaker."""
    addresses = _ADDRESSES.validate_json(written.read_bytes(), strict=True)
    return as_file([address.model_copy(update={"breaker": DEMO_BREAKER}) for address in addresses])


def _settings(folder: Path) -> Settings:
    loaded = load_settings(stack_folder=folder, mode=Mode.EMBEDDED)
    taken = {name: getattr(loaded, name) for name in TAKEN_FROM_THE_ENVIRONMENT}
    environment = {variable(name): str(value) for name, value in taken.items() if value is not None}
    return load_settings(environment, stack_folder=folder, mode=Mode.EMBEDDED)
