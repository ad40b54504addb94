"""`python -m tools bench-replay`: measures how fast histories are replayed."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

bench_replay = App(name="bench-replay")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@bench_replay.default
async def measure(
    *,
    processes: Annotated[
        int | None, Parameter(help="Số tiến trình; mặc định: mỗi nhân một (how many processes; one for each core)")
    ] = None,
    histories: Annotated[int, Parameter(help="Số lịch sử mỗi lần đo (histories of a round)")] = 240,
    repeats: Annotated[int, Parameter(help="Số lần đo mỗi bên (rounds of each)")] = 5,
    corpus: Annotated[
        bool, Parameter(negative="", help="Các lịch sử trong tests/histories thay cho hồ sơ mới (those of the gate)")
    ] = False,
    json: Json = False,
) -> int:
    """Đo tốc độ phát lại lịch sử, một tiến trình và nhiều tiến trình xen kẽ (replay by one and by several processes).

    Ghi build/bench-replay.json (writes build/bench-replay.json).
    """
    from tools.benchmark.replay_speed import ReplayBenchOptions, run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {"histories": histories, "repeats": repeats, "corpus": corpus, "json": json}
    return await run(validated(ReplayBenchOptions, given if processes is None else {**given, "processes": processes}))
