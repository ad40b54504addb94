"""Prints the report for people: Vietnamese first, then English, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from domain.deadlines.limits import WhichClock
from domain.text.printable import printable
from domain.text.sentences import begun
from domain.values import Bilingual
from gateway.i18n.wording import CHANNELS, at, say, system_name
from tools.demo.facts import decimal, facts, percent
from tools.demo.report import DossierStory, RegistryCase, Report, SigningCase

WIDTH = 100
CLOCKS = {
    WhichClock.STATUTORY: say("Theo quy định", "statutory limit"),
    WhichClock.PROMISED: say("Theo phiếu hẹn", "promised date"),
}


def show(report: Report, console: Console) -> None:
    """Prints the whole report."""
    for part in page(report):
        console.print(part, width=min(WIDTH, console.width))


def page(report: Report) -> Iterable[RenderableType]:
    """The parts of the page from top to bottom."""
    yield _heading(f"Một ngày làm việc của {report.province}", "a working day of the province")
    yield from _summary(report)
    yield _heading("Hồ sơ theo trạng thái", "dossiers by state")
    yield _states(report)
    yield _heading("Đúng hạn và trễ hạn", "on time and late")
    yield _clocks(report)
    yield _heading("Cảnh báo và leo thang", "warnings and escalations")
    yield _rungs(report)
    yield _heading("Hai sự cố không được làm trễ hồ sơ", "the two failures that may make nobody late")
    yield from _two_failures(report)
    yield _heading("Liên thông, tiền, tốc độ, chi phí", "boundaries, money, pace, cost")
    yield _in_pairs(facts(report))
    yield _heading("Đối chiếu", "figures that must agree")
    yield _checks(report)
    if report.story is not None:
        yield _heading(f"Hồ sơ {report.story.dossier} từ đầu đến cuối", "one dossier's whole story")
        yield from _story(report.story)
    yield Text()
    yield from _verdict(report)


def _heading(vi: str, en: str) -> RenderableType:
    return Padding(Rule(Text.assemble((vi, "bold"), (f"  ({en})", "dim")), align="left", style="dim"), (1, 0, 0, 0))


def _summary(report: Report) -> Iterable[RenderableType]:
    size = report.size
    counts = ((CHANNELS[channel].vi, size.channels.get(channel.value, 0)) for channel in CHANNELS)
    channels = ", ".join(f"{count} {name}" for name, count in counts if count)
    yield Text.assemble(
        (f"{size.received} hồ sơ", "bold"),
        f" của {size.procedures} thủ tục tại {size.units} đơn vị: {channels}. {size.brought_over} hồ sơ chuyển từ hệ "
        "thống cũ, giữ nguyên ngày tiếp nhận.",
    )
    yield Text(
        f"({size.received} dossiers, {size.procedures} procedures, {size.units} units; {size.brought_over} brought "
        f"over from an older system with their dates of receipt. Seed {report.seed}, {at(report.day.began)})",
        style="dim",
    )


def _states(report: Report) -> Table:
    table = _table("Mã", "Trạng thái", "State", "Hồ sơ", "Tỷ lệ", right=(0, 3, 4))
    for state in report.states:
        share = percent(state.dossiers, report.size.received)
        english = Text(state.name.en, style="dim")
        table.add_row(str(state.portal_code), state.name.vi, english, str(state.dossiers), share)
    total = Text(str(report.size.received), style="bold")
    table.add_row("", Text("Tổng số", style="bold"), Text("total", style="dim"), total, "")
    return table


def _clocks(report: Report) -> Table:
    table = _table(
        "Đồng hồ\n(clock)\n",
        "Có kết quả\nđúng hạn\n(on time)",
        "Có kết quả\ntrễ hạn\n(late)",
        "Đang làm\ncòn hạn\n(open)",
        "Đang làm\nquá hạn\n(open, late)",
        "Rút, dừng\n(ended\notherwise)",
        "Không có\nthời hạn\n(no limit)",
        "Tổng\n(total)\n",
        right=range(1, 8),
    )
    for row in report.clocks:
        late = [Text(str(number), style="red" if number else "") for number in (row.resolved_late, row.open_late)]
        table.add_row(
            _both(CLOCKS[row.clock]), str(row.resolved_on_time), late[0], str(row.open_on_time), late[1],
            str(row.ended_otherwise), str(row.without_clock), str(row.total),
        )  # fmt: skip
    return table


def _rungs(report: Report) -> Table:
    table = _table("Bậc", "Ý nghĩa (meaning)", "Lần", right=(2,))
    for row in report.rungs:
        table.add_row(row.rung, _both(row.meaning), str(row.fired))
    return table


def _two_failures(report: Report) -> Iterable[RenderableType]:
    if not report.registry_case and not report.signing_case:
        yield Text("Trong ngày không có sự cố nào loại này.  (None of them happened.)")
    for registry in report.registry_case:
        yield from _registry(registry)
    for signing in report.signing_case:
        yield from _signing(signing)


def _registry(case: RegistryCase) -> Iterable[RenderableType]:
    name = system_name(case.registry)
    yield Text.assemble(
        (f"• {begun(name.vi)} ngừng phục vụ", "bold"),
        f": {case.dossiers} kết quả chưa đồng bộ được khi ban hành; {case.returned} vẫn trả cho dân, {case.made_late} "
        f"trễ vì sự cố; {case.registered_since} đã tự đồng bộ sau đó, lâu nhất {case.longest_wait_seconds} giây.",
    )
    yield Text(
        f"  ({name.en} was down: {case.dossiers} results could not be registered when issued; {case.returned} were "
        f"returned all the same, {case.made_late} made late, {case.registered_since} registered since)",
        style="dim",
    )


def _signing(case: SigningCase) -> Iterable[RenderableType]:
    above = ", ".join(case.signed_by) or "–"
    seconds = f"{case.median_seconds:.1f}"
    yield Text.assemble(
        (f"• Ký số của {case.name} hỏng", "bold"),
        f": {case.dossiers} kết quả chuyển ngay lên {above} ký; {case.resolved} đã giải quyết xong, {case.made_late} "
        f"trễ vì sự cố; trung vị {decimal(seconds)} giây từ lúc lỗi đến lúc ký.",
    )
    yield Text(
        f"  (the signing token of unit {case.unit} failed: {case.dossiers} results went to the level above at once, "
        f"{case.resolved} resolved, {case.made_late} made late; median {seconds} s from failure to signature)",
        style="dim",
    )


def _in_pairs(rows: Iterable[tuple[Bilingual, str]]) -> Table:
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column(ratio=35)
    table.add_column(ratio=65)
    for name, text in rows:
        table.add_row(_both(name), Text(text))
    return table


def _checks(report: Report) -> Table:
    table = Table.grid(padding=(0, 2))
    for check in report.checks:
        mark = Text("đạt", style="green") if check.holds else Text("SAI", style="bold red")
        table.add_row(mark, _both(check.what), check.found)
    return table


def _story(story: DossierStory) -> Iterable[RenderableType]:
    yield Text(f"{printable(story.procedure)}, {story.lines[0].at:%d/%m/%Y}", style="dim")
    table = Table.grid(padding=(0, 2), expand=True)
    table.add_column()
    table.add_column(ratio=3)
    table.add_column(ratio=8)
    for line in story.lines:
        table.add_row(f"{line.at:%H:%M:%S}", Text(printable(line.who), style="dim"), line.what)
    yield table


def _verdict(report: Report) -> Iterable[RenderableType]:
    for failure in (*report.failures, *report.ledger.problems):
        yield Text(f"✗ {printable(str(failure))}", style="red")
    ledger = report.ledger
    if report.sound:
        yield Text(
            f"ĐẠT: {ledger.chains} chuỗi, {ledger.events} sự kiện, {ledger.personal_checked} mục dữ liệu cá nhân đã "
            "kiểm tra; mọi con số khớp nhau.",
            style="bold green",
        )
        yield Text("(Passed: every chain verifies, all figures agree.)", style="green")
    else:
        yield Text("KHÔNG ĐẠT: xem các dòng trên.  (Failed: see the lines above.)", style="bold red")


def _table(*names: str, right: Iterable[int] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    to_the_right = set(right)
    for place, name in enumerate(names):
        table.add_column(Text(name), justify="right" if place in to_the_right else "left", vertical="top")
    return table


def _both(text: Bilingual) -> Text:
    """The Vietnamese text, with the English below it."""
    return Text.assemble(begun(text.vi), (f"\n{text.en}", "dim"))
