"""What an undo of a restore takes away, for the person who is asked whether to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.values import VIETNAM
from gateway.cli.output import Output, tell

if TYPE_CHECKING:
    from tools.backup.filed_since import Since


def show_since(since: Since | None, output: Output) -> None:
    """Each dossier that was filed since the restore, and how much was done on others. Nothing where nothing was."""
    if since is None:
        tell(
            output.say(
                "⚠ Cơ sở dữ liệu đã phục hồi không khởi động được, nên không rõ từ lúc phục hồi đã nộp hồ sơ nào.",
                "⚠ The restored database does not start, so nobody knows what was filed since the restore.",
            )
        )
        return
    if not since.events:
        return
    if since.filed:
        tell(
            output.say(
                f"⚠ Dữ liệu cũ không có {since.filed_in_all:,} hồ sơ nộp từ lúc phục hồi. Sau khi đưa dữ liệu cũ trở "
                "lại, hãy nhập lại từng hồ sơ và báo người nộp:",
                f"⚠ The old data lacks {since.filed_in_all:,} dossiers that were filed since the restore. Enter each "
                "again once the old data is back, and tell the applicants:",
            )
        )
    for one in since.filed:
        at = one.at.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
        tell(f"  {one.code}  {one.procedure or '–'}  {at}")
    others = since.dossiers - since.filed_in_all
    if others:
        tell(
            output.say(
                f"⚠ Việc đã làm từ lúc phục hồi trên {others:,} hồ sơ khác cũng không có: ops outside nêu những gì "
                "nơi khác biết.",
                f"⚠ It also lacks what was done since the restore on {others:,} other dossiers: ops outside names what "
                "others know of it.",
            )
        )
