"""The stack of the run: servers, simulator, API and several workers, with links between them that can be struck."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from activities.adapters.address import BreakerPolicy
from activities.ledger.migrations import migrate
from activities.province import load_province
from domain.rules.province import Province
from gateway.client import Engine
from tools.chaos.link_control import Links, open_links
from tools.chaos.small_disks import SmallDisks
from tools.local_stack import ProcessSpec, Stack
from tools.local_stack.checkpoints import make_key
from tools.local_stack.components import API, ISSUER, SIMULATOR, WORKER
from tools.local_stack.messages import silently
from tools.local_stack.orphan_cleanup import ends_with_this_process
from tools.local_stack.server_account import make_passable, ordinary_account
from tools.local_stack.settings_file import CALLBACKS
from tools.local_stack.state import write_private
from tools.repair_drill.running import quiet_runtime
from tools.simulator.world import Access, as_file
from workers.engine import open_engine
from workers.settings import Mode, Settings, load_settings, variable
from workflows.search_attributes import SEARCH_ATTRIBUTES

LINKS = ("postgres", "temporal", "simulator", "api")
OUTSIDE = "outside.json"
BREAKER = BreakerPolicy(open_seconds=3)
"""A run takes minutes, so a system that was down is tried again after 3 seconds instead of 30."""
TOTAL_SECONDS = 4.0
"""The whole call to an outside system, for the same reason."""
LATE_SECONDS = 14.0
"""How long a call without an answer may still be carried out: longer than a link stalls, and a slow answer takes."""
ANSWER_WITHIN = 10.0
"""Seconds that a caller waits for the answer to an act, before it sends the act again."""


@dataclass(frozen=True)
class ChaosStack:
    """The running stack. `engine` reaches the servers through the links, `witness` directly."""

    stack: Stack
    settings: Settings
    province: Province
    engine: Engine
    witness: Engine
    links: Links
    disks: SmallDisks
    processes: tuple[str, ...]
    """Those that are struck, by name."""

    @property
    def simulator_url(self) -> str:
        """The simulator, directly."""
        return self.stack.running(SIMULATOR.name).urls["http"]

    @property
    def issuer_url(self) -> str:
        """The issuer, directly."""
        return self.stack.running(ISSUER.name).urls["http"]

    @property
    def api_url(self) -> str:
        """The API, through its link."""
        return f"http://127.0.0.1:{self.links.ports['api']}"


@asynccontextmanager
async def chaos_stack(workers: int) -> AsyncIterator[ChaosStack]:
    """Starts everything in a folder of its own, and erases it afterwards, also when this process is killed.

    Raises StackError, ConfigurationErrors.
    """
    folder = Path(tempfile.mkdtemp(prefix="luongxanh-chaos-"))
    make_passable(folder, ordinary_account())
    disks = SmallDisks(folder)
    with ends_with_this_process(folder):
        try:
            disks.mount()
            async with _started(folder, disks, workers) as started:
                yield started
        finally:
            Stack(folder, announce=silently).down()
            disks.unmount()
            Stack(folder, announce=silently).reset()
            shutil.rmtree(folder)


@asynccontextmanager
async def _started(folder: Path, disks: SmallDisks, workers: int) -> AsyncIterator[ChaosStack]:
    servers = Stack(folder, search_attributes=SEARCH_ATTRIBUTES, announce=silently)
    await asyncio.to_thread(servers.up)
    make_key(folder)
    direct = load_settings(_province_without_quiet_hours(folder), stack_folder=folder, mode=Mode.EMBEDDED)
    province = load_province(direct.province())
    await migrate(direct.need("database_admin_url"))
    async with AsyncExitStack() as opened:
        witness = await opened.enter_async_context(open_engine(direct, province=province, name="chaos-witness"))
        await witness.publish_rules()
        outer = Stack(folder, processes=OUTER, search_attributes=SEARCH_ATTRIBUTES, announce=silently)
        await asyncio.to_thread(outer.up)
        links = await opened.enter_async_context(open_links(_targets(outer, direct)))
        write_private(folder / OUTSIDE, _outside(links, direct))
        specs = _specs(folder, links, direct, workers)
        stack = Stack(folder, processes=specs, search_attributes=SEARCH_ATTRIBUTES, announce=silently)
        await asyncio.to_thread(stack.start, API.name)
        await links.order("aim", "api", stack.running(API.name).ports["http"])
        await asyncio.to_thread(stack.up)
        linked = load_settings(_linked(links, direct), stack_folder=folder, mode=Mode.EMBEDDED)
        engine = await opened.enter_async_context(
            open_engine(
                linked, province=province, name="chaos-callers", answer_within=ANSWER_WITHIN, runtime=quiet_runtime()
            )
        )
        struck = ("postgres", "temporal", API.name, *(spec.name for spec in specs[3:]))
        yield ChaosStack(stack, direct, province, engine, witness, links, disks, struck)


def _province_without_quiet_hours(folder: Path) -> dict[str, str]:
    """The variable that names a copy of the province whose applicants are told at every hour: a run in the evening
    would end with notices that wait for the morning."""
    copy = folder / "province"
    shutil.copytree(load_settings({}, stack_folder=folder, mode=Mode.EMBEDDED).province(), copy)
    notices = copy / "notices.yaml"
    text = re.sub(r"(?m)^(quiet_from|quiet_to):.*$", r"\1: null", notices.read_text(encoding="utf-8"))
    notices.write_text(text, encoding="utf-8")
    return {variable("province_folder"): str(copy)}


def _targets(outer: Stack, settings: Settings) -> dict[str, str]:
    """Where each link leads. The API's address is known later."""
    database = urlsplit(settings.need("database_url"))
    return {
        "postgres": f"{database.hostname}:{database.port}",
        "temporal": settings.need("temporal_address"),
        "simulator": urlsplit(outer.running(SIMULATOR.name).urls["http"]).netloc,
        "api": "127.0.0.1:9",
    }


def _linked(links: Links, settings: Settings) -> dict[str, str]:
    """The variables of the environment: the servers are reached through the links."""
    database = urlsplit(settings.need("database_url"))
    through = f"{database.username}:{database.password}@127.0.0.1:{links.ports['postgres']}"
    return {
        variable("database_url"): database._replace(netloc=through).geturl(),
        variable("temporal_address"): f"127.0.0.1:{links.ports['temporal']}",
        variable("province_folder"): str(settings.province()),
    }


def _specs(folder: Path, links: Links, settings: Settings, workers: int) -> tuple[ProcessSpec, ...]:
    """All processes. Ours reach everything through the links."""
    environment = _linked(links, settings)
    environment[variable("outside_file")] = str(folder / OUTSIDE)
    environment[variable("callback_url")] = f"http://127.0.0.1:{links.ports['api']}{CALLBACKS}"
    ours = (API, *(WORKER.model_copy(update={"name": f"worker-{number}"}) for number in range(1, workers + 1)))
    return (*OUTER, *(_with(one, environment) for one in ours))


def _with(spec: ProcessSpec, environment: dict[str, str]) -> ProcessSpec:
    """The process with these variables, and with no address from the environment of this one, which could be that of
    a real province."""
    kept = ("mode", "stack_folder", "province_folder", "log_level")
    none = {variable(name): "" for name in Settings.model_fields if name not in kept}
    return spec.model_copy(update={"environment": {**spec.environment, **none, **environment}})


OUTER = (_with(SIMULATOR, {}), _with(ISSUER, {}))
"""The processes outside the engine, which are never struck: the simulator keeps the counts."""


def _outside(links: Links, settings: Settings) -> str:
    """The file of addresses that the workers read: all systems are behind the link to the simulator."""
    url = f"http://127.0.0.1:{links.ports['simulator']}"
    return as_file(
        Access().addresses(
            url,
            settings.authority,
            breaker=BREAKER.model_dump(),
            total_seconds=TOTAL_SECONDS,
            late_seconds=LATE_SECONDS,
            connect_seconds=1.0,
        )
    )
