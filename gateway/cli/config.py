"""`luongxanh config`: checks a province's folder and shows its content, or all problems in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.text.sentences import many, written
from gateway.cli.announced_days import announced_lines
from gateway.cli.calendar_ends import calendar_ends
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, show

if TYPE_CHECKING:
    from domain.rules.province import Province

app = App(name="config")


@app.command
def check(
    folder: Annotated[
        Path | None, Parameter(help="Thư mục cấu hình; mặc định của bản cài đặt này (default: the one in use)")
    ] = None,
    /,
    *,
    output: Output = PLAIN,
) -> None:
    """Kiểm tra cấu hình của tỉnh; mã thoát 2 nếu có chỗ sai (check a province's configuration; exit code 2 if wrong).

    In mọi chỗ sai một lần, mỗi chỗ với tệp, dòng và cách sửa; hoặc những gì đã nạp, lịch nào hết trong một năm tới, và
    ngày nghỉ nào mới công bố, chưa có văn bản.
    (Every problem at once, with file, line and fix; or what was loaded, which calendar ends within a year, and which
    days off are announced and not ordered.)

    Ví dụ (example):
      luongxanh config check deploy/ninh-binh
    """
    from datetime import datetime

    from activities.province import load_province
    from domain.deadlines.calendar_end import ending_soon
    from domain.values import VIETNAM

    where = folder or dependencies().province_folder()
    province = load_province(where)
    loaded = _counts(province)
    today = datetime.now(VIETNAM).date()
    ends = ending_soon(province.calendars, today)
    announced = province.holidays.pending(today, max(one.last_day for one in province.calendars))
    if output.json:
        ending = [one.model_dump(mode="json") for one in ends]
        pending = [one.model_dump(mode="json") for one in announced]
        print_json({"folder": str(where), **loaded, "calendars_ending_soon": ending, "announced_days": pending})
    else:
        _show(where, loaded, output)
        for one in ends:
            show(calendar_ends(one, output))
        for line in announced_lines(announced, output):
            show(line)


def _counts(province: Province) -> dict[str, Any]:
    open_units = [unit for unit in province.organisation.units if unit.valid_to is None]
    return {
        "code": province.code,
        "name": province.name,
        "units": len(open_units),
        "former_units": len(province.organisation.units) - len(open_units),
        "posts": len(province.staff.posts),
        "procedures": len({published.procedure.code for published in province.procedures}),
        "procedure_versions": len(province.procedures),
        "calendars": [
            {"code": one.code, "version": one.version, "from": str(one.first_day), "to": str(one.last_day)}
            for one in province.calendars
        ],
        "years": [{"year": one.year, "certainty": one.certainty.value} for one in province.holidays.years],
        "escalations": [one.code for one in province.escalations],
        "notice_channels": [one.value for one in province.applicant_notices.channels],
        "notices_by_law": [
            kind.value for kind in NoticeKind if province.applicant_notices.template(kind).mandatory is not None
        ],
    }


def _show(where: Path, loaded: dict[str, Any], output: Output) -> None:
    calendars = "; ".join(f"{one['code']} ({_days(one)})" for one in loaded["calendars"])
    units, former = loaded["units"], loaded["former_units"]
    procedures, versions = loaded["procedures"], loaded["procedure_versions"]
    show(
        output.say(f"✓ {loaded['name']}: cấu hình hợp lệ ({where})", f"✓ {loaded['name']}: sound ({where})"),
        output.say(f"  Đơn vị: {units} đang hoạt động, {former} cũ", f"  Units: {units} open, {former} closed"),
        output.say(f"  Vị trí công tác: {loaded['posts']}", f"  Posts: {loaded['posts']}"),
        output.say(
            f"  Thủ tục: {procedures}, {versions} phiên bản", f"  Procedures: {procedures}, {many(versions, 'version')}"
        ),
        output.say(f"  Lịch làm việc: {calendars}", f"  Calendars: {calendars}"),
        output.say("  Ngày nghỉ lễ: ", "  Holidays: ") + _certainty(loaded["years"], output),
        output.say("  Leo thang: ", "  Escalation: ") + ", ".join(loaded["escalations"]),
        output.say("  Tin cho người nộp: ", "  Notices to applicants: ") + _notices(loaded, output),
    )


def _days(calendar: dict[str, Any]) -> str:
    first, last = (date.fromisoformat(calendar[key]) for key in ("from", "to"))
    return f"{written(first)} – {written(last)}"


def _notices(loaded: dict[str, Any], output: Output) -> str:
    """The channels in order, and the kinds that nobody can opt out of."""
    from gateway.i18n.notice_wording import CHANNELS, KINDS

    channels = ", ".join(output.of(CHANNELS[NoticeChannel(one)]) for one in loaded["notice_channels"])
    by_law = ", ".join(output.of(KINDS[NoticeKind(one)]) for one in loaded["notices_by_law"])
    return f"{channels}; {output.say('bắt buộc', 'by law')}: {by_law or '–'}"


def _certainty(years: list[dict[str, Any]], output: Output) -> str:
    """`2024-2026 by official letter; 2027-2028 expected, …`."""
    from domain.deadlines.calendar_sources import Certainty, year_ranges

    by_certainty = {one: [year["year"] for year in years if year["certainty"] == one] for one in Certainty}
    return "; ".join(f"{year_ranges(found)} {output.of(one.words)}" for one, found in by_certainty.items() if found)
