"""`luongxanh escalation`: which rung of the ladder fires when, to whom and why; what a ladder would have done."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from cyclopts import App, Parameter

from gateway.cli.deadline import wrapped
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, console, print_json

app = App(name="escalation", help="Leo thang: bậc nào, lúc nào, báo ai, vì sao (the ladder: which rung, when, to whom)")


@app.command
async def explain(
    dossier: Annotated[str, Parameter(help="Mã hồ sơ (the dossier's code)")], /, *, output: Output = PLAIN
) -> None:
    """Bậc nào báo lúc nào, cho ai, sau đó thế nào, vì sao (which rung fires when, to whom, and why).

    Ví dụ (example):
      luongxanh escalation explain H42.101-250805-0001
    """
    from activities.province import load_province
    from domain.values import VIETNAM
    from gateway.cli.escalation_explain import explain_dossier
    from gateway.views.ladder_explanation import ladder_lines

    province = load_province(dependencies().province_folder())
    async with dependencies().open_ledger() as pool:
        explained, names = await explain_dossier(pool, province, dossier, datetime.now(VIETNAM))
    if output.json:
        print_json(explained.model_dump(mode="json"))
        return
    screen = console()
    width = screen.width if screen.is_terminal else None
    for line in ladder_lines(explained, output.lang, names):
        for part in wrapped(line, width):
            screen.print(part, soft_wrap=True)
