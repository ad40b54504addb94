"""`luongxanh simulate`: plays a foreign event log under today's policy and under changed ones, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from domain.text.printable import printable
from domain.text.sentences import filled, in_figures, many
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, console, print_json, show, tell
from workers.simulation.messages import SimulationNote

if TYPE_CHECKING:
    from rich.table import Table

    from workers.simulation.report import Report

MOST_OFFICERS = 12
"""How many officers are printed for people, those with most activities first; `--json` has all of them."""

EXAMPLES = """\
Ví dụ (examples):
  luongxanh simulate --log nhat-ky.csv.gz --mapping anh-xa.yaml
  luongxanh simulate --log nhat-ky.csv --mapping anh-xa.yaml --what-if holiday=2026-01-05 --what-if limit=0.5
  luongxanh simulate --log nhat-ky.csv --mapping anh-xa.yaml --what-if officers=-2,ladder=bac-thang.yaml --json"""

simulate = App(name="simulate", help_epilogue=EXAMPLES)


@simulate.default
def simulate_log(
    *,
    log: Annotated[Path, Parameter(help="Nhật ký CSV, có thể nén .gz (the log, may be packed)")],
    mapping: Annotated[Path, Parameter(help="Tệp ánh xạ cột và hoạt động (what its columns and activities mean)")],
    what_if: Annotated[
        tuple[str, ...],
        Parameter(
            negative="",
            help="Chơi thêm với thay đổi này: holiday=NGÀY, limit=HỆ SỐ, officers=-SỐ, ladder=TỆP; nhiều thay đổi "
            "một lúc cách nhau dấu phẩy (play also with this change; several at once with commas)",
        ),
    ] = (),
    output: Output = PLAIN,
) -> None:
    """Chơi lại một nhật ký qua chính quy trình hồ sơ, trong thời gian ảo (play a log through the dossiers' workflow).

    Không chạm vào sổ cái, Temporal hay hệ thống ngoài. Cùng nhật ký, cùng chính sách thì cùng kết quả. (Touches neither
    the ledger, nor Temporal, nor any outside system. The same log and policy always give the same report.)
    """
    reports = _played(log, mapping, what_if, output)
    if output.json:
        first, *others = (report.model_dump(mode="json") for report in reports)
        print_json({**first, "what_ifs": others})
        return
    show(_table(reports, output))
    show(_officers(reports, output))
    _tell_rest(reports, output)


def _played(log: Path, mapping: Path, what_if: Sequence[str], output: Output) -> list[Report]:
    """The report of today's policy, and of each changed one."""
    from activities.province import load_province
    from workers.simulation.log_file import read_log
    from workers.simulation.mapping import read_mapping
    from workers.simulation.playing import play
    from workers.simulation.policies import changed, todays
    from workers.simulation.report import report_of

    declared = read_mapping(mapping)
    cases = read_log(log, declared)
    province = load_province(dependencies().province_folder())
    today = todays(province, declared.played_as, cases[0].opened.date())
    policies = [today, *(changed(today, one) for one in what_if)]
    reports = []
    with _progress(len(policies) * len(cases), output) as progress:
        for number, policy in enumerate(policies):
            played = play(cases, declared, policy, partial(_told, progress, number * len(cases)))
            reports.append(report_of(played))
    return reports


def _told(progress: Callable[[int], None], before: int, over: int) -> None:
    progress(before + over)


@contextmanager
def _progress(cases: int, output: Output) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error that counts cases, on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = console(stderr=True)
    with Progress(*columns, console=screen, disable=output.json or not screen.is_terminal) as bar:
        task = bar.add_task(output.say("Chơi lại", "Playing"), total=cases)
        yield lambda over: bar.update(task, completed=over)


def _rows(report: Report) -> tuple[tuple[str, str, int | None], ...]:
    """What is printed of a report: the words in both languages, and the value."""
    return (
        ("Vụ việc", "Cases", report.cases),
        ("Kết thúc", "Finished", report.finished),
        ("Đang chờ", "Waiting", report.waiting),
        ("Không được tiếp nhận", "Refused", report.refused),
        ("Đúng hạn", "On time", report.on_time),
        ("Trễ hạn", "Late", report.late),
        ("Trễ thời hạn theo quy định", "Late on the statutory date", report.late_statutory),
        ("Đang chờ, đã quá hạn", "Waiting and overdue", report.waiting_overdue),
        ("Có cảnh báo", "Warned", report.warned),
        ("Có leo thang", "Escalated", report.escalated),
        ("Cấp trên nhận", "Taken over from above", report.taken_over),
        ("Phút làm việc trung bình", "Mean working minutes", report.mean_used_minutes),
        ("Cán bộ vắng", "Absent officers", len(report.absent_officers)),
        ("Phút chờ cán bộ", "Minutes waited for officers", report.waited_for_officers_minutes),
    )


def _table(reports: Sequence[Report], output: Output) -> Table:
    of_each = zip(*(_rows(report) for report in reports), strict=True)
    rows = [(output.say(row[0][0], row[0][1]), [value for *_, value in row]) for row in of_each]
    return _grid(reports, output, rows)


def _officers(reports: Sequence[Report], output: Output) -> Table:
    """Activities by officer, of those who have most today, and dossiers by unit."""
    officers = list(reports[0].by_officer)[:MOST_OFFICERS]
    units = sorted({unit for report in reports for unit in report.by_unit})
    acts = output.say("việc của", "activities of")
    cases = output.say("hồ sơ ở", "dossiers of")
    rows = [(f"{acts} {one}", [_activities(report, one) for report in reports]) for one in officers]
    rows += [(f"{cases} {one}", [_cases(report, one) for report in reports]) for one in units]
    return _grid(reports, output, rows)


def _activities(report: Report, officer: str) -> int:
    return report.by_officer[officer].activities if officer in report.by_officer else 0


def _cases(report: Report, unit: str) -> int:
    return report.by_unit[unit].cases if unit in report.by_unit else 0


def _grid(reports: Sequence[Report], output: Output, rows: Sequence[tuple[str, Sequence[Any]]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for report in reports:
        today = report is reports[0]
        table.add_column(output.say("hiện nay", "today") if today else Text(report.what_if), justify="right")
    for name, values in rows:
        table.add_row(Text(printable(name)), *(_figure(value, output) for value in values))
    return table


def _figure(value: int | None, output: Output) -> str:
    """A number as the reader's language groups it: `11.145` in Vietnamese, `11,145` in English."""
    return "–" if value is None else output.of(in_figures(value))


def _tell_rest(reports: Sequence[Report], output: Output) -> None:
    """What is assumed, what the mapping lacks, and what the engine refused."""
    for report in reports:
        tell(*(output.of(note) for note in report.notes))
    today = reports[0]
    tell(output.of(filled(SimulationNote.MINUTES_ASSUMED.sentence, {"minutes": today.assumed_minutes})))
    if today.repeated_rows:
        tell(output.of(filled(SimulationNote.ROWS_REPEATED.sentence, {"rows": today.repeated_rows})))
    for name, times in today.unmapped.items():
        tell(output.say(f"Chưa ánh xạ: {name} ({times} lần)", f"Without a mapping: {name} ({many(times, 'time')})"))
    for code, times in today.refused_commands.items():
        tell(
            output.say(
                f"Hệ thống không cho: {code} ({times} lần)", f"Refused by the engine: {code} ({many(times, 'time')})"
            )
        )
