"""Orders on a rollout of new rules: stop it, let it go on, or give it up. Those on a repair: `repair_orders`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from activities.rollouts.register import RolloutHead
from domain.errors import NotFound
from domain.messages.rollouts import RolloutRefusal
from domain.rollouts.plans import RolloutKind
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.access.scopes import search_scope
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.wording import say

PER_SECOND = 20.0
"""How many dossiers a second, as at the command line when it is not told otherwise."""
FINISHED = say("Đợt này đã kết thúc: không còn gì để làm.", "It has ended: nothing is left to do.")


def _id(target: str) -> UUID:
    try:
        return UUID(target)
    except ValueError:
        raise NotFound(RolloutRefusal.UNKNOWN_ROLLOUT, rollout=target[:64]) from None


async def _what(visit: Visit, target: str) -> tuple[RolloutHead, int, tuple[Bilingual, ...]]:
    """The rollout, how many dossiers are left, and what is said of it."""
    register = visit.api.engine.rollouts.register
    head = await register.head(_id(target))
    progress = await register.progress(head.id)
    kind, total = head.kind.words, progress.total
    line = say(
        f"{kind.vi}: đã xong {with_dots(total - progress.pending)} trên {with_dots(total)} hồ sơ.",
        f"{kind.en}: {many(total - progress.pending, 'dossier')} of {total:,} done.",
    )
    return head, progress.pending, (line,)


@dataclass(frozen=True)
class RolloutOrder:
    """One kind of order. `told`: what it would do, with so many dossiers left; `done`: what was done.

    `of_repairs`: it is an order on the runs of repairs, and on no other rollout; their words differ.
    """

    title: Bilingual
    button: Bilingual
    told: Callable[[int], Bilingual]
    give: Callable[[Given, UUID], Awaitable[object]]
    done: Bilingual
    undo: Bilingual
    dangerous: bool = False
    of_repairs: bool = False

    def as_order(self) -> Order:
        """The order as every page of an order shows it. New rules are the province's; a repair is its dossiers'."""
        needs = "give_orders" if self.of_repairs else "give_province_orders"
        return Order(self.title, self.button, BACK, self._look, self._give, self.undo, self.dangerous, needs)

    async def _look(self, visit: Visit, target: str) -> DryRun:
        head, left, lines = await _what(visit, target)
        if (head.kind is RolloutKind.REPAIR) is not self.of_repairs:
            raise NotFound(RolloutRefusal.UNKNOWN_ROLLOUT, rollout=target[:64])
        if self.of_repairs:
            lists = visit.api.engine.repair_plans.lists
            await lists.require_whole_plan_within(head.file_hash, search_scope(visit.signed.scope))
        if head.finished_at is not None:
            return DryRun(lines=(*lines, FINISHED), possible=False)
        return DryRun(lines=(*lines, self.told(left)), moves=True)

    async def _give(self, given: Given) -> Bilingual:
        await self.give(given, _id(given.target))
        return self.done


def _stays(left: int) -> Bilingual:
    return say(
        f"Dừng giữa hai hồ sơ. {with_dots(left)} hồ sơ giữ quy định cũ đến khi cho chạy tiếp.",
        f"It stops between two dossiers. {many(left, 'dossier')} keep the old rule until it goes on.",
    )


def _goes_on(left: int) -> Bilingual:
    return say(
        f"Chạy tiếp cho {with_dots(left)} hồ sơ đã lên danh sách, nhiều nhất {PER_SECOND:.0f} hồ sơ mỗi giây.",
        f"It goes on for {many(left, 'dossier')} of its list, at most {PER_SECOND:.0f} a second.",
    )


def _given_up(left: int) -> Bilingual:
    return say(
        f"Bỏ hẳn. {with_dots(left)} hồ sơ chưa hỏi đến giữ quy định cũ; hồ sơ đã chuyển giữ quy định mới.",
        f"It is given up. {many(left, 'dossier')} not asked yet keep the old rule; those changed keep the new one.",
    )


async def stop(given: Given, rollout: UUID) -> object:
    """Stops the rollout."""
    return await given.visit.api.engine.rollouts.stop(given.visit.caller.principal, rollout, why=given.why)


async def _resume(given: Given, rollout: UUID) -> object:
    runs, principal = given.visit.api.engine.repair_runs, given.visit.caller.principal
    return await runs.resume(principal, rollout, who=None, per_second=PER_SECOND, why=given.why)


async def abandon(given: Given, rollout: UUID) -> object:
    """Gives the rollout up."""
    return await given.visit.api.engine.rollouts.abandon(given.visit.caller.principal, rollout, why=given.why)


BACK = "/console/operations/rollouts/{target}"
_KINDS = {
    "stop-rollout": RolloutOrder(
        say("Dừng đợt triển khai", "Stop a rollout"), say("Dừng", "Stop"), _stays, stop,
        say("Đã dừng đợt triển khai.", "The rollout is stopped."),
        say("Cho chạy tiếp được bất cứ lúc nào.", "It can go on at any time."),
    ),
    "resume-rollout": RolloutOrder(
        say("Cho đợt triển khai chạy tiếp", "Let a rollout go on"), say("Chạy tiếp", "Go on"), _goes_on, _resume,
        say("Đợt triển khai chạy tiếp.", "The rollout goes on."),
        say(
            "Dừng lại được bất cứ lúc nào; hồ sơ đã chuyển giữ quy định mới.",
            "It can be stopped at any time; dossiers that were changed keep the new rule.",
        ),
    ),
    "abandon-rollout": RolloutOrder(
        say("Bỏ đợt triển khai", "Give up a rollout"), say("Bỏ hẳn", "Give it up"), _given_up, abandon,
        say("Đã bỏ đợt triển khai.", "The rollout is given up."),
        say("Không hoàn tác được: muốn làm lại phải ra lệnh mới.", "It cannot be taken back: it needs a new order."),
        dangerous=True,
    ),
}  # fmt: skip
ROLLOUT_ORDERS: Orders = {kind: order.as_order() for kind, order in _KINDS.items()}
