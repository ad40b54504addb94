"""`luongxanh ops replay`: replays histories on this release or another one, before it serves open dossiers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output
from gateway.cli.problems import Exit
from workers.commands.replay_options import How, Wanted, is_file, require_one_way, require_positive, seed_of
from workers.commands.replay_page import Outcome, answer, progress

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Sequence

    from domain.rules.rulebook import StoredRule
    from workers.kept_histories import KeptHistory
    from workers.replay_choice import Choice

replay = App(name="replay", sort_key=2)


@replay.default
async def replay_histories(
    *what: Annotated[
        str,
        Parameter(help="Mã hồ sơ, tệp, thư mục; bỏ trống: hồ sơ đang mở (codes, files, folders; none: all open)"),
    ],
    wanted: Wanted | None = None,
    how: How | None = None,
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
      luongxanh ops replay --on-build 0.2.0+3f2a9c01d4e7  trên tiến trình của bản ấy (on the workers of that build)
    """
    wanted, how = wanted or Wanted(), how or How()
    if how.on_build is not None or how.cancel is not None:
        from workers.commands.replay_on_build import by_order

        return await by_order(what, wanted, how, output)
    outcome = await _replayed(what, wanted, how, output)
    code = answer(outcome, how.sandbox, how.against, output)
    return Exit.FAILED if what and outcome.absent else code


async def _replayed(what: Sequence[str], wanted: Wanted, how: How, output: Output) -> Outcome:
    from workers.replay_release import release
    from workers.replaying import ReplayProcesses

    number, outcome = _number_of(how.processes), Outcome()
    async with _rules_and_histories(what, wanted, how.rules, outcome, output) as (known, histories):
        with (
            release(how.against) as folder,
            ReplayProcesses(number, known, sandboxed=how.sandbox, release=folder) as replaying,
            progress(outcome, output) as told,
        ):
            await replaying.start()
            outcome.began = time.monotonic()
            await replaying.replay(histories, told)
            outcome.seconds = time.monotonic() - outcome.began
    return outcome


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


@asynccontextmanager
async def _rules_and_histories(
    what: Sequence[str], wanted: Wanted, rules: Path | None, outcome: Outcome, output: Output
) -> AsyncIterator[tuple[tuple[StoredRule, ...], AsyncIterable[KeptHistory]]]:
    from workers.histories import histories_in, histories_of, history_files, number_listed

    files = [Path(one) for one in what if is_file(one)]
    require_one_way(files, [one for one in what if not is_file(one)], wanted)
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


def _choice(what: Sequence[str], wanted: Wanted, output: Output) -> Choice:
    from workers.replay_choice import Choice, Sample

    sample = None
    if wanted.sample is not None:
        require_positive("--sample", wanted.sample)
        sample = Sample(wanted.sample, seed_of(wanted, output), spread=not wanted.at_random)
    search = wanted.search if wanted.filtered else None
    ended = wanted.ended or (wanted.state is not None)
    return Choice(tuple(what), search, ended, wanted.limit, sample)


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
