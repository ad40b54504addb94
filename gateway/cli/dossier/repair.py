"""`luongxanh dossier problems` and `restart`: lists what is stuck, and restarts a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from domain.text.sentences import many
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import dossier_code
from gateway.cli.output import PLAIN, Output, called, print_json, print_json_lines, show, tell
from gateway.cli.relay_page import set_aside_table
from gateway.cli.tables import headed
from gateway.client.operators import this_machine
from gateway.i18n.wording import at, cause_name, standing_name

if TYPE_CHECKING:
    from uuid import UUID

    from rich.table import Table

    from activities.ledger.stuck_dossiers import RecordedRestart, StuckDossier


async def restart(
    code: Annotated[str, Parameter(help="Mã hồ sơ (a dossier's code)")],
    /,
    *,
    by: Annotated[str, Parameter(help="Mã nội bộ người thực hiện (who orders it)")],
    reason: Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")],
    although_sound: Annotated[
        bool, Parameter(negative="", help="Kể cả khi quy trình vẫn chạy tốt (although it goes on by itself)")
    ] = False,
    output: Output = PLAIN,
) -> None:
    """Khởi động lại quy trình bị kẹt của một hồ sơ từ sổ cái (restart a stuck dossier from the ledger).

    Dừng lượt chạy bị kẹt, rồi chạy lại hồ sơ từ trạng thái trong sổ cái: không mất sự kiện nào, không việc nào làm hai
    lần; ai, vì sao, lúc nào đều được ghi. Hồ sơ đang chạy tốt thì từ chối. (Ends the run that is stuck and goes on from
    the ledger; nothing is lost or done twice, who and why are recorded; refused for one that goes on by itself.)

    Ví dụ (example):
      luongxanh dossier restart H42.101-250805-0001 --by cb.TTPVHCC.operator.1 --reason "Kẹt từ 09:10, sự cố 12"
    """
    wanted = dossier_code(code)
    async with dependencies().open_engine() as engine:
        done = await engine.restart(this_machine(), wanted, who=by, why=reason, although_sound=although_sound)
    if output.json:
        print_json(done.model_dump(mode="json"))
        return
    ended, found = done.run or output.say("không có", "none"), output.of(standing_name(done.found))
    show(
        output.say(
            f"Hồ sơ {code}: đã chạy lại từ phiên bản {done.version} của sổ cái. "
            f"Tình trạng trước đó: {found}; lượt đã dừng: {ended}.",
            f"Dossier {code}: started anew from version {done.version} of the ledger. "
            f"Found before: {found}; ended run: {ended}.",
        )
    )


async def problems(*, output: Output = PLAIN) -> None:
    """Việc cần người vận hành: hồ sơ, đợt triển khai bị kẹt, tin không chuyển được, lần chạy lại (for operators).

    --json: mỗi mục một dòng, "list" là stuck (hồ sơ kẹt), set_aside (tin chưa chuyển), rollout (đợt kẹt), restart
    (lần chạy lại). (One entry a line; "list" says which.)
    """
    from activities.ledger.stuck_dossiers import StuckDossiers
    from activities.relays.set_aside import SetAsideList

    rollouts = await _stuck_rollouts(output)
    async with dependencies().open_ledger() as pool:
        register = StuckDossiers(pool)
        stuck, aside, restarts = await register.all(), await SetAsideList(pool).open(), await register.restarts()
    if output.json:
        print_json_lines({"list": "stuck", **one.model_dump(mode="json")} for one in stuck)
        print_json_lines({"list": "set_aside", **one.model_dump(mode="json")} for one in aside)
        print_json_lines({"list": "rollout", "rollout": str(one), "code": code} for one, code in rollouts.items())
        print_json_lines({"list": "restart", **one.model_dump(mode="json")} for one in restarts)
        return
    if stuck:
        show(_stuck(stuck, output))
    if aside:
        show(set_aside_table(aside, output))
    if rollouts:
        show(_rollouts(rollouts, output))
    if restarts:
        show(_restarts(restarts, output))
    tell(
        output.say(
            f"{len(stuck)} hồ sơ bị kẹt, {len(aside)} tin chưa chuyển được, {len(rollouts)} đợt triển khai bị kẹt.",
            f"Stuck: {many(len(stuck), 'dossier')}, {many(len(rollouts), 'rollout')}; "
            f"not handed on: {many(len(aside), 'event')}.",
        )
    )
    if stuck:
        code, how = output.say("MÃ", "CODE"), output.say("Cách xử lý: ", "What to do: ")
        tell(f"{how}{called()} dossier restart {code} --by … --reason …")


async def _stuck_rollouts(output: Output) -> dict[UUID, str]:
    """The stuck rollouts. If Temporal does not answer, it prints that and returns none."""
    from gateway.cli.problems import ErrorInWords

    try:
        async with dependencies().open_engine() as engine:
            return await engine.executors.stuck_rollouts()
    except Exception as absent:
        if not isinstance(absent, ErrorInWords):
            raise
        tell(output.of(absent.message))
        return {}


def _stuck(rows: list[StuckDossier], output: Output) -> Table:
    columns = (output.say("Hồ sơ", "Dossier"), output.say("Từ lúc", "Since"), output.say("Nguyên nhân", "Cause"))
    table = headed(output.say("Quy trình bị kẹt", "Stuck"), *columns, whole=(0, 1))
    for row in rows:
        table.add_row(row.dossier, at(row.since), output.of(cause_name(row.code)))
    return table


def _rollouts(rows: dict[UUID, str], output: Output) -> Table:
    columns = (output.say("Đợt", "Rollout"), output.say("Nguyên nhân", "Cause"))
    table = headed(output.say("Đợt triển khai bị kẹt", "Rollouts that do not go on"), *columns)
    for rollout, code in rows.items():
        table.add_row(str(rollout), output.of(cause_name(code)))
    return table


def _restarts(rows: list[RecordedRestart], output: Output) -> Table:
    title = output.say("Các lần chạy lại gần nhất", "Latest restarts")
    columns = (output.say("Hồ sơ", "Dossier"), output.say("Lúc", "At"), output.say("Người", "By"))
    table = headed(title, *columns, output.say("Tình trạng", "Found"), output.say("Lý do", "Why"), whole=(0, 1))
    for row in rows:
        table.add_row(row.dossier, at(row.at), row.who, output.of(standing_name(row.found)), row.why)
    return table
