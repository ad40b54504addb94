"""`luongxanh ops replay`: replays histories on this release or another one, before it serves open dossiers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from gateway.cli.choices import choice
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, console, one_line, print_json, show, tell
from gateway.cli.problems import Exit

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Sequence

    from domain.rules.rulebook import StoredRule
    from workers.kept_histories import KeptHistory, Replayed
    from workers.replay_choice import Choice

MOST_SHOWN = 50
"""How many failures are printed for people; `--json` has all of them."""

replay = App(name="replay", sort_key=2)


@Parameter(name="*")
@dataclass(frozen=True)
class Wanted:
    """The filter of the register, and the size of the sample."""

    state: Annotated[State | None, choice("Trạng thái (state)", State)] = None
    unit: Annotated[str | None, Parameter(help="Đơn vị chịu trách nhiệm (the unit that answers for it)")] = None
    procedure: Annotated[str | None, Parameter(help="Mã thủ tục (procedure)")] = None
    overdue: Annotated[WhichClock | None, choice("Đã quá hạn này (this date has passed)", WhichClock)] = None
    text: Annotated[str | None, Parameter(help="Như ở dossier list (as in dossier list)")] = None
    ended: Annotated[bool, Parameter(negative="", help="Cả hồ sơ đã xong (those that ended too)")] = False
    limit: Annotated[
        int | None, Parameter(help="Nhiều nhất bấy nhiêu, mới nhất trước (at most so many, the newest first)")
    ] = None
    sample: Annotated[
        int | None, Parameter(help="Lấy mẫu bấy nhiêu, rải đều trạng thái, thủ tục, bản (a sample, spread over kinds)")
    ] = None
    at_random: Annotated[
        bool, Parameter(negative="", help="Mẫu ngẫu nhiên, không rải đều (a sample that is not spread)")
    ] = False
    seed: Annotated[int | None, Parameter(help="Số gieo, để lấy lại đúng mẫu ấy (to take the sample again)")] = None

    @property
    def filtered(self) -> bool:
        """True if the register is asked."""
        return any(one is not None for one in (self.state, self.unit, self.procedure, self.overdue, self.text))


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


@replay.default
async def replay_histories(
    *what: Annotated[
        str,
        Parameter(help="Mã hồ sơ, tệp, thư mục; bỏ trống: hồ sơ đang mở (codes, files, folders; none: all open)"),
    ],
    wanted: Wanted | None = None,
    rules: Annotated[
        Path | None, Parameter(help="Tệp quy định của các lịch sử ấy (their rules; by default those of the ledger)")
    ] = None,
    processes: Annotated[
        int | None, Parameter(help="Số tiến trình; mặc định: mỗi nhân một (how many processes; one for each core)")
    ] = None,
    sandbox: Annotated[
        bool,
        Parameter(negative="", help="Trong khung cách ly như khi chạy thật, chậm hơn (as a worker does; slower)"),
    ] = False,
    against: Annotated[
        str | None, Parameter(help="Bằng bản khác: commit, thẻ, thư mục, .whl (with another release of the program)")
    ] = None,
    output: Output = PLAIN,
) -> int:
    """Phát lại lịch sử bằng mã của bản này hoặc bản khác (replay histories on this release or another one).

    Chạy bản mới với lệnh này trước khi nâng cấp: hồ sơ nào không phát lại được thì sẽ mắc kẹt. Chỉ đọc, không ghi.
    Mỗi lỗi nêu sự kiện khác đầu tiên, dòng mã đã đòi và cách sửa. Mã thoát 1 nếu có lịch sử không phát lại được.
    (Run it with the new release before the upgrade: a dossier that does not replay would get stuck. It only reads. A
    failure names the first event that differs, the line of code that asked, and the remedy. Exit code 1 if one fails.)

    Ví dụ (examples):
      luongxanh ops replay                              mọi hồ sơ đang mở (every open dossier)
      luongxanh ops replay H42.101-250805-0001          một hồ sơ (one dossier)
      luongxanh ops replay --state processing --sample 500
      luongxanh ops replay lich-su/ --rules rules.json  các tệp do Temporal xuất ra (files that Temporal exported)
      luongxanh ops replay --against v0.2.0             bằng bản v0.2.0 (with the release v0.2.0)
    """
    from workers.replay_release import release
    from workers.replaying import ReplayProcesses

    number = _number_of(processes)
    outcome = Outcome()
    async with _rules_and_histories(what, wanted or Wanted(), rules, outcome, output) as (known, histories):
        with (
            release(against) as folder,
            ReplayProcesses(number, known, sandboxed=sandbox, release=folder) as replaying,
            _progress(outcome, output) as told,
        ):
            await replaying.start()
            outcome.began = time.monotonic()
            await replaying.replay(histories, told)
            outcome.seconds = time.monotonic() - outcome.began
    code = _answer(outcome, sandbox, against, output)
    return Exit.FAILED if what and outcome.absent else code


def _number_of(processes: int | None) -> int:
    import os

    from workers.commands.processes import MOST_PROCESSES, out_of_range

    number = len(os.sched_getaffinity(0)) if processes is None else processes
    if not 1 <= number <= MOST_PROCESSES:
        raise out_of_range("--processes", 1, MOST_PROCESSES, number)
    return number


def _require_some(found: Sequence[object]) -> None:
    """Raises InvalidInput `nothing_to_replay`: an empty answer would look like a good one."""
    from domain.errors import InvalidInput
    from workers.messages import ReplayRefusal

    if not found:
        raise InvalidInput(ReplayRefusal.NOTHING_TO_REPLAY)


def _is_file(given: str) -> bool:
    return "/" in given or given.endswith(".json") or Path(given).exists()


@asynccontextmanager
async def _rules_and_histories(
    what: Sequence[str], wanted: Wanted, rules: Path | None, outcome: Outcome, output: Output
) -> AsyncIterator[tuple[tuple[StoredRule, ...], AsyncIterable[KeptHistory]]]:
    from workers.histories import histories_in, histories_of, history_files, number_listed

    files = [Path(one) for one in what if _is_file(one)]
    _require_one_way(files, [one for one in what if not _is_file(one)], wanted)
    if files:
        found = history_files(files, without=rules)[: wanted.limit]
        outcome.total = len(found)
        yield await _rules(rules), histories_in(found)
        return
    from workers.replay_choice import chosen

    known, registered = await _rules(rules), []
    asked = _choice(what, wanted, output)
    if asked.search is not None:
        registered = await _registered(asked)
        _require_some(registered)
    if asked.named or asked.search is not None:
        outcome.total = _fewer(len(asked.named) + len(registered), wanted)
    elif wanted.sample is not None:
        registered = await _registered(asked)
    async with dependencies().open_temporal() as client:
        if outcome.total is None:
            outcome.total = _fewer(await number_listed(client, ended=asked.ended), wanted)
        yield known, histories_of(client, chosen(client, asked, registered), outcome.absent.append)


def _fewer(found: int, wanted: Wanted) -> int:
    """How many of the found ones are replayed."""
    return min(one for one in (found, wanted.sample, wanted.limit) if one is not None)


def _require_one_way(files: Sequence[Path], codes: Sequence[str], wanted: Wanted) -> None:
    """Raises InvalidInput `mixed_choice`: an answer about another set than was meant would be worse."""
    from domain.errors import InvalidInput
    from workers.messages import ReplayRefusal

    given = [*map(str, files[:1]), *codes[:1]]
    filtered = wanted.filtered or wanted.sample is not None
    if len(given) + filtered > 1:
        raise InvalidInput(ReplayRefusal.MIXED_CHOICE, given=", ".join((*given, *(["--…"] if filtered else []))))


def _choice(what: Sequence[str], wanted: Wanted, output: Output) -> Choice:
    from workers.replay_choice import Choice, Sample

    sample = None
    if wanted.sample is not None:
        _require_positive("--sample", wanted.sample)
        sample = Sample(wanted.sample, _seed(wanted, output), spread=not wanted.at_random)
    search = None
    if wanted.filtered:
        from gateway.cli.dossier.lists import searched

        search = searched(
            state=wanted.state,
            unit=wanted.unit,
            procedure=wanted.procedure,
            overdue=wanted.overdue,
            text=wanted.text,
        )
    ended = wanted.ended or (wanted.state is not None)
    return Choice(tuple(what), search, ended, wanted.limit, sample)


def _require_positive(option: str, value: int) -> None:
    from workers.commands.processes import out_of_range

    if value < 1:
        raise out_of_range(option, 1, 1_000_000, value)


def _seed(wanted: Wanted, output: Output) -> int:
    """The seed of the sample. It is printed, so that the same sample can be taken again."""
    import secrets

    seed = secrets.randbelow(1_000_000) if wanted.seed is None else wanted.seed
    tell(output.say(f"Mẫu theo số gieo {seed} (--seed {seed}).", f"A sample by the seed {seed} (--seed {seed})."))
    return seed


async def _registered(asked: Choice) -> list[Any]:
    from gateway.cli.dossier.lists import searched
    from workers.replay_choice import found_in_register

    everything = searched(state=None, unit=None, procedure=None, overdue=None, text=None)
    async with dependencies().open_ledger() as pool:
        return await found_in_register(pool, asked.search or everything, ended=asked.ended)


async def _rules(file: Path | None) -> tuple[StoredRule, ...]:
    """The rules of a file, or all that the ledger has. Raises InvalidInput `not_rules`, DatabaseUnavailable."""
    if file is not None:
        from workers.histories import rules_in

        return rules_in(file)
    from activities.ledger.rules_store import RulesStore

    async with dependencies().open_ledger() as pool:
        return await RulesStore(pool).load_all()


@contextmanager
def _progress(outcome: Outcome, output: Output) -> Iterator[Callable[[Replayed], None]]:
    """Shows on standard error, on a terminal only, how many were replayed, how fast, and how long it takes."""
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
    with Progress(*columns, console=screen, transient=True, disable=off) as bar:
        said = output.say("Phát lại lịch sử", "Replaying histories")
        task = bar.add_task(said, total=outcome.total, done="")

        def told(result: Replayed) -> None:
            outcome.results.append(result)
            number = len(outcome.results)
            rate = number / max(time.monotonic() - outcome.began, 0.001)
            of = "" if outcome.total is None else f"/{outcome.total:,}"
            bar.update(task, completed=number, done=f"{number:,}{of}  {rate:.0f}/s")

        yield told


def _answer(outcome: Outcome, sandboxed: bool, against: str | None, output: Output) -> int:
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
    for one in failed[:MOST_SHOWN]:
        show(*_lines(one, output))
    if len(failed) > MOST_SHOWN:
        show(output.say(f"… và {len(failed) - MOST_SHOWN:,} lịch sử nữa.", f"… and {len(failed) - MOST_SHOWN:,} more."))
    for workflow in outcome.absent[:MOST_SHOWN]:
        show(one_line(output.say(f"– {workflow}: Temporal không có lịch sử", f"– {workflow}: Temporal has no history")))
    if failed:
        show(output.say(f"✗ {len(failed):,} lịch sử không phát lại được.", f"✗ {len(failed):,} do not replay."))
    elif number and not outcome.absent:
        show(output.say("✓ Mọi lịch sử đều phát lại được.", "✓ Every history replays."))


def _lines(one: Replayed, output: Output) -> Iterator[Any]:
    yield one_line(" ".join(("✗", one.workflow, one.run)), "bold red")
    if one.failure is None:
        return
    yield one_line(f"  {one.failure.code.value}: {output.of(one.failure.words)}")
    if one.failure.difference is not None and one.failure.said != one.failure.facts.get("error"):
        yield one_line(f"  {one.failure.said}", "dim")
    yield one_line(output.say("  Cách sửa: ", "  Remedy: ") + output.of(one.failure.remedy_words))
