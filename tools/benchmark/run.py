"""Runs the benchmark on its own stack: engine and baseline in turn, several times. Writes build/bench.json."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx2
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table
from temporalio.client import Client

from activities.ledger.migrations import migrate
from activities.ledger.pool import open_pool
from activities.ledger.reading import LedgerReader
from gateway.client import Engine
from tools.benchmark.drive import APPLICANT, BaselineDriver, EngineDriver, write_template
from tools.benchmark.measure import Round, Spread, measure
from tools.benchmark.rules import standard_province
from tools.local_stack import ProcessSpec, Ready, Stack
from tools.local_stack.components import SIMULATOR
from workers.connections import connect_temporal
from workers.settings import CHECKOUT, Mode, load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES

FILE = CHECKOUT / "build" / "bench.json"
MOST_EVENTS, LEAST_RATIO = 60, 0.6
TEMPLATE = "the-baseline-repeats-this"
WORKER = ProcessSpec(
    name="worker",
    argv=("{python}", "-m", "tools.benchmark.worker", "--ready", "{ready}", "--rows", "{folder}/rows.json"),
    ready=Ready.FILE,
    stop_seconds=40,
    environment={"PYTHONPATH": "{checkout}"},
)


class BenchOptions(BaseModel):
    """How much to measure."""

    model_config = ConfigDict(extra="forbid")

    repeats: Annotated[int, Field(ge=1, le=50)] = 5
    dossiers: Annotated[int, Field(ge=1, le=10_000)] = 200
    at_once: Annotated[int, Field(ge=1, le=1_000)] = 90
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE


@dataclass(frozen=True)
class _Setup:
    """What the measurement uses."""

    stack: Stack
    client: Client
    engine: EngineDriver
    baseline: BaselineDriver


async def run(options: BenchOptions) -> int:
    """Runs the benchmark. Returns 0 when both aims are reached, else 1."""
    console = Console(stderr=True)
    async with _set_up() as setup:
        engine: list[Round] = []
        baseline: list[Round] = []
        for repeat in range(options.repeats + 1):
            for rounds, drive, name in (
                (engine, setup.engine.drive, "engine"),
                (baseline, setup.baseline.drive, "baseline"),
            ):
                key = f"{name}-{repeat}"
                measured = await measure(drive, setup.client, setup.stack, options.dossiers, options.at_once, key)
                console.print(f"[dim]{repeat or 'warm-up'} {name}: {measured.dossiers_per_s:.1f} dossiers/s[/dim]")
                if repeat > 0:
                    rounds.append(measured)
    result = {"engine": _side(engine), "baseline": _side(baseline), "ratio": _ratio(engine, baseline).model_dump()}
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if options.json_only:
        print(json.dumps(result))
    else:
        _show(result, options)
    reached = result["engine"]["history_events"] <= MOST_EVENTS and result["ratio"]["median"] >= LEAST_RATIO
    return 0 if reached else 1


@asynccontextmanager
async def _set_up() -> AsyncIterator[_Setup]:
    """Starts PostgreSQL, Temporal, the simulator and one worker. The first dossier is the baseline's template."""
    processes = (SIMULATOR.model_copy(update={"argv": SIMULATOR.argv[:-2]}), WORKER)
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES) as servers:
        await migrate(servers.postgres_url("luongxanh_owner"))
        stack = Stack(servers.folder, processes=processes, search_attributes=SEARCH_ATTRIBUTES, announce=_silently)
        stack.up()
        settings = load_settings({}, servers.folder, mode=Mode.EMBEDDED)
        await _people(stack.running("simulator").urls["http"])
        pool = await open_pool(settings.need("database_url"), 8)
        client = await connect_temporal(settings)
        engine = Engine(client, pool, standard_province(), settings.task_queue)
        await engine.publish_rules()
        driver = EngineDriver(engine)
        await write_template(LedgerReader(pool), await driver.drive(TEMPLATE), TEMPLATE, servers.folder / "rows.json")
        yield _Setup(stack, client, driver, BaselineDriver(client, pool))
        await pool.close()


async def _people(simulator: str) -> None:
    """Makes one citizen known to the population database. The simulator pays every order at once."""
    citizen = {
        "identity_number": APPLICANT.identity_number,
        "name": APPLICANT.name,
        "birth": f"{APPLICANT.birth_date:%Y%m%d}",
    }
    async with httpx2.AsyncClient(base_url=simulator, trust_env=False) as http:
        (await http.post("/reset", json={"paid_at_once": True})).raise_for_status()
        (await http.post("/citizens", json=[citizen])).raise_for_status()


def _side(rounds: list[Round]) -> dict[str, Any]:
    return {
        "dossiers_per_s": Spread.of([measured.dossiers_per_s for measured in rounds]).model_dump(),
        "cpu_ms": {
            "server": round(Spread.of([measured.server_ms for measured in rounds]).median, 1),
            "worker": round(Spread.of([measured.worker_ms for measured in rounds]).median, 1),
        },
        "history_events": Spread.of([measured.history_events for measured in rounds]).median,
        "history_bytes": Spread.of([measured.history_bytes for measured in rounds]).median,
    }


def _ratio(engine: list[Round], baseline: list[Round]) -> Spread:
    """The ratio of each pair of rounds, since the machine's speed changes during the run."""
    return Spread.of(
        [ours.dossiers_per_s / theirs.dossiers_per_s for ours, theirs in zip(engine, baseline, strict=True)]
    )


def _show(result: dict[str, Any], options: BenchOptions) -> None:
    console = Console()
    table = Table(title=f"Hồ sơ chuẩn (the standard dossier) · {options.repeats} × {options.dossiers}")
    for heading in ("", "Bộ máy (engine)", "Mức sàn (baseline)"):
        table.add_column(heading, justify="left" if not heading else "right")
    for label, ours, baseline in zip(_LABELS, _cells(result["engine"]), _cells(result["baseline"]), strict=True):
        table.add_row(label, ours, baseline)
    console.print(table)
    ratio = result["ratio"]
    console.print(
        f"Tỷ lệ (ratio engine/baseline): {_spread(ratio)}; cần (aim) ≥ {LEAST_RATIO}, sự kiện ≤ {MOST_EVENTS}"
    )
    console.print(f"[dim]{options.file}[/dim]")


_LABELS = (
    "hồ sơ/giây, nhỏ nhất–giữa–lớn nhất (dossiers/s)",
    "CPU máy chủ, ms/hồ sơ (server)",
    "CPU worker, ms/hồ sơ (worker)",
    "sự kiện lịch sử (history events)",
    "byte lịch sử (history bytes)",
)


def _cells(side: dict[str, Any]) -> tuple[str, ...]:
    return (
        _spread(side["dossiers_per_s"]),
        f"{side['cpu_ms']['server']:.1f}",
        f"{side['cpu_ms']['worker']:.1f}",
        f"{side['history_events']:.0f}",
        f"{side['history_bytes']:,.0f}",
    )


def _spread(spread: dict[str, float]) -> str:
    return f"{spread['min']:.2f} – {spread['median']:.2f} – {spread['max']:.2f}"


def _silently(_: Any) -> None:
    """Announces nothing: the measurement prints its own progress."""
