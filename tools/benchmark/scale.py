"""Measures the reads and the appends of a ledger of the size of a province. Writes build/bench-scale.json.

It needs only PostgreSQL. The large ledger and a small one are filled in two databases of one server, which is erased at
the end.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import asyncpg
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table

from activities.ledger.migrations import migrate
from activities.ledger.pool import Pool, open_pool
from activities.province import load_province
from tools.benchmark.by_hand import PROVINCE
from tools.benchmark.large_ledger import Size, fill
from tools.benchmark.ledger_reads import LedgerReads, Read
from tools.benchmark.sample_dossier import SampleDossier
from tools.local_stack import APP_ROLE, OWNER_ROLE, Stack
from tools.local_stack.postgres import SUPERUSER
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "bench-scale.json"
SMALL = 1_000
LONGEST = 5.0
"""Seconds after which a slow read is not repeated any more."""
MOST_MS = {"page of a unit": 10.0, "work: ": 10.0, "search for": 50.0}
"""The aims, by the beginning of a read's name."""
MOST_TIMES_A_SMALL_ONE = 1.1


class ScaleOptions(BaseModel):
    """How large the ledger is, and how often each read is repeated."""

    model_config = ConfigDict(extra="forbid")

    dossiers: Annotated[int, Field(ge=100, le=10_000_000)] = 250_000
    open: Annotated[int, Field(ge=10)] = 100_000
    repeats: Annotated[int, Field(ge=2, le=1_000)] = 30
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE


async def run(options: ScaleOptions) -> int:
    """Fills both ledgers and measures. Returns 0 when every aim is reached, else 1."""
    console, province = Console(stderr=True), load_province(PROVINCE)
    with Stack.temporary(servers=["postgres"]) as stack:
        started = time.perf_counter()
        pools = {
            name: await _filled(stack, name, size)
            for name, size in {
                "small": Size.of_province(SMALL, SMALL * options.open // options.dossiers, province),
                "large": Size.of_province(options.dossiers, options.open, province),
            }.items()
        }
        console.print(f"[dim]{options.dossiers:,} dossiers in {time.perf_counter() - started:.0f} s[/dim]")
        figures = {
            "dossiers": options.dossiers,
            "open": options.open,
            "postgresql": await pools["large"].fetchval("show server_version"),
            "bytes_per_dossier": await _bytes(pools["large"], options.dossiers),
            "reads": await _reads(pools["large"], options.repeats),
            "work_plans": await LedgerReads(pools["large"]).work_plans(),
            "appends": await _appends(pools, options.repeats),
        }
        await asyncio.gather(*(pool.close() for pool in pools.values()))
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json.dumps({"scale": figures}, indent=2) + "\n", encoding="utf-8")
    if options.json_only:
        print(json.dumps({"scale": figures}))
    else:
        _show(figures, options.file)
    return 0 if not _missed(figures) else 1


async def _filled(stack: Stack, name: str, size: Size) -> Pool:
    """A pool of one connection to a new database with that many dossiers."""
    server = await asyncpg.connect(stack.postgres_url(SUPERUSER, "postgres"))
    await server.execute(f'create database "{name}" owner {OWNER_ROLE}')
    await server.close()
    await migrate(stack.postgres_url(OWNER_ROLE, name))
    pool = await open_pool(stack.postgres_url(APP_ROLE, name), 1)
    await fill(stack.postgres_url(OWNER_ROLE, name), pool, size)
    return pool


async def _bytes(pool: Pool, dossiers: int) -> dict[str, float]:
    """Bytes of each table (with what is stored outside its rows) and of each index, for each dossier."""
    rows = await pool.fetch(
        "select class.oid::regclass::text as name, pg_relation_size(class.oid)"
        " + case when reltoastrelid <> 0 then pg_total_relation_size(reltoastrelid) else 0 end as bytes"
        " from pg_class class where relkind in ('r', 'i') and relnamespace::regnamespace::text in ('public', 'vault')"
        " order by bytes desc"
    )
    return {row["name"]: round(row["bytes"] / dossiers, 1) for row in rows if row["bytes"] > dossiers}


async def _reads(pool: Pool, repeats: int) -> dict[str, dict[str, float]]:
    """Every read: how many rows it gives, and its milliseconds when it is warm."""
    reads = LedgerReads(pool)
    named = await reads.all()
    figures = {name: await _times(read, repeats) for name, read in named.items()}
    await reads.up_to_date()
    return {**figures, "readers of the feed, up to date": await _times(named["readers of the feed, all new"], repeats)}


async def _times(read: Read, repeats: int) -> dict[str, float]:
    spent: list[float] = []
    found, started = await read(), time.perf_counter()
    while len(spent) < repeats and (not spent or time.perf_counter() - started < LONGEST):
        begun = time.perf_counter()
        await read()
        spent.append((time.perf_counter() - begun) * 1_000)
    rows = {"rows": len(found)} if isinstance(found, Sequence) else {}
    return {**rows, "median_ms": round(statistics.median(spent), 2), "p99_ms": round(_p99(spent), 2)}


def _p99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


async def _appends(pools: dict[str, Pool], repeats: int) -> dict[str, float]:
    """Milliseconds of PostgreSQL's CPU to write a whole dossier into each ledger, in turn. The first two warm it.

    `ratio` is the median of the ratios of the pairs: the machine's speed changes during the run.
    """
    pids = {name: await pool.fetchval("select pg_backend_pid()") for name, pool in pools.items()}
    used: dict[str, list[float]] = {name: [] for name in pools}
    for repeat in range(repeats + 2):
        for name, pool in pools.items():
            before = _cpu_ms(pids[name])
            await SampleDossier.lived(pool, str(uuid4()))
            if repeat >= 2:
                used[name].append(_cpu_ms(pids[name]) - before)
    pairs = zip(used["large"], used["small"], strict=True)
    return {
        **{f"{name}_cpu_ms": round(statistics.median(spent), 2) for name, spent in used.items()},
        "ratio": round(statistics.median(large / small for large, small in pairs), 3),
    }


def _cpu_ms(pid: int) -> float:
    """Milliseconds of CPU that one process has used, from the scheduler, which counts nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="utf-8").split()[0]) / 1e6


def _missed(figures: dict[str, Any]) -> list[str]:
    """What does not reach its aim, by name."""
    missed = [
        name
        for name, times in figures["reads"].items()
        for beginning, most in MOST_MS.items()
        if name.startswith(beginning) and times["median_ms"] > most
    ]
    return [*missed, *(["appends"] if figures["appends"]["ratio"] > MOST_TIMES_A_SMALL_ONE else [])]


def _plans(plans: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="Trang việc cần làm (pages of work-lists): explain (analyze, buffers)")
    for heading in ("", "chỉ mục (indexes)", "buffers", "planning, ms", "execution, ms"):
        table.add_column(heading, justify="left" if not heading or "(" in heading else "right")
    for name, plan in plans.items():
        indexes = "SEQ SCAN" if plan["sequential"] else ", ".join(plan["indexes"])
        table.add_row(name, indexes, f"{plan['buffers']}", f"{plan['planning_ms']:.2f}", f"{plan['execution_ms']:.2f}")
    return table


def _show(figures: dict[str, Any], file: Path) -> None:
    console, missed = Console(), _missed(figures)
    table = Table(title=f"Sổ cái lớn (a large ledger) · {figures['dossiers']:,} · {figures['open']:,} đang mở (open)")
    for heading in ("", "dòng (rows)", "giữa, ms (median)", "p99, ms", ""):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, times in figures["reads"].items():
        cells = (f"{times.get('rows', 1)}", f"{times['median_ms']:.2f}", f"{times['p99_ms']:.2f}")
        table.add_row(name, *cells, "✗" if name in missed else "")
    console.print(table)
    console.print(_plans(figures["work_plans"]))
    appends = figures["appends"]
    console.print(
        f"Ghi một hồ sơ (writing one dossier): {appends['small_cpu_ms']} → {appends['large_cpu_ms']} ms CPU;"
        f" tỷ lệ (ratio) {appends['ratio']}, cần (aim) ≤ {MOST_TIMES_A_SMALL_ONE}"
    )
    console.print(f"Byte mỗi hồ sơ (bytes of a dossier): {sum(figures['bytes_per_dossier'].values()):,.0f}")
    console.print(f"[dim]{file}[/dim]")
