"""Tests of the operators' pages: what they show and to whom, and that an order does what its dry run said, recorded."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.events_out.filters import EventFilter
from activities.ledger.feed import Feed
from activities.ledger.outside_orders import OutsideOrders
from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.ledger.worker_breakers import WorkerBreakers
from activities.ledger.worker_reports import SettingsInForce, SystemUse, WorkerReport
from activities.relays.begin_again import RelayBeginnings
from activities.relays.set_aside import SetAsideList
from activities.replays.register import ReplayedHistory, ReplayRegister
from activities.rollouts.register import RolloutRegister
from activities.webhooks.orders import WebhookOrders
from activities.webhooks.register import Owner, WebhookRegister
from domain.dossier.commands import Accept
from domain.messages.documents import DocumentMatter
from domain.organisation.assignment_rules import AssignmentPolicy, AssignmentRules
from domain.organisation.routing import Matter
from domain.replays import ReplayChoice, ReplayFailure, ToldRemedy
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, ItemOutcome, ItemState, Retarget
from domain.rules.rulebook import content_hash
from domain.values import VIETNAM, Bilingual
from gateway.console.operations.order_pages import ORDERS
from gateway.console.operations.orders import DryRun
from gateway.i18n.wording import say
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import DESK, HEAD, OFFICER, OPERATOR
from tests.support.kept_letters import keep_letter, keep_question, keep_undecided, letter
from tests.support.small_province import ACTING, CALENDAR, CENTRE, HA_NAM, PAID, PHU_LY, people
from tests.support.waiting import until

pytestmark = pytest.mark.stack

WATCH_HA_NAM = Actor(person="watch.hanam", role=Role.SUPERVISOR, unit=HA_NAM)
WATCH_ALL = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
OP_OF_HA_NAM = Actor(person="op.hanam", role=Role.OPERATOR, unit=HA_NAM)
OP = OPERATOR.model_copy(update={"unit": CENTRE})
PAGES = (
    "", "/workers", "/outside", "/needs-a-person", "/failed", "/relays", "/letters", "/repairs", "/rollouts",
    "/webhooks",
)  # fmt: skip
WHY = "Sự cố 12"


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            watching = tuple((one.person, one.role, str(one.unit)) for one in (WATCH_HA_NAM, WATCH_ALL, OP_OF_HA_NAM))
            opened.staff = people(*ACTING, *watching)
            yield opened


def sealed(page: str) -> dict[str, str]:
    """The hidden fields of an order's form, and the confirmation."""
    fields = dict(re.findall(r'<input type="hidden" name="(target|seal)" value="([^"]*)"', page))
    assert fields.keys() == {"target", "seal"}, page
    return {**fields, "read": "yes", "why": WHY}


async def order(browser: Browser, kind: str, target: str) -> str:
    """Looks at an order, confirms it with a reason, and returns the page to which it led."""
    look = await browser.get(f"/console/operations/orders/{kind}?target={quote(target, safe='')}")
    assert look.status_code == 200, look.text
    given = await browser.post(f"/console/operations/orders/{kind}", sealed(look.text))
    assert given.status_code == 303, given.text
    return (await browser.get(given.headers["location"])).text


async def test_who_may_not_is_refused_and_shown_nothing(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """An officer gets no page of operations; a supervisor reads, and gives no order; a head reads the incidents."""
    code = (await harness.submit()).dossier
    await StuckDossiers(harness.pool).put([StuckExecutor(dossier=code, run="r", code="task_fails")])
    async with console.browser(OFFICER) as browser:
        for path in PAGES:
            answer = await browser.get(f"/console/operations{path}")
            assert (answer.status_code, code in answer.text) == (403, False), path
    async with console.browser(WATCH_ALL) as browser:
        for path in PAGES[:-1]:
            assert (await browser.get(f"/console/operations{path}")).status_code == 200, path
        assert (await browser.get("/console/operations/webhooks")).status_code == 403
        assert "repairs/new" not in (await browser.get("/console/operations/needs-a-person")).text
        look = await browser.get("/console/operations/orders/begin-relay-again?target=portal")
        assert (look.status_code, "sự kiện" in look.text) == (403, False)
        given = {"target": "portal", "seal": "", "read": "yes", "why": WHY}
        assert (await browser.post("/console/operations/orders/begin-relay-again", given)).status_code == 403
    async with console.browser(HEAD) as browser:
        assert 'href="/console/operations/needs-a-person"' in (await browser.get("/console/work")).text
        assert (await browser.get("/console/operations/needs-a-person")).status_code == 200
        assert (await browser.get("/console/operations/relays")).status_code == 403
    await StuckDossiers(harness.pool).put([])


async def test_a_system_in_trouble_is_seen_with_its_next_try(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The oldest incident of a system is shown with its next try, to whose unit takes part and to no other."""
    await harness.control("payments", {"mode": "down"})
    ours = (await harness.submit(PAID)).dossier
    theirs = (await harness.submit(PAID, received_by=PHU_LY, matter=Matter(territory=PHU_LY))).dossier
    for code in (ours, theirs):
        await harness.act(code, DESK, Accept())
        await harness.until(code, lambda one: any(call.system == "payments" for call in one.incidents))
    async with console.browser(OP) as browser:

        async def next_try(path: str) -> str | None:
            """None while the call is under way: then there is no next try."""
            page = (await browser.get(path)).text
            return page if "Lần thử" in page else None

        page = await until(lambda: next_try("/console/operations"), "the next try is shown")
        assert "nền tảng thanh toán" in page
        assert "Không tiến trình nào làm việc cho hàng đợi đợt triển khai, đợt sửa." in page
        former = await browser.get("/console/operations/incidents?system=payments")
        assert former.headers["location"] == "/console/operations/needs-a-person?system=payments"
        listed = (await browser.get(former.headers["location"])).text
        assert ours in listed
        assert theirs in listed
        assert ours not in (await browser.get("/console/operations/needs-a-person?system=land")).text
        former = await browser.get(f"/console/operations/incidents/{ours}")
        assert former.headers["location"] == f"/console/operations/needs-a-person?dossier={ours}"
        listed = (await browser.get(former.headers["location"])).text
        assert theirs not in listed
        [named] = set(re.findall(rf"needs-a-person/(call\.{re.escape(ours)}\.[^\"]+)", listed))
        for path in (f"operations/needs-a-person/{named}", f"dossiers/{ours}"):
            assert await until(partial(next_try, f"/console/{path}"), f"the next try is shown on {path}")
    async with console.browser(WATCH_HA_NAM) as browser:
        pages = [
            (await browser.get(f"/console/operations{path}")).text
            for path in ("", "/needs-a-person", f"/needs-a-person?dossier={theirs}")
        ]
        assert ours in pages[1]
        assert all(theirs not in page for page in pages[:2])
        assert "unknown_dossier" in pages[2]
        assert "Thủ tục 1.000002" not in pages[2]
    await harness.control("payments")


async def test_the_breakers_of_each_worker_are_shown(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """What a worker told within a minute is shown by system and by worker; what it told before that is not known."""
    register = WorkerBreakers(harness.pool)
    async with console.browser(OP) as browser:
        assert "đóng, gọi bình thường" not in (await browser.get("/console/operations")).text
        await register.tell("7@máy", {"quick": {"land": "open", "tax": "closed"}, "patient": {"land": "half_open"}})
        page = (await browser.get("/console/operations")).text
        for words in ("ngắt, không gọi", "đang thử lại", "7@máy", "lượt gọi kiên trì", "đóng, gọi bình thường"):
            assert words in page, words
        await harness.pool.execute("update worker_breakers set told_at = told_at - interval '2 minutes'")
        assert "7@máy" not in (await browser.get("/console/operations")).text


async def test_a_system_is_held_and_let_go_on_its_page(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """Each system is shown with its calls, its limit and its last failure; an order asks for how long, is recorded with
    who and why, and ends by another; a wrong file of settings is told; without the right nobody orders."""
    told = SystemUse(state="open", running=2, waiting=3, per_second=10, calls=300, failures=30, failure="http_503",
                     failed_at=datetime.now(VIETNAM), since=datetime.now(VIETNAM))  # fmt: skip
    refused = SettingsInForce(version="0a1b2c3d", refused="ffff0000", because=say("sai <b>", "wrong <b>"))
    report = WorkerReport(settings=refused, systems={"patient": {"land": told}})
    await WorkerBreakers(harness.pool).tell("8@máy", {"patient": {"land": "open"}}, report)
    async with console.browser(OP) as browser:
        page = (await browser.get("/console/operations/outside")).text
        for words in ("tự ngắt vì lỗi", "2, 3", "30 (10 %)", "1,0 / 10", "HTTP 503", "0a1b2c3d", "sai &lt;b&gt;"):
            assert words in page, words
        look = (await browser.get("/console/operations/orders/hold-system?target=land")).text
        for wrong in ("0", "169", "1.5", "x"):
            given = await browser.post("/console/operations/orders/hold-system", {**sealed(look), "hours": wrong})
            assert given.status_code == 422, wrong
        assert await OutsideOrders(harness.pool).last() == []
        given = await browser.post("/console/operations/orders/hold-system", {**sealed(look), "hours": "3"})
        assert given.status_code == 303, given.text
        page = (await browser.get(given.headers["location"])).text
        for words in ("ngừng theo lệnh", OP.person, WHY, "0/1 tiến trình đã theo", "automatic-system?target=land"):
            assert words in page, words
        assert "system.land" in (await browser.get("/console/operations/needs-a-person")).text
        await order(browser, "automatic-system", "land")
        assert "tự ngắt vì lỗi" in (await browser.get("/console/operations/outside")).text
        gone = await browser.get("/console/operations/orders/automatic-system?target=land")
        assert "Không có lệnh nào đang hiệu lực." in gone.text
        assert (await browser.get("/console/operations/orders/hold-system?target=gateway")).status_code == 422
    [back, held] = await OutsideOrders(harness.pool).last()
    assert (held.act, held.who, held.why, back.act) == ("open", OP.person, WHY, "automatic")
    assert held.until is not None
    assert round((held.until - held.at) / timedelta(hours=1)) == 3
    for by in (WATCH_ALL, OP_OF_HA_NAM):
        async with console.browser(by) as browser:
            assert "hold-system" not in (await browser.get("/console/operations/outside")).text
            assert (await browser.get("/console/operations/orders/hold-system?target=land")).status_code == 403
    await harness.pool.execute("delete from worker_breakers")


async def test_a_relay_that_the_province_does_not_use_has_no_lag(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where heads of units assign, nobody waits for the engine's assignment."""
    engine = console.harness.engine
    by_hand = AssignmentRules(policy=AssignmentPolicy.BY_HAND)
    monkeypatch.setattr(engine, "_province", engine.province.model_copy(update={"assignment": by_hand}))
    async with console.browser(OP) as browser:
        page = (await browser.get("/console/operations/relays")).text
    assert page.count("tỉnh không dùng") == 1
    assert "target=assigner" not in page


async def test_a_page_that_is_left_open_is_renewed(console: ConsoleUnderTest) -> None:
    """A script gets the part that changes, 304 while it has not, and is told when the session has ended."""
    async with console.browser(OP, language="en") as browser:
        script = {"HX-Request": "true"}
        first = await browser.get("/console/operations/relays", headers=script)
        assert "<html" not in first.text
        assert "Set aside" in first.text

        async def unchanged() -> bool:
            """Workflows of the tests before may still record something, which waits for the relays then."""
            seen = (await browser.get("/console/operations/relays", headers=script)).headers["etag"]
            again = await browser.get("/console/operations/relays", headers={**script, "If-None-Match": seen})
            return again.status_code == 304

        await until(unchanged, "a page that has not changed")
        await console.console.sessions.end(browser.http.cookies["lx_session"])
        ended = await browser.get("/console/operations/relays", headers=script)
        assert ended.status_code == 401
        assert "session_ended" in ended.text
        assert "Set aside" not in ended.text


async def test_an_order_needs_a_reason_and_what_was_read(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """Without a reason, without the tick, with a reason that names a number of a person, or when what would be done has
    changed, nothing is done and what was typed stays."""
    code = (await harness.submit()).dossier
    await SetAsideList(harness.pool).put("portal", code, 1, "refused")
    target = f"portal/{code}/1"
    async with console.browser(OP) as browser:
        look = await browser.get(f"/console/operations/orders/resolve-set-aside?target={target}")
        fields = sealed(look.text)
        path = "/console/operations/orders/resolve-set-aside"
        for wrong, told in (
            ({"why": " "}, '<a href="#why">Lý do</a>: Hãy ghi lý do'),
            ({"read": ""}, '<a href="#read">Tôi đã đọc việc sẽ làm.</a>: Hãy đánh dấu'),
            ({"seal": "old"}, '<a href="#read">Tôi đã đọc việc sẽ làm.</a>: Việc sẽ làm đã thay đổi'),
            ({"why": "số 037099001234 đã sửa"}, "“Lý do” chứa họ tên, số định danh"),
            ({"why": "a\u200bb"}, "Nội dung “Lý do” có ký tự"),
        ):
            refused = await browser.post(path, {**fields, **wrong})
            assert refused.status_code == 422, wrong
            assert told in refused.text
            assert not re.search(r"/why|/read|“why”|why:|read:", refused.text), "names of fields are for programs"
            assert wrong.get("why", WHY).strip() in refused.text
        assert [one.dossier for one in await SetAsideList(harness.pool).open()] == [code]
        assert "nothing_set_aside" in (await browser.get(f"{path}?target=portal/{code}/99")).text
        assert "Đã ghi nhận" in await order(browser, "resolve-set-aside", target)
        gone = await browser.post(path, fields)
        assert "nothing_set_aside" in gone.text
    row = await harness.pool.fetchrow("select mended_by, mended_why from relay_problem where dossier = $1", code)
    assert tuple(row) == (OP.person, WHY)


async def test_a_relay_begins_again(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The dry run counts what would be repeated; the order is recorded with who and why."""
    await harness.submit()
    feed = Feed(harness.pool)
    batch = await feed.next_batch("portal")
    await feed.commit_cursor("portal", batch.cursor)
    async with console.browser(OP) as browser:
        look = await browser.get("/console/operations/orders/begin-relay-again?target=portal")
        assert f"{len(batch.events)} sự kiện" in look.text
        assert "Có hoàn tác được không? <strong>Không hoàn tác được" in look.text
        assert (await feed.cursor("portal")) == batch.cursor
        assert "Chuyển lại từ đầu lúc" in await order(browser, "begin-relay-again", "portal")
        assert "unknown_relay" in (await browser.get("/console/operations/orders/begin-relay-again?target=x")).text
    begun = (await RelayBeginnings(harness.pool).latest())["portal"]
    assert (begun.who, begun.why) == (OP.person, WHY)


async def test_a_rollout_is_followed_stopped_and_given_up(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """The progress is shown, the dossiers within reach alone; stop and give-up are recorded with who and why."""
    hidden, ours = (
        (await harness.submit(received_by=PHU_LY, matter=Matter(territory=PHU_LY))).dossier,
        (await harness.submit()).dossier,
    )
    await harness.act(ours, DESK, Accept())
    register, rollout = RolloutRegister(harness.pool), uuid4()
    old = content_hash(CALENDAR)
    plan = CalendarPlan(letter="CV 1", targets=(Retarget(code="small", calendar="b" * 64, instead_of=(old,)),))
    assert await register.enter(rollout, "f" * 64, plan, OP.person, "Công văn 1 <b>")
    await harness.pool.execute(
        "insert into rollout_item (rollout, dossier) select $1, unnest($2::text[])", rollout, [hidden, ours]
    )
    await register.record(rollout, ours, ItemOutcome(state=ItemState.DONE))
    async with console.browser(WATCH_HA_NAM) as browser:
        page = (await browser.get(f"/console/operations/rollouts/{rollout}")).text
        assert "1 trên 2 hồ sơ (50%)" in page
        assert "Công văn 1 &lt;b&gt;" in page
        assert ours in page
        assert hidden not in page
        assert "orders/" not in page
    async with console.browser(OP) as browser:
        assert hidden in (await browser.get(f"/console/operations/rollouts/{rollout}?state=pending")).text
        assert "Đã dừng đợt triển khai." in await order(browser, "stop-rollout", str(rollout))
        assert "Đã bỏ đợt triển khai." in await order(browser, "abandon-rollout", str(rollout))
        over = await browser.get(f"/console/operations/orders/resume-rollout?target={rollout}")
        assert "Đợt này đã kết thúc" in over.text
        assert "unknown_rollout" in (await browser.get("/console/operations/rollouts/x")).text
    acts = [(one.act, one.who, one.why) for one in await register.acts(rollout)]
    assert acts[1:] == [("stopped", OP.person, WHY), ("abandoned", OP.person, WHY)]


def nothing_to_skip(webhook: str) -> DryRun:
    """The dry run of leaving out an event that was not given up, of a webhook for which one dossier waits."""
    told = (
        f"Webhook {webhook} của desk.service: 1 hồ sơ chờ gửi lại, 0 hồ sơ đã ngừng gửi.",
        f"Webhook {webhook} of desk.service: 1 dossier waiting, 0 given up.",
    )
    lines = (say(*told), say("Hồ sơ này không bị ngừng gửi.", "This dossier was not given up."))
    return DryRun(lines=lines, possible=False)


async def test_a_webhook_is_paused_and_goes_on(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """An operator pauses any owner's webhook and lets it go on; what was given up is sent again, or left out."""
    register = WebhookRegister(harness.pool)
    owner = Owner(kind="service", code="desk.service")
    made, _ = await register.create(owner, "https://receiver.example/hook", EventFilter(), "desk.service")
    code = (await harness.submit()).dossier
    await harness.pool.execute(
        "insert into webhook_behind (webhook, dossier, version, tries, next_try, code, dead_at, untold) "
        "values ($1, $2, 1, 9, clock_timestamp(), 'http_500', clock_timestamp(), false)", made.id, code,
    )  # fmt: skip
    async with console.browser(OP) as browser:
        page = (await browser.get("/console/operations/webhooks")).text
        assert made.id in page
        assert code in page
        assert "Webhook đã tạm dừng." in await order(browser, "pause-webhook", made.id)
        assert (await register.get(made.id, None)).state == "paused"
        assert "Webhook gửi tiếp." in await order(browser, "resume-webhook", made.id)
        assert "Đã bỏ qua sự kiện 1" in await order(browser, "skip-webhook-event", f"{made.id}/{code}")
        impossible = await browser.post(
            "/console/operations/orders/skip-webhook-event",
            {"target": f"{made.id}/any text", "seal": nothing_to_skip(made.id).seal, "read": "yes", "why": WHY},
        )
        assert impossible.status_code == 422, "a form made by hand orders nothing that the dry run refuses"
        assert "Hồ sơ này không bị ngừng gửi." in impossible.text
        look = await browser.get(f"/console/operations/orders/retry-webhook?target={made.id}")
        assert "Không có gì để gửi lại." in look.text
        assert "Bỏ qua một sự kiện" in (await browser.get("/console/operations/webhooks")).text
    assert (await register.get(made.id, None)).changed_by == OP.person
    orders = [one for one in await WebhookOrders(harness.pool).latest() if one.webhook == made.id]
    assert [(one.act, one.dossier, one.who, one.why) for one in orders] == [
        ("skip", code, OP.person, WHY), ("resume", None, OP.person, WHY), ("pause", None, OP.person, WHY),
    ]  # fmt: skip


async def test_an_order_reaches_no_dossier_elsewhere(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """An operator of a ward gives no order on a dossier in which the ward has no part, and is told nothing of it."""
    code = (await harness.submit(received_by=PHU_LY, matter=Matter(territory=PHU_LY))).dossier
    await SetAsideList(harness.pool).put("portal", code, 1, "refused")
    async with console.browser(OP_OF_HA_NAM) as browser:
        path, target = "/console/operations/orders/resolve-set-aside", f"portal/{code}/1"
        assert (await browser.get(f"{path}?target={target}")).status_code == 404
        given = {"target": target, "seal": "", "read": "yes", "why": WHY}
        assert (await browser.post(path, given)).status_code == 404
        assert code not in (await browser.get("/console/operations/relays")).text
    await SetAsideList(harness.pool).resolve("portal", code, 1, OP.person, WHY)


async def test_an_order_on_what_is_the_provinces_needs_the_whole_province(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """An operator of a ward lets no relay begin again, and orders nothing for a rollout of rules or a webhook: each of
    them is everybody's. The pages offer none of it, and show no webhook with the dossiers that it waits for."""
    register, rollout = RolloutRegister(harness.pool), uuid4()
    plan = CalendarPlan(letter="CV 2", targets=(Retarget(code="small", calendar="c" * 64, instead_of=("d" * 64,)),))
    assert await register.enter(rollout, "e" * 64, plan, OP.person, "Công văn 2")
    webhooks = WebhookRegister(harness.pool)
    owner = Owner(kind="service", code="desk.service")
    made, _ = await webhooks.create(owner, "https://receiver.example/ward", EventFilter(), "desk.service")
    targets = {"relay": "portal", "rollout": str(rollout), "webhook": made.id}
    kinds = [kind for kind in ORDERS if any(f"-{what}" in kind for what in targets)]
    assert len(kinds) == 8, kinds
    async with console.browser(OP_OF_HA_NAM) as browser:
        for kind in kinds:
            target = next(target for what, target in targets.items() if f"-{what}" in kind)
            path = f"/console/operations/orders/{kind}"
            look = await browser.get(f"{path}?target={target}")
            assert (look.status_code, "whole_province_needed" in look.text) == (403, True), kind
            given = {"target": target, "seal": "", "read": "yes", "why": WHY}
            assert (await browser.post(path, given)).status_code == 403, kind
        for page in ("/relays", f"/rollouts/{rollout}"):
            read = await browser.get(f"/console/operations{page}")
            assert (read.status_code, "/orders/" in read.text) == (200, False), page
        assert (await browser.get("/console/operations/webhooks")).status_code == 403
    assert [one.act for one in await register.acts(rollout)] == ["ordered"]
    assert (await webhooks.get(made.id, None)).state == "active"
    async with console.browser(OP) as browser:
        assert "stop-rollout" in (await browser.get(f"/console/operations/rollouts/{rollout}")).text
        assert "Đã bỏ đợt triển khai." in await order(browser, "abandon-rollout", str(rollout))
    await webhooks.delete(made.id, None, OP.person)


async def test_an_order_on_a_text_that_names_nothing_is_refused(console: ConsoleUnderTest) -> None:
    """Whatever stands in the form as its target, no order fails with a fault of ours."""
    async with console.browser(OP) as browser:
        for kind in ORDERS:
            for target in ("a\x00", "\u202e", "x" * 5_000):
                given = {"target": target, "seal": "", "read": "yes", "why": WHY}
                answer = await browser.post(f"/console/operations/orders/{kind}", given)
                assert answer.status_code in (404, 409, 422), (kind, target, answer.text)


async def test_an_unknown_order_is_no_page(console: ConsoleUnderTest) -> None:
    """A name in the address that is no order is a page that does not exist."""
    async with console.browser(OP) as browser:
        assert (await browser.get("/console/operations/orders/drop-all?target=x")).status_code == 404
        assert (await browser.get("/console/operations/needs-a-person?system=<script>")).status_code == 422


async def test_an_incident_is_taken_over_and_dealt_with_on_its_page(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """A supervisor reads the row; an operator takes it over, notes it as dealt with, and it is gone."""
    code = (await harness.submit(received_by=HA_NAM)).dossier
    await SetAsideList(harness.pool).put("portal", code, 1, "event_unreadable")
    name = f"relay.portal.{code}.1"
    address = f"/console/operations/needs-a-person/{name}"
    async with console.browser(WATCH_HA_NAM) as browser:
        assert name in (await browser.get("/console/operations/needs-a-person?cause=relay_refused")).text
        read = await browser.get(address)
        assert (read.status_code, "/orders/" in read.text) == (200, False)
    async with console.browser(OP) as browser:
        assert "retry-incident" not in (await browser.get(address)).text
        await order(browser, "take-incident", name)
        shown = (await browser.get(address)).text
        assert (WHY in shown, OP.person in shown) == (True, True)
        assert name in (await browser.get("/console/operations/needs-a-person?mine=true")).text
        refused = await browser.get(f"/console/operations/orders/retry-incident?target={name}")
        assert refused.status_code == 409
        await order(browser, "resolve-incident", name)
        assert (await browser.get(address)).status_code == 404
        assert name not in (await browser.get("/console/operations/needs-a-person")).text


async def test_the_menu_has_what_its_reader_may_open(console: ConsoleUnderTest) -> None:
    """Every entry opens; an operator of a commune has none of what is the whole province's."""
    for actor in (OP, OP_OF_HA_NAM, WATCH_ALL, WATCH_HA_NAM, HEAD):
        async with console.browser(actor) as browser:
            page = (await browser.get("/console/operations/needs-a-person")).text
            menu = page[page.index('<nav class="desk"') : page.index("</nav>", page.index('<nav class="desk"'))]
            entries = set(re.findall(r'href="/console/operations([^"]*)"', menu))
            for path in entries:
                assert (await browser.get(f"/console/operations{path}")).status_code == 200, (actor, path)
            assert ({"/replays", "/webhooks"} <= entries) == (actor is OP), actor


async def test_a_replay_links_the_dossiers_among_its_workflows(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """A rollout is a workflow that no page of a dossier shows."""
    register, words = ReplayRegister(harness.pool), Bilingual(vi="khác", en="differs")
    run = await register.begin("0.2.0+3f2a9c01d4e7", ReplayChoice(), "op.1")
    names = (f"H42.{HA_NAM}-260105-0001", "calendar-rollout")
    await register.enlist(run.id, [(name, None) for name in names])
    failure = ReplayFailure(
        code="task_fails", problem="x", message=words, difference=None,
        remedy=ToldRemedy(code="correct_the_code", **words.model_dump()),
    )  # fmt: skip
    failed = [
        ReplayedHistory(place=place, workflow=name, run="r", events=2, failure=failure)
        for place, name in enumerate(names)
    ]
    assert await register.record(run.id, failed, 0.5)
    await register.finish(run.id)
    async with console.browser(OP) as browser:
        page = (await browser.get(f"/console/operations/replays/{run.id}")).text
    assert re.findall(r'href="/console/dossiers/([^"]*)"', page) == [names[0]]
    assert names[1] in page


async def test_letters_that_wait_are_read_before_they_are_dealt_with(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """The list has those that fit nothing; the page of an order says what the letter says, hostile words as words; a
    supervisor reads the list and gives no order; a letter that fits nothing cannot be decided."""
    code = (await harness.submit()).dossier
    _, message = await keep_undecided(harness.pool, code)
    hostile = letter("77", None, content="<script>alert(1)</script> \u202eý gnồĐ")
    await keep_letter(harness.pool, hostile, "LA-77", code=DocumentMatter.NOT_ASKED.value)
    async with console.browser(OP) as browser:
        page = (await browser.get("/console/operations/letters?unmatched=true")).text
        assert ("LA-77" in page, message in page) == (True, False)
        assert message in (await browser.get("/console/operations/letters")).text
        look = (await browser.get("/console/operations/orders/settle-letter?target=LA-77")).text
        assert "&lt;script&gt;alert(1)" in look
        assert "<script>alert" not in look
        assert "\u202e" not in look
        assert 'name="seal"' not in (await browser.get("/console/operations/orders/letter-agrees?target=LA-77")).text
        assert (
            "Không nhất trí."
            in (await browser.get(f"/console/operations/orders/letter-disagrees?target={message}")).text
        )
        assert "Đã ghi nhận đã xử lý: LA-77" in await order(browser, "settle-letter", "LA-77")
        assert "LA-77" not in (await browser.get("/console/operations/letters")).text
    async with console.browser(WATCH_ALL) as browser:
        assert "settle-letter" not in (await browser.get("/console/operations/letters")).text
        assert (await browser.get("/console/operations/orders/settle-letter?target=LA-77")).status_code == 403
    async with console.browser(OP_OF_HA_NAM) as browser:
        assert (await browser.get("/console/operations/letters")).status_code == 403


async def test_what_travels_outside_stands_on_the_page_of_a_dossier(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """Documents with their stages and notices, in Vietnamese and English; the desk records an opt-out with how the
    person asked, and takes it back; whoever may not sees no form."""
    code = (await harness.submit()).dossier
    question = await keep_question(harness.pool, code)
    where = f"/console/dossiers/{code}/correspondence"
    async with console.browser(DESK) as browser:
        page = await browser.get(where)
        assert page.status_code == 200, page.text
        for words in (question, "đã tiếp nhận", "Tin cho người nộp", "nhận tin"):
            assert words in page.text
        empty = await browser.post(f"/console/dossiers/{code}/notices/sms/opt-out", {"why": " "})
        assert (empty.status_code, "được ghi lại" in empty.text) == (422, True)
        wrong = await browser.post(f"/console/dossiers/{code}/notices/email/opt-out", {"why": "Tại quầy"})
        assert wrong.status_code == 404
        done = await browser.post(f"/console/dossiers/{code}/notices/sms/opt-out", {"why": "Tại quầy"})
        assert done.status_code == 303, done.text
        assert "tại quầy" in (await browser.get(where)).text
        back = await browser.post(f"/console/dossiers/{code}/notices/sms/opt-in", {"why": "Đổi ý"})
        assert back.status_code == 303, back.text
    async with console.browser(OFFICER) as browser:
        assert "opt-out" not in (await browser.get(where)).text
        refused = await browser.post(f"/console/dossiers/{code}/notices/sms/opt-out", {"why": "Tại quầy"})
        assert refused.status_code == 403
