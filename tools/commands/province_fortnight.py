"""`python -m tools province-fortnight`: two weeks of the ladder, beside an independent reading of its policy."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from pathlib import Path
from typing import Annotated

import structlog
from cyclopts import App, Parameter

province_fortnight = App(name="province-fortnight")


@province_fortnight.default
def play(
    *,
    dossiers: Annotated[int, Parameter(help="Số hồ sơ (how many dossiers)")] = 520,
    seed: Annotated[int, Parameter(help="Hạt giống ngẫu nhiên (seed of the scenario)")] = 3,
    province: Annotated[Path, Parameter(help="Thư mục của tỉnh (folder of the province)")] = Path("deploy/ninh-binh"),
    on_server: Annotated[
        bool, Parameter(help="Chạy trên máy chủ Temporal và sổ cái thật (on a real Temporal and a real ledger)")
    ] = False,
) -> int:
    """Chơi hai tuần của cả tỉnh: có người vắng, có ngày nghỉ, có một đơn vị quá tải (two weeks, checked).

    Mỗi bậc leo thang được so với một cách đọc chính sách độc lập. Mã thoát 1 khi có điều khác (1: something differs).
    """
    from tools.fortnight import in_virtual_time
    from tools.fortnight import on_server as servers
    from tools.fortnight.report import shown

    begun = time.process_time()

    def progress(done: int) -> None:
        sys.stderr.write(f"\r{done}/{dossiers}")

    if on_server:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
        verdict = asyncio.run(servers.run(province, dossiers, seed, progress))
    else:
        verdict = in_virtual_time.run(province, dossiers, seed, progress)
    sys.stderr.write("\n")
    sys.stdout.write(shown(verdict, time.process_time() - begun))
    return 1 if verdict.wrong else 0
