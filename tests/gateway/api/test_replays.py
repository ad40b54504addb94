"""Replays on a build over HTTP and on the pages: ordered, followed, cancelled; what differs is named for people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.replays.register import ReplayedHistory
from domain.replays import PlaceInCode, ReplayDifference, ReplayFailure, ReplayState, ToldRemedy
from domain.roles import Actor, Role
from domain.values import Bilingual
from gateway.api.examples import answer_example, body_example
from gateway.api.replays.answers import BuildReplayBody, ReplayAnswer, ReplayPage
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.console_under_test import Browser, open_console_under_test
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import OFFICER, OPERATOR
from tests.support.small_province import ACTING, CENTRE, HA_NAM, people
from tests.workflows.test_releases import build, workers_of
from workers.replay_runs import ReplayRuns

pytestmark = pytest.mark.stack

OP = OPERATOR.model_copy(update={"unit": CENTRE})
OP_OF_HA_NAM = Actor(person="op.hanam", role=Role.OPERATOR, unit=HA_NAM)
REPLAYS = "/v1/operations/replays"
PAGES = "/console/operations/replays"
OURS, OLDER = build("0.2.0"), build("0.1.0").model_copy(update={"migration": "1200_releases.sql"})
DIFFERS = ReplayFailure(
    code="does_not_replay",
    problem="Nondeterminism error",
    message=Bilingual(vi="Sự kiện 18 khác.", en="Event 18 differs."),
    difference=ReplayDifference(
        event=18,
        recorded="TimerStarted 3600 s",
        wanted="MarkerRecorded ledger.append",
        asked_at=PlaceInCode(file="workflows/dossier.py", line=210, function="_record"),
    ),
    remedy=ToldRemedy(code="mark_the_change", vi="Đặt thay đổi sau một bước có dấu.", en="Mark the change."),
)


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """With workers of a build that gets no work, and with a build that is too old to replay."""
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            opened.staff = people(*ACTING, (OP_OF_HA_NAM.person, OP_OF_HA_NAM.role, HA_NAM))
            await opened.engine.releases.register.seen(OLDER)
            await opened.submit()
            async with workers_of(opened, OURS):
                yield opened


def runs(harness: EngineHarness) -> ReplayRuns:
    return ReplayRuns(harness.env.client, harness.pool, harness.task_queue, OURS.build)


async def refused(asked: Any) -> tuple[int, str]:
    answer = await asked
    return answer.status_code, answer.json().get("code")


async def test_over_http(harness: EngineHarness) -> None:
    """Ordered once for its key, carried out by a worker of the build, read with its state, and cancelled once."""
    [code] = harness.made
    async with open_api(harness) as api:
        await _refusals(api)
        wanted = {"build": OURS.build, "codes": [code]}
        begun = await api.post(REPLAYS, OP, wanted, key="replay-1")
        assert (begun.status_code, begun.json()["replay"]["state"]) == (201, "waiting")
        address = begun.headers["location"]
        assert (await api.post(REPLAYS, OP, wanted, key="replay-1")).headers["location"] == address
        assert await refused(api.post(REPLAYS, OP, wanted)) == (409, "replay_under_way")
        assert await runs(harness).step(asyncio.Event())
        told = (await api.ask("GET", address, OP)).json()
        assert (told["replay"]["state"], told["replay"]["looked"], told["items"]) == ("succeeded", 1, [])
        assert await refused(api.post(f"{address}:cancel", OP, None)) == (409, "replay_ended")

        second = (await api.post(REPLAYS, OP, {"build": OURS.build, "filter": {"states": ["submitted"]}})).json()
        assert second["replay"]["wanted"] == {"states": ["submitted"]}
        cancelled = await api.post(f"{second['replay']['href']}:cancel", OP, None)
        assert cancelled.json()["replay"]["cancelled_by"] == OP.person
        first = (await api.ask("GET", f"{REPLAYS}?limit=1", OP)).json()
        rest = (await api.ask("GET", f"{REPLAYS}?limit=1&cursor={first['next']}", OP)).json()
        assert [one["state"] for one in (*first["items"], *rest["items"])] == ["cancelled", "succeeded"]


async def _refusals(api: ApiUnderTest) -> None:
    """Nobody but an operator of the whole province; no build that is unknown, too old, or has no worker."""
    for who, told in ((OFFICER, "operation_not_allowed"), (OP_OF_HA_NAM, "whole_province_needed")):
        assert await refused(api.post(REPLAYS, who, {"build": OURS.build})) == (403, told)
        assert await refused(api.ask("GET", REPLAYS, who)) == (403, told)
        assert await refused(api.ask("GET", f"{REPLAYS}/{uuid4()}", who)) == (403, told)
        assert await refused(api.post(f"{REPLAYS}/{uuid4()}:cancel", who, None)) == (403, told)
    assert await refused(api.post(REPLAYS, OP, {"build": "9.9.9+no"})) == (404, "release_unknown")
    assert await refused(api.post(REPLAYS, OP, {"build": OLDER.build})) == (409, "build_cannot_replay")
    await api.harness.engine.releases.register.seen(build("0.3.0"))
    idle = {"build": build("0.3.0").build}
    assert await refused(api.post(REPLAYS, OP, idle)) == (409, "release_without_workers")
    both = {"build": OURS.build, "codes": [api.harness.made[0]], "filter": {}}
    assert await refused(api.post(REPLAYS, OP, both)) == (422, "repair_codes_or_filter")
    assert await refused(api.ask("GET", f"{REPLAYS}/{uuid4()}", OP)) == (404, "unknown_replay")


def test_the_examples_are_of_these_shapes() -> None:
    """They are read by their models."""
    BuildReplayBody.model_validate(body_example("begin_replay"))
    ReplayPage.model_validate(answer_example("list_replays"))
    for name in ("begin_replay", "read_replay", "cancel_replay"):
        ReplayAnswer.model_validate(answer_example(name))


async def test_on_the_pages(harness: EngineHarness) -> None:
    """The form offers the builds whose workers can replay. The page shows how far it is, then event and remedy."""
    [code] = harness.made
    async with open_console_under_test(harness) as console:
        async with console.browser(OP_OF_HA_NAM) as elsewhere:
            page = await elsewhere.get(PAGES)
            assert (page.status_code, "whole_province_needed" in page.text) == (403, True)
        async with console.browser(OP) as operator:
            form = (await operator.get(f"{PAGES}/new")).text
            assert (OURS.build in form, OLDER.build in form) == (True, False)
            workers = (await operator.get("/console/operations/workers")).text
            assert "Phát lại trên bản này" in workers
            address = await _ordered(operator, code)
            waits = (await operator.get(address)).text
            assert "Chưa có tiến trình nào của bản này nhận" in waits
            assert f'data-fresh="{address}"' in waits
            await _with_a_failure(harness, code)
            differs = (await operator.get(address)).text
            for words in (
                "có lịch sử không phát lại được", code, "Sự kiện 18 khác.", "TimerStarted 3600 s",
                "MarkerRecorded ledger.append", "workflows/dossier.py:210 _record", "Đặt thay đổi sau một bước có dấu.",
                "sẽ mắc kẹt ở bản này",
            ):  # fmt: skip
                assert words in differs, words
            again = await _ordered(operator, code)
            assert "Đã hủy lần phát lại." in await _followed(operator, f"{again}/cancel")
            assert OURS.build in (await operator.get(PAGES)).text


async def _ordered(operator: Browser, code: str) -> str:
    for wrong, field in (({"which": "codes"}, "mã hồ sơ"), ({"sample": "0"}, "số nguyên")):
        answer = await operator.post(PAGES, {"build": OURS.build, **wrong})
        assert (answer.status_code, field in answer.text) == (422, True), answer.text
    answer = await operator.post(PAGES, {"build": OURS.build, "which": "codes", "codes": code, "sample": ""})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def _followed(operator: Browser, address: str) -> str:
    answer = await operator.post(address, {})
    return (await operator.get(answer.headers["location"])).text


async def _with_a_failure(harness: EngineHarness, code: str) -> None:
    """A worker of the build tells that the history differs."""
    register = harness.engine.replays.register
    run = await register.next_of(OURS.build)
    assert run is not None
    await register.take(run.id)
    await register.enlist(run.id, [(code, None)])
    differs = ReplayedHistory(place=0, workflow=code, run="r", events=20, failure=DIFFERS)
    assert await register.record(run.id, [differs], 0.5)
    await register.finish(run.id)
    assert (await register.run(run.id)).state is ReplayState.FAILED
