"""`python -m tools`: the commands for a checkout (local stack, demo, benchmark, drills, a simulated month).

Errors, exit codes, `--json` and help work as in `luongxanh`: the same function runs both.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.command_line import run_and_exit

if TYPE_CHECKING:
    from cyclopts import App

HELP = """\
Công cụ của bản mã nguồn, không thuộc sản phẩm; lệnh make gọi chúng.
(Tools of the checkout, no part of the product; make calls them.)

Mã thoát như của luongxanh (exit codes are those of luongxanh)."""

COMMANDS = (
    ("up", "local_stack:up", "Khởi động tất cả và in địa chỉ (start everything)"),
    ("down", "local_stack:down", "Dừng tất cả; dữ liệu còn nguyên (stop; the data stays)"),
    ("status", "local_stack:status", "Phần nào đang chạy, ở đâu (what runs, and where)"),
    ("reset", "local_stack:reset", "Dừng tất cả và XÓA dữ liệu chạy thử (stop and ERASE)"),
    ("demo", "demo:demo", "Một ngày làm việc của tỉnh, từ đầu đến cuối (a working day, played)"),
    ("bench", "benchmark:bench", "Đo tốc độ so với mức nền (measure against the baseline)"),
    ("bench-api", "bench_api:bench_api", "Đo giao diện HTTP (measure the HTTP API beside the client library)"),
    ("bench-console", "bench_console:bench_console", "Đo giao diện web (measure the pages of the console)"),
    ("pictures", "pictures:pictures", "Chụp ảnh các trang web vào docs/console (pictures of the console)"),
    ("bench-scale", "bench_scale:bench_scale", "Đo sổ cái cỡ một tỉnh (measure a ledger of a province's size)"),
    ("bench-desk", "bench_desk:bench_desk", "Đo bàn vận hành với sổ cái lớn (measure the operators' desk)"),
    (
        "bench-replay",
        "bench_replay:bench_replay",
        "Đo tốc độ phát lại lịch sử (measure how fast histories are replayed)",
    ),
    ("bench-workers", "bench_workers:bench_workers", "Đo nhiều tiến trình xử lý (measure several worker processes)"),
    ("bench-restart", "bench_restart:bench_restart", "Đo bộ nhớ và lúc khởi động lại (measure memory and restart)"),
    (
        "province-fortnight",
        "province_fortnight:province_fortnight",
        "Hai tuần của cả tỉnh trong thời gian ảo, xem bậc leo thang (two weeks of the ladder in virtual time)",
    ),
    ("merger-drill", "merger_drill:merger_drill", "Diễn tập lần sắp xếp 1/7/2025 (the real merger, rehearsed)"),
    (
        "assignment-month",
        "assignment_month:assignment_month",
        "So sánh các cách phân công trong một tháng giả lập (ways to assign, in a simulated month)",
    ),
    ("chaos", "chaos:chaos", "Mọi thứ hỏng, không mất, không trùng (everything fails; effects are counted)"),
    (
        "restore-drill",
        "restore_drill:restore_drill",
        "Diễn tập mất máy chủ, về một thời điểm (all servers lost, and back to a moment)",
    ),
    ("repair-drill", "repair_drill:repair_drill", "Diễn tập sửa hồ sơ kẹt vì bản lỗi (a bad release, repaired)"),
)


def application() -> App:
    """Every command of the tools. A command's module is loaded only when the command is called."""
    from cyclopts import App

    app = App(name="python -m tools", help=HELP, help_format="plaintext", suppress_keyboard_interrupt=False)
    for sort_key, (name, function, summary) in enumerate(COMMANDS):
        app.command(f"tools.commands.{function}", name=name, help=summary, sort_key=sort_key)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point. It ends the process with the command's exit code."""
    run_and_exit(application(), sys.argv[1:] if arguments is None else arguments)
