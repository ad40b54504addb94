"""`luongxanh replay`: replays the open dossiers' histories on this release, before it serves them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from gateway.cli.output import PLAIN, Output, console, one_line, print_json, show

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Sequence

    from domain.rules.rulebook import StoredRule
    from workers.kept_histories import KeptHistory, Replayed

MOST_SHOWN = 50
"""How many failures are printed for people; `--json` has all of them."""

replay = App(name="replay")


@replay.default
async def replay_histories(
    *paths: Annotated[
        Path, Parameter(help="Tệp lịch sử hoặc thư mục; bỏ trống: hồ sơ đang mở (files or folders; none: what runs)")
    ],
    rules: Annotated[
        Path | None, Parameter(help="Tệp quy định của các lịch sử ấy (their rules; by default those of the ledger)")
    ] = None,
    limit: Annotated[
        int | None, Parameter(help="Nhiều nhất bấy nhiêu hồ sơ, mới nhất trước (at most so many, the newest first)")
    ] = None,
    processes: Annotated[
        int | None, Parameter(help="Số tiến trình; mặc định: mỗi nhân một (how many processes; one for each core)")
    ] = None,
    output: Output = PLAIN,
) -> int:
    """Phát lại lịch sử bằng mã của bản này; mã thoát 1 nếu có lịch sử không phát lại được (exit code 1 if one fails).

    Chạy bản mới với lệnh này trước khi nâng cấp: hồ sơ nào không phát lại được thì sẽ mắc kẹt. Chỉ đọc, không ghi gì.
    (Run it with the new release before the upgrade: a dossier that does not replay would get stuck. It only reads.)

    Ví dụ (examples):
      luongxanh replay                              mọi hồ sơ đang mở (every open dossier)
      luongxanh replay lich-su/ --rules rules.json  các tệp do Temporal xuất ra (files that Temporal exported)
    """
    from workers.replaying import ReplayProcesses

    number = _number_of(processes)
    results: list[Replayed] = []
    began = time.monotonic()
    async with _rules_and_histories(paths, rules, limit) as (known, histories):
        with ReplayProcesses(number, known) as replaying, _progress(output) as progress:

            def tell(result: Replayed) -> None:
                results.append(result)
                progress(len(results))

            await replaying.replay(histories, tell)
    return _answer(results, time.monotonic() - began, output)


def _number_of(processes: int | None) -> int:
    import os

    from workers.commands.processes import MOST_PROCESSES, out_of_range

    number = len(os.sched_getaffinity(0)) if processes is None else processes
    if not 1 <= number <= MOST_PROCESSES:
        raise out_of_range("--processes", 1, MOST_PROCESSES, number)
    return number


@asynccontextmanager
async def _rules_and_histories(
    paths: Sequence[Path], rules: Path | None, limit: int | None
) -> AsyncIterator[tuple[tuple[StoredRule, ...], AsyncIterable[KeptHistory]]]:
    from workers.histories import histories_in, history_files, running_histories

    if paths:
        files = history_files(paths, without=rules)
        yield await _rules(rules), histories_in(files if limit is None else files[:limit])
        return
    from workers.commands.connecting import open_temporal_client

    known = await _rules(rules)
    async with open_temporal_client() as client:
        yield known, running_histories(client, limit)


async def _rules(file: Path | None) -> tuple[StoredRule, ...]:
    """The rules of a file, or all that the ledger has. Raises InvalidInput `not_rules`, DatabaseUnavailable."""
    if file is not None:
        from workers.histories import rules_in

        return rules_in(file)
    from activities.ledger.rules_store import RulesStore
    from workers.commands.connecting import open_ledger

    async with open_ledger() as pool:
        return await RulesStore(pool).load_all()


@contextmanager
def _progress(output: Output) -> Iterator[Callable[[int], None]]:
    """Shows on standard error, on a terminal only, how many histories were replayed."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    screen = console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f}"))
    off = output.json or not screen.is_terminal
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True, disable=off) as bar:
        task = bar.add_task(output.say("Phát lại lịch sử", "Replaying histories"), total=None)
        yield lambda done: bar.update(task, completed=done)


def _answer(results: Sequence[Replayed], seconds: float, output: Output) -> int:
    """Prints the result. Returns the exit code."""
    from gateway.cli.problems import Exit

    failed = [result for result in results if result.problem is not None]
    if output.json:
        failures = [{"workflow": one.workflow, "run": one.run, "problem": one.problem} for one in failed]
        events = sum(one.events for one in results)
        print_json({"histories": len(results), "events": events, "seconds": round(seconds, 1), "failures": failures})
    else:
        _show(len(results), seconds, failed, output)
    return Exit.FAILED if failed else Exit.DONE


def _show(number: int, seconds: float, failed: Sequence[Replayed], output: Output) -> None:
    show(
        output.say(
            f"Đã phát lại {number:,} lịch sử trong {seconds:.1f} giây.",
            f"Replayed {number:,} histories in {seconds:.1f} s.",
        )
    )
    for one in failed[:MOST_SHOWN]:
        show(one_line(" ".join(("✗", one.workflow, one.run)), "bold red"), one_line(f"  {one.problem}"))
    if len(failed) > MOST_SHOWN:
        show(output.say(f"… và {len(failed) - MOST_SHOWN:,} lịch sử nữa.", f"… and {len(failed) - MOST_SHOWN:,} more."))
    if failed:
        show(output.say(f"✗ {len(failed):,} lịch sử không phát lại được.", f"✗ {len(failed):,} do not replay."))
    elif number:
        show(output.say("✓ Mọi lịch sử đều phát lại được.", "✓ Every history replays."))
