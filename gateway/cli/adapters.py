"""`luongxanh adapters`: how the outside systems are, and orders to hold, drain or try them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.outside_orders import OutsideAct, require_time, system_named
from domain.outside_systems import SYSTEM_NAMES, System
from domain.text.sentences import Choice
from gateway.cli.adapters_page import given_lines, plan_lines, status_lines, systems_table, workers_table
from gateway.cli.choices import help_with
from gateway.cli.confirming import Yes, require_confirmed
from gateway.cli.dependencies import dependencies
from gateway.cli.operators import ordered
from gateway.cli.output import PLAIN, Output, print_json, print_json_lines, show, tell

if TYPE_CHECKING:
    from gateway.client.watching.outside_systems import OutsideNow

app = App(name="adapters")

SYSTEM_CHOICES = tuple(Choice(code=one.value, meaning=SYSTEM_NAMES[one]) for one in System)
SystemCode = Annotated[str, Parameter(help=help_with("Hệ thống (a system)", SYSTEM_CHOICES))]
By = Annotated[str, Parameter(help="Mã nội bộ người vận hành (an operator)")]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
For = Annotated[
    float | None,
    Parameter(name="--for", help="Hiệu lực bao nhiêu giờ, tối đa 168 (for how many hours it holds; at most 168)"),
]


@app.command
async def status(system: SystemCode | None = None, /, *, output: Output = PLAIN) -> None:
    """Mỗi hệ thống đang thế nào, từ lúc nào, gọi bao nhiêu, ai ra lệnh gì (how each system is, and the orders).

    Nêu một hệ thống thì thấy từng tiến trình (with a system: each worker). --json: mỗi hệ thống một dòng, rồi một dòng
    settings: cấu hình đang dùng ở từng tiến trình (one system a line, then the settings in force in each worker).

    Ví dụ (example): luongxanh adapters status civil
    """
    named = None if system is None else system_named(system)
    now = await _now()
    wanted = [one for one in now.systems if named in (None, one.system)]
    if output.json:
        print_json_lines(
            [
                *({**one.model_dump(mode="json"), "state_words": one.state.words.model_dump()} for one in wanted),
                {"settings": [one.model_dump(mode="json") for one in now.settings], "silent": list(now.silent)},
            ]
        )
        return
    show(systems_table(wanted, output))
    if named is not None:
        show(workers_table(now.of(named), output))
    show(*status_lines(now, wanted, output))


async def _now() -> OutsideNow:
    from gateway.client.watching.outside_systems import OutsideSystems

    async with dependencies().open_ledger() as pool:
        return await OutsideSystems(pool).now()


@app.command(name="open")
async def open_(
    system: SystemCode, /, *, by: By, reason: Reason, for_: For = None, yes: Yes = False, output: Output = PLAIN
) -> None:
    """Ngừng gọi một hệ thống: không lượt gọi nào đi ra, không gì bị mất (no call goes out; nothing is lost).

    Hết hạn thì tự động lại, mặc định sau 4 giờ (it ends by itself, after 4 hours unless said otherwise).

    Ví dụ (example): luongxanh adapters open land --for 2 --by cb.TTPVHCC.operator.1 --reason "Sở bảo trì, công văn 12"
    """
    await _order(system, OutsideAct.OPEN, by, reason, for_, yes, output)


@app.command
async def close(
    system: SystemCode, /, *, by: By, reason: Reason, for_: For = None, yes: Yes = False, output: Output = PLAIN
) -> None:
    """Gọi một hệ thống dù đang lỗi, không tự ngắt (call it in spite of failures; no breaker holds calls back).

    Hết hạn thì tự động lại, mặc định sau 1 giờ (it ends by itself, after an hour unless said otherwise).

    Ví dụ (example): luongxanh adapters close civil --by cb.TTPVHCC.operator.1 --reason "Đã sửa, cho gọi lại ngay"
    """
    await _order(system, OutsideAct.CLOSE, by, reason, for_, yes, output)


@app.command
async def drain(
    system: SystemCode, /, *, by: By, reason: Reason, for_: For = None, yes: Yes = False, output: Output = PLAIN
) -> None:
    """Rút dần: lượt đang gọi thì gọi xong, không gọi mới (calls under way end, and none begins).

    Khi nào rút hết: luongxanh adapters status (it says when none is left). Mặc định 4 giờ (4 hours unless said
    otherwise).

    Ví dụ (example): luongxanh adapters drain signing --by cb.TTPVHCC.operator.1 --reason "Đổi chứng thư"
    """
    await _order(system, OutsideAct.DRAIN, by, reason, for_, yes, output)


@app.command
async def automatic(system: SystemCode, /, *, by: By, reason: Reason, yes: Yes = False, output: Output = PLAIN) -> None:
    """Bỏ lệnh, để hệ thống tự động lại (end the order; failures decide again).

    Ví dụ (example): luongxanh adapters automatic land --by cb.TTPVHCC.operator.1 --reason "Sở bảo trì xong"
    """
    await _order(system, OutsideAct.AUTOMATIC, by, reason, None, yes, output)


async def _order(
    system: str, act: OutsideAct, by: str, reason: str, hours: float | None, yes: bool, output: Output
) -> None:
    from gateway.client.watching.outside_systems import OutsideSystems

    named = system_named(system)
    who = ordered(by, reason)
    lasts = None if hours is None else timedelta(hours=min(max(0.0, hours), 1e6))  # in this order NaN becomes 0
    require_time(act, lasts)
    async with dependencies().open_ledger() as pool:
        systems = OutsideSystems(pool)
        planned = await systems.plan(named, act, lasts)
        if not output.json:
            tell(*plan_lines(planned, output))
        require_confirmed(yes, output)
        given = await systems.order(named, act, lasts, who, reason, seen=planned.seen)
    if output.json:
        print_json(given.model_dump(mode="json"))
    else:
        show(*given_lines(given, output))
