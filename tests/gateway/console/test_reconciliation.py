"""Tests of the page of comparisons: begun, followed, read by kind, planned from, and a workflow ended from it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.reconciliations import Reconciliations, Tally
from domain.repairs.differences import Difference, Different
from domain.roles import Actor, Role
from gateway.console.operations.reconciliation_pages import HOME
from tests.gateway.console.test_operations import order
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.databases import Database
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import OFFICER, OPERATOR
from tests.support.small_province import ACTING, CENTRE, HA_NAM, people
from tests.support.waiting import until
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack

OP = OPERATOR.model_copy(update={"unit": CENTRE})
WARD = Actor(person="op.ward", role=Role.OPERATOR, unit=HA_NAM)
WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
PLAN = "/console/operations/repairs/new?reconciliation="
END = "/console/operations/orders/end-workflow?target="


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            more = tuple((one.person, one.role, str(one.unit)) for one in (WARD, WATCH))
            opened.staff = people(*ACTING, *more)
            desk = opened.engine.reconciliations
            desk.settles, desk.old_enough = 0.2, timedelta(0)
            yield opened
            await desk.close()


async def compared(browser: Browser) -> str:
    """When: the button is pressed, and the page renews itself until the comparison is done."""
    assert (await browser.post(HOME, {})).headers["location"] == HOME
    first = (await browser.get(HOME)).text
    assert "Đã bắt đầu đối chiếu." in first
    assert 'data-every="3"' in first or "đã xong" in first

    async def over() -> bool:
        part = await browser.get(HOME, headers={"hx-request": "true"})
        return "Đối chiếu ngay" in part.text

    await until(over, "the comparison is done", 60)
    return str((await browser.get(HOME)).text)


async def test_what_differs_is_planned_and_ended(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """Each kind is told with its remedy; the form of a plan has the dossiers to restart; what no dossier needs is ended
    with a reason, after what would be done was read."""
    lost, sound = await accepted(harness), await accepted(harness)
    await harness.handle(lost).terminate("by mistake")
    second = f"thử {uuid4().hex[:6]}/1"
    await harness.env.client.start_workflow("Dossier", OpenDossier(code=sound), id=second, task_queue="nobody")

    async def listed() -> bool:
        running = {one.id async for one in harness.env.client.list_workflows('ExecutionStatus = "Running"')}
        return second in running and lost not in running

    await until(listed, "Temporal's list knows both")
    async with console.browser(OP) as browser:
        assert "Chưa đối chiếu lần nào." in (await browser.get(HOME)).text
        page = await compared(browser)
        for words in (
            "Lần đối chiếu gần nhất", "đã xong", "op.1", "hồ sơ còn mở, không có quy trình đang chạy",
            "Khởi động lại từ sổ cái, theo một kế hoạch", "hai quy trình cho một hồ sơ", "Mọi sai khác",
        ):  # fmt: skip
            assert words in page, words
        of_kind = {kind: (await browser.get(f"{HOME}?kind={kind}")).text for kind in ("without_workflow", "doubled")}
        assert [lost in of_kind["without_workflow"], second in of_kind["doubled"]] == [True, True]
        assert f"dossiers/{lost}" not in of_kind["doubled"]
        [link] = re.findall(rf'href="({re.escape(PLAN)}[0-9]+)"', page)
        assert re.search(rf">[^<]*{lost}[^<]*</textarea>", (await browser.get(link)).text)
        await harness.engine.reconciliations.register.begin("op.2", whole=True)
        twice = await browser.post(HOME, {})
        assert (twice.status_code, "reconciliation_under_way" in twice.text, "op.2" in twice.text) == (409, True, True)
        running = (await browser.get(f"{HOME}?kind=doubled")).text
        assert "Đang đọc hai danh sách." in running
        assert second in running, "the list of the last one that has finished stays"
        await ended(browser, second, sound)
    async with console.browser(WATCH, language="en") as browser:
        page = (await browser.get(f"{HOME}?kind=doubled")).text
        assert "Both lists are being read." in page
        assert (second in page, "Compare now" in page, "orders/" in page, "repairs/new" in page) == (True, *[False] * 3)


async def ended(browser: Browser, workflow: str, needed: str) -> None:
    """Then: the order tells what would end, needs a reason, and is given once."""
    look = (await browser.get(END + quote(workflow, safe=""))).text
    for words in ("Hai quy trình cho một hồ sơ.", needed, "bị buộc dừng ngay", "xem lại hai lần"):
        assert words in look, words
    seal = re.findall(r'name="seal" value="([^"]+)"', look)[0]
    form = {"target": workflow, "seal": seal, "read": "yes"}
    refused = await browser.post("/console/operations/orders/end-workflow", {**form, "why": ""})
    assert refused.status_code == 422
    assert f"Đã dừng quy trình {workflow}." in await order(browser, "end-workflow", workflow)
    for target, told in ((workflow, "Không có quy trình"), (needed, "không được dừng"), ("không có", "Không có quy")):
        again = await browser.get(END + quote(target, safe=""))
        assert (again.status_code, told in again.text, 'name="seal"' in again.text) == (200, True, False), target


async def test_who_has_a_post_in_a_ward(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """It sees the numbers and the kinds, and neither a dossier nor an order; an officer sees nothing."""
    register = Reconciliations(harness.pool, silent=timedelta(0))
    number, tally = (await register.begin("op.1", whole=True)).number, Tally(workflows=3, done=3)
    code = f"H42.{HA_NAM}-260105-0001"
    found = Different(difference=Difference.WITHOUT_WORKFLOW, name=code, version=2, detail="ended_terminated")
    tally = tally.model_copy(update={"counts": {found.difference: 1}})
    await register.add(number, [found], tally)
    await register.finish(number, tally)
    async with console.browser(WARD) as browser:
        page = (await browser.get(HOME)).text
        assert "hồ sơ còn mở, không có quy trình đang chạy" in page
        assert "Chỉ người vận hành cấp tỉnh" in page
        assert (code in page, "Đối chiếu ngay" in page, "repairs/new" in page) == (False, False, False)
        for asked in (browser.post(HOME, {}), browser.get(f"{PLAN}{number}"), browser.get(f"{END}x")):
            refused = await asked
            assert (refused.status_code, "whole_province_needed" in refused.text) == (403, True)
    async with console.browser(OFFICER) as browser:
        assert (await browser.get(HOME)).status_code == 403


async def test_pages_of_a_long_list(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """It is turned forward and back; the form takes so many codes at most; a comparison that was interrupted or failed
    says so; who reads a later page of a list that is gone gets the first page of the new one."""
    register, impatient = Reconciliations(harness.pool), Reconciliations(harness.pool, silent=timedelta(0))
    number = (await impatient.begin("op.1", whole=True)).number
    lost = [
        Different(difference=Difference.WITHOUT_WORKFLOW, name=f"H42.{HA_NAM}-260105-{one:04}", version=1)
        for one in range(1, 6_001)
    ]
    tally = Tally(workflows=9, done=9, counts={Difference.WITHOUT_WORKFLOW: len(lost)})
    await register.add(number, lost, tally)
    await register.finish(number, tally)
    async with console.browser(OP) as browser:
        first = (await browser.get(HOME)).text
        [following] = re.findall(r'rel="next" href="([^"]+)"', first)
        second = (await browser.get(following)).text
        assert (lost[49].name in first, lost[50].name in first, lost[50].name in second) == (True, False, True)
        [back] = re.findall(r'rel="prev" href="([^"]+)"', second)
        assert lost[49].name in (await browser.get(back)).text
        form = (await browser.get(f"{PLAN}{number}")).text
        assert (lost[4_999].name in form, lost[5_000].name in form) == (True, False)
        assert "5.000 hồ sơ đầu" in form
        later = (await register.begin("op.1", whole=True)).number
        await register.fail(later, "temporal_unavailable")
        assert "Lần này dừng vì lỗi, không có kết quả" in (await browser.get(HOME)).text
        later = (await register.begin("op.1", whole=True)).number
        assert "Lần này bị ngắt giữa chừng" not in (await browser.get(HOME)).text
        await harness.pool.execute("update reconciliation set alive_at = alive_at - interval '5 minutes'")
        page = (await browser.get(HOME)).text
        assert "Lần này bị ngắt giữa chừng" in page
        assert "Đối chiếu ngay" in page
        await register.finish(await again(register), Tally(workflows=9, done=9))
        for address in (HOME, following):
            assert "khớp nhau" in (await browser.get(address)).text, "a place in an earlier list is the first page"


async def again(register: Reconciliations) -> int:
    """When: another one begins after the one that was interrupted."""
    return (await register.begin("op.2", whole=True)).number
