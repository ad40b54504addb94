"""`make bench`: measures the engine against its baseline, and against peers."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.choices import choice
from gateway.cli.inputs import validated
from tools.benchmark.peers.peer import Peer
from tools.benchmark.sizes import Size

bench = App(name="bench")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]
Amount = int | None
Peers = Annotated[
    list[Peer] | None,
    choice("Đo thêm với phần mềm cùng loại (peers that are measured in turn too)", Peer),
    Parameter(negative=""),
]
RestateServer = Annotated[
    str | None,
    Parameter(
        env_var="RESTATE_SERVER", help="Chương trình restate-server, nếu không có trong PATH (when not on the path)"
    ),
]


@bench.default
def measure(
    *,
    size: Annotated[Size, choice("Cỡ đo (how much to measure)", Size)] = Size.M,
    repeats: Annotated[Amount, Parameter(help="Số cặp đo, thay số của cỡ (pairs of rounds)")] = None,
    dossiers: Annotated[
        Amount,
        Parameter(
            help="Số hồ sơ mỗi lần đo, nên là bội của --at-once (dossiers of a round, best a multiple of --at-once)"
        ),
    ] = None,
    latency_dossiers: Annotated[
        Amount, Parameter(help="Số hồ sơ đo độ trễ; 0: không đo (dossiers for the latency; 0: none)")
    ] = None,
    at_once: Annotated[int, Parameter(help="Số hồ sơ chạy cùng lúc (how many dossiers run at once)")] = 150,
    rate: Annotated[float, Parameter(help="Số lệnh mỗi giây khi đo độ trễ (commands a second, for the latency)")] = 5.0,
    peers: Peers = None,
    restate_server: RestateServer = None,
    compare: Annotated[
        str | None, Parameter(help="So với tệp kết quả của lần đo trước (compare with the file of an earlier run)")
    ] = None,
    json: Json = False,
) -> int:
    """Đo tốc độ so với mức nền, xen kẽ; ghi build/bench.json (measure the engine against its baseline, interleaved).

    Mã thoát 1 nếu chưa đạt một mục tiêu, hoặc có hồ sơ không chạy hết.
    (Exit code 1 when an aim is not reached or a dossier did not finish.)
    """
    import uvloop

    from tools.benchmark.options import BenchOptions
    from tools.benchmark.run import run
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    given = {
        "size": size, "repeats": repeats, "dossiers": dossiers, "latency_dossiers": latency_dossiers,
        "at_once": at_once, "rate": rate, "peers": tuple(dict.fromkeys(peers or ())), "restate_server": restate_server,
        "compare": compare, "json": json,
    }  # fmt: skip
    return uvloop.run(run(validated(BenchOptions, given)))
