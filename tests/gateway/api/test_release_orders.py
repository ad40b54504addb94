"""Orders on the builds of the worker, over HTTP and on the pages: on the terms of the command line, once for a key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from pydantic import TypeAdapter
from temporalio.testing import WorkflowEnvironment

from domain.dossier.revision import Revision
from domain.replays import ReplayChoice
from domain.roles import Actor, Role
from gateway.api.examples import body_example
from gateway.api.ramps import RampToBegin
from gateway.api.release_orders import BuildToPromote, BuildToRamp, BuildToRetire, RollbackBody
from gateway.client.releases.orders import ReleaseOrders
from gateway.client.requests import validated_strictly
from tests.gateway.console.test_operations import WHY as SEALED_WHY
from tests.gateway.console.test_operations import order, sealed
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.console_under_test import Browser, open_console_under_test
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import OFFICER, OPERATOR
from tests.support.principals import ROOT
from tests.support.small_province import ACTING, CENTRE, HA_NAM, people
from tests.support.waiting import until
from tests.workflows.test_releases import build, watch_of, workers_of

pytestmark = pytest.mark.stack

OP = OPERATOR.model_copy(update={"unit": CENTRE})
OP_OF_HA_NAM = Actor(person="op.hanam", role=Role.OPERATOR, unit=HA_NAM)
OLD, NEW = build("0.1.0", Revision.THIRD), build("0.2.0")
HERE, PAGES = "/v1/operations/releases", "/console/operations"
WHY = "Bản tháng 12"
KINDS = (
    "watch-ramp", *(f"ramp-release-{step}" for step in (5, 25, 50)), "promote-release", "roll-back-release",
    "retire-release",
)  # fmt: skip
BODIES: dict[str, Any] = {
    "ramp_release": BuildToRamp,
    "promote_release": BuildToPromote,
    "roll_back_release": RollbackBody,
    "retire_release": BuildToRetire,
    "begin_ramp": RampToBegin,
}


@pytest.fixture
async def harness(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """With one open dossier, workers of a build that has the work, and workers of a newer one that has none."""
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(database, temporal_env) as opened:
            opened.staff = people(*ACTING, (OP_OF_HA_NAM.person, OP_OF_HA_NAM.role, HA_NAM))
            await opened.close_workers()
            async with workers_of(opened, OLD), workers_of(opened, NEW):
                await opened.submit()
                yield opened


async def refused(asked: Any) -> tuple[int, str]:
    answer = await asked
    return answer.status_code, answer.json().get("code")


def shares(answer: Any) -> dict[str, int]:
    assert answer.status_code == 200, answer.text
    return {one["build"]: one["share"] for one in answer.json()["builds"]}


async def replayed(harness: EngineHarness) -> None:
    """Everything open was replayed on the newer build with a good end."""
    replays = harness.engine.replays
    run = await replays.begin(ROOT, NEW.build, ReplayChoice(), who="op.1")
    await replays.register.take(run.id)
    await replays.register.enlist(run.id, [])
    await replays.register.finish(run.id)


async def test_over_http(harness: EngineHarness) -> None:
    """In steps, all of it, back, and never any more. A repeated order is carried out once."""
    async with open_api(harness) as api:
        await _refusals(api)
        step = {"build": NEW.build, "percent": 25, "reason": WHY}
        assert await refused(api.post(f"{HERE}:ramp", OP, step)) == (409, "release_not_replayed")
        await replayed(harness)
        given = await api.post(f"{HERE}:ramp", OP, step, key="ramp-1")
        assert shares(given) == {NEW.build: 25, OLD.build: 75}
        told = given.json()["acts"][0]
        assert (told["act"], told["percent"], told["who"], told["why"]) == ("ramped", 25, OP.person, WHY)
        assert shares(await api.post(f"{HERE}:rollback", OP, {"reason": WHY})) == {NEW.build: 0, OLD.build: 100}
        again = await api.post(f"{HERE}:ramp", OP, step, key="ramp-1")
        assert (again.headers["idempotency-replayed"], again.json()) == ("true", given.json())
        assert shares(await api.ask("GET", HERE, OP)) == {NEW.build: 0, OLD.build: 100}

        await _watched(api)
        everything = {"build": NEW.build, "reason": WHY, "without_replay": "phải thay ngay"}
        assert shares(await api.post(f"{HERE}:promote", OP, everything)) == {NEW.build: 100, OLD.build: 0}
        assert await refused(api.post(f"{HERE}:promote", OP, everything)) == (409, "release_has_all_work")
        assert await refused(api.post(f"{HERE}:retire", OP, {"build": NEW.build, "reason": WHY})) == (
            409,
            "release_gets_work",
        )
        retired = (await api.post(f"{HERE}:retire", OP, {"build": OLD.build, "reason": WHY})).json()
        assert {one["build"]: one["retired"] for one in retired["builds"]} == {NEW.build: False, OLD.build: True}
        assert retired["acts"][1]["why"] == f"{WHY} [without replay: phải thay ngay]"
        assert await refused(api.post(f"{HERE}:rollback", OP, {"reason": WHY})) == (409, "release_has_none_before")


async def _refusals(api: ApiUnderTest) -> None:
    """Nobody but an operator of the whole province; no build, part or reason that is none."""
    for who, told in ((OFFICER, "operation_not_allowed"), (OP_OF_HA_NAM, "whole_province_needed")):
        acts = (":ramp", ":promote", ":rollback", ":retire", "/ramps")
        for operation, act in zip(BODIES, acts, strict=True):
            assert await refused(api.post(f"{HERE}{act}", who, body_example(operation))) == (403, told)
    whole = {"build": NEW.build, "percent": 5, "reason": WHY}
    for wrong, status, code in (
        ({"build": "9.9.9+no"}, 404, "release_unknown"),
        ({"percent": 0}, 422, "invalid_request"),
        ({"percent": 101}, 422, "invalid_request"),
        ({"reason": " "}, 422, "invalid_request"),
        ({"reason": "Ông Nguyễn Văn An, CCCD 037099001234"}, 422, "particulars_in_record"),
        ({"build": OLD.build}, 409, "release_has_all_work"),
    ):
        assert await refused(api.post(f"{HERE}:ramp", OP, {**whole, **wrong})) == (status, code), wrong
    assert [one.act for one in (await _orders(api).now()).acts] == ["began"]


async def _watched(api: ApiUnderTest) -> None:
    """A watched ramp is ordered once for a key; workers give its steps, whatever becomes of the gateway."""
    ramp = {"build": NEW.build, "steps": [25, 50], "pause_seconds": 3_600, "reason": WHY}
    for wrong, status, code in (
        ({"steps": [25, 5]}, 422, "percent_out_of_range"),
        ({"steps": []}, 422, "invalid_request"),
        ({"steps": [0, 5]}, 422, "invalid_request"),
        ({"pause_seconds": -1}, 422, "invalid_request"),
        ({"build": OLD.build}, 409, "release_has_all_work"),
        ({"without_replay": ""}, 422, "invalid_request"),
        ({"without_replay": "Bà Trần Thị Bình, CCCD 037099001234"}, 422, "particulars_in_record"),
    ):
        assert await refused(api.post(f"{HERE}/ramps", OP, {**ramp, **wrong})) == (status, code), wrong
    begun = await api.post(f"{HERE}/ramps", OP, ramp, key="watched")
    assert (begun.status_code, begun.json()["state"], begun.json()["percent"]) == (201, "waiting", 0)
    where = begun.headers["location"]
    again = await api.post(f"{HERE}/ramps", OP, ramp, key="watched")
    assert again.json() == begun.json()
    for act in (f"{HERE}:ramp", f"{HERE}:promote"):
        body = {"build": NEW.build, "reason": WHY} | ({"percent": 5} if act.endswith("ramp") else {})
        assert await refused(api.post(act, OP, body)) == (409, "release_ramp_under_way")
    assert await watch_of(api.harness, OLD).look()
    seen = (await api.ask("GET", where, OP)).json()
    assert (seen["state"], seen["percent"], seen["next_step"], seen["looks"]) == ("under_way", 25, 50, 1)

    async def answered() -> Any:
        """The list, as soon as Temporal answers in time: on a busy machine the first answer may be 503, ask again."""
        answer = await api.ask("GET", HERE, OP)
        return None if answer.status_code == 503 else answer

    listed = (await until(answered, "Temporal tells the builds")).json()
    assert (listed["ramp"], listed["acts"][0]["percent"]) == (where, 25)
    stopped = (await api.post(f"{where}:stop", OP, {})).json()
    assert (stopped["state"], stopped["percent"], stopped["ended_by"]) == ("stopped", 25, OP.person)
    assert await refused(api.post(f"{where}:stop", OP, {})) == (409, "release_ramp_ended")
    assert shares(await api.post(f"{HERE}:rollback", OP, {"reason": WHY})) == {NEW.build: 0, OLD.build: 100}
    assert await refused(api.ask("GET", f"{HERE}/ramps/{uuid4()}", OP)) == (404, "release_ramp_unknown")
    await _pages_of_orders(api)


async def _pages_of_orders(api: ApiUnderTest) -> None:
    every = (await api.ask("GET", f"{HERE}/acts", OP)).json()
    assert every["next"] is None
    first = (await api.ask("GET", f"{HERE}/acts?limit=2", OP)).json()
    second = (await api.ask("GET", f"{HERE}/acts?limit=2&cursor={first['next']}", OP)).json()
    assert [*first["items"], *second["items"]] == every["items"][:4]
    back = (await api.ask("GET", f"{HERE}/acts?limit=2&cursor={second['previous']}", OP)).json()
    assert back["items"] == first["items"]


def _orders(api: ApiUnderTest) -> ReleaseOrders:
    return api.harness.engine.releases


@pytest.mark.parametrize("operation", BODIES)
def test_an_example_is_a_body(operation: str) -> None:
    """The example of a body is valid, as the API validates it."""
    validated_strictly(TypeAdapter(BODIES[operation]), body_example(operation))


async def test_on_the_pages(harness: EngineHarness) -> None:
    """The page of workers offers each build what can be ordered for it; each order says before what it would do."""
    async with open_console_under_test(harness) as console:
        async with console.browser(OP_OF_HA_NAM) as elsewhere:
            assert "orders/" not in (await elsewhere.get(f"{PAGES}/workers")).text
        async with console.browser(OP) as operator:
            to_newer = {(kind, NEW.build) for kind in KINDS if kind != "roll-back-release"}
            assert await offered(operator) == to_newer | {("roll-back-release", OLD.build)}
            await _watched_on_the_pages(harness, operator)
            await replayed(harness)
            for words in ("nhận 25 % việc", "trong 1 hồ sơ đang mở", "đã phát lại được", "Quay lại bản trước được"):
                assert words in (await look(operator, "ramp-release-25", NEW.build)).text, words
            assert f"{NEW.build}: 25 % hồ sơ." in await order(operator, "ramp-release-25", NEW.build)
            assert ("ramp-release-50", NEW.build) in await offered(operator)
            assert ("ramp-release-25", NEW.build) not in await offered(operator)
            assert f"bản {NEW.build} không nhận việc nữa" in (await look(operator, "roll-back-release", NEW.build)).text
            assert f"Bản {OLD.build} lại nhận toàn bộ việc." in await order(operator, "roll-back-release", NEW.build)
            assert "không nhận việc nào" in (await look(operator, "roll-back-release", NEW.build)).text
            assert f"Bản {NEW.build} nhận toàn bộ việc." in await order(operator, "promote-release", NEW.build)
            assert f"Bản {OLD.build} đã nghỉ." in await order(operator, "retire-release", OLD.build)
            assert "Không có bản trước nào" in (await look(operator, "roll-back-release", NEW.build)).text
            assert await offered(operator) == {("roll-back-release", NEW.build)}
    acts = (await harness.engine.releases.now()).acts
    assert [one.act for one in acts] == ["retired", "promoted", "ramped", "ramped", "ramped", "ramped", "began"]
    assert {one.who for one in acts[:6]} == {OP.person}
    assert acts[5].why == f"{SEALED_WHY} [without replay: Phải thay ngay]"


async def _watched_on_the_pages(harness: EngineHarness, operator: Browser) -> None:
    """Without a replay the page asks why nobody waits for it. The page of workers shows the ramp, and stops it."""
    early = (await look(operator, "watch-ramp", NEW.build)).text
    assert ("Chưa phát lại hồ sơ đang mở" in early, 'name="without_replay"' in early) == (True, True)
    typed = {**sealed(early), "steps": "5 25", "pause": "60", "without_replay": "Phải thay ngay"}
    where = f"{PAGES}/orders/watch-ramp"
    for wrong in ({"without_replay": " "}, {"steps": "5 x"}, {"steps": "25 5"}, {"pause": "-1"}, {"pause": "999999"}):
        assert (await operator.post(where, {**typed, **wrong})).status_code == 422, wrong
    assert (await operator.post(where, typed)).status_code == 303
    page = (await operator.get(f"{PAGES}/workers")).text
    assert ("chờ tiến trình xử lý canh" in page, 'data-every="2"' in page) == (True, True)
    assert "đang được giao dần" in (await look(operator, "promote-release", NEW.build)).text
    assert await watch_of(harness, OLD).look()
    assert "đã giao 1 trên 2 bước" in (await operator.get(f"{PAGES}/workers")).text
    ramp = await harness.engine.releases.ramps.register.under_way()
    assert ramp is not None
    assert f"Đã dừng. Bản {NEW.build} giữ 5 %." in await order(operator, "stop-ramp", str(ramp.id))
    assert "đã dừng, giữ phần đang có" in (await operator.get(f"{PAGES}/workers")).text
    assert f"Bản {OLD.build} lại nhận toàn bộ việc." in await order(operator, "roll-back-release", NEW.build)
    assert "Phải thay ngay" in (await operator.get(f"{PAGES}/releases")).text


async def look(operator: Browser, kind: str, target: str) -> Any:
    return await operator.get(f"{PAGES}/orders/{kind}?target={quote(target, safe='')}")


async def offered(operator: Browser) -> set[tuple[str, str]]:
    """Each order that the page of workers offers, with its build."""
    page = (await operator.get(f"{PAGES}/workers")).text
    found = {(kind, one.build) for one in (OLD, NEW) for kind in KINDS if f"{kind}?target={quote(one.build)}" in page}
    assert len(found) == page.count(f"{PAGES}/orders/")
    return found
