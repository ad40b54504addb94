"""`luongxanh ops doctor`: checks the whole installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from gateway.cli.dependencies import dependencies
from gateway.cli.ops.doctor_page import show_results
from gateway.cli.output import PLAIN, Output, console, print_json_lines
from gateway.cli.problems import Exit

if TYPE_CHECKING:
    from gateway.client.doctor.checks import Check, Examined

app = App(
    name="doctor",
    help="Kiểm tra cả bản cài đặt; mã thoát 1 nếu có chỗ hỏng (check the whole installation; exit code 1 on trouble)",
    sort_key=1,
)

Seconds = Annotated[
    float, Parameter(help="Mỗi mục kiểm tra chờ tối đa bao nhiêu giây (the longest time of each check)")
]


@app.default
async def doctor(*, within: Seconds = 10.0, output: Output = PLAIN) -> int:
    """Kiểm tra cả bản cài đặt; mã thoát 1 nếu có chỗ hỏng (check the whole installation; exit code 1 on trouble).

    Máy chủ, cấu trúc CSDL, quy định và lịch, nhân sự, tiến trình, đồng hồ, đĩa, kênh chuyển tin, chứng thư, chốt sổ, hồ
    sơ kẹt. Các mục chạy cùng lúc, mục nào treo thì bỏ qua sau số giây cho phép. Không thay đổi gì. (Servers, schema,
    rules and calendars, staff, workers, clocks, disk, relays, certificates, checkpoints, stuck dossiers. All checks run
    at once; one that hangs is given up. Nothing is changed.)

    --json: mỗi mục một dòng (one check a line).

    Ví dụ (examples):
      luongxanh ops doctor
      luongxanh ops doctor --json | jq 'select(.level != "ok")'
    """
    from gateway.client.doctor.checks import Severity, examine

    async with dependencies().open_doctor() as checks:
        with _progress(checks, output) as told:
            results = await examine(checks, within=max(0.1, within), told=told)
    if output.json:
        print_json_lines(one.model_dump(mode="json") for one in results)
    else:
        show_results(results, output)
    return Exit.FAILED if any(one.level is Severity.TROUBLE for one in results) else Exit.DONE


@contextmanager
def _progress(checks: Sequence[Check], output: Output) -> Iterator[Callable[[Examined], None]]:
    """On a terminal a line on standard error names the checks that are not done yet."""
    screen = console(stderr=True)
    waiting = {check.name: output.of(check.name.words) for check in checks}
    if output.json or not screen.is_terminal:
        yield lambda _: None
        return
    with screen.status(output.say("Đang kiểm tra …", "Checking …")) as status:

        def told(done: Examined) -> None:
            waiting.pop(done.check, None)
            status.update(f"{len(checks) - len(waiting)}/{len(checks)}  {', '.join(waiting.values())}")

        yield told
