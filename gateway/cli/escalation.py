"""`luongxanh escalation`: which rung of the ladder fires when, to whom and why; what a ladder would have done."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from gateway.cli.deadline import wrapped
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import existing_file
from gateway.cli.messages import CommandLineRefusal
from gateway.cli.output import PLAIN, Output, console, print_json
from gateway.cli.problems import CommandLineProblem

if TYPE_CHECKING:
    from domain.rules.escalation import EscalationPolicy

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
    from gateway.client.leave import with_entered_leave
    from gateway.views.ladder_explanation import ladder_lines

    province = load_province(dependencies().province_folder())
    async with dependencies().open_ledger() as pool:
        province = await with_entered_leave(pool, province)
        explained, names = await explain_dossier(pool, province, dossier, datetime.now(VIETNAM))
    if output.json:
        print_json(explained.model_dump(mode="json"))
        return
    screen = console()
    width = screen.width if screen.is_terminal else None
    for line in ladder_lines(explained, output.lang, names):
        for part in wrapped(line, width):
            screen.print(part, soft_wrap=True)


@app.command
async def simulate(
    *,
    policy: Annotated[
        str | None, Parameter(help="Tệp bậc thang như escalation.yaml; mặc định bậc thang đang áp dụng (a ladder file)")
    ] = None,
    against: Annotated[
        str | None, Parameter(help="So với tệp này; mặc định so với sổ cái (another file; default: what was recorded)")
    ] = None,
    first: Annotated[date | None, Parameter(name="--from", help="Từ ngày; mặc định 30 ngày trước (first day)")] = None,
    last: Annotated[date | None, Parameter(name="--to", help="Đến hết ngày; mặc định hôm nay (last day)")] = None,
    output: Output = PLAIN,
) -> None:
    """Thử bậc thang trên tháng vừa qua của sổ cái và so sánh; không ghi gì (play a ladder, compare, write nothing).

    Ví dụ (examples):
      luongxanh escalation simulate --policy moi.yaml
      luongxanh escalation simulate --policy moi.yaml --against cu.yaml --from 2026-11-01 --to 2026-11-30
    Giả định không ai trả lời khác đi so với sổ cái. (Nobody is taken to answer otherwise than is recorded.)
    """
    from activities.province import load_province
    from domain.values import VIETNAM, midnight
    from gateway.cli.counting import counting_dossiers
    from gateway.cli.escalation_page import comparison_lines
    from gateway.cli.escalation_simulate import simulate as compared
    from gateway.client.leave import with_entered_leave
    from gateway.views.names import Names

    now = datetime.now(VIETNAM)
    days = (first or now.date() - timedelta(days=30), last or now.date())
    if days[1] < days[0]:
        raise CommandLineProblem(CommandLineRefusal.PERIOD_REVERSED, first=days[0], last=days[1])
    province = load_province(dependencies().province_folder())
    played, other = _ladder(policy) or province.escalation, _ladder(against)
    until = min(midnight(days[1] + timedelta(days=1)), now)
    async with dependencies().open_ledger() as pool:
        province = await with_entered_leave(pool, province)
        with counting_dossiers(output.say("Thử bậc thang", "Playing the ladder"), output) as progress:
            found = await compared(pool, province, played, other, midnight(days[0]), until, progress)
    if output.json:
        print_json(found.model_dump(mode="json"))
        return
    names = Names.of_province(province, now.date())
    for line in comparison_lines(found, output, names, recorded=other is None):
        console().print(line, soft_wrap=True)


def _ladder(file: str | None) -> EscalationPolicy | None:
    """The newest ladder of a file, checked with the whole province. Raises ConfigurationErrors as the loader does."""
    from activities.province import load_province_with_ladders

    if file is None:
        return None
    return load_province_with_ladders(dependencies().province_folder(), existing_file(file)).escalation
