"""What `luongxanh ops replay` prints: how far it is, what does not replay, and the remedy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from domain.replays import FailedHistory, ReplayFailure
from gateway.cli.output import Output, console, one_line, print_json, show
from gateway.cli.problems import Exit

if TYPE_CHECKING:
    from workers.kept_histories import Replayed

MOST_SHOWN = 50
"""How many failures are printed for people; `--json` has all of them."""


@dataclass
class Outcome:
    """What came of a command. `absent`: workflows of which Temporal has no history.

    `began`: when the processes were ready (they take two seconds). `total`: how many there will be.
    """

    results: list[Replayed] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    began: float = 0.0
    seconds: float = 0.0
    total: int | None = None


@contextmanager
def progress(outcome: Outcome, output: Output) -> Iterator[Callable[[Replayed], None]]:
    """Shows, while histories are replayed here, how many were, how fast, and how long it takes."""
    with bar(output) as shown:

        def told(result: Replayed) -> None:
            outcome.results.append(result)
            number = len(outcome.results)
            shown(number, outcome.total, number / max(time.monotonic() - outcome.began, 0.001))

        yield told


@contextmanager
def bar(output: Output) -> Iterator[Callable[[int, int | None, float | None], None]]:
    """A bar on standard error, on a terminal only: how many, of how many, and how many a second."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    screen = console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[done]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    off = output.json or not screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=off) as drawn:
        task = drawn.add_task(output.say("Phát lại lịch sử", "Replaying histories"), total=None, done="")

        def shown(number: int, total: int | None, rate: float | None) -> None:
            of = "" if total is None else f"/{total:,}"
            fast = "" if rate is None else f"  {rate:.0f}/s"
            drawn.update(task, completed=number, total=total, done=f"{number:,}{of}{fast}")

        yield shown


def answer(outcome: Outcome, sandboxed: bool, against: str | None, output: Output) -> int:
    """Prints the result. Returns the exit code."""
    results, failed = outcome.results, [result for result in outcome.results if result.failure is not None]
    if output.json:
        print_json(
            {
                "histories": len(results),
                "events": sum(one.events for one in results),
                "seconds": round(outcome.seconds, 1),
                "per_second": round(len(results) / max(outcome.seconds, 0.001), 1),
                "sandboxed": sandboxed,
                "against": against,
                "absent": outcome.absent,
                "failures": [_as_json(one) for one in failed],
            }
        )
    else:
        _show(outcome, failed, sandboxed, output)
    return Exit.FAILED if failed else Exit.DONE


def _as_json(one: Replayed) -> dict[str, Any]:
    return {"workflow": one.workflow, "run": one.run, **(one.failure.as_json() if one.failure else {})}


def _show(outcome: Outcome, failed: Sequence[Replayed], sandboxed: bool, output: Output) -> None:
    number, rate = len(outcome.results), len(outcome.results) / max(outcome.seconds, 0.001)
    how = output.say("trong khung cách ly", "in the sandbox") if sandboxed else output.say("nhanh", "quickly")
    show(
        output.say(
            f"Đã phát lại {number:,} lịch sử ({how}) trong {outcome.seconds:.1f} giây, {rate:.0f} mỗi giây.",
            f"Replayed {number:,} histories ({how}) in {outcome.seconds:.1f} s, {rate:.0f} a second.",
        )
    )
    told = [
        FailedHistory(number=place, workflow=one.workflow, run=one.run, failure=failure_of(one))
        for place, one in enumerate(failed[:MOST_SHOWN])
    ]
    show_failures(told, len(failed), outcome.absent, output)
    if not failed and number and not outcome.absent:
        show(output.say("✓ Mọi lịch sử đều phát lại được.", "✓ Every history replays."))


def failure_of(one: Replayed) -> ReplayFailure | None:
    """Why a history does not replay, in words alone."""
    return None if one.failure is None else ReplayFailure.model_validate(one.failure.as_json())


def show_failures(told: Sequence[FailedHistory], failed: int, absent: Sequence[str], output: Output) -> None:
    """The first failures for people, and how many there are."""
    for one in told:
        if one.failure is not None:
            show(*_lines(one, one.failure, output))
    if failed > len(told):
        left = failed - len(told)
        show(output.say(f"… và {left:,} lịch sử nữa.", f"… and {left:,} more."))
    for workflow in absent[:MOST_SHOWN]:
        show(one_line(output.say(f"– {workflow}: Temporal không có lịch sử", f"– {workflow}: Temporal has no history")))
    if failed:
        show(output.say(f"✗ {failed:,} lịch sử không phát lại được.", f"✗ {failed:,} do not replay."))


def _lines(one: FailedHistory, failure: ReplayFailure, output: Output) -> Iterator[Any]:
    yield one_line(" ".join(("✗", one.workflow, one.run)), "bold red")
    yield one_line(f"  {failure.code}: {output.of(failure.message)}")
    if failure.difference is not None and failure.problem not in failure.message.en:
        yield one_line(f"  {failure.problem}", "dim")
    yield one_line(output.say("  Cách sửa: ", "  Remedy: ") + output.of(failure.remedy))
