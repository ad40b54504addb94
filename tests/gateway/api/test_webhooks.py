"""Tests of webhooks over HTTP: a service makes, tests, changes and repairs its own; an operator those of everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid5

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.events_out.cloud_events import CloudEvents
from activities.events_out.filters import EVERYTHING
from activities.webhooks.deliverer import WebhookDeliverer
from activities.webhooks.delivery import DeliveryLimits
from activities.webhooks.owners import StopNotices
from activities.webhooks.retries import RetrySchedule
from domain.organisation.people import Service
from domain.roles import Role
from gateway.access.principals import Principal, ServicePrincipal
from gateway.api.parts import EventsPolicy
from gateway.dossiers.command_ids import COMMANDS
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN, DESK, OPERATOR
from tests.support.staff_mail import STAFF_MAIL
from tests.support.waiting import until
from tests.support.webhook_receiver import Receiver, receiving, saying, status, well

pytestmark = pytest.mark.stack

OWNER = ServicePrincipal(service="kho-du-lieu")
OTHER = ServicePrincipal(service="so-hoa")
SERVICES = (
    Service(code="kho-du-lieu", name="Dịch vụ", events=True, roles=(Role.RECEPTION,), source="QĐ 1"),
    Service(code="so-hoa", name="Dịch vụ", events=True, source="QĐ 1"),
    Service(code="khong-su-kien", name="Dịch vụ", roles=(Role.RECEPTION,), source="QĐ 1"),
)
ALLOWED = EventsPolicy(allowed_hosts=frozenset({"127.0.0.1"}))
START = "p" + "0" * 32


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with (
            open_engine_harness(module_database, temporal_env) as harness,
            open_api(harness, events_out=ALLOWED) as api,
        ):
            harness.staff = harness.staff.model_copy(update={"services": SERVICES})
            yield api


async def made(api: ApiUnderTest, receiver: Receiver, by: Principal = OWNER, **body: Any) -> tuple[str, str]:
    """A new webhook: its address in the API, and its secret."""
    answer = await api.post("/v1/webhooks", by, {"url": receiver.url, **body})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/webhooks/{answer.json()['webhook']['id']}"
    return answer.headers["location"], answer.json()["secret"]


async def test_the_secret_is_shown_once(api: ApiUnderTest) -> None:
    """When the webhook is made and when the secret changes; nowhere else."""
    async with receiving() as receiver:
        path, secret = await made(api, receiver, filter={"types": ["luongxanh.dossier_accepted"]})
    shown = await api.ask("GET", path, OWNER)
    assert shown.json()["filter"] == {"procedures": None, "units": None, "types": ["luongxanh.dossier_accepted.v1"]}
    assert (shown.json()["service"], shown.json()["state"]) == ("kho-du-lieu", "active")
    listed = await api.ask("GET", "/v1/webhooks", OWNER)
    assert path.rpartition("/")[2] in {one["id"] for one in listed.json()["items"]}
    assert secret not in shown.text + listed.text
    rotated = await api.post(f"{path}:rotate-secret", OWNER, {"overlap_hours": 1})
    assert rotated.json()["secret"] not in (secret, None)


async def test_making_a_webhook_twice_with_one_key_makes_one(api: ApiUnderTest) -> None:
    """The same key gives the same answer, with the same secret."""
    async with receiving() as receiver:
        answers = [await api.post("/v1/webhooks", OWNER, {"url": receiver.url}, key="k1") for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def lose_answer(api: ApiUnderTest, key: str) -> None:
    """As when the process died after the act and before its answer was kept."""
    lost = await api.harness.pool.execute("delete from kept_answer where key = $1", key)
    assert lost == "DELETE 1"


async def test_a_webhook_whose_answer_was_lost_is_not_made_again(api: ApiUnderTest) -> None:
    """The same request gives the webhook and the secret that it made; another body under the key is another webhook."""
    async with receiving() as receiver:
        body = {"url": receiver.url}
        first = await api.post("/v1/webhooks", OTHER, body, key="mat-1")
        await lose_answer(api, "mat-1")
        again = await api.post("/v1/webhooks", OTHER, body, key="mat-1")
        assert (again.status_code, again.json()) == (201, first.json())
        await lose_answer(api, "mat-1")
        other = await api.post("/v1/webhooks", OTHER, {**body, "filter": {"units": ["13285"]}}, key="mat-1")
        assert other.json()["webhook"]["id"] != first.json()["webhook"]["id"]
        assert other.json()["secret"] != first.json()["secret"]


async def test_a_rotation_whose_answer_was_lost_is_not_done_again(api: ApiUnderTest) -> None:
    """Else a secret that nobody was told would sign too, and count among the few that one webhook may have."""
    async with receiving() as receiver:
        path, old = await made(api, receiver, OTHER)
        first = await api.post(f"{path}:rotate-secret", OTHER, {"overlap_hours": 1}, key="mat-2")
        await lose_answer(api, "mat-2")
        again = await api.post(f"{path}:rotate-secret", OTHER, {"overlap_hours": 1}, key="mat-2")
        assert (again.status_code, again.json()) == (200, first.json())
        assert await api.parts.events.register.secrets(path.rpartition("/")[2], None) == [first.json()["secret"], old]
        elsewhere, _ = await made(api, receiver, OTHER)
        await lose_answer(api, "mat-2")
        another = await api.post(f"{elsewhere}:rotate-secret", OTHER, {"overlap_hours": 1}, key="mat-2")
        assert another.json()["secret"] not in (first.json()["secret"], old)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.2/", "webhook_address_private"),
        ("https://169.254.169.254/latest/meta-data", "webhook_address_private"),
        ("https://[::1]/", "webhook_address_private"),
        ("http://receiver.example/", "webhook_url_not_https"),
        ("https://user:secret@receiver.example/", "webhook_url_not_https"),
        ("file:///etc/passwd", "webhook_url_not_https"),
        ("", "webhook_url_not_https"),
    ],
)
async def test_an_address_inside_is_refused(api: ApiUnderTest, url: str, code: str) -> None:
    """When a webhook is made, and when its address is changed."""
    refused = await api.post("/v1/webhooks", OWNER, {"url": url})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    async with receiving() as receiver:
        path, _ = await made(api, receiver, OTHER)
    changed = await api.ask("PATCH", path, OTHER, json={"url": url})
    assert (changed.status_code, changed.json()["code"]) == (422, code)
    assert (await api.ask("DELETE", path, OTHER)).status_code == 204


@pytest.mark.parametrize(
    "body",
    [{}, {"url": 7}, {"url": "https://a.example/", "secret": "x"}, {"url": "https://a.example/" + "x" * 3_000},
     {"url": "https://a.example/", "filter": {"units": []}}, {"url": "https://a.example/", "filter": {"types": ["x"]}},
     {"url": "https://a.example/", "after": "x"}, {"url": "https://a.example/", "service": "so-hoa"}],
)  # fmt: skip
async def test_a_wrong_body_is_refused(api: ApiUnderTest, body: Any) -> None:
    """With a problem, and nothing is made."""
    before = (await api.ask("GET", "/v1/webhooks?limit=200", OWNER)).json()["items"]
    refused = await api.post("/v1/webhooks", OWNER, body)
    assert refused.status_code == 422, refused.text
    assert (await api.ask("GET", "/v1/webhooks?limit=200", OWNER)).json()["items"] == before


async def test_nobody_reaches_anothers_webhook(api: ApiUnderTest) -> None:
    """It looks like none. An operator reaches all; staff and citizens have no webhooks."""
    async with receiving() as receiver:
        path, _ = await made(api, receiver)
        for action, body in (
            ("rotate-secret", {}), ("ping", {}), ("replay", {"after": START}), ("pause", {}), ("resume", {}),
            ("retry", {}), ("skip", {"dossier": "H42.1-250707-0001"}),
        ):  # fmt: skip
            refused = await api.post(f"{path}:{action}", OTHER, body)
            assert (refused.status_code, refused.json()["code"]) == (404, "webhook_unknown"), action
        for method in ("GET", "DELETE"):
            assert (await api.ask(method, path, OTHER)).status_code == 404
        assert (await api.ask("PATCH", path, OTHER, json={})).status_code == 404
        assert (await api.ask("GET", f"{path}/deliveries", OTHER)).status_code == 404
        assert receiver.received == []
    for nobody in (CITIZEN, DESK):
        assert (await api.ask("GET", "/v1/webhooks", nobody)).status_code == 403
    paused = await api.post(f"{path}:pause", OPERATOR, {})
    assert (paused.status_code, paused.json()["state"], paused.json()["changed_by"]) == (200, "paused", OPERATOR.person)
    of_nobody = await api.post("/v1/webhooks", OPERATOR, {"url": "https://a.example/"})
    assert of_nobody.status_code == 422
    of_service = await api.post("/v1/webhooks", OPERATOR, {"url": "https://a.example/", "service": "so-hoa"})
    assert of_service.json()["webhook"]["service"] == "so-hoa"


@pytest.mark.parametrize("service", ["khong-co", "khong-su-kien"])
async def test_an_operator_names_a_service_that_may_follow(api: ApiUnderTest, service: str) -> None:
    """A webhook for a service that is not entered, or may not follow events, would never be sent: it is refused."""
    refused = await api.post("/v1/webhooks", OPERATOR, {"url": "https://a.example/", "service": service})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/service"]


async def test_a_webhook_is_no_act_on_a_dossier(api: ApiUnderTest) -> None:
    """The answer with its secret is kept for the caller's key, and is not given as the outcome of an act."""
    async with receiving() as receiver:
        answer = await api.post("/v1/webhooks", OWNER, {"url": receiver.url}, key="bi-mat")
    assert answer.status_code == 201
    command = uuid5(COMMANDS, "service/kho-du-lieu\nbi-mat")
    shown = await api.ask("GET", f"/v1/acts/{command}", OWNER)
    assert (shown.status_code, shown.json()["code"]) == (404, "act_unknown")


@pytest.mark.parametrize("action", ["", ":ping", "/deliveries"])
async def test_an_id_that_is_none_is_refused(api: ApiUnderTest, action: str) -> None:
    """A character that the database cannot keep does not reach it."""
    path = f"/v1/webhooks/wh%00{action}"
    refused = await (api.post(path, OWNER, {}) if action == ":ping" else api.ask("GET", path, OWNER))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_a_test_message_is_signed(api: ApiUnderTest) -> None:
    """And the answer says what the receiver said."""
    async with receiving() as receiver:
        path, secret = await made(api, receiver)
        answer = await api.post(f"{path}:ping", OWNER, {})
        assert answer.json() == {"delivered": True, "status": 204, "code": None}
        [message] = receiver.received
        assert message.signed_by(secret)
        assert (message.event["type"], message.event["data"]) == (
            "luongxanh.ping.v1", {"webhook": path.rpartition("/")[2]},
        )  # fmt: skip
        receiver.answer = saying(status(302, "Location: http://127.0.0.1/"))
        answer = await api.post(f"{path}:ping", OWNER, {})
        assert answer.json() == {"delivered": False, "status": 302, "code": "webhook_redirected"}


async def test_from_the_first_event_to_the_repair(api: ApiUnderTest) -> None:
    """Events of a dossier that was submitted over HTTP arrive; what was given up is listed, retried and skipped; a
    replay brings all once more."""
    deliverer = WebhookDeliverer(
        api.harness.pool, CloudEvents("H42"), lambda _: EVERYTHING,
        StopNotices(api.harness.pool, api.harness.outside.notices, STAFF_MAIL), allowed_hosts=ALLOWED.allowed_hosts,
        schedule=RetrySchedule(pauses=(0.05,)), limits=DeliveryLimits(look_every=0.05),
    )  # fmt: skip
    stopping = asyncio.Event()
    running = asyncio.create_task(deliverer.run(stopping))
    async with receiving(saying(status(500))) as receiver:
        path, _ = await made(api, receiver)
        code = await api.submit(CITIZEN)

        async def given_up() -> Any:
            found = (await api.ask("GET", f"{path}/deliveries?given_up=true", OWNER)).json()["items"]
            return [one for one in found if one["dossier"] == code]

        [dead] = await until(given_up, "the dossier was given up")
        assert (dead["version"], dead["code"], dead["next_try"]) == (1, "webhook_failed", None)
        receiver.answer = well
        skipped = await api.post(f"{path}:skip", OWNER, {"dossier": code})
        assert skipped.json() == {"dossier": code, "version": 1}
        last = (await api.act(code, DESK, "accept")).json()["version"]
        await until(lambda: receiver.ids(code)[-1:] == [f"{code}/{last}"], "the later events came")
        assert receiver.ids(code)[0] == f"{code}/2"
        receiver.taken.clear()
        assert (await api.post(f"{path}:replay", OWNER, {"after": START})).status_code == 200
        await until(lambda: receiver.ids(code)[:2] == [f"{code}/1", f"{code}/2"], "all came again")
        nothing = await api.post(f"{path}:retry", OWNER, {"dossier": code})
        assert (nothing.status_code, nothing.json()["code"]) == (409, "webhook_nothing_dead")
        forward = await api.post(f"{path}:replay", OWNER, {"after": "p" + "7" + "f" * 15 + "0" * 16})
        assert (forward.status_code, forward.json()["code"]) == (409, "webhook_replay_forward")
    stopping.set()
    await running
