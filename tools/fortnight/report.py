"""What the fortnight showed, as text."""

from __future__ import annotations

from tools.fortnight.verdict import AT_ONCE, Verdict

MOST_SHOWN = 20


def shown(verdict: Verdict, seconds: float) -> str:
    """The figures, and the first differences."""
    rungs = "\n".join(f"  {rung:24} {often:6}" for rung, often in sorted(verdict.fired.items()))
    followed = "\n".join(f"  {kind:36} {often:6}" for kind, often in sorted(verdict.followed.items()))
    refused = "\n".join(f"  {what:48} {often:6}" for what, often in sorted(verdict.refused.items())) or "  –"
    wrong = "\n".join(f"  {one}" for one in verdict.wrong[:MOST_SHOWN]) or "  –"
    delays = sorted(verdict.delays)
    middle, most = (delays[len(delays) // 2], delays[-1]) if delays else (AT_ONCE, AT_ONCE)
    return (
        f"Hồ sơ (dossiers): {verdict.dossiers}, {seconds:.1f} giây xử lý (seconds of processor time)\n"
        f"Bậc đã tới (rungs fired): {verdict.fired.total()}\n{rungs}\n"
        f"Tới sau thời điểm của bậc (fired after its instant): trung vị (median) {middle.total_seconds():.2f} s, "
        f"lâu nhất (most) {most.total_seconds():.2f} s\n"
        f"Sau đó (what followed):\n{followed}\n"
        f"Trả lời bị từ chối vì đã kết thúc (answers that came too late):\n{refused}\n"
        f"Khác với cách đọc độc lập (differences): {len(verdict.wrong)}\n{wrong}\n"
    )
