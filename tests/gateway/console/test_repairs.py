"""Tests of the pages of repairs: planned, approved by a second operator, let run, and followed to the end."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from domain.dossier.commands import CompleteStep
from domain.organisation.routing import Matter
from domain.repairs.plans import ByFilter
from domain.roles import Actor, Role
from domain.rollouts.plans import Item, ItemState, RolloutKind, rollout_id
from gateway.i18n import repair_wording
from tests.gateway.console.test_operations import order
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.databases import Database
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import OFFICER, OPERATOR
from tests.support.small_province import ACTING, CENTRE, HA_NAM, PHU_LY, people
from tests.support.waiting import until
from tests.support.watched_mechanics import WatchedMechanics
from workers.worker import rollout_worker

pytestmark = pytest.mark.stack

OP = OPERATOR.model_copy(update={"unit": CENTRE})
SECOND = Actor(person="op.2", role=Role.OPERATOR, unit=CENTRE)
OP_OF_HA_NAM = Actor(person="op.hanam", role=Role.OPERATOR, unit=HA_NAM)
WATCH_HA_NAM = Actor(person="watch.hanam", role=Role.SUPERVISOR, unit=HA_NAM)
REPAIRS = "/console/operations/repairs"
STOPPED = "người vận hành đã cho dừng"
WHY = "Sự cố 12: bản cài lỗi"


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            watching = tuple((one.person, one.role, str(one.unit)) for one in (WATCH_HA_NAM, OP_OF_HA_NAM))
            opened.staff = people(*ACTING, *watching)
            opened.engine.rollouts.learning = timedelta(0)
            yield opened


async def stopped(harness: EngineHarness) -> str:
    """Given: an open dossier whose workflow somebody terminated."""
    code = await accepted(harness)
    await harness.handle(code).terminate("by mistake")
    return code


def form(**fields: str) -> dict[str, str]:
    """What the form of a plan sends."""
    return {"kind": "restart", "codes": "", "why": WHY, "rate": "20", **fields}


async def planned(browser: Browser, **fields: str) -> str:
    """When: the form is sent. Returns the address of the plan."""
    answer = await browser.post(REPAIRS, form(**fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_plan_is_approved_by_another_and_the_dossier_goes_on(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """The preview tells cause, version and refusals; nobody approves their own plan; after the run the dossier takes
    acts again, and each act on the plan is recorded with who and why."""
    code, sound = await stopped(harness), await accepted(harness)
    runs = harness.engine.repair_runs
    runs._alone = 0
    try:
        async with console.browser(OP) as maker, console.browser(SECOND) as second:
            address = await planned(maker, codes=f"{code}\n{sound}")
            plan = address.rpartition("/")[2]
            page = (await maker.get(address)).text
            for words in (
                code, "Kế hoạch sửa: khởi động lại từ sổ cái", "quy trình đã dừng trước hồ sơ", "Đã lập kế hoạch.", WHY,
                "Không gọi lại việc gì ra ngoài.", "1 hồ sơ, nhiều nhất 20 hồ sơ mỗi giây", "chờ duyệt",
                "Cần người thứ hai duyệt: nhiều hồ sơ.", "người vận hành khác duyệt", "sẽ sửa: 1", "để yên: 1",
            ):  # fmt: skip
                assert words in page, words
            assert sound not in page
            assert sound in (await maker.get(f"{address}?left_alone=true")).text
            assert "orders/" not in page
            assert "chờ duyệt" in (await maker.get(REPAIRS)).text
            own = await maker.get(f"/console/operations/orders/approve-repair?target={plan}")
            assert (own.status_code, "repair_own_approval" in own.text) == (403, True)
            early = await maker.get(f"/console/operations/orders/run-repair?target={plan}")
            assert "Cần người thứ hai duyệt" in early.text
            assert "<button" not in early.text.partition("<h1>")[2]
            assert "Đã duyệt kế hoạch sửa." in await order(second, "approve-repair", plan)
            forged = await maker.post(
                "/console/operations/orders/run-repair", {"target": plan, "seal": "old", "read": "yes", "why": WHY}
            )
            assert forged.status_code == 422
            after = await order(maker, "run-repair", plan)
            assert "Kế hoạch sửa đang chạy." in after
            assert "op.2" in after
            run = str(rollout_id(RolloutKind.REPAIR, plan))
            assert f"/console/operations/orders/stop-repair?target={run}" in after
            assert "Đã dừng đợt sửa." in await order(second, "stop-repair", run)
            operations = "/console/operations"
            for path in (REPAIRS, address, operations, f"{operations}/rollouts/{run}", f"{operations}/rollouts"):
                rests = (await second.get(path)).text
                assert STOPPED in rests, f"{path} does not say that somebody stopped it"
                assert "stop-repair" not in rests, "it is stopped already"
            wrong = await second.get(f"/console/operations/orders/stop-rollout?target={run}")
            assert wrong.status_code == 404, "its words are those of new rules"
            look = await second.get(f"/console/operations/orders/resume-repair?target={run}")
            assert "với tốc độ của kế hoạch" in look.text
            assert "Đợt sửa chạy tiếp." in await order(second, "resume-repair", run)
            assert STOPPED not in (await second.get(REPAIRS)).text
            async with rollout_worker(harness.env.client, harness.pool, harness.task_queue):

                async def over() -> bool:
                    return (await harness.engine.rollouts.register.rollout(UUID(run))).finished_at is not None

                await until(over, "the repair is finished", 60)
            for path in (REPAIRS, address):
                assert f"{repair_wording.OUTCOMES[ItemState.DONE].vi} 1" in (await maker.get(path)).text, path
            ended = (await maker.get(f"/console/operations/rollouts/{run}")).text
            assert f"{REPAIRS}/{plan}" in ended
            assert "đã sửa, chạy tiếp 1" in ended
            assert "không sửa được 1" in ended
            again = await maker.get(f"/console/operations/orders/run-repair?target={plan}")
            assert "Kế hoạch này đã chạy xong." in again.text
    finally:
        runs._alone = harness.engine.province.defaults.repairs_alone
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    acts = [(one.act, one.who, one.why) for one in await harness.engine.rollouts.register.acts(UUID(run))]
    given = "Sự cố 12"
    assert acts == [("ordered", "op.1", given), ("stopped", "op.2", given), ("resumed", "op.2", given)]


async def test_the_form_comes_filled_from_where_the_dossiers_are_seen(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """The register hands over its own filter, the list of stuck dossiers its codes; the plan has what they name."""
    code = await stopped(harness)
    await StuckDossiers(harness.pool).put([StuckExecutor(dossier=code, run="r", code="ended_terminated")])
    async with console.browser(OP) as browser:
        stuck = (await browser.get("/console/operations/needs-a-person")).text
        [link] = re.findall(r'href="(/console/operations/repairs/new\?code=[^"]*)"', stuck)
        assert f">{code}</textarea>" in (await browser.get(link)).text
        filter_ = f'{{"text":"{code}"}}'
        register = (await browser.get(f"/console/register?f={quote(filter_)}")).text
        [link] = re.findall(r'href="(/console/operations/repairs/new\?f=[^"]*)"', register)
        shown = (await browser.get(link)).text
        assert "khớp điều kiện sau" in shown
        assert '<textarea id="codes"' not in shown
        address = await planned(browser, f=filter_)
        assert code in (await browser.get(address)).text
        made = await harness.engine.repair_plans.register.plan(address.rpartition("/")[2])
        assert isinstance(made.selected, ByFilter)
        assert [one.dossier for one in made.findings] == [code]
        wrong = await browser.get(f"{REPAIRS}/new?f=x")
        assert (wrong.status_code, "Điều kiện của danh sách hồ sơ không dùng được" in wrong.text) == (422, True)
    async with console.browser(WATCH_HA_NAM) as browser:
        assert "repairs/new" not in (await browser.get("/console/operations/needs-a-person")).text
        assert (await browser.get(f"{REPAIRS}/new")).status_code == 403
    await StuckDossiers(harness.pool).put([])


async def test_a_form_that_is_not_right_says_where(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """Each wrong field is named, what was typed stays, and nothing is planned."""
    code = await stopped(harness)
    before = await harness.pool.fetchval("select count(*) from repair_plan")
    async with console.browser(OP) as browser:
        for wrong, told in (
            ({"codes": ""}, '<a href="#codes">Mã hồ sơ</a>: Hãy ghi mã hồ sơ'),
            ({"codes": "x y"}, "“x” không phải mã hồ sơ"),
            ({"why": ""}, '<a href="#why">Lý do</a>'),
            ({"why": "số 037099001234"}, "“Lý do” chứa"),
            ({"rate": "nan"}, "Phải là số từ 0,1 đến 1000"),
            ({"rate": "0,01"}, "Phải là số từ 0,1 đến 1000"),
            ({"kind": "x"}, '<a href="#kind">Việc sẽ làm</a>'),
            ({"kind": "reset"}, '<a href="#point">Lùi về điểm nào</a>'),
            ({"kind": "reset", "point": "event", "event": "2"}, '<a href="#event">Số của sự kiện'),
            ({"kind": "reset", "point": "event", "event": "²"}, "Phải là số nguyên"),
            ({"kind": "reset", "point": "time", "time": "x"}, "Phải là ngày giờ"),
            ({"kind": "reset", "point": "build", "build": ""}, '<a href="#build">'),
            ({"kind": "migrate"}, "Hãy ghi ít nhất một mã băm"),
            ({"kind": "migrate", "procedure": "x"}, '<a href="#procedure">Mã băm phiên bản thủ tục</a>'),
            ({"f": '{"text":"a"}'}, "thì không ghi mã"),
            ({"f": "{"}, "không dùng được"),
            ({"codes": code[:-4] + "0000"}, "unknown_dossier"),
            ({"stuck": "yes"}, "Chọn “Mọi hồ sơ kẹt” thì không ghi mã"),
            ({"codes": "", "f": '{"states":["resolved"]}'}, "repair_matches_nothing"),
        ):
            refused = await browser.post(REPAIRS, form(**{"codes": code, **wrong}))
            assert refused.status_code in (404, 422), (wrong, refused.status_code)
            assert told in refused.text, (wrong, told)
            assert wrong.get("why", WHY) in refused.text, "what was typed stays"
        for address in (f"{REPAIRS}/x", f"{REPAIRS}/{'0' * 64}"):
            assert "unknown_repair_plan" in (await browser.get(address)).text
        orders = "/console/operations/orders/run-repair?target="
        assert (await browser.get(orders + "0" * 64)).status_code == 404
    assert await harness.pool.fetchval("select count(*) from repair_plan") == before


async def test_every_kind_can_be_planned(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The parameters of a kind stand in its plan, also those of kinds that need two persons."""
    code = await stopped(harness)
    async with console.browser(OP, language="en") as browser:
        for fields, told in (
            ({"although_sound": "yes"}, 'Also what goes on</dt><dd class="long"><bdi>yes'),
            ({"kind": "reset", "point": "event", "event": "4"}, "&#34;event&#34;: 4"),
            ({"kind": "reset", "point": "time", "time": "2026-11-27T08:30"}, "2026-11-27T08:30:00+07:00"),
            (
                {"kind": "retry", "system": "signing"},
                'Only the system</dt><dd class="long"><bdi>remote signing service',
            ),
            ({"kind": "fast_forward"}, "Nothing is asked outside again."),
            ({"kind": "terminate"}, "this kind always needs two persons"),
        ):
            page = (await browser.get(await planned(browser, codes=code, **fields))).text
            assert told in page, (fields, page)
        page = (await browser.get(await planned(browser, codes="", stuck="yes", kind="mend"))).text
        assert "everything that is stuck and can be repaired" in page


async def test_a_large_plan_is_made_in_the_background(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The page says how far it is, leads to the plan, and the list has it while it is made. It can be cancelled."""
    code, plans = await stopped(harness), harness.engine.repair_plans
    looking = WatchedMechanics(harness)
    looking.held.add(code)
    mechanics, plans.planner.mechanics, plans.in_a_request = plans.planner.mechanics, looking, 0  # type: ignore[assignment]
    try:
        async with console.browser(OP) as browser:
            places = [await begun_in_background(browser, code) for _ in "12"]
            page = (await browser.get(places[0])).text
            for words in (
                "Đang lập kế hoạch sửa: sửa theo nguyên nhân từng hồ sơ",
                "đã xem 0 trên 1 hồ sơ",
                "đang lập",
            ):
                assert words in page, words
            assert places[0] in (await browser.get(REPAIRS)).text
            named = places[0].rpartition("/")[2]
            assert f"orders/cancel-planning?target={named}" in page
            assert "Đã hủy việc lập kế hoạch." in await order(browser, "cancel-planning", named)
            again = await browser.get(f"/console/operations/orders/cancel-planning?target={named}")
            assert "không còn gì để hủy" in again.text
            looking.let.set()

            async def made() -> bool:
                return "Mở kế hoạch" in (await browser.get(places[1])).text

            await until(made, "the plan is there", 30)
            [plan] = re.findall(rf'href="({REPAIRS}/[0-9a-f]{{64}})"', (await browser.get(places[1])).text)
            shown = (await browser.get(plan)).text
            assert "Chọn theo nguyên nhân: khởi động lại từ sổ cái 1." in shown
            assert (await browser.get(f"{REPAIRS}/plannings/x")).status_code == 404
    finally:
        plans.planner.mechanics, plans.in_a_request = mechanics, 100


async def begun_in_background(browser: Browser, code: str) -> str:
    """When: a plan of more than a hundred dossiers is asked for. Returns the address of its page."""
    return await planned(browser, kind="mend", codes="", f=f'{{"text":"{code}"}}')


async def test_a_plan_reaches_no_dossier_elsewhere(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """An operator of a ward plans nothing elsewhere, is shown nothing of it, and gives no order on such a plan."""
    ours = await stopped(harness)
    theirs = (await harness.submit(received_by=PHU_LY, matter=Matter(territory=PHU_LY))).dossier
    await harness.handle(theirs).terminate("by mistake")
    async with console.browser(OP) as browser:
        address = await planned(browser, codes=f"{ours} {theirs}")
        assert theirs in (await browser.get(address)).text
        await order(browser, "run-repair", address.rpartition("/")[2])
    run = rollout_id(RolloutKind.REPAIR, address.rpartition("/")[2])
    async with console.browser(OP_OF_HA_NAM) as browser:
        page = (await browser.get(address)).text
        assert (ours in page, theirs in page) == (True, False)
        assert "Các hồ sơ khác của kế hoạch ngoài các đơn vị của ông/bà." in page
        for kind in ("approve-repair", "run-repair"):
            look = await browser.get(f"/console/operations/orders/{kind}?target={address.rpartition('/')[2]}")
            assert "ngoài các đơn vị" in look.text
            assert 'name="seal"' not in look.text
        for kind in ("stop-repair", "resume-repair", "abandon-repair"):
            look = await browser.get(f"/console/operations/orders/{kind}?target={run}")
            assert (look.status_code, "unknown_dossier" in look.text) == (404, True), kind
        refused = await browser.post(REPAIRS, form(codes=theirs))
        assert (refused.status_code, "unknown_dossier" in refused.text) == (404, True)
        still_open = await planned(browser, f='{"open":true}')
        findings = (await harness.engine.repair_plans.register.plan(still_open.rpartition("/")[2])).findings
        assert ours in {one.dossier for one in findings}
        assert theirs not in {one.dossier for one in findings}
    async with console.browser(OP) as browser:
        assert "Đã bỏ đợt sửa." in await order(browser, "abandon-repair", str(run))
    async with console.browser(WATCH_HA_NAM) as browser:
        page = (await browser.get(address)).text
        assert (ours in page, theirs in page, "orders/" in page) == (True, False, False)


def test_an_outcome_is_told_in_words() -> None:
    """What has changed since the plan, the cause that stays, and what the ledger does not have."""
    changes = [
        {"what": "version", "planned": "3", "now": "4"},
        {"what": "cause", "planned": "ended_early", "now": None},
    ]
    moved = Item(dossier="H42.101-250805-0001", state=ItemState.MOVED_ON, detail={"changes": changes})
    assert repair_wording.note(moved).vi == "phiên bản: 3 → 4; nguyên nhân: quy trình đã dừng trước hồ sơ → không có"
    kept = Item(dossier="H42.101-250805-0001", state=ItemState.NOT_CURED, code="ended_early", detail={"noted": False})
    assert repair_wording.note(kept).en == "its workflow ended before the dossier; not in its ledger"
    assert repair_wording.outcome(ItemState.NOT_CURED).vi == "chưa hết nguyên nhân"
