"""Orders on repairs: approve a plan, let it run; stop its run, let it go on, or give it up.

The target of the first two is the hash of the plan, so what is confirmed is what was seen.
"""

from __future__ import annotations

from uuid import UUID

from domain.errors import NotAuthorised, NotFound
from domain.messages.dossier import DossierRefusal
from domain.messages.repairs import RepairRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.repairs.plans import RepairPlan, SecondPersonBecause
from domain.rollouts.plans import RolloutKind, rollout_id
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.access.scopes import search_scope
from gateway.client.admitting.operators import operator_of
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.operations.rollout_orders import RolloutOrder, abandon, stop
from gateway.console.visits import Visit
from gateway.i18n import repair_wording
from gateway.i18n.wording import at, say

HOME = "/console/operations/repairs"
BACK = f"{HOME}/{{target}}"
NOTHING_TO_DO = say("Kế hoạch không sửa được hồ sơ nào.", "The plan repairs no dossier.")
ELSEWHERE = say(
    "Kế hoạch có hồ sơ ngoài các đơn vị của ông/bà: người vận hành phụ trách các đơn vị đó mới ra lệnh được.",
    "The plan has dossiers outside your units: only an operator of those units can give the order.",
)
HAS_RUN = say("Kế hoạch này đã chạy xong.", "This plan has run to its end.")
RUNS = say("Kế hoạch này đang chạy hoặc đã dừng: xem đợt sửa.", "This plan runs, or was stopped: see its run.")
LOOKED_AT_AGAIN = say(
    "Trước khi sửa, mỗi hồ sơ được xem lại: đã khác kế hoạch thì để yên. Sửa xong thì kiểm tra lại.",
    "Each dossier is looked at again before: one that has changed is left alone. Afterwards it is verified.",
)


def plan_hash(given: str) -> str:
    """The hash in an address. Raises NotFound `unknown_repair_plan` for a text that is none."""
    if len(given) != 64 or not set(given) <= set("0123456789abcdef"):
        raise NotFound(RepairRefusal.UNKNOWN_REPAIR_PLAN, plan=given[:64])
    return given


async def reaches_whole(visit: Visit, plan: str) -> bool:
    """Whether the visitor reaches every dossier of the plan by the page."""
    try:
        await visit.api.engine.repair_plans.lists.require_whole_plan_within(plan, search_scope(visit.signed.scope))
    except NotFound as beyond:
        if beyond.code != DossierRefusal.UNKNOWN_DOSSIER:
            raise
        return False
    return True


def second_person(because: tuple[SecondPersonBecause, ...]) -> Bilingual:
    """That a second person is needed, and why."""
    vi, en = (", ".join(getattr(one.words, lang) for one in because) for lang in ("vi", "en"))
    return say(f"Cần người thứ hai duyệt: {vi}.", f"A second person must approve: {en}.")


def told(plan: RepairPlan) -> tuple[Bilingual, ...]:
    """What the plan does, in sentences."""
    kind = plan.order.kind.words
    made = say(
        f"{kind.vi}; {plan.made_by} lập lúc {at(plan.made_at)}: {plan.why}",
        f"{kind.en}; made by {plan.made_by} at {at(plan.made_at)}: {plan.why}",
    )
    return (made, repair_wording.size(plan), *repair_wording.calls_again(plan))


async def _seen(visit: Visit, target: str) -> tuple[RepairPlan, tuple[Bilingual, ...]]:
    """The plan, and why no order on it is possible here."""
    plan = await visit.api.engine.repair_plans.register.plan(plan_hash(target))
    problems = () if plan.to_do else (NOTHING_TO_DO,)
    if not await reaches_whole(visit, target):
        return plan, (*problems, ELSEWHERE)
    return plan, problems


async def _look_at_approval(visit: Visit, target: str) -> DryRun:
    """Raises NotAuthorised `repair_own_approval`."""
    plan, problems = await _seen(visit, target)
    who = operator_of(visit.caller.principal, None, visit.api.engine.staff)
    if plan.made_by == who:
        raise NotAuthorised(RepairRefusal.REPAIR_OWN_APPROVAL, who=who, plan=target)
    lines = (*told(plan), say("Việc duyệt không làm gì ngoài ghi nhận.", "The approval only is recorded."), *problems)
    return DryRun(lines=lines, possible=not problems)


async def _approve(given: Given) -> Bilingual:
    visit = given.visit
    await visit.api.engine.repair_runs.approve(visit.caller.principal, given.target, who=None, why=given.why)
    return say("Đã duyệt kế hoạch sửa.", "The plan is approved.")


async def _look_at_run(visit: Visit, target: str) -> DryRun:
    runs = visit.api.engine.repair_runs
    plan, problems = await _seen(visit, target)
    because, approvals = runs.second_person_because(plan), await runs.approvals(target)
    if because and not approvals:
        problems = (*problems, second_person(because))
    problems = (*problems, *await _of_run(visit, target))
    approved = tuple(say(f"{one.who} đã duyệt: {one.why}", f"Approved by {one.who}: {one.why}") for one in approvals)
    return DryRun(lines=(*told(plan), *approved, LOOKED_AT_AGAIN, *problems), possible=not problems)


async def _of_run(visit: Visit, target: str) -> tuple[Bilingual, ...]:
    """Why a plan that has been let run is not let run again: its run is stopped and resumed."""
    try:
        head = await visit.api.engine.rollouts.register.head(rollout_id(RolloutKind.REPAIR, target))
    except NotFound as unknown:
        if unknown.code != RolloutRefusal.UNKNOWN_ROLLOUT:
            raise
        return ()
    return (RUNS,) if head.finished_at is None else (HAS_RUN,)


async def _run(given: Given) -> Bilingual:
    visit = given.visit
    await visit.api.engine.repair_runs.run(visit.caller.principal, given.target, who=None, why=given.why)
    return say("Kế hoạch sửa đang chạy.", "The plan runs.")


async def _resume(given: Given, rollout: UUID) -> object:
    visit = given.visit
    return await visit.api.engine.repair_runs.resume(visit.caller.principal, rollout, who=None, why=given.why)


def _stays(left: int) -> Bilingual:
    return say(
        f"Dừng giữa hai hồ sơ. {with_dots(left)} hồ sơ chưa sửa ở nguyên như cũ đến khi cho chạy tiếp.",
        f"It stops between two dossiers. {many(left, 'dossier')} not repaired yet stay as they are until it goes on.",
    )


def _goes_on(left: int) -> Bilingual:
    return say(
        f"Chạy tiếp cho {with_dots(left)} hồ sơ còn lại, với tốc độ của kế hoạch.",
        f"It goes on for {many(left, 'dossier')} left, at the rate of the plan.",
    )


def _given_up(left: int) -> Bilingual:
    return say(
        f"Bỏ hẳn. {with_dots(left)} hồ sơ chưa sửa ở nguyên như cũ, kế hoạch khác sửa được; hồ sơ đã sửa giữ nguyên.",
        f"It is given up. {many(left, 'dossier')} not repaired yet stay as they are, and another plan may take them; "
        "those repaired stay repaired.",
    )


_OF_RUNS = {
    "stop-repair": RolloutOrder(
        say("Dừng đợt sửa", "Stop a repair"), say("Dừng", "Stop"), _stays, stop,
        say("Đã dừng đợt sửa.", "The repair is stopped."),
        say("Cho chạy tiếp được bất cứ lúc nào.", "It can go on at any time."), of_repairs=True,
    ),
    "resume-repair": RolloutOrder(
        say("Cho đợt sửa chạy tiếp", "Let a repair go on"), say("Chạy tiếp", "Go on"), _goes_on, _resume,
        say("Đợt sửa chạy tiếp.", "The repair goes on."),
        say("Dừng lại được bất cứ lúc nào.", "It can be stopped at any time."), of_repairs=True,
    ),
    "abandon-repair": RolloutOrder(
        say("Bỏ đợt sửa", "Give up a repair"), say("Bỏ hẳn", "Give it up"), _given_up, abandon,
        say("Đã bỏ đợt sửa.", "The repair is given up."),
        say("Không hoàn tác được: muốn sửa tiếp phải lập kế hoạch mới.", "It cannot be taken back: make a new plan."),
        dangerous=True, of_repairs=True,
    ),
}  # fmt: skip
REPAIR_ORDERS: Orders = {
    "approve-repair": Order(
        say("Duyệt kế hoạch sửa của người khác", "Approve the plan of another operator"), say("Duyệt", "Approve"),
        BACK, _look_at_approval, _approve,
        say("Không hoàn tác được; kế hoạch chưa chạy thì có thể để yên.", "No; but a plan need not be let run."),
    ),
    "run-repair": Order(
        say("Cho kế hoạch sửa chạy", "Let a plan run"), say("Chạy", "Run"), BACK, _look_at_run, _run,
        say("Dừng được giữa hai hồ sơ; hồ sơ đã sửa giữ nguyên.", "It can be stopped; what is repaired stays so."),
        dangerous=True,
    ),
    **{kind: order.as_order() for kind, order in _OF_RUNS.items()},
}  # fmt: skip
