"""The stage of a demo: a stack of its own in a folder of its own, with the rules published and every process up."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from activities.adapters.address import BreakerPolicy
from activities.ledger.migrations import migrate
from activities.province import load_province
from domain.rules.province import Province
from gateway.client import Engine
from tools.local_stack import Stack
from tools.local_stack.components import COMPONENTS, SIMULATOR
from tools.local_stack.messages import Announce, silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.server_account import make_passable, ordinary_account
from tools.local_stack.state import write_private
from tools.simulator.world import Access, as_file
from workers.engine import open_engine
from workers.settings import Mode, Settings, load_settings, variable
from workflows.search_attributes import SEARCH_ATTRIBUTES

TAKEN_FROM_THE_ENVIRONMENT = ("province_folder", "log_level", "otlp_endpoint")
"""What a demo takes from the environment; every address is its own stack's, whatever the environment says."""


OUTSIDE = "outside.json"
PATIENCE_OF_A_DAY = BreakerPolicy(open_seconds=3)
"""The day lasts a minute: a system that was down is tried again after seconds, not after half a minute."""


@dataclass(frozen=True)
class PreparedStack:
    """Where the day is played."""

    stack: Stack
    settings: Settings
    province: Province
    engine: Engine

    @property
    def simulator_url(self) -> str:
        """Where the simulated outside world is."""
        return self.stack.running(SIMULATOR.name).urls["http"]


@asynccontextmanager
async def set_up(*, keep: bool = False, announce: Announce = silently) -> AsyncIterator[PreparedStack]:
    """A stage of its own; nothing is left of it afterwards, unless it was played to the end and is to be kept.

    Killed, interrupted or failed: what watches over the folder stops and erases it. Raises `StackError`.
    """
    folder = _folder()
    with ends_with_this_process(folder):
        finished = False
        try:
            stack = _stack(folder, announce)
            Stack(folder, search_attributes=SEARCH_ATTRIBUTES, announce=announce).up()
            settings = _settings(folder)
            province = load_province(settings.province())
            await migrate(settings.need("database_admin_url"))
            async with open_engine(settings, province=province) as engine:
                await engine.publish_rules()
                simulator = stack.start(SIMULATOR.name).urls["http"]
                write_private(folder / OUTSIDE, _outside(simulator, settings))
                stack.up()
                yield PreparedStack(stack, _settings(folder), province, engine)
            finished = True
        finally:
            if not (keep and finished):
                with _undisturbed():
                    Stack(folder, announce=announce).reset()
                    shutil.rmtree(folder)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """An impatient second Ctrl-C must not leave half of a stack behind; it takes two seconds."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _folder() -> Path:
    """New, ours alone; PostgreSQL may run as another account, which passes through."""
    folder = Path(tempfile.mkdtemp(prefix="luongxanh-demo-"))
    make_passable(folder, ordinary_account())
    return folder


def _stack(folder: Path, announce: Announce) -> Stack:
    """The components, deaf to addresses in the environment: they could be those of a real province."""
    own = ("mode", "stack_folder", *TAKEN_FROM_THE_ENVIRONMENT)
    deaf = {variable(name): "" for name in Settings.model_fields if name not in own}
    deaf[variable("outside_file")] = f"{{folder}}/{OUTSIDE}"
    processes = [spec.model_copy(update={"environment": {**spec.environment, **deaf}}) for spec in COMPONENTS]
    return Stack(folder, search_attributes=SEARCH_ATTRIBUTES, processes=processes, announce=announce)


def _outside(simulator: str, settings: Settings) -> str:
    """Where the outside systems are, as the file that the other processes read: the simulator, for all of them."""
    return as_file(Access().addresses(simulator, settings.authority, breaker=PATIENCE_OF_A_DAY))


def _settings(folder: Path) -> Settings:
    surroundings = load_settings(stack_folder=folder, mode=Mode.EMBEDDED)
    taken = {name: getattr(surroundings, name) for name in TAKEN_FROM_THE_ENVIRONMENT}
    given = {variable(name): str(value) for name, value in taken.items() if value is not None}
    return load_settings(given, stack_folder=folder, mode=Mode.EMBEDDED)
