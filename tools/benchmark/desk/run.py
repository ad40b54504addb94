"""Fills a ledger, begins workflows, and measures the operators' desk with them. Writes build/bench-desk.json."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import time
from collections.abc import Awaitable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console

from activities.ledger.migrations import migrate
from activities.ledger.own_differences import own_differences
from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.repairs.orders import MendOrder
from domain.repairs.plans import Everything, RepairPlan
from domain.values import VIETNAM
from gateway.client import Engine
from gateway.client.repairs.behind_the_ledger import BehindTheLedger
from gateway.client.repairs.planning import ToPlan
from gateway.views.event_logs.formats import LogFormat
from tools.benchmark.desk.exports import measured
from tools.benchmark.desk.standing_workflows import standing
from tools.benchmark.large_ledger import Size, fill
from tools.benchmark.rules import standard_province
from tools.local_stack import OWNER_ROLE, Stack
from workers.checkout import CHECKOUT
from workers.connections import connect_temporal
from workers.engine import open_engine
from workers.settings import Mode, Settings, load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES

FILE = CHECKOUT / "build" / "bench-desk.json"
T = TypeVar("T")
FIRST_OPEN = "select code, version from dossier where ended_at is null order by md5(code) limit $1"


class DeskOptions(BaseModel):
    """How large the ledger is, how many of its open dossiers have a workflow, and what is measured."""

    model_config = ConfigDict(extra="forbid")

    dossiers: Annotated[int, Field(ge=100, le=10_000_000)] = 100_000
    open: Annotated[int, Field(ge=10)] = 40_000
    workflows: Annotated[int, Field(ge=1, le=10_000)] = 10_000
    exports: bool = True
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE


async def run(options: DeskOptions) -> int:
    """Measures everything. Returns 0."""
    figures: dict[str, Any] = {"dossiers": options.dossiers, "open": options.open, "workflows": options.workflows}
    told = Console(stderr=True)
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as stack:
        settings = load_settings({}, stack.folder, mode=Mode.EMBEDDED)
        await migrate(stack.postgres_url(OWNER_ROLE))
        async with open_engine(settings) as engine:
            await engine.publish_rules()
            await RulesStore(engine.pool).publish(standard_province().rulebook().stored())
            size = Size.of_province(options.dossiers, options.open, engine.province)
            figures["fill"] = await _timed(fill(stack.postgres_url(OWNER_ROLE), engine.pool, size))
            told.print(figures)
            figures["own_differences"] = await _timed(_differences(engine.pool))
            told.print(figures["own_differences"])
            figures |= await _of_temporal(engine, settings, options, told)
        for form in LogFormat if options.exports else ():
            log = await asyncio.to_thread(measured, form, stack.folder)
            figures.setdefault("exports", []).append(log)
            told.print(log)
    figures["load"] = os.getloadavg()
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json.dumps({"desk": figures}, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"desk": figures}, indent=None if options.json_only else 2))
    return 0


async def _of_temporal(engine: Engine, settings: Settings, options: DeskOptions, told: Console) -> dict[str, Any]:
    """A plan for as many dossiers as have a workflow, and the comparison of every last act, before and after."""
    temporal = await connect_temporal(settings)
    rows = await engine.pool.fetch(FIRST_OPEN, options.workflows)
    dossiers = [(row["code"], row["version"]) for row in rows]
    begun = time.perf_counter()
    async with standing(temporal, settings.task_queue, dossiers):
        figures: dict[str, Any] = {"workflows_begun": round(time.perf_counter() - begun, 1)}
        before = _memory()
        figures["plan"] = await _timed(_planned(engine, [code for code, _ in dossiers]))
        figures["plan"]["memory_megabytes"] = [before, _memory()]
        told.print(figures)
        behind = BehindTheLedger(temporal, engine.pool, pages=1_000_000)
        figures["last_acts_first"] = await _timed(behind.look())
        figures["last_acts_again"] = await _timed(behind.look())
        told.print(figures)
    return figures


async def _planned(engine: Engine, codes: list[str]) -> RepairPlan:
    wanted = ToPlan(
        order=MendOrder(), selected=Everything(), codes=tuple(codes), per_minute=60, who="bench", why="bench",
        at=datetime.now(VIETNAM),
    )  # fmt: skip
    plan = await engine.repair_plans.planner.planned(wanted)
    assert {one.refused for one in plan.findings} == {"nothing_to_mend"}
    return plan


async def _differences(pool: Pool) -> int:
    return len([one async for one in own_differences(pool)])


async def _timed(measured_now: Awaitable[Any]) -> dict[str, Any]:
    cpu, begun = time.process_time(), time.perf_counter()
    found = await measured_now
    seconds, used = time.perf_counter() - begun, time.process_time() - cpu
    figures = {"seconds": round(seconds, 2), "cpu_seconds_here": round(used, 2), "load": round(os.getloadavg()[0], 1)}
    return figures | ({"found": found} if isinstance(found, int) else {})


def _memory() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
