"""Opens every page again and again on a full register, and writes build/bench-console.json."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from domain.text.printable import json_text
from gateway.cli.output import print_json
from gateway.cli.terminal import Terminal
from tools.benchmark.console.options import ConsoleBenchOptions
from tools.benchmark.console.pages import PAGES, Who
from tools.benchmark.console.visitors import Opened, Visitor
from tools.benchmark.http_api.options import ApiBenchOptions
from tools.benchmark.http_api.stack import ApiStack, api_stack
from tools.benchmark.measuring.machine import Machine, load, this_machine
from tools.benchmark.measuring.spread import percentile
from tools.benchmark.reporting.page import WIDTH

MOST_MS = 150.0
"""The aim: 95 of 100 times a page takes no longer."""
MOST_KB = 100.0
"""The aim: what a first visit to a page transfers, with its style sheets and scripts."""
WARM_UP = 2


class PageFigures(BaseModel):
    """One page: milliseconds until its last byte, and kilobytes of it alone and with what a first visit needs."""

    p50: float
    p95: float
    kb: float
    kb_first: float
    reached: bool

    @classmethod
    def of(cls, opened: Sequence[Opened]) -> PageFigures:
        """The figures of a page that was opened several times."""
        p50, p95 = (round(percentile([one.ms for one in opened], p), 1) for p in (50, 95))
        kb = max(one.bytes for one in opened) / 1_000
        first = max(one.bytes + one.more for one in opened) / 1_000
        return cls(
            p50=p50, p95=p95, kb=round(kb, 1), kb_first=round(first, 1), reached=p95 <= MOST_MS and first <= MOST_KB
        )


class ConsoleBenchResult(BaseModel):
    """What was measured. `load`: of the machine, before and after."""

    dossiers: int
    events: int
    repeats: int
    pages: dict[str, PageFigures]
    load: list[list[float]]
    machine: Machine
    reached: bool


async def run(options: ConsoleBenchOptions) -> int:
    """Measures, prints the result and writes it to the file. Returns 0 when every page reaches the aims, else 1.

    Raises StackError, BenchError `request_refused`.
    """
    result = await _measured(options, Terminal(stderr=True))
    value = {"console": result.model_dump(mode="json")}
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json_text(value, indent=2) + "\n", encoding="utf-8")
    if options.json_only:
        print_json(value)
    else:
        console = Terminal()
        (console if console.is_terminal else Terminal(width=WIDTH)).print(_table(result))
        console.print(str(options.file), style="dim", soft_wrap=True)
    return 0 if result.reached else 1


async def _measured(options: ConsoleBenchOptions, console: Console) -> ConsoleBenchResult:
    console.print(f"{options.dossiers:,} hồ sơ vào sổ (dossiers into the ledger) …", style="dim")
    async with api_stack(ApiBenchOptions(dossiers=options.dossiers)) as stack, _visitors(stack) as visitors:
        before = load()
        opened: dict[str, list[Opened]] = {page.name: [] for page in PAGES}
        known = {"code": stack.desks[0].codes[0], "unit": stack.desks[0].unit}
        console.print(f"{options.repeats} lần mỗi trang, xen kẽ (times each page, in turn) …", style="dim")
        for number in range(options.repeats + WARM_UP):
            for page in PAGES:
                one = await visitors[page.who].open(page.path.format(**known))
                opened[page.name] += [one] if number >= WARM_UP else []
        events = await stack.engine.pool.fetchval("select count(*) from event")
    pages = {name: PageFigures.of(times) for name, times in opened.items()}
    return ConsoleBenchResult(
        dossiers=options.dossiers, events=events, repeats=options.repeats, pages=pages, load=[before, load()],
        machine=this_machine(), reached=all(one.reached for one in pages.values()),
    )  # fmt: skip


@asynccontextmanager
async def _visitors(stack: ApiStack) -> AsyncIterator[dict[Who, Visitor]]:
    unit = stack.desks[0].unit
    people = {who: stack.supervisor if who is Who.SUPERVISOR else f"cb.{unit}.{who}.1" for who in Who}
    async with AsyncExitStack() as opened:
        visitors: dict[Who, Visitor] = {}
        for who, person in people.items():
            http = await opened.enter_async_context(httpx2.AsyncClient(trust_env=False, timeout=60))
            visitors[who] = Visitor(stack.url, http)
            await visitors[who].sign_in(person)
        yield visitors


def _table(result: ConsoleBenchResult) -> Table:
    table = Table(title=f"{result.dossiers:,} hồ sơ (dossiers) · {result.events:,} sự kiện (events)")
    for heading in ("", "p50 ms", f"p95 ms ≤ {MOST_MS:.0f}", "kB", f"kB lần đầu (first) ≤ {MOST_KB:.0f}"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, one in result.pages.items():
        mark = "✓" if one.reached else "✗"
        table.add_row(name, f"{one.p50:.1f}", f"{mark} {one.p95:.1f}", f"{one.kb:.1f}", f"{one.kb_first:.1f}")
    return table
