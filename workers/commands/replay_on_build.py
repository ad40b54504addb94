"""`luongxanh ops replay --on-build`: orders a replay on the workers of a build, follows it, and prints the result."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from domain.errors import InvalidInput
from domain.repairs.plans import ByCodes, ByFilter, Everything
from domain.replays import MOST_KEPT, FailedHistory, ReplayChoice, ReplayRun, ReplayState
from gateway.cli.dependencies import dependencies
from gateway.cli.output import Output, print_json, show, tell
from gateway.cli.problems import Exit
from gateway.client.admitting.operators import this_machine
from workers.commands.replay_options import How, Wanted, is_file, require_one_way, require_positive, seed_of
from workers.commands.replay_page import MOST_SHOWN, bar, show_failures
from workers.messages import ReplayRefusal
from workers.replaying import ReplayError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.client import Engine

LOOK_EVERY = 1.0
TAKEN_UP_WITHIN = 120.0
"""Seconds without any sign of a worker, after which nobody waits any longer."""


async def by_order(what: Sequence[str], wanted: Wanted, how: How, output: Output) -> int:
    """Orders a replay and follows it, or cancels one. Returns the exit code.

    Raises the errors of `ReplayOrders`; InvalidInput `not_on_a_build`, `mixed_choice`; ReplayError
    `replay_not_taken_up`.
    """
    async with dependencies().open_engine() as engine:
        if how.cancel is not None:
            ended = await engine.replays.cancel(this_machine(), how.cancel, who=how.by)
            return await _result(engine, ended, output)
        choice = _choice(what, wanted, how, output)
        begun = await engine.replays.begin(this_machine(), how.on_build or "", choice, who=how.by)
        try:
            ended = await _followed(engine, begun, output)
        except asyncio.CancelledError:
            tell(
                output.say(
                    f"Lần phát lại vẫn chạy tiếp. Để hủy: luongxanh ops replay --cancel {begun.id}",
                    f"The replay goes on. To cancel it: luongxanh ops replay --cancel {begun.id}",
                )
            )
            raise
        return await _result(engine, ended, output)


def _choice(what: Sequence[str], wanted: Wanted, how: How, output: Output) -> ReplayChoice:
    files = [one for one in what if is_file(one)]
    given = [*files[:1], *how.elsewhere_given, *wanted.elsewhere_given]
    if given:
        raise InvalidInput(ReplayRefusal.NOT_ON_A_BUILD, given=", ".join(given))
    require_one_way([], list(what), wanted)
    seed = 0
    if wanted.sample is not None:
        require_positive("--sample", wanted.sample)
        seed = seed_of(wanted, output)
    selected: ByCodes | ByFilter | Everything = Everything()
    if what:
        selected = ByCodes(codes=tuple(what))
    elif wanted.filtered:
        selected = ByFilter(wanted=wanted.search.wanted.model_dump(mode="json", exclude_none=True))
    return ReplayChoice(selected=selected, sample=wanted.sample, seed=seed)


async def _followed(engine: Engine, run: ReplayRun, output: Output) -> ReplayRun:
    """The replay at its end. Raises ReplayError `replay_not_taken_up`."""
    register, seen, until = engine.replays.register, run.seen_at, time.monotonic() + TAKEN_UP_WITHIN
    with bar(output) as shown:
        while run.finished_at is None:
            await asyncio.sleep(LOOK_EVERY)
            run = await register.run(run.id)
            shown(run.looked, run.histories, run.per_second)
            if run.seen_at != seen:
                seen, until = run.seen_at, time.monotonic() + TAKEN_UP_WITHIN
            elif time.monotonic() > until:
                facts = {"build": run.build, "replay": run.id, "seconds": round(TAKEN_UP_WITHIN)}
                raise ReplayError(ReplayRefusal.REPLAY_NOT_TAKEN_UP, **facts)
    return run


async def _result(engine: Engine, run: ReplayRun, output: Output) -> int:
    failures = await engine.replays.register.failures(run.id, MOST_KEPT)
    absent = [one.workflow for one in failures if one.failure is None]
    failed = [one for one in failures if one.failure is not None]
    if output.json:
        print_json(_as_json(run, failed, absent))
    else:
        _show(run, failed, absent, output)
    return Exit.DONE if run.state is ReplayState.SUCCEEDED else Exit.FAILED


def _as_json(run: ReplayRun, failed: Sequence[FailedHistory], absent: Sequence[str]) -> dict[str, object]:
    return {
        "replay": str(run.id),
        "build": run.build,
        "state": run.state.value,
        "histories": run.looked,
        "events": run.events,
        "seconds": round(run.seconds, 1),
        "per_second": None if run.per_second is None else round(run.per_second, 1),
        "problem": None if run.problem is None else run.problem.model_dump(),
        "absent": list(absent),
        "failures": [
            {"workflow": one.workflow, "run": one.run, **(one.failure.model_dump() if one.failure else {})}
            for one in failed
        ],
    }


def _show(run: ReplayRun, failed: Sequence[FailedHistory], absent: Sequence[str], output: Output) -> None:
    rate = run.per_second or 0
    show(
        output.say(
            f"Đã phát lại {run.looked:,} lịch sử trên bản {run.build}, {rate:.0f} mỗi giây: {run.state.words.vi}.",
            f"Replayed {run.looked:,} histories on the build {run.build}, {rate:.0f} a second: {run.state.words.en}.",
        )
    )
    show_failures(failed[:MOST_SHOWN], run.failed, absent, output)
    if run.problem is not None:
        show(output.of(run.problem))
