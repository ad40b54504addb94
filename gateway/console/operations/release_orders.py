"""Orders on the builds of the worker: a part of the work, all of it, back to the build before, and never any more.

A page looks for stuck dossiers before an order of one step, not after it; a watched ramp goes on looking. Where only
the replay on a build is missing, the page asks why nobody waits for it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from uuid import UUID

from activities.releases.register import ReleaseAct
from domain.errors import Conflict, DomainError, NotFound
from domain.field_errors import InvalidField
from domain.messages.releases import ReleaseRefusal
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.client.releases.orders import BuildNow, ReleasesNow
from gateway.console.operations.orders import Ask, DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.wording import say

BACK = "/console/operations/workers"
STEPS = (5, 25, 50)
"""Parts of the work that a page gives, in per cent."""
STEPS_ASKED, PAUSE_ASKED = Ask(name="steps", typed="5 25 50"), Ask(name="pause", typed="10")
WITHOUT_REPLAY = Ask(name="without_replay")
NOT_A_NUMBER = say("phải là số nguyên", "must be whole numbers")
Lines = Callable[[ReleasesNow, str], tuple[Bilingual, ...]]
"""What an order would do; given the builds, and the build that `ReleaseOrders.look` named."""


def orders_on(one: BuildNow, now: ReleasesNow) -> tuple[str, ...]:
    """The orders that a page offers on a build. Each of them may be refused."""
    if one.retired:
        return ()
    newest = one.build == (now.ramping or now.current)
    back = ("roll-back-release",) if newest and (now.ramping or len(now.builds) > 1) else ()
    if one.build == now.current:
        return ("promote-release", *back) if now.ramping else back
    if now.ramp is not None and now.ramp.ended is None:
        return back if newest else ()
    steps = ("watch-ramp", *(f"ramp-release-{percent}" for percent in STEPS if percent > one.share))
    more = (*steps, "promote-release") if one.workers else ()
    return (*more, *back) if newest else (*more, "retire-release")


async def _look(act: ReleaseAct, told: Lines, visit: Visit, target: str) -> DryRun:
    """Raises EngineUnavailable, DatabaseUnavailable."""
    orders = visit.api.engine.releases
    unreplayed: tuple[Bilingual, ...] = ()
    try:
        try:
            build = await orders.look(act, target)
        except Conflict as refused:
            if refused.code not in (ReleaseRefusal.RELEASE_NOT_REPLAYED, ReleaseRefusal.RELEASE_DOES_NOT_REPLAY):
                raise
            build = await orders.look(act, target, replayed=False)
            unreplayed = (refused.message,)
    except (NotFound, Conflict) as refused:
        return DryRun(lines=(refused.message,), possible=False)
    now = await orders.now()
    routing = f"{build} {now.current} {now.ramping} {bool(unreplayed)}"
    asks = (WITHOUT_REPLAY,) if unreplayed else ()
    return DryRun(lines=(*unreplayed, *told(now, build)), moves=True, sealed=routing, asks=asks)


async def _look_at_ramp(visit: Visit, target: str) -> DryRun:
    """What a watched ramp would do. Raises EngineUnavailable, DatabaseUnavailable."""
    found = await _look(ReleaseAct.RAMPED, _watched, visit, target)
    return found if not found.possible else found.model_copy(update={"asks": (STEPS_ASKED, PAUSE_ASKED, *found.asks)})


async def _look_at_stop(visit: Visit, target: str) -> DryRun:
    """What stopping a ramp would do. Raises NotFound `release_ramp_unknown`, DatabaseUnavailable."""
    ramp = await visit.api.engine.releases.ramps.register.ramp(_ramp_id(target))
    if ramp.ended is not None:
        return DryRun(lines=(DomainError(ReleaseRefusal.RELEASE_RAMP_ENDED, ramp=ramp.id).message,), possible=False)
    keeps = say(
        f"Bản {ramp.build} giữ {ramp.percent} % việc. Không bước nào được giao thêm, và không ai canh nữa.",
        f"The build {ramp.build} keeps {ramp.percent} % of the work. No further step is given, and nobody watches.",
    )
    return DryRun(lines=(keeps,), sealed=str(ramp.given), moves=True)


def _ramp_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound(ReleaseRefusal.RELEASE_RAMP_UNKNOWN, ramp=given[:64]) from None


def _open(now: ReleasesNow, percent: int) -> Bilingual:
    """How many open dossiers a part of the work is."""
    about = round(now.open_dossiers * percent / 100)
    if not now.open_dossiers:
        return say("Hiện không có hồ sơ đang mở.", "No dossier is open now.")
    return say(
        f"Khoảng {with_dots(about)} trong {with_dots(now.open_dossiers)} hồ sơ đang mở, mỗi hồ sơ từ bước kế tiếp.",
        f"That is about {about:,} of {many(now.open_dossiers, 'open dossier')}, each with its next task.",
    )


def _watched(_now: ReleasesNow, build: str) -> tuple[Bilingual, ...]:
    steps = say(
        f"Bản {build} nhận việc theo từng bước dưới đây; các bản khác giữ phần còn lại.",
        f"The build {build} gets the work in the steps below; the others keep the rest.",
    )
    watch = say(
        "Các tiến trình xử lý tự giao từng bước và canh: có hồ sơ kẹt vì bản này thì mọi việc tự trả về bản trước.",
        "Workers give each step and watch: when dossiers are stuck because of it, all work goes back by itself.",
    )
    return (steps, watch)


def _replayed(now: ReleasesNow, build: str) -> tuple[Bilingual, ...]:
    """That the replay was good; nothing where none is asked for."""
    if not now.open_dossiers or build == now.current:
        return ()
    return (say("Bản này đã phát lại được hồ sơ đang mở.", "It has replayed the open dossiers with a good end."),)


def _given(percent: int) -> Lines:
    def lines(now: ReleasesNow, build: str) -> tuple[Bilingual, ...]:
        first = say(
            f"Bản {build} nhận {percent} % việc; các bản khác giữ phần còn lại.",
            f"The build {build} gets {percent} % of the work; the others keep the rest.",
        )
        watch = say(
            "Sau lệnh này không ai tự canh: hãy xem cột hồ sơ kẹt, hoặc chọn giao dần có canh.",
            "Nothing watches after the order: look at the stuck dossiers, or choose the watched steps.",
        )
        return (first, _open(now, percent), *_replayed(now, build), watch)

    return lines


def _all(now: ReleasesNow, build: str) -> tuple[Bilingual, ...]:
    first = say(f"Bản {build} nhận toàn bộ việc.", f"The build {build} gets all work.")
    if now.current is None or build == now.current:
        return (first, _open(now, 100), *_replayed(now, build))
    keep = say(
        f"Giữ tiến trình của {now.current} chạy cho đến khi chắc chắn: quay lại thì cần chúng.",
        f"Keep the workers of {now.current} running until you are sure: a rollback needs them.",
    )
    return (first, _open(now, 100), *_replayed(now, build), keep)


def _back(now: ReleasesNow, build: str) -> tuple[Bilingual, ...]:
    loses = now.ramping or now.current
    what = say(
        f"Bản {build} lại nhận toàn bộ việc; bản {loses} không nhận việc nữa.",
        f"The build {build} gets all work again; the build {loses} gets none.",
    )
    held = next((one.open_dossiers for one in now.builds if one.build == loses), 0)
    moving = say(
        f"{with_dots(held)} hồ sơ đang mở ở bản {loses} về bản {build} từ bước kế tiếp.",
        f"{many(held, 'open dossier')} on {loses}: back to {build} with the next task.",
    )
    return (what, moving)


def _retired(now: ReleasesNow, build: str) -> tuple[Bilingual, ...]:
    running = next((one.workers for one in now.builds if one.build == build), ())
    never = say(
        f"Bản {build} không nhận việc nữa, cũng không quay lại bản ấy được.",
        f"The build {build} gets no work any more, and nothing goes back to it.",
    )
    rules = say(
        "Hồ sơ mới có thể theo quy tắc mà bản này không biết.",
        "New dossiers may follow rules that it does not know.",
    )
    stop = say(
        f"Dừng được sau lệnh này: {with_dots(len(running))} tiến trình.",
        f"May be stopped afterwards: {many(len(running), 'worker')}.",
    )
    return (never, rules, stop)


async def _ramp(percent: int, given: Given) -> Bilingual:
    visit = given.visit
    orders, by = visit.api.engine.releases, visit.caller.principal
    unreplayed = given.typed.get("without_replay", "")
    await orders.ramp(by, given.target, percent, who=None, why=given.why, without_replay=unreplayed)
    return say(f"{given.target}: {percent} % hồ sơ.", f"{given.target}: {percent} % of the dossiers.")


async def _watch(given: Given) -> Bilingual:
    """Raises InvalidField for steps or a pause that are no numbers, and the errors of `RampOrders.begin`."""
    visit, steps = given.visit, re.split(r"[\s,;%]+", given.typed["steps"].strip(" ,;%"))
    await visit.api.engine.releases.ramps.begin(
        visit.caller.principal, given.target, [_number("steps", one) for one in steps],
        60 * _number("pause", given.typed["pause"]), who=None, why=given.why,
        without_replay=given.typed.get("without_replay", ""),
    )  # fmt: skip
    return say(f"Đang giao dần việc cho bản {given.target}.", f"The build {given.target} is being given work in steps.")


def _number(name: str, typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", typed, re.ASCII):
        raise InvalidField(f"/{name}", NOT_A_NUMBER)
    return int(typed)


async def _stop(given: Given) -> Bilingual:
    visit = given.visit
    ramp = await visit.api.engine.releases.ramps.stop(visit.caller.principal, _ramp_id(given.target))
    return say(f"Đã dừng. Bản {ramp.build} giữ {ramp.percent} %.", f"Stopped. {ramp.build} keeps {ramp.percent} %.")


async def _promote(given: Given) -> Bilingual:
    visit, unreplayed = given.visit, given.typed.get("without_replay", "")
    await visit.api.engine.releases.promote(
        visit.caller.principal, given.target, who=None, why=given.why, without_replay=unreplayed
    )
    return say(f"Bản {given.target} nhận toàn bộ việc.", f"The build {given.target} gets all work.")


async def _roll_back(given: Given) -> Bilingual:
    visit = given.visit
    build = await visit.api.engine.releases.roll_back(visit.caller.principal, who=None, why=given.why)
    return say(f"Bản {build} lại nhận toàn bộ việc.", f"The build {build} gets all work again.")


async def _retire(given: Given) -> Bilingual:
    visit = given.visit
    await visit.api.engine.releases.retire(visit.caller.principal, given.target, who=None, why=given.why)
    return say(f"Bản {given.target} đã nghỉ.", f"The build {given.target} is retired.")


def _order(
    title: Bilingual,
    act: ReleaseAct,
    told: Lines,
    give: Callable[[Given], Awaitable[Bilingual]],
    undo: Bilingual,
    *,
    dangerous: bool = False,
) -> Order:
    """The order as every page of an order shows it."""
    look = partial(_look, act, told)
    return Order(title, title, BACK, look, give, undo, dangerous, needs="give_province_orders")


BY_ROLLBACK = say(
    "Quay lại bản trước được bất cứ lúc nào, khi tiến trình của nó còn chạy và nó chưa nghỉ.",
    "By a rollback at any time, while workers of the build before run and it is not retired.",
)
RELEASE_ORDERS: Orders = {
    "watch-ramp": Order(
        say("Giao dần, có canh", "Give it in steps, watched"), say("Giao dần", "Give it in steps"), BACK,
        _look_at_ramp, _watch, BY_ROLLBACK, needs="give_province_orders",
    ),
    "stop-ramp": Order(
        say("Dừng giao dần", "Stop the ramp"), say("Dừng giao dần", "Stop the ramp"), BACK, _look_at_stop, _stop,
        say("Giao dần lại được, như một lệnh mới.", "A new ramp may be ordered."), needs="give_province_orders",
    ),
    **{
        f"ramp-release-{percent}": _order(
            say(f"Giao {percent} % việc", f"Give {percent} % of the work"),
            ReleaseAct.RAMPED, _given(percent), partial(_ramp, percent), BY_ROLLBACK,
        )
        for percent in STEPS
    },
    "promote-release": _order(
        say("Giao mọi việc", "Give all work"), ReleaseAct.PROMOTED, _all, _promote, BY_ROLLBACK, dangerous=True,
    ),
    "roll-back-release": _order(
        say("Quay lại bản trước", "Back to the build before"), ReleaseAct.ROLLED_BACK, _back, _roll_back,
        say("Giao việc lại cho bản ấy được, khi không còn hồ sơ kẹt.", "It may get work again once nothing is stuck."),
        dangerous=True,
    ),
    "retire-release": _order(
        say("Cho nghỉ", "Retire"), ReleaseAct.RETIRED, _retired, _retire,
        say("Không hoàn tác được.", "It cannot be taken back."), dangerous=True,
    ),
}  # fmt: skip
