"""The pages of repairs: the plans, the form of a plan, and one plan with everything that was seen of its dossiers."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Response

from activities.ledger.stuck_dossiers import StuckDossiers
from activities.repairs.plan_lists import RepairPlanHead
from activities.rollouts.register import RolloutHead
from domain.errors import Conflict, DomainError, NotFound
from domain.messages.repairs import RepairRefusal
from domain.messages.rollouts import RolloutRefusal
from domain.outside_systems import System
from domain.repairs.orders import RepairKind
from domain.repairs.plans import RepairPlan
from domain.rollouts.plans import RolloutKind, RolloutProgress, rollout_id
from domain.values import Bilingual
from gateway.access.callers import identifier_of
from gateway.access.scopes import search_scope
from gateway.api.pages import Cursor, Listing, timed_place
from gateway.api.repairs.reading import row_key
from gateway.console.operations.pages import ROWS, shown
from gateway.console.operations.planning_orders import kind_of, planning_named
from gateway.console.operations.reconciliation_pages import MOST_IN_FORM, restarted_codes
from gateway.console.operations.repair_forms import LABELS, Fields, filter_in, first, wanted_of
from gateway.console.operations.repair_orders import HOME, plan_hash, reaches_whole, second_person
from gateway.console.register.chips import Chip, chips_for
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n import repair_wording
from gateway.i18n.wording import say, system_name

router = APIRouter(prefix="/operations/repairs")

PLANS = 20
"""How many plans a page lists. Of those that wait, each is read as a whole."""
PLANNINGS = 5
"""How many plans that are being made, or were not made, the first page lists."""
RESTARTS = 20
"""How many restarts of single dossiers the first page lists, for operators of the whole province."""
MOST_IN_ADDRESS = 100
"""How many codes an address may carry into the form."""
USUAL: Fields = {"kind": [RepairKind.MEND.value], "rate": ["20"]}
BEGUN = say("Đang lập kế hoạch ở nền. Chưa sửa gì.", "The plan is being made. Nothing is repaired yet.")
MADE = say("Đã lập kế hoạch. Chưa sửa gì.", "The plan is made. Nothing is repaired yet.")
KINDS_SAY = {
    RepairKind.MEND: say(
        "khởi động lại, gọi lại ngay, hoặc thử lại việc bị từ chối", "restart, try now, or retry what was refused"
    ),
    RepairKind.RESTART: say("cho hồ sơ kẹt hoặc quy trình đã dừng", "for a stuck dossier, or an ended workflow"),
    RepairKind.RESET: say("làm lại từ một bước; sổ cái không lùi", "redoes from a step; the ledger is not reset"),
    RepairKind.RETRY: say("gửi lại việc hệ thống ngoài từ chối hẳn", "asks again what a system refused for good"),
    RepairKind.FAST_FORWARD: say("không đổi thời hạn theo luật", "never changes a clock of the law"),
    RepairKind.MIGRATE: say("luôn cần hai người", "always needs two persons"),
    RepairKind.TERMINATE: say(
        "hồ sơ thử, hồ sơ nhập trùng; luôn cần hai người", "a test, or entered twice; two persons"
    ),
}
"""What each kind is for."""
PARAMETERS = {
    "although_sound": say("Cả quy trình vẫn chạy", "Also what goes on"),
    "to": say("Lùi về", "Back to"),
    "system": say("Chỉ hệ thống", "Only the system"),
    "procedure": say("Mã băm thủ tục", "Hash of the procedure"),
    "escalation": say("Mã băm bậc leo thang", "Hash of the ladder"),
}
"""The names of what an order says beside its kind."""


class Standing(StrEnum):
    """How far a plan is."""

    NOTHING_TO_DO = "nothing_to_do"
    WAITS = "waits"
    READY = "ready"
    UNDER_WAY = "under_way"
    STOPPED = "stopped"
    FINISHED = "finished"
    GIVEN_UP = "given_up"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class PlanNow:
    """One plan of the list. `run` and `progress`: None before it was let run."""

    head: RepairPlanHead
    standing: Standing
    run: RolloutHead | None
    progress: RolloutProgress | None

    @property
    def kind(self) -> Bilingual:
        """The kind of the repair; its code, where it is one of a later release."""
        known = self.head.kind in tuple(RepairKind)
        return RepairKind(self.head.kind).words if known else say(self.head.kind, self.head.kind)


@router.get("", **opens("list_repair_plans"))
async def repairs(visit: Visiting, cursor: Cursor = None) -> Response:
    """The plans, the newest first."""
    listing = Listing(visit.api.keys, ("console_repairs",))
    place = listing.place(cursor)
    rows = await visit.api.engine.repair_plans.lists.heads(PLANS + 1, timed_place(place))
    page = listing.page(rows, place, PLANS, row_key)
    stopped = await visit.api.engine.rollouts.register.stopped()
    plans = [await _plan_now(visit, one, stopped) for one in page.items]
    plannings = await visit.api.engine.repair_plans.plannings.register.newest(PLANNINGS) if place is None else []
    whole = place is None and visit.may("give_province_orders")
    restarts = await StuckDossiers(visit.api.pool).restarts(RESTARTS) if whole else []
    return shown(
        visit, "operations/repairs.html", page=page, plans=plans, standings=Standing, plannings=plannings,
        kind_of=kind_of, restarts=restarts,
    )  # fmt: skip


async def _plan_now(visit: Visit, head: RepairPlanHead, stopped: Collection[UUID]) -> PlanNow:
    run, progress = await _run_of(visit, head.hash)
    if run is not None:
        return PlanNow(head, _standing_of(run, stopped), run, progress)
    if head.to_do == 0 or (head.approved and await visit.api.engine.repair_runs.approvals(head.hash)):
        return PlanNow(head, Standing.READY if head.to_do else Standing.NOTHING_TO_DO, None, None)
    engine = visit.api.engine
    try:
        waits = engine.repair_runs.second_person_because(await engine.repair_plans.register.plan(head.hash))
    except Conflict as unreadable:
        if unreadable.code != RepairRefusal.REPAIR_PLAN_UNREADABLE:
            raise
        return PlanNow(head, Standing.UNREADABLE, None, None)
    return PlanNow(head, Standing.WAITS if waits else Standing.READY, None, None)


async def _run_of(visit: Visit, plan: str) -> tuple[RolloutHead | None, RolloutProgress | None]:
    """The run of a plan and how far it is; nothing before it was let run."""
    register, run = visit.api.engine.rollouts.register, rollout_id(RolloutKind.REPAIR, plan)
    try:
        return await register.head(run), await register.progress(run)
    except NotFound as unknown:
        if unknown.code != RolloutRefusal.UNKNOWN_ROLLOUT:
            raise
        return None, None


def _standing_of(run: RolloutHead, stopped: Collection[UUID]) -> Standing:
    if run.abandoned_at is not None:
        return Standing.GIVEN_UP
    if run.finished_at is not None:
        return Standing.FINISHED
    return Standing.STOPPED if run.id in stopped else Standing.UNDER_WAY


@router.get("/new", **opens("plan_repair"))
async def new(
    visit: Visiting,
    f: str | None = None,
    code: Annotated[list[str] | None, Query(max_length=MOST_IN_ADDRESS)] = None,
    kind: RepairKind = RepairKind.MEND,
    reconciliation: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The form of a plan. `f`: the register's own filter, as its address has it; `code`: dossiers; `reconciliation`:
    the dossiers of its list that a restart repairs."""
    compared = [] if reconciliation is None else await restarted_codes(visit, reconciliation)
    codes = "\n".join([*(one[:64] for one in code or ()), *compared])
    typed = {**USUAL, "kind": [kind.value], "codes": [codes], **({} if f is None else {"f": [f]})}
    cut = len(compared) == MOST_IN_FORM
    try:
        return await _form(visit, typed, cut=cut)
    except DomainError as refused:  # of a filter that cannot be used: the form is shown without it
        return await _form(visit, {**typed, "f": []}, refused)


@router.post("", **opens("plan_repair"))
async def plan(visit: Visiting) -> Response:
    """Makes the plan: looks at each dossier and repairs none. Leads to its page, or to that of its making."""
    fields = await visit.form()
    try:
        wanted = wanted_of(visit, fields)
        orders = visit.api.engine.repair_plans
        to_plan = await orders.to_plan(
            visit.caller.principal, wanted.order, wanted.chosen, who=None, why=wanted.why,
            per_minute=wanted.per_minute, stuck=wanted.stuck, scope=search_scope(visit.signed.scope),
        )  # fmt: skip
        if len(to_plan.codes) > orders.in_a_request:
            begun = await orders.begin(to_plan, uuid4())
            return visit.to(f"{HOME}/plannings/{begun.id}", visit.text(BEGUN))
        made = await orders.made(to_plan)
    except DomainError as refused:
        return await _form(visit, fields, refused)
    return visit.to(f"{HOME}/{made.hash}", visit.text(MADE))


async def _form(visit: Visit, typed: Fields, refused: DomainError | None = None, *, cut: bool = False) -> Response:
    """`cut`: the list of a comparison has more dossiers than the form takes."""
    problem = None if refused is None else visit.refusal(refused, labels=LABELS)
    return visit.page(
        "operations/new_repair.html", status=200 if problem is None else problem.status, typed=typed, problem=problem,
        labels=LABELS, kinds=KINDS_SAY, systems=tuple(System), chips=_chips(visit, typed, refused), first=first,
        cut=MOST_IN_FORM if cut else None,
    )  # fmt: skip


def _chips(visit: Visit, typed: Fields, refused: DomainError | None) -> Sequence[Chip] | None:
    """The conditions of the register in words; None without them. Raises InvalidField for those that are wrong."""
    try:
        wanted = filter_in(typed)
    except DomainError:
        if refused is None:
            raise
        return None  # the refusal tells of it
    return None if wanted is None else list(chips_for(visit, wanted, visit.now))


@router.get("/plannings/{planning}", **opens("read_repair_planning"))
async def one_planning(visit: Visiting, planning: str) -> Response:
    """How far the making of a plan is, and what came of it."""
    found = await planning_named(visit, planning)
    return shown(visit, "operations/planning.html", one=found, kind=kind_of(found))


@router.get("/{plan}", **opens("read_repair_plan"))
async def one_plan(visit: Visiting, plan: str, left_alone: bool = False, cursor: Cursor = None) -> Response:
    """One plan, as `ops plan` prints it: its dossiers within the visitor's reach, what is asked again, who approved."""
    plans, runs = visit.api.engine.repair_plans, visit.api.engine.repair_runs
    found = await plans.register.plan(plan_hash(plan))
    run, progress = await _run_of(visit, plan)
    stopped = await visit.api.engine.rollouts.register.stopped()
    approvals, because = await runs.approvals(plan), runs.second_person_because(found)
    listing = Listing(visit.api.keys, ("console_repair", plan, left_alone))
    place = listing.place(cursor)
    rows = await plans.lists.findings(
        plan, search_scope(visit.signed.scope), refused=left_alone,
        place=None if place is None else (place.key, place.back), limit=ROWS + 1,
    )  # fmt: skip
    return shown(
        visit, "operations/repair.html", plan=found, hash=plan, run=run, progress=progress, approvals=approvals,
        page=listing.page(rows, place, ROWS, lambda one: one.dossier), left_alone=left_alone,
        whole=await reaches_whole(visit, plan), stopped=stopped,
        standing=_standing(found, run, stopped, waits=bool(because) and not approvals),
        standings=Standing, needs=second_person(because) if because else None, parameters=_parameters(found),
        mine=found.made_by == identifier_of(visit.caller.principal), wording=repair_wording,
    )  # fmt: skip


def _standing(plan: RepairPlan, run: RolloutHead | None, stopped: Collection[UUID], *, waits: bool) -> Standing:
    if run is not None:
        return _standing_of(run, stopped)
    if not plan.to_do:
        return Standing.NOTHING_TO_DO
    return Standing.WAITS if waits else Standing.READY


def _parameters(plan: RepairPlan) -> dict[Bilingual, Bilingual]:
    """What the order says beside its kind."""
    given = plan.order.model_dump(mode="json", exclude={"kind"}, exclude_defaults=True)
    return {PARAMETERS.get(name, say(name, name)): _value(name, value) for name, value in given.items()}


def _value(name: str, given: Any) -> Bilingual:
    """A yes and a system in words; everything else as the plan's file has it."""
    if given is True:
        return say("có", "yes")
    if name == "system":
        return system_name(given)
    written = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return say(written, written)
