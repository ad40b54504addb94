"""Runs the drill for the command line and prints its result."""

from __future__ import annotations

import logging
import sys

from gateway.cli.output import print_json, show, tell
from tools.repair_drill.result import DrillResult
from tools.repair_drill.running import DrillOptions, drill

WAYS = {
    "raises": "một bước gây lỗi (a step raises an exception)",
    "does_not_replay": "lịch sử không chạy lại được (a history that does not replay)",
    "gives_up": "lời gọi ra ngoài bị bỏ (a call outside was given up)",
    "pauses": "lời gọi ra ngoài tạm nghỉ một ngày (a call outside pauses for a day)",
    "refused": "hệ thống ngoài từ chối hẳn (refused for good)",
    "bad_data": "dữ liệu không đọc được (data that cannot be read)",
}
PARTS = {
    "filed and stuck": "nộp và kẹt (filed and stuck)",
    "fix": "cài bản đúng (the fix)",
    "plan": "kế hoạch, duyệt (plan, approval)",
    "run": "chạy (run)",
    "finished": "đến khi trả kết quả (to the end)",
}


async def run(options: DrillOptions) -> int:
    """Runs the drill and prints its result. Returns 0 when it is sound, else 1."""
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)  # the planted mistakes are no news
    result = await drill(options, _report)
    if options.as_json:
        print_json({**result.model_dump(mode="json"), "sound": result.sound})
    else:
        _show(result)
    return 0 if result.sound else 1


def _report(what: str, done: int, of: int) -> None:
    """Prints the progress on a terminal; into a pipe it prints nothing."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{what}: {done}/{of}          ")


def _show(result: DrillResult) -> None:
    tell("")
    seconds = ", ".join(f"{PARTS[part]} {took:g} s" for part, took in result.seconds.items())
    show(
        f"Diễn tập sửa {result.dossiers} hồ sơ kẹt vì một bản lỗi (rehearsal of a repair after a bad release)",
        *(f"  {WAYS[way]}: {dossiers} → {_counts(result.by_way[way])}" for way, dossiers in result.ways.items()),
        f"  Nguyên nhân trong kế hoạch (causes in the plan): {_counts(result.causes)}",
        "    none: tự chạy tiếp ngay khi có bản đúng, vì Temporal thử lại (goes on by itself under the fix)",
        f"  Việc sửa chọn theo nguyên nhân (repairs chosen by cause): {_counts(result.repairs)}",
        f"  Kế hoạch (plan) {result.plan[:12]}: lập (made by) {result.planned_by}, duyệt (approved by) "
        f"{result.approved_by}",
        f"  Kết quả từng hồ sơ (itemised result): {_counts(result.outcomes)}",
        f"  Ghi trong sổ cái, đủ hai người (in the ledgers, with both persons): {result.noted}",
        f"  Đã trả kết quả (finished): {result.finished}",
        f"  Tác động ra ngoài, mỗi việc một lần (effects outside, each once): {result.effects}",
        f"  {seconds}",
        ("✓ " if result.sound else "✗ ") + "Mọi hồ sơ đã xong, không việc nào ra ngoài bị lặp, sổ cái ghi rõ ai làm gì"
        " (all finished, nothing doubled outside, the ledger tells who did what)",
    )
    tell(*result.wrong[:20])


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
