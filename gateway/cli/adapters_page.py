"""What `luongxanh adapters` prints for people: the systems, the workers, the orders and the settings in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.text.sentences import begun, many
from gateway.cli.output import Output, called
from gateway.i18n.outside_wording import BREAKERS, CALLS, effect_of, pace_of, share_failed
from gateway.i18n.wording import at, failure_name

if TYPE_CHECKING:
    from rich.table import Table

    from gateway.client.watching.outside_systems import GivenOrder, OutsideNow, PlannedOrder, SystemStatus


def systems_table(systems: Sequence[SystemStatus], output: Output) -> Table:
    """One system on each row."""
    from gateway.cli.tables import headed

    columns = (output.say("Hệ thống", "System"), output.say("Trạng thái", "State"), output.say("Từ lúc", "Since"))
    more = (
        output.say("Đang gọi, chờ", "Running, waiting"),
        output.say("Gọi, lỗi (5 phút)", "Calls, failures (5 min)"),
        output.say("Mỗi giây", "A second"),
    )
    table = headed(output.say("Hệ thống ngoài", "Outside systems"), *columns, *more, whole=(0,))
    table.columns[1] = replace(table.columns[1], min_width=11)  # most systems have one line, also on 80 columns
    for one in systems:
        table.add_row(
            one.system.value,
            output.of(one.state.words),
            at(one.since) if one.since else "–",
            f"{one.running}, {one.waiting}",
            f"{one.calls:,}, {output.of(share_failed(one.calls, one.failures))}",
            output.of(pace_of(one.used_per_second, one.per_second)),
        )
    return table


def workers_table(system: SystemStatus, output: Output) -> Table:
    """The calls of each worker to one system."""
    from gateway.cli.tables import headed

    columns = (output.say("Tiến trình", "Worker"), output.say("Lượt gọi", "Calls"), output.say("Bộ ngắt", "Breaker"))
    more = (
        output.say("Đang gọi", "Running"),
        output.say("Chờ", "Waiting"),
        output.say("Chỗ", "Places"),
        output.say("Trả lời gần nhất", "Last answer"),
    )
    table = headed(begun(output.of(system.name)), *columns, *more, whole=(0,))
    for one in system.uses:
        answered = at(one.succeeded_at) if one.succeeded_at else "–"
        calls = output.of(CALLS[one.calls_of]) if one.calls_of in CALLS else one.calls_of
        table.add_row(
            one.process,
            calls,
            output.of(BREAKERS[one.state]) if one.state in BREAKERS else one.state,
            str(one.running),
            str(one.waiting),
            str(one.places),
            answered,
        )
    return table


def status_lines(now: OutsideNow, systems: Sequence[SystemStatus], output: Output) -> Iterator[str]:
    """The last failures, the orders in force, and what is wrong with the workers or their settings."""
    for one in systems:
        if one.failed_at is not None:
            when, why = at(one.failed_at), output.of(failure_name(one.failure, one.system))
            yield output.say(f"{one.system}: lỗi gần nhất {when}, {why}", f"{one.system}: last failure {when}, {why}")
    for one in systems:
        if one.order is not None:
            yield _order_line(one, output)
    if not now.settings:
        yield output.say("Không tiến trình xử lý nào đang chạy.", "No worker is running.")
    elif len(now.versions) == 1:
        count = len(now.settings)
        yield output.say(
            f"Cấu hình {now.versions[0]} ở {count} tiến trình.",
            f"Settings {now.versions[0]} in {many(count, 'worker')}.",
        )
    else:
        for worker in now.settings:
            version = worker.version or "–"
            yield output.say(f"{worker.process}: cấu hình {version}", f"{worker.process}: settings {version}")
    for worker in now.settings:
        if worker.because is not None:
            yield output.say(
                f"✗ {worker.process} không nhận tệp cấu hình mới: {worker.because.vi}",
                f"✗ {worker.process} does not take the new settings file: {worker.because.en}",
            )
    for process in now.silent:
        yield output.say(f"{process}: đã dừng hoặc mất liên lạc", f"{process}: gone, or out of reach")


def _order_line(one: SystemStatus, output: Output) -> str:
    order = one.order
    assert order is not None  # the caller has looked
    until = at(order.until) if order.until else "–"
    vi = (
        f"{one.system}: {order.act.words.vi} đến {until}, lệnh của {order.who} lúc {at(order.at)}: {order.why}. "
        f"{one.obeyed_by}/{one.workers} tiến trình đã theo."
    )
    en = (
        f"{one.system}: {order.act.words.en} until {until}, ordered by {order.who} at {at(order.at)}: {order.why}. "
        f"Obeyed by {one.obeyed_by} of {many(one.workers, 'worker')}."
    )
    return output.say(vi, en)


def plan_lines(planned: PlannedOrder, output: Output) -> Iterator[str]:
    """What an order would do."""
    system = planned.system
    yield output.say(
        f"{system.name.vi}: {system.state.words.vi}; đang gọi {system.running}, chờ {system.waiting}.",
        f"{system.name.en}: {system.state.words.en}; {many(system.running, 'call')} under way, {system.waiting} wait.",
    )
    if system.order is not None:
        yield _order_line(system, output)
    for line in effect_of(planned.act, planned.lasts):
        yield output.of(line)


def given_lines(given: GivenOrder, output: Output) -> Iterator[str]:
    """What came of it."""
    order = given.order
    if order is None:
        yield output.say(
            "Không có lệnh nào đang hiệu lực, nên không thay đổi gì.", "No order was in force; nothing changed."
        )
        return
    if not given.new:
        until = at(order.until) if order.until else "–"
        yield output.say(
            f"Lệnh này đang hiệu lực đến {until} ({order.who}: {order.why}). Không ghi thêm. Để kéo dài: thêm --for.",
            f"This order holds already, until {until} ({order.who}: {order.why}). Nothing was added. To extend: --for.",
        )
        return
    words = order.act.words
    until_vi = f" đến {at(order.until)}" if order.until else ""
    until_en = f" until {at(order.until)}" if order.until else ""
    yield output.say(f"✓ {given.system}: {words.vi}{until_vi}.", f"✓ {given.system}: {words.en}{until_en}.")
    yield output.say(
        f"Các tiến trình theo lệnh trong vài giây: {called()} adapters status {given.system}",
        f"Workers obey within seconds: {called()} adapters status {given.system}",
    )
