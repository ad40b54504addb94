"""The page of `escalation simulate`: both ladders side by side, the rungs, who is told most, and examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.notices.ladder_counts import LadderComparison, LadderTotals
from gateway.cli.output import Output
from gateway.i18n.wording import at
from gateway.views.names import Names

if TYPE_CHECKING:
    from rich.table import Table

MOST_SHOWN = 10


def comparison_lines(found: LadderComparison, output: Output, names: Names, *, recorded: bool) -> Iterator[str | Table]:
    """Lines and tables. `recorded`: it was compared with what the ledger says."""
    say = output.say
    period = f"{at(found.since)} – {at(found.until)}"
    yield say(f"{found.dossiers:,} hồ sơ, {period}.", f"{found.dossiers:,} dossiers, {period}.")
    if found.unreadable:
        yield say(f"{found.unreadable} hồ sơ không đọc được.", f"Could not be read: {found.unreadable}.")
    columns = (say("Sổ cái", "Recorded") if recorded else say("Tệp so sánh", "The other"), say("Thử", "Played"))
    yield _totals(found, output, columns)
    yield _rungs(found, output, columns)
    for title, side in zip(columns, (found.before, found.after), strict=True):
        yield from _busiest(title, side, output, names)
    if found.before.without_people != found.after.without_people:
        yield _why_units_differ(found, columns, output)
    yield from _examples(found, output)


def _why_units_differ(found: LadderComparison, columns: tuple[str, str], output: Output) -> str:
    """The units told most often differ also where both ladders are the same, if one side knows no people."""
    before, after = found.before.without_people, found.after.without_people
    return output.say(
        f"Số lần chỉ ghi đơn vị, không tra người ({columns[0]}: {before:,}; {columns[1]}: {after:,}): đơn vị của người "
        "vắng mặt vẫn được tính, nên hai danh sách đơn vị có thể khác.",
        f"Units alone, without people ({columns[0]}: {before:,}; {columns[1]}: {after:,}): the unit of somebody who "
        "was away counts there, so that both lists of units may differ.",
    )


def _totals(found: LadderComparison, output: Output, columns: tuple[str, str]) -> Table:
    from gateway.cli.tables import headed

    table = headed(output.say("Tổng số", "In all"), "", *columns, whole=(1, 2))
    rows = (
        (output.say("Hồ sơ leo thang", "Dossiers escalated"), found.before.escalated, found.after.escalated),
        (output.say("Lên cấp nữa", "Climbs"), found.before.climbs, found.after.climbs),
        (output.say("Không còn cấp trên", "At the top"), found.before.at_top, found.after.at_top),
        (output.say("Dòng báo cán bộ", "Lines for staff"), found.before.lines, found.after.lines),
        (output.say("Tin tổng hợp", "Digests"), found.before.digests, found.after.digests),
    )
    for words, before, after in rows:
        table.add_row(words, f"{before:,}", f"{after:,}")
    return table


def _rungs(found: LadderComparison, output: Output, columns: tuple[str, str]) -> Table:
    from gateway.cli.tables import headed

    table = headed(output.say("Từng bậc", "By rung"), output.say("Bậc", "Rung"), *columns, whole=(1, 2))
    for one in found.rungs:
        table.add_row(one.rung, f"{one.before:,}", f"{one.after:,}")
    return table


def _busiest(title: str, side: LadderTotals, output: Output, names: Names) -> Iterator[str]:
    if side.busiest is not None:
        who, day, most = side.busiest.recipient, side.busiest.day, side.busiest.digests
        yield output.say(
            f"{title}: nhiều nhất {most} tin một ngày ({who}, {day}).",
            f"{title}: at most {most} digests a day ({who}, {day}).",
        )
    told = ", ".join(f"{names.unit(one.unit)} {one.times:,}" for one in side.units[:MOST_SHOWN])
    if told:
        yield output.say(f"{title}, đơn vị được báo nhiều nhất: {told}.", f"{title}, units told most often: {told}.")


def _examples(found: LadderComparison, output: Output) -> Iterator[str]:
    for count, codes, words in (
        (found.newly, found.newly_examples, output.say("Mới leo thang", "Newly escalated")),
        (found.no_longer, found.no_longer_examples, output.say("Không còn leo thang", "No longer escalated")),
    ):
        if count:
            yield f"{words}: {count:,} ({', '.join(codes)}{' …' if count > len(codes) else ''})"
