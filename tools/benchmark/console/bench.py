"""Opens every page again and again on a full register, and writes build/bench-console.json."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx2
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from domain.values import VIETNAM
from gateway.cli.terminal import Terminal
from tools.benchmark.console.long_dossier import long_dossier
from tools.benchmark.console.options import ConsoleBenchOptions
from tools.benchmark.console.pages import PAGES, Who
from tools.benchmark.console.visitors import Opened, Visitor
from tools.benchmark.http_api.options import ApiBenchOptions
from tools.benchmark.http_api.stack import ApiStack, api_stack
from tools.benchmark.measuring.machine import Machine, load, this_machine
from tools.benchmark.measuring.spread import percentile
from tools.benchmark.reporting.publishing import publish
from tools.benchmark.rules import WARD

MOST_MS = 150.0
"""The aim: 95 of 100 times a page takes no longer."""
MOST_KB = 100.0
"""The aim: what a first visit to a page transfers, with its style sheets and scripts."""
WARM_UP = 2
FILES_AT_MOST = 3
"""So often each file is downloaded after the warm-up."""
A_YEAR = timedelta(days=364)


class PageFigures(BaseModel):
    """One page: milliseconds until its last byte, and kilobytes of it alone and with what a first visit needs.

    `first`: milliseconds of the very first opening. It may count a year, which is then kept for a while.
    """

    first: float
    p50: float
    p95: float
    kb: float
    kb_first: float
    reached: bool

    @classmethod
    def of(cls, opened: Sequence[Opened], *, judged: bool = True) -> PageFigures:
        """The figures of a page that was opened several times, without the first ones for the percentiles."""
        p50, p95 = (round(percentile([one.ms for one in opened[WARM_UP:]], p), 1) for p in (50, 95))
        kb = max(one.bytes for one in opened) / 1_000
        first = max(one.bytes + one.more for one in opened) / 1_000
        return cls(
            first=round(opened[0].ms, 1), p50=p50, p95=p95, kb=round(kb, 1), kb_first=round(first, 1),
            reached=not judged or (p95 <= MOST_MS and first <= MOST_KB),
        )  # fmt: skip


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
    publish(value, options.file, lambda console: console.print(_table(result)), json_only=options.json_only)
    return 0 if result.reached else 1


async def _measured(options: ConsoleBenchOptions, console: Console) -> ConsoleBenchResult:
    console.print(f"{options.dossiers:,} hồ sơ vào sổ (dossiers into the ledger) …", style="dim")
    async with api_stack(ApiBenchOptions(dossiers=options.dossiers)) as stack, _visitors(stack) as visitors:
        long = await long_dossier(stack.engine.pool, options.long)
        paths = await _paths(stack, visitors, long, options)
        before = load()
        console.print(f"{options.repeats} lần mỗi trang, xen kẽ (times each page, in turn) …", style="dim")
        opened = await _opened(visitors, paths, options.repeats)
        events = await stack.engine.pool.fetchval("select count(*) from event")
    pages = {page.name: PageFigures.of(opened[page.name], judged=page.judged) for page in PAGES}
    return ConsoleBenchResult(
        dossiers=options.dossiers, events=events, repeats=options.repeats, pages=pages, load=[before, load()],
        machine=this_machine(), reached=all(one.reached for one in pages.values()),
    )  # fmt: skip


async def _opened(visitors: Mapping[Who, Visitor], paths: Mapping[str, str], repeats: int) -> dict[str, list[Opened]]:
    """The pages in turn; then the files, which take long, a few times."""
    opened: dict[str, list[Opened]] = {page.name: [] for page in PAGES}
    for judged, times in ((True, repeats), (False, min(repeats, FILES_AT_MOST))):
        for _ in range(WARM_UP + times):
            for page in PAGES:
                if page.judged is judged:
                    opened[page.name].append(await visitors[page.who].open(paths[page.name], part=page.part))
    return opened


async def _paths(
    stack: ApiStack, visitors: Mapping[Who, Visitor], long: str, options: ConsoleBenchOptions
) -> dict[str, str]:
    """The address of each page."""
    first, other, *_ = stack.desks
    today = datetime.now(VIETNAM).date()
    known = {
        "code": first.codes[0], "unit": first.unit, "other": other.unit, "long": long, "half": str(options.long // 2),
        "procedure": await stack.engine.pool.fetchval("select procedure from dossier where code = $1", first.codes[0]),
        "year": urlencode({"first": today - A_YEAR, "last": today}),
        "since": urlencode({"since": datetime.now(VIETNAM).isoformat()}),
    }  # fmt: skip
    written = {page: page.path.format(**known) for page in PAGES}
    return {page.name: await visitors[page.who].later(path, page.pages_on) for page, path in written.items()}


@asynccontextmanager
async def _visitors(stack: ApiStack) -> AsyncIterator[dict[Who, Visitor]]:
    """Everybody, signed in; the applicant has shown the receipt of the dossier of the ward."""
    unit, code = stack.desks[0].unit, stack.desks[0].codes[0]
    people = {
        Who.SUPERVISOR: stack.supervisor,
        Who.OPERATOR: "cb.TTPVHCC.operator.1",
        Who.HEAD_OF_LONG: f"cb.{WARD}.head_of_unit.1",
        **{who: f"cb.{unit}.{who}.1" for who in (Who.HEAD, Who.OFFICER, Who.DESK)},
    }
    async with AsyncExitStack() as opened:
        visitors: dict[Who, Visitor] = {}
        for who in Who:
            http = await opened.enter_async_context(httpx2.AsyncClient(trust_env=False, timeout=60))
            visitors[who] = Visitor(stack.url, http)
            if who in people:
                await visitors[who].sign_in(people[who])
        await visitors[Who.CITIZEN].show_receipt(code, stack.keys.receipt_secret(code))
        yield visitors


def _table(result: ConsoleBenchResult) -> Table:
    table = Table(title=f"{result.dossiers:,} hồ sơ (dossiers) · {result.events:,} sự kiện (events)")
    for heading in ("", "lần đầu (first) ms", "p50 ms", f"p95 ms ≤ {MOST_MS:.0f}", "kB", f"kB lần đầu ≤ {MOST_KB:.0f}"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, one in result.pages.items():
        mark = "✓" if one.reached else "✗"
        table.add_row(
            name, f"{one.first:.0f}", f"{one.p50:.1f}", f"{mark} {one.p95:.1f}", f"{one.kb:.1f}", f"{one.kb_first:.1f}"
        )
    return table
