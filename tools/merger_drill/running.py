"""Runs the drill: opens the dossiers of the day before, applies the merger, waits, accounts and prints the result."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from activities.ledger.reading import LedgerReader, dossier_in
from domain.dossier.state import Dossier
from domain.organisation.merger import Merger, merged
from domain.organisation.organisation import Organisation
from domain.rollouts.plans import MergerPlan
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, hash_of_text, rule_text
from domain.values import VIETNAM, Strict
from gateway.cli.output import print_json, show, tell
from gateway.client import Engine, this_machine
from tools.local_stack import prepared_stack
from tools.merger_drill.balance import MergerBalance, balance_of
from tools.merger_drill.opening import draw, open_all
from tools.merger_drill.pre_merger import MERGER_DAY, PreMerger, before_merger
from workers.engine import open_engine
from workers.worker import LOOK_FOR_RULES_EVERY

LOOK_EVERY = 0.5


class DrillOptions(Strict):
    """How many dossiers to open, from which seed, and how many dossiers a second the merger moves."""

    dossiers: Annotated[int, Field(ge=1, le=50_000)] = 5_000
    seed: int = 2025
    rate: Annotated[float, Field(ge=0.1, le=1_000)] = 100.0
    as_json: bool = Field(default=False, alias="json")


class DrillResult(Strict):
    """The result of a drill, and the seconds of each part."""

    account: MergerBalance
    old_units: int
    new_units: int
    shifted_days: int
    opening_seconds: float
    merger_seconds: float


async def run(options: DrillOptions) -> int:
    """Runs the drill on its own stack and prints the account. Returns 0 when it is sound, else 1."""
    async with prepared_stack.set_up() as set_up:
        pre_merger = before_merger(set_up.province, datetime.now(VIETNAM).date())
        async with open_engine(set_up.settings, province=pre_merger.province) as engine:
            result = await drill(engine, pre_merger, options, _reporter())
    if options.as_json:
        print_json({**result.model_dump(mode="json"), "sound": result.account.sound})
    else:
        _show(result)
    return 0 if result.account.sound else 1


async def drill(
    engine: Engine, pre_merger: PreMerger, options: DrillOptions, report: Callable[[str, int, int], None]
) -> DrillResult:
    """Runs the drill with `engine`, which works for the province of the day before."""
    await engine.publish_rules()
    await asyncio.sleep(2 * LOOK_FOR_RULES_EVERY)  # until the worker has loaded these rules
    opening_started = time.monotonic()
    drawn = draw(pre_merger, options.dossiers, options.seed)
    opened = await open_all(engine, drawn, lambda done: report("opened", done, len(drawn)))
    before = await _current_dossiers(engine.reader, opened)
    merger_started = time.monotonic()
    after_merger = merged(pre_merger.province.organisation, pre_merger.merger)
    plan, rule = plan_of(pre_merger.merger, after_merger)
    ordered = await engine.rollouts.begin(
        this_machine(), plan, rule.hash, [rule], why=pre_merger.merger.source, per_second=options.rate
    )
    while (await engine.rollouts.register.rollout(ordered.id)).finished_at is None:
        progress = await engine.rollouts.register.progress(ordered.id)
        report("moved", progress.total - progress.pending, len(drawn))
        await asyncio.sleep(LOOK_EVERY)
    ended = time.monotonic()
    items = await engine.rollouts.register.items(ordered.id)
    after = await _current_dossiers(engine.reader, opened)
    return DrillResult(
        account=balance_of(before, after, items, after_merger, pre_merger.merger.effective),
        old_units=len(pre_merger.communes()),
        new_units=sum(unit.level.is_commune for unit in pre_merger.merger.opened),
        shifted_days=pre_merger.shifted_days,
        opening_seconds=round(merger_started - opening_started, 1),
        merger_seconds=round(ended - merger_started, 1),
    )


def plan_of(merger: Merger, organisation: Organisation) -> tuple[MergerPlan, StoredRule]:
    """The rollout plan of a merger, and the organisation after it as the rule to publish."""
    text = rule_text(organisation)
    rule = StoredRule(kind=RuleKind.ORGANISATION, hash=hash_of_text(text), text=text)
    plan = MergerPlan(organisation=content_hash(organisation), effective=merger.effective, source=merger.source)
    return plan, rule


async def _current_dossiers(reader: LedgerReader, codes: list[str]) -> dict[str, Dossier]:
    rows = [await reader.dossier(code) for code in codes]
    return {row.code: dossier_in(row) for row in rows if row is not None}


def _reporter() -> Callable[[str, int, int], None]:
    """A function that prints the progress on a terminal; into a pipe it prints nothing."""
    words = {"opened": "Đã mở (opened)", "moved": "Đã chuyển (moved)"}

    def report(stage: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{words[stage]}: {done}/{total}   ")

    return report


def _show(result: DrillResult) -> None:
    account = result.account
    tell("")
    show(
        f"Diễn tập sắp xếp {result.old_units} xã, phường, thị trấn thành {result.new_units} (rehearsal of the merger)",
        f"  Ngày được dời {result.shifted_days} ngày để {MERGER_DAY:%d/%m/%Y} là hôm nay (shifted to today)",
        f"  Hồ sơ đang mở hôm trước (open on the day before): {account.dossiers}, mở trong {result.opening_seconds} s",
        f"  Chuyển nguyên đơn vị (moved whole): {account.moved_whole}",
        f"  Chuyển theo địa chỉ (moved by address): {account.moved_by_address}",
        f"  Chờ điều phối (waiting in the coordination queue): {account.waiting}",
        f"  Không đổi (unchanged): {account.unchanged}   Từ chối (refused): {account.refused}   "
        f"Thiếu (missing): {account.missing}",
        f"  Cần phân công lại (to be assigned anew): {account.officers_unassigned}",
        f"  Đơn vị cũ có hồ sơ (old units): {account.units_closed}, "
        f"đơn vị nhận (receiving units): {account.units_receiving}",
        f"  Chuyển trong (moved in): {result.merger_seconds} s, "
        f"{account.dossiers / max(result.merger_seconds, 0.1):.0f} hồ sơ/giây (dossiers a second)",
        "  Địa chỉ: dữ liệu chưa ghi thôn, tổ nào về đâu; một nửa hồ sơ của đơn vị bị chia ghi “nay là …”.",
        "  (Addresses: no hamlet is recorded yet; half the dossiers of divided units say “nay là …”, now in …)",
        ("✓ " if account.sound else "✗ ") + "Tổng khớp, đồng hồ không đổi, mỗi hồ sơ một nơi giải quyết hoặc hàng chờ"
        " (the sum agrees, no clock changed, each has one unit or one queue)",
    )
    tell(*account.broken[:20])
