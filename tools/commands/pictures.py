"""`make pictures`: pictures of the console's pages, on a day that is played for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.output import tell
from gateway.cli.problems import Exit

pictures = App(name="pictures")


@pictures.default
async def picture(
    *,
    folder: Annotated[Path | None, Parameter(help="Nơi ghi ảnh; mặc định docs/console (where they go)")] = None,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ của ngày được diễn (dossiers of the played day)")] = 120,
) -> int:
    """Chụp từng trang như người dùng thấy, sau một ngày làm việc được diễn (each page as its visitors see it).

    Cần Chromium: apt install chromium (needs Chromium).
    """
    from tools.console_pictures.day import run
    from tools.console_pictures.taking import NoChromiumError
    from workers.checkout import CHECKOUT
    from workers.telemetry import set_up_logs

    set_up_logs("tools", "error")
    where = folder or CHECKOUT / "docs" / "console"
    try:
        names = await run(where, dossiers)
    except NoChromiumError:
        tell("Không có Chromium trên máy này: apt install chromium (there is no Chromium on this machine).")
        return Exit.UNAVAILABLE
    tell(f"{where}: {', '.join(names)}")
    return Exit.DONE
