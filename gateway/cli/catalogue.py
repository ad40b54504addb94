"""`luongxanh catalogue`: imports the national catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from domain.text.sentences import many
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import existing_file
from gateway.cli.output import PLAIN, Output, console, print_json, show, tell
from gateway.cli.problems import Exit
from gateway.i18n.wording import CATALOGUE_FIELDS

if TYPE_CHECKING:
    from activities.province.catalogue_import import CatalogueReport

app = App(name="catalogue")

MOST_SHOWN = 20
"""How many problems are printed for people; `--json` has all of them."""


@app.command(name="import")
def import_file(
    file: Annotated[str, Parameter(help="Tệp JSONL, mỗi dòng một thủ tục (one procedure a line)")],
    /,
    *,
    dry_run: Annotated[bool, Parameter(negative="", help="Chỉ xem, không ghi (write nothing)")] = False,
    output: Output = PLAIN,
) -> int:
    """Nhập danh mục thủ tục quốc gia vào cấu hình của tỉnh (import the national catalogue).

    Dòng nào cũng được tính: nhập, nhập kèm cảnh báo, hoặc từ chối và vì sao. Nhập lại thì in khác biệt.
    (Every row is accounted for. A second import shows what differs.)
    """
    from activities.province.catalogue_import import import_catalogue

    report = import_catalogue(existing_file(file), dependencies().province_folder(), dry_run=dry_run)
    if output.json:
        print_json(report.as_json())
    else:
        _show(report, output)
    nothing_was_good = report.refused > 0 and report.refused == report.rows
    return Exit.INVALID if nothing_was_good else Exit.DONE


def _show(report: CatalogueReport, output: Output) -> None:
    diff = report.diff
    show(
        output.say(
            f"{report.rows} dòng: nhập {report.imported}, nhập kèm cảnh báo {report.imported_with_warning}, "
            f"từ chối {report.refused}.",
            f"{many(report.rows, 'row')}: {report.imported} imported, {report.imported_with_warning} with a warning, "
            f"{report.refused} refused.",
        ),
        output.say(
            f"So với danh mục đang lưu: thêm {len(diff.added)}, đổi {len(diff.changed)}, giữ nguyên {diff.unchanged}, "
            f"không có trong tệp {len(diff.absent)}.",
            f"Against what is stored: {len(diff.added)} added, {len(diff.changed)} changed, {diff.unchanged} the same, "
            f"{len(diff.absent)} not in the file.",
        ),
    )
    for changed in diff.changed[:MOST_SHOWN]:
        show(f"  ~ {changed.code}: {', '.join(output.of(CATALOGUE_FIELDS[field]) for field in changed.fields)}")
    for one in report.problems[:MOST_SHOWN]:
        console().print(f"  • {output.say('dòng', 'row')} {one.row} {one.code or '–'}: {one.problem}", soft_wrap=True)
    left = len(report.problems) - MOST_SHOWN
    if left > 0:
        tell(output.say(f"… và {left} điều nữa: xem --json", f"… and {left} more: see --json"))
    if report.dry_run:
        tell(output.say("Chỉ xem thử: chưa ghi gì.", "A dry run: nothing was written."))
