"""`python -m tools assignment-month`: automatic assignment against assignment by hand, in virtual time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.inputs import validated

assignment_month = App(name="assignment-month")

Json = Annotated[bool, Parameter(negative="", help="Trả lời bằng JSON (answer in JSON)")]


@assignment_month.default
def month(
    *,
    seeds: Annotated[int, Parameter(help="Số tháng giả lập, hạt giống 1, 2, … (months, of the seeds 1, 2, …)")] = 7,
    units: Annotated[int, Parameter(help="Số xã, phường; đơn vị cuối bị quá tải (communes; the last is swamped)")] = 4,
    days: Annotated[int, Parameter(help="Số ngày làm việc (working days)")] = 20,
    province: Annotated[Path, Parameter(help="Thư mục của tỉnh (the province's folder)")] = Path("deploy/ninh-binh"),
    json: Json = False,
) -> int:
    """So sánh phân công tự động với lãnh đạo giao và hai cách đơn giản, trên cùng các tháng giả lập.

    Không cần máy chủ. Mỗi hạt giống là một tháng: hồ sơ đến, ngày nghỉ, cán bộ vắng, một đơn vị quá tải.
    (Automatic assignment against by-hand and two simple rules, on the same simulated months. No server is needed.)
    """
    from tools.assignment_month.running import MonthOptions, run

    given = {"seeds": seeds, "units": units, "days": days, "province": province, "json": json}
    return run(validated(MonthOptions, given))
