"""Runs the drill for the command line and prints its result."""

from __future__ import annotations

import sys

from activities.backups.room import size
from gateway.cli.output import print_json, show, tell
from tools.restore_drill.result import RestoreDrillResult
from tools.restore_drill.running import RestoreDrillOptions, drill
from tools.restore_drill.temporal_then import Agreed


async def run(options: RestoreDrillOptions) -> int:
    """Runs the drill and prints its result. Returns 0 when it is sound, else 1."""
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


def _together(agreed: Agreed, left: int) -> str:
    found = ", ".join(f"{kind} {count}" for kind, count in agreed.found.items()) or "–"
    return (
        f"khác (found) {found}; khởi động lại (restarted) {agreed.restarted}, dừng (ended) {agreed.ended}; "
        f"còn khác (still different): {left}"
    )


def _show(result: RestoreDrillResult) -> None:
    tell("")
    parts = ", ".join(f"{part} {took:g} s" for part, took in result.rto_parts.items())
    outside = ", ".join(f"{what} {count}" for what, count in result.outside.items())
    show(
        f"Diễn tập mất máy chủ với {result.dossiers} hồ sơ, {result.lost_dossiers} nộp sau thời điểm đã chọn "
        f"(all servers lost, {result.dossiers} dossiers, {result.lost_dossiers} filed after the moment)",
        f"  Sự kiện: {result.events_before} khi mất, {result.events_after} sau khi về thời điểm đã chọn "
        "(events when lost, and after the restore to the moment)",
        f"  RPO: {result.rpo_seconds:g} s, {result.rpo_events} sự kiện chưa vào kho nhật ký "
        "(events not in the archived log when the servers were lost)",
        f"  RTO: {result.rto_seconds:g} s ({parts})",
        f"  Bản sao lưu gốc (base backup): {size(result.base_bytes)}; đánh thức (woken): {result.woken}",
        f"  Bên ngoài biết mà sổ cái không (outside, and not known here): {outside}",
        f"  Temporal và sổ cái (Temporal and the ledger): {_together(result.temporal, result.temporal_differences)}",
        f"  Đã trả kết quả (finished): {result.finished}; tác động ra ngoài (effects outside): {result.effects}",
        ("✓ " if result.sound else "✗ ") + "Mọi hồ sơ đã xong, không việc nào ra ngoài bị lặp "
        "(all finished, nothing doubled outside)",
    )
    tell(*result.wrong[:20])
