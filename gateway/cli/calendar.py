"""`luongxanh calendar`: builds the files of public holidays, and applies letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.text.sentences import many
from gateway.cli.announced_days import announced_lines
from gateway.cli.calendar_apply import apply
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, show

if TYPE_CHECKING:
    from domain.deadlines.calendar import DatedException
    from gateway.cli.calendar_build import CalendarBuild, DayChange

app = App(name="calendar")
app.command(apply)


@app.command
def build(
    year: Annotated[int, Parameter(help="Năm (year)")],
    /,
    *,
    folder: Annotated[
        Path | None, Parameter(help="Thư mục lịch; mặc định là của tỉnh (the province's calendars folder)")
    ] = None,
    provisional: Annotated[
        bool | None,
        Parameter(negative="--settled", help="Tạm tính, hoặc đã có văn bản; mặc định như tệp (or as the file)"),
    ] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Chỉ xem, không ghi (write nothing)")] = False,
    output: Output = PLAIN,
) -> None:
    """Tạo tệp ngày nghỉ lễ của một năm và in những ngày thay đổi (freeze a year's holidays; prints what changed).

    Từ gói `holidays`; văn bản điều chỉnh của Chính phủ ghi trong overrides.yaml, đè lên tệp này.
    (From the package `holidays`; the government's letters stand in overrides.yaml, on top.)
    """
    from gateway.cli.calendar_build import build_year

    calendars = folder or dependencies().province_folder() / "calendars"
    built = build_year(year, calendars, provisional=provisional, dry_run=dry_run)
    if output.json:
        print_json(built.model_dump(mode="json"))
    else:
        _show(built, dry_run, output)


def _show(built: CalendarBuild, dry_run: bool, output: Output) -> None:
    for change in built.changes:
        show(f"  {change.day:%d/%m/%Y}  {_as_text(change, output)}")
    days, changed = len(built.holidays.days), len(built.changes)
    show(
        output.say(
            f"{built.path}: {days} ngày trong năm {built.year} ({built.certainty.words.vi}), {changed} ngày thay đổi.",
            f"{built.path}: {many(days, 'day')} in {built.year} ({built.certainty.words.en}), {changed} changed.",
        )
    )
    for line in announced_lines(built.announced, output):
        show(line)
    for one in built.left_out:
        show(
            output.say(
                f"! {one.day:%d/%m/%Y} {one.name.vi}: gói holidays ghi là ngày nghỉ, Điều 112 Bộ luật Lao động không "
                "có, nên vẫn là ngày làm việc. Có văn bản cho nghỉ thì `luongxanh calendar apply` văn bản đó.",
                f"! {one.day:%d/%m/%Y} {one.name.en}: a holiday in the package holidays, not in article 112 of the "
                "Labour Code, so it is worked. When a letter makes it a holiday, `luongxanh calendar apply` it.",
            )
        )
    if built.written:
        show(output.say("✓ Đã ghi tệp.", "✓ The file was written."))
    elif dry_run and changed:
        show(output.say("Chỉ xem thử: chưa ghi gì.", "A dry run: nothing was written."))
    else:
        show(output.say("✓ Tệp đã đúng, không ghi gì.", "✓ The file was right; nothing was written."))


def _as_text(change: DayChange, output: Output) -> str:
    before = _day(change.before, output) if change.before else None
    after = _day(change.after, output) if change.after else None
    if before and after:
        return f"~ {before} → {after}"
    return f"+ {after}" if after else f"- {before}"


def _day(day: DatedException, output: Output) -> str:
    return f"{output.of(day.name)} [{output.of(day.kind.words)}]" + (
        output.say(", tạm tính", ", provisional") if day.provisional else ""
    )
