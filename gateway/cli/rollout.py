"""`luongxanh rollout`: lists the rollouts, and stops, resumes or abandons one.

A rollout is named by its id. So the file is not needed, and a rollout that the first release stored unreadably can be
abandoned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from cyclopts import App, Parameter

from gateway.cli import rollout_order
from gateway.cli.dependencies import dependencies
from gateway.cli.output import PLAIN, Output, print_json, print_json_lines, show
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from activities.rollouts.register import RolloutHead

app = App(name="rollout")

Id = Annotated[UUID, Parameter(help="Mã đợt (the rollout's id)")]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is written down)")]


@app.command(name="list")
async def list_rollouts(*, output: Output = PLAIN) -> None:
    """Mọi đợt triển khai, mới nhất trước (every rollout, the newest first)."""
    from activities.rollouts.register import RolloutRegister

    async with dependencies().open_ledger() as pool:
        heads = await RolloutRegister(pool).heads()
    if output.json:
        print_json_lines(head.model_dump(mode="json") for head in heads)
        return
    for head in heads:
        show(*_head_lines(head, output))
    if not heads:
        show(output.say("Chưa có đợt triển khai nào.", "There is no rollout yet."))


@app.command(name="show")
async def show_rollout(rollout: Id, /, *, output: Output = PLAIN) -> None:
    """Một đợt: đã đến đâu, ai đã làm gì, vì sao (one rollout: how far it is, who did what with it, and why)."""
    from activities.rollouts.register import RolloutRegister

    async with dependencies().open_ledger() as pool:
        register = RolloutRegister(pool)
        head, progress, acts = (
            await register.head(rollout),
            await register.progress(rollout),
            await register.acts(rollout),
        )
    if output.json:
        listed = [one.model_dump(mode="json") for one in acts]
        print_json({**head.model_dump(mode="json"), "progress": progress.model_dump(), "acts": listed})
        return
    show(*_head_lines(head, output), rollout_order.line(progress, output, head.kind))
    from gateway.i18n.wording import at

    for one in acts:
        why = f": {one.why}" if one.why else ""
        show(f"  {at(one.at)}  {one.who}  {_act(one.act, output)}{why}")


@app.command
async def stop(rollout: Id, /, *, by: rollout_order.By = None, output: Output = PLAIN) -> None:
    """Dừng giữa hai hồ sơ; chạy tiếp được bằng resume (stop between two dossiers; `resume` goes on)."""
    async with dependencies().open_engine() as engine:
        await rollout_order.stop(engine, rollout, by, output)


@app.command
async def resume(
    rollout: Id, /, *, rate: rollout_order.Rate = 20.0, by: rollout_order.By = None, output: Output = PLAIN
) -> None:
    """Chạy tiếp một đợt đã dừng, không cần tệp (go on with a stopped rollout, without its file).

    Đợt sửa hồ sơ luôn chạy theo tốc độ của kế hoạch đã duyệt (a repair goes on at the rate of its plan).
    """
    rollout_order.require_rate(rate)
    async with dependencies().open_engine() as engine:
        found = await engine.repair_runs.resume(this_machine(), rollout, who=by, per_second=rate)
        progress = await engine.rollouts.register.progress(found.id)
    if output.json:
        print_json({"rollout": str(found.id), "resumed": True, "progress": progress.model_dump()})
    else:
        show(output.say(f"Đợt {found.id} đang chạy tiếp.", f"Rollout {found.id} goes on."))
        show(rollout_order.line(progress, output, found.kind))


@app.command
async def abandon(rollout: Id, /, *, reason: Reason, by: rollout_order.By = None, output: Output = PLAIN) -> None:
    """Bỏ một đợt, kèm lý do: hồ sơ chưa hỏi đến giữ quy định cũ (give it up; dossiers not asked keep the old rule)."""
    async with dependencies().open_engine() as engine:
        await rollout_order.give_up(engine, rollout, reason, by, output)


def _head_lines(head: RolloutHead, output: Output) -> tuple[str, str]:
    """Two lines, so that the id and the letter each fit into 80 columns."""
    from domain.rollouts.plans import RolloutKind
    from gateway.i18n.wording import at

    kind = output.of(RolloutKind(head.kind).words)
    begun = at(head.begun_at)
    return f"{head.id}  {kind}  {_state(head, output)}", f"    {begun}  {head.who}  {head.why}"


def _state(head: RolloutHead, output: Output) -> str:
    if head.abandoned_at is not None:
        return output.say("đã bỏ", "abandoned")
    return output.say("đã xong", "finished") if head.finished_at is not None else output.say("chưa xong", "unfinished")


def _act(act: str, output: Output) -> str:
    from gateway.i18n.wording import ROLLOUT_ACTS

    return output.of(ROLLOUT_ACTS[act])
