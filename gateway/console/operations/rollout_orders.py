"""Orders on a rollout: stop it, let it go on, or give it up."""

from __future__ import annotations

from uuid import UUID

from activities.rollouts.register import RolloutHead
from domain.errors import NotFound
from domain.messages.rollouts import RolloutRefusal
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.wording import say

PER_SECOND = 20.0
"""How many dossiers a second, as at the command line when it is not told otherwise."""
FINISHED = say("Đợt này đã kết thúc: không còn gì để làm.", "The rollout has ended: nothing is left to do.")


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


async def _look_at_stop(visit: Visit, target: str) -> DryRun:
    head, left, lines = await _what(visit, target)
    if head.finished_at is not None:
        return DryRun(lines=(*lines, FINISHED), possible=False)
    stays = say(
        f"Dừng giữa hai hồ sơ. {with_dots(left)} hồ sơ giữ quy định cũ đến khi cho chạy tiếp.",
        f"It stops between two dossiers. {many(left, 'dossier')} keep the old rule until it goes on.",
    )
    return DryRun(lines=(*lines, stays), moves=True)


async def _look_at_resume(visit: Visit, target: str) -> DryRun:
    head, left, lines = await _what(visit, target)
    if head.finished_at is not None:
        return DryRun(lines=(*lines, FINISHED), possible=False)
    goes_on = say(
        f"Chạy tiếp cho {with_dots(left)} hồ sơ đã lên danh sách, nhiều nhất {PER_SECOND:.0f} hồ sơ mỗi giây.",
        f"It goes on for {many(left, 'dossier')} of its list, at most {PER_SECOND:.0f} a second.",
    )
    return DryRun(lines=(*lines, goes_on), moves=True)


async def _look_at_abandon(visit: Visit, target: str) -> DryRun:
    head, left, lines = await _what(visit, target)
    if head.finished_at is not None:
        return DryRun(lines=(*lines, FINISHED), possible=False)
    given_up = say(
        f"Bỏ hẳn. {with_dots(left)} hồ sơ chưa hỏi đến giữ quy định cũ; hồ sơ đã chuyển giữ quy định mới.",
        f"It is given up. {many(left, 'dossier')} not asked yet keep the old rule; those changed keep the new one.",
    )
    return DryRun(lines=(*lines, given_up), moves=True)


async def _stop(given: Given) -> Bilingual:
    orders = given.visit.api.engine.rollouts
    await orders.stop(given.visit.caller.principal, _id(given.target), why=given.why)
    return say("Đã dừng đợt triển khai.", "The rollout is stopped.")


async def _resume(given: Given) -> Bilingual:
    orders = given.visit.api.engine.rollouts
    await orders.resume(given.visit.caller.principal, _id(given.target), per_second=PER_SECOND, why=given.why)
    return say("Đợt triển khai chạy tiếp.", "The rollout goes on.")


async def _abandon(given: Given) -> Bilingual:
    orders = given.visit.api.engine.rollouts
    await orders.abandon(given.visit.caller.principal, _id(given.target), why=given.why)
    return say("Đã bỏ đợt triển khai.", "The rollout is given up.")


BACK = "/console/operations/rollouts"
ROLLOUT_ORDERS: Orders = {
    "stop-rollout": Order(
        say("Dừng đợt triển khai", "Stop a rollout"), say("Dừng", "Stop"), BACK, _look_at_stop, _stop
    ),
    "resume-rollout": Order(
        say("Cho đợt triển khai chạy tiếp", "Let a rollout go on"), say("Chạy tiếp", "Go on"), BACK, _look_at_resume,
        _resume,
    ),
    "abandon-rollout": Order(
        say("Bỏ đợt triển khai", "Give up a rollout"), say("Bỏ hẳn", "Give it up"), BACK, _look_at_abandon, _abandon,
        dangerous=True,
    ),
}  # fmt: skip
