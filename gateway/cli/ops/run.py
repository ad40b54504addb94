"""`luongxanh ops run`, `approve`, `status`, `stop`, `resume`: carries out the plan of a repair."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from gateway.cli import rollout_order
from gateway.cli.dependencies import dependencies
from gateway.cli.inputs import read_bytes
from gateway.cli.ops.run_page import head_lines, items_table
from gateway.cli.output import PLAIN, Output, called, print_json, print_json_lines, show, tell
from gateway.cli.problems import Exit
from gateway.client.admitting.operators import this_machine

if TYPE_CHECKING:
    from activities.rollouts.register import Rollout, RolloutRegister
    from domain.repairs.plans import RepairPlan
    from gateway.client import Engine

PlanName = Annotated[str, Parameter(help="Tệp kế hoạch, hoặc mã của nó (the plan's file, or its hash)")]
RunName = Annotated[UUID, Parameter(help="Mã đợt sửa (the run's id)")]
By = Annotated[str, Parameter(help="Mã nội bộ người thực hiện (who orders it)")]
Reason = Annotated[str, Parameter(help="Lý do, được ghi lại (why; it is recorded)")]
Detach = Annotated[bool, Parameter(negative="", help="Không chờ đến khi xong (do not wait for the end)")]


async def run(plan: PlanName, /, *, by: By, detach: Detach = False, output: Output = PLAIN) -> int:
    """Chạy một kế hoạch sửa, đúng như đã xem (carry out the plan of a repair, exactly as it was seen).

    Trước khi sửa, mỗi hồ sơ được xem lại: khác kế hoạch thì bỏ qua và nói khác gì. Sửa xong thì kiểm tra lại.
    Ngắt lệnh này thì đợt sửa vẫn chạy tiếp. Mã thoát 1 nếu có hồ sơ chưa được sửa xong. (Each dossier is looked at
    again: one that has changed is left alone. Afterwards it is verified. Exit code 1 when one is not cured.)

    Ví dụ (example):
      luongxanh ops run sua.json --by cb.TTPVHCC.operator.1
    """
    async with dependencies().open_engine() as engine:
        found = await _plan_named(engine, plan)
        begun = await engine.repair_runs.run(this_machine(), found.hash, who=by)
        if not detach and begun.finished_at is None:
            try:
                await rollout_order.watch(engine.rollouts, begun, output)
            except asyncio.CancelledError:
                _tell_that_it_goes_on(begun.id, output)
                raise
        return await _result(engine, found, begun.id, output)


async def approve(plan: PlanName, /, *, by: By, reason: Reason, output: Output = PLAIN) -> None:
    """Duyệt kế hoạch sửa của người vận hành khác (approve the plan of another operator).

    Không ai duyệt được kế hoạch của chính mình. (Nobody approves their own plan.)

    Ví dụ (example):
      luongxanh ops approve sua.json --by cb.TTPVHCC.operator.2 --reason "Đã xem danh sách"
    """
    from gateway.cli.ops.plan_page import show_plan

    async with dependencies().open_engine() as engine:
        found = await _plan_named(engine, plan)
        await engine.repair_runs.approve(this_machine(), found.hash, who=by, why=reason)
    if output.json:
        print_json({"plan": found.hash, "approved_by": by})
        return
    show_plan(found, (), None, output)
    show(output.say(f"✓ {by} đã duyệt kế hoạch này.", f"✓ {by} has approved this plan."))


async def status(
    run: Annotated[UUID | None, Parameter(help="Mã đợt sửa; không ghi: mọi đợt (the run's id; all without it)")] = None,
    /,
    *,
    output: Output = PLAIN,
) -> None:
    """Các đợt sửa: đến đâu, ai đã làm gì, từng hồ sơ ra sao (runs of repairs: how far, who did what, each dossier).

    Ví dụ (example):
      luongxanh ops status
    """
    from activities.rollouts.register import RolloutRegister

    async with dependencies().open_ledger() as pool:
        register = RolloutRegister(pool)
        if run is None:
            await _show_all(register, output)
        else:
            await _show_one(register, run, output)


async def _show_all(register: RolloutRegister, output: Output) -> None:
    """Every run of a repair, and how far it is."""
    from domain.rollouts.plans import RolloutKind

    heads = [one for one in await register.heads() if one.kind is RolloutKind.REPAIR]
    reached = [(one, await register.progress(one.id)) for one in heads]
    if output.json:
        print_json_lines({**one.model_dump(mode="json"), "progress": far.model_dump()} for one, far in reached)
        return
    for one, far in reached:
        show(*head_lines(one, output), f"    {rollout_order.line(far, output, one.kind)}")
    if not heads:
        show(output.say("Chưa có đợt sửa nào.", "There is no repair yet."))


async def _show_one(register: RolloutRegister, run: UUID, output: Output) -> None:
    """One run: how far it is, who did what, and the outcome of each dossier. Raises NotFound `unknown_rollout`."""
    from gateway.i18n.wording import ROLLOUT_ACTS, at

    head, progress = await register.head(run), await register.progress(run)
    acts, items = await register.acts(run), await register.items(run)
    if output.json:
        told: dict[str, Any] = {**head.model_dump(mode="json"), "progress": progress.model_dump()}
        told["acts"] = [one.model_dump(mode="json") for one in acts]
        print_json({**told, "items": [item.model_dump(mode="json") for item in items]})
        return
    show(*head_lines(head, output))
    for act in acts:
        why = f": {act.why}" if act.why else ""
        show(f"    {at(act.at)}  {act.who}  {output.of(ROLLOUT_ACTS[act.act])}{why}")
    if items:
        show(items_table(items, output))
    show(rollout_order.line(progress, output, head.kind))


async def stop(run: RunName, /, *, by: By, output: Output = PLAIN) -> None:
    """Dừng đợt sửa giữa hai hồ sơ; chạy tiếp bằng resume (stop a run between two dossiers; `resume` goes on).

    Ví dụ (example):
      luongxanh ops stop 0d4e7c0a-6d5d-5b56-9c59-0f4f6b9a7c11 --by cb.TTPVHCC.operator.1
    """
    async with dependencies().open_engine() as engine:
        await rollout_order.stop(engine, run, by, output)


async def resume(run: RunName, /, *, by: By, output: Output = PLAIN) -> None:
    """Chạy tiếp đợt sửa đã dừng (go on with a stopped run).

    Ví dụ (example):
      luongxanh ops resume 0d4e7c0a-6d5d-5b56-9c59-0f4f6b9a7c11 --by cb.TTPVHCC.operator.1
    """
    async with dependencies().open_engine() as engine:
        found = await engine.repair_runs.resume(this_machine(), run, who=by)
        progress = await engine.rollouts.register.progress(found.id)
    if output.json:
        print_json({"rollout": str(found.id), "resumed": True, "progress": progress.model_dump()})
        return
    show(output.say(f"Đợt sửa {found.id} đang chạy tiếp.", f"The repair {found.id} goes on."))
    show(rollout_order.line(progress, output, found.kind))


async def _plan_named(engine: Engine, named: str) -> RepairPlan:
    """The registered plan of a file or of the beginning of a hash. Raises those of `plan_in` and of the register."""
    from domain.repairs.plan_files import LARGEST_FILE, plan_in

    if not _looks_like_a_hash(named):
        plan = plan_in(read_bytes(named, LARGEST_FILE))
        return await engine.repair_plans.register.plan(plan.hash)
    return await engine.repair_plans.register.plan(await engine.repair_plans.register.hash_beginning(named))


def _looks_like_a_hash(text: str) -> bool:
    return 8 <= len(text) <= 64 and all(letter in "0123456789abcdef" for letter in text)


def _tell_that_it_goes_on(run: UUID, output: Output) -> None:
    """The message after Ctrl-C: it ends the command and does not stop the run."""
    tell(
        output.say(f"Đợt sửa {run} vẫn chạy tiếp. Xem, hoặc dừng:", f"The repair {run} goes on. See it, or stop it:"),
        f"{called()} ops status {run}",
        f"{called()} ops stop {run} --by …",
    )


async def _result(engine: Engine, plan: RepairPlan, run: UUID, output: Output) -> int:
    from domain.rollouts.plans import ItemState

    register = engine.rollouts.register
    now, items, progress = await register.rollout(run), await register.items(run), await register.progress(run)
    planned = {finding.dossier for finding in plan.to_do}
    uncured = [item for item in items if item.dossier in planned and item.state is not ItemState.DONE]
    code = Exit.FAILED if now.finished_at is not None and uncured else Exit.DONE
    if output.json:
        finished = now.finished_at.isoformat() if now.finished_at else None
        told = {"rollout": str(run), "plan": plan.hash, "finished_at": finished, "counts": progress.model_dump()}
        print_json({**told, "items": [item.model_dump(mode="json") for item in items]})
        return code
    show(items_table(items, output))
    show(rollout_order.line(progress, output, now.kind))
    show(_ending(now, len(uncured), output))
    return code


def _ending(run: Rollout, uncured: int, output: Output) -> str:
    if run.finished_at is None:
        return output.say(f"Đợt sửa {run.id} đang chạy tiếp.", f"The repair {run.id} goes on by itself.")
    if uncured:
        return output.say(
            f"✗ Đợt sửa {run.id} đã xong; {uncured} hồ sơ chưa được sửa xong (xem cột Kết quả).",
            f"✗ The repair {run.id} is finished; {uncured} of its dossiers are not repaired (see Outcome).",
        )
    return output.say(f"✓ Đợt sửa {run.id} đã xong.", f"✓ The repair {run.id} is finished.")
